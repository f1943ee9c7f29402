"""Loads the sample company: founds it, lets a year pass, and puts what happened on the timelines."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from bodega.kernel import events, records
from bodega.kernel.actors import system
from bodega.kernel.scope import scope
from bodega.lib import clock
from bodega.web.sample import company
from bodega.web.sample.customers import Village
from bodega.web.sample.diary import Calendar, Diary
from bodega.web.sample.selling import Year
from bodega.web.sample.telling import Teller
from bodega.web.sample.words import words

Say = Callable[[str], None]


class NotHere(Exception):
    """The sample company may not be loaded into this installation; says why and what to do."""


def load(say: Say) -> bool:
    """Load the sample company, all of it or nothing. False where it is there already. Raises NotHere."""
    if not settings.BODEGA_DEMO:
        raise NotHere("the sample company is for a demo only. Set BODEGA_DEMO=yes, or start with `bodega init`.")
    founder = system("Harbour Hardware", surface="demo")
    if company.is_there(founder):
        return False
    if records.user.rows(founder).exists():
        raise NotHere(
            "this installation has people of its own. Give the demo another folder: BODEGA_DATA_DIR=demo BODEGA_DEMO=yes bodega demo"
        )
    with transaction.atomic():
        events.enlist()
        live(say)
    say("Putting it on the timelines")
    events.deliver_all()
    return True


def live(say: Say) -> None:
    """A year until now."""
    calendar = Calendar(clock.now(), ZoneInfo(words("staff")["zone"]))
    say("Founding Harbour Hardware: staff, catalogue, pipelines")
    with clock.fixed(calendar.start), scope():
        made = company.found(system("Harbour Hardware", surface="demo"))
    diary = Diary(calendar, made.actors)
    village = Village(made, calendar, diary)
    village.settle()
    teller = Teller(made, village, calendar, diary)
    year = Year(made, village, calendar, diary, teller)
    year.sell()
    teller.keep_in_touch()
    teller.plan_ahead([deal.topic for deal in year.deals if deal.step.status == "open"])
    throw_away(village, diary)
    say("Letting a year pass: 400 organisations, 1,200 people, 900 deals")
    diary.write()


def throw_away(village: Village, diary: Diary) -> None:
    """What was entered by mistake goes into the trash."""
    for twin in village.mistakes():
        if twin.written:
            diary.add(twin.written + (diary.calendar.now - twin.written) / 20, "henrik@example.com", twin, {}, verb="deleted")
