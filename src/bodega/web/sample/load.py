"""Loads the sample company: founds it, lets a year pass, and puts what happened on the timelines."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from bodega.kernel import events, records
from bodega.kernel.actors import Actor, system
from bodega.kernel.scope import scope
from bodega.lib import clock
from bodega.platform.accounts.signing_in import SAMPLE
from bodega.web.sample import company
from bodega.web.sample.customers import Village
from bodega.web.sample.diary import Calendar, Diary
from bodega.web.sample.selling import Year
from bodega.web.sample.telling import Teller
from bodega.web.sample.words import words


class NotHere(Exception):
    """The sample company may not be loaded into this installation; says why and what to do."""


def load(say: Callable[[str], None]) -> bool:
    """Load the sample company, all of it or nothing. False where it is there already. Raises NotHere."""
    if not settings.BODEGA_DEMO:
        raise NotHere("the sample company is for a demo only: set BODEGA_DEMO=yes. For your own data: bodega init")
    founder = system("Harbour Hardware", surface="demo")
    people = records.user.rows(founder)
    if people.filter(external_id__startswith=SAMPLE).exists():
        return False
    if people.exists():
        raise NotHere("people work with this installation. Give the demo a folder of its own: BODEGA_DATA_DIR=demo")
    with transaction.atomic():
        live(founder, say)
        say("Putting what happened on the timelines")
        events.deliver_past(actor=founder)
    return True


def live(founder: Actor, say: Callable[[str], None]) -> None:
    """A year until now."""
    calendar = Calendar(clock.now(), ZoneInfo(words("company")["zone"]))
    say("Founding Harbour Hardware: eight staff, a catalogue, two pipelines")
    with clock.fixed(calendar.start), scope():
        made = company.found(founder)
    diary = Diary(calendar, made.actors)
    village = Village(made, calendar, diary)
    village.settle()
    teller = Teller(made, village, calendar, diary)
    year = Year(made, village, calendar, diary, teller)
    year.sell()
    teller.keep_in_touch()
    teller.plan_ahead([deal.topic for deal in year.deals if deal.step.status == "open"])
    say("Letting a year pass: 400 organisations, 1,200 people, 900 deals")
    diary.write()
