"""Loads the sample company: founds it, lets a year pass, and puts what happened on the timelines."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import transaction

from bodega.apps.sales.models import OPEN
from bodega.kernel.actors import Actor, system
from bodega.kernel.scope import scope
from bodega.lib import clock
from bodega.platform import delivering
from bodega.platform.accounts import preferences
from bodega.platform.accounts.signing_in import SAMPLE
from bodega.platform.administration import records
from bodega.web.sample import company
from bodega.web.sample.customers import Village
from bodega.web.sample.diary import Diary
from bodega.web.sample.remembering import Memory
from bodega.web.sample.selling import Year
from bodega.web.sample.telling import Teller
from bodega.web.sample.words import words


def load(say: Callable[[str], None]) -> None:
    """Load the sample company into an empty installation: all of it or nothing."""
    founder = system("Harbour Hardware", surface="demo")
    with transaction.atomic():
        live(founder, say)
        say("Putting what happened on the timelines")
        delivering.deliver_past(actor=founder)
        for person in records.user.rows(founder).filter(external_id__startswith=SAMPLE, is_admin=True):
            preferences.keep(person, preferences.SAMPLE, clock.now().isoformat())


def live(founder: Actor, say: Callable[[str], None]) -> None:
    """A year until now."""
    diary = Diary(clock.now(), ZoneInfo(words("company")["zone"]))
    say("Founding Harbour Hardware: eight staff, a catalogue, two pipelines")
    with clock.fixed(diary.start), scope():
        made = company.found(founder)
    village = Village(made, diary)
    village.settle()
    teller = Teller(made, village, diary, Memory(made, diary))
    year = Year(made, village, diary, teller)
    year.sell()
    teller.keep_in_touch()
    teller.plan_ahead([deal.topic for deal in year.deals if deal.step.status == OPEN])
    say("Letting a year pass: 400 organisations, 1,200 people, 900 deals")
    diary.write(made.actors)
