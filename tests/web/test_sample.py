"""The sample company: always the same, always a year that ends today, and written through the doors like any other."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import Count, Max
from pytest_django import DjangoDbBlocker, Settings

from bodega.apps.activity.models import Note, Task, TimelineRow
from bodega.apps.memory import seeds as memory
from bodega.apps.parties.models import ContactPoint, Party
from bodega.apps.sales import seeds
from bodega.apps.sales.models import OPEN, Deal
from bodega.kernel import change, registry
from bodega.kernel.actors import User, actor_of, system
from bodega.kernel.models import Change, ChangeRow, Consumer
from bodega.lib import clock
from bodega.platform.administration import records
from bodega.web import cli
from bodega.web.sample.company import Company, Step, ware
from bodega.web.sample.customers import Village
from bodega.web.sample.diary import TOGETHER, Act, Diary, Thing
from bodega.web.sample.load import load
from bodega.web.sample.remembering import Memory
from bodega.web.sample.selling import Year
from bodega.web.sample.telling import Teller
from bodega.web.sample.words import words
from tests.personas import emptied

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
NAMES = "50ca5198"
MOMENTS = [NOW, datetime(2028, 2, 29, 0, 5, tzinfo=UTC), datetime(2027, 4, 5, 23, 50, tzinfo=UTC)]
SAMPLE_TYPES = (
    "kernel.user kernel.team kernel.rate kernel.type kernel.field kernel.role kernel.option sales.pipeline sales.stage"
    " products.product parties.organisation parties.person parties.relationship parties.consent sales.deal"
    " activity.note activity.task activity.promise custom.boats memory.fact memory.sensitive memory.asked_again"
).split()


# ---- as it is invented, without a database ---------------------------------------------------------------------------


def company() -> Company:
    """The sample company as `found` makes it, with ids that no database has given."""
    staff = {one["login"]: one for one in words("company")["person"]}
    wares = [ware(pk, one) for pk, one in enumerate(words("products")["product"]) if one.get("active", True)]
    sales = [Step(pk, name, status) for pk, (name, status, *_rest) in enumerate(seeds.STAGES)]
    contracts = words("company")["contracts"]
    signed = [Step(100 + pk, one["name"], one["status"]) for pk, one in enumerate(contracts["stages"])]
    topics = {key: (pk, False) for pk, (key, *_rest) in enumerate([*memory.READY, *memory.SENSITIVE])}
    return Company(staff, {}, wares, {"Sales": sales, contracts["name"]: signed}, topics)


def invented(now: datetime) -> list[Act]:
    diary = Diary(now, ZoneInfo("Europe/Berlin"))
    village = Village(company(), diary)
    village.settle()
    teller = Teller(company(), village, diary, Memory(company(), diary))
    year = Year(company(), village, diary, teller)
    year.sell()
    teller.keep_in_touch()
    teller.plan_ahead([deal.topic for deal in year.deals if deal.step.status == OPEN])
    return sorted(diary.acts, key=TOGETHER)


@pytest.fixture(scope="module", params=MOMENTS, ids=str)
def now(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(scope="module")
def acts(now: datetime) -> list[Act]:
    return invented(now)


def created(acts: list[Act], type_key: str) -> list[Act]:
    return [act for act in acts if act.verb == "created" and act.thing.type == type_key]


@pytest.mark.slow
def test_whatever_day_it_is_there_are_as_many_customers_and_deals(acts: list[Act]) -> None:
    deleted = Counter(act.thing.type for act in acts if act.verb == "deleted")
    counts = Counter(act.thing.type for act in acts if act.verb == "created")
    assert deleted == {"parties.organisation": 4}
    assert counts["parties.organisation"] - 4 == 400
    assert (counts["parties.person"], counts["sales.deal"], counts["custom.boats"]) == (1_200, 900, 60)
    assert counts["activity.note"] == 4_000


@pytest.mark.slow
def test_whatever_day_it_is_the_customers_have_the_same_names(acts: list[Act]) -> None:
    named = created(acts, "parties.organisation") + created(acts, "parties.person")
    names = "\n".join(sorted(act.values["name"] for act in named))
    assert hashlib.sha256(names.encode()).hexdigest()[:8] == NAMES


@pytest.mark.slow
def test_no_two_firms_nobody_in_a_firm_and_no_two_addresses_are_alike(acts: list[Act]) -> None:
    people = created(acts, "parties.person")
    firms = [act.values["name"] for act in created(acts, "parties.organisation")]
    colleagues = [(act.values["name"], act.values["organisation"]) for act in people if act.values["organisation"]]
    mails = [act.values["email"] for act in people if act.values["email"]]
    assert [one for one, times in Counter[Any]([*firms, *colleagues, *mails]).items() if times > 1] == []


@pytest.mark.slow
def test_nothing_is_told_of_before_it_is_there_and_nothing_in_the_future(acts: list[Act], now: datetime) -> None:
    there: dict[Thing, tuple[Any, ...]] = {}
    for act in acts:
        place = TOGETHER(act)
        needed = [value for value in act.values.values() if isinstance(value, Thing)]
        assert [thing for thing in needed if not there[thing] < place] == []
        assert (act.thing in there) == (act.verb != "created")
        assert there.get(act.thing, ()) < place
        there[act.thing] = there.get(act.thing, place)
    assert acts[-1].at <= now


# ---- as it is loaded -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def anna(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """The sample company is there, and Anna looks at it. Loaded once for all tests here, and taken back after them."""
    patch = pytest.MonkeyPatch()
    patch.setattr("django.conf.settings.BODEGA_DEMO", True)
    with django_db_blocker.unblock(), transaction.atomic(), clock.fixed(NOW):
        emptied()
        load(lambda _words: None)
        yield actor_of(User.objects.get(login="anna@example.com"))
        transaction.set_rollback(True)
    patch.undo()


def count(key: str, actor: Any) -> int:
    return registry.type_of(key).rows(actor).count()


@pytest.mark.slow
def test_it_has_what_is_said_of_it(anna: Any) -> None:
    said = {"kernel.user": 8, "kernel.team": 2, "products.product": 40, "sales.pipeline": 2, "custom.boats": 60}
    said |= {"parties.organisation": 400, "parties.person": 1_200, "sales.deal": 900, "activity.note": 4_000}
    assert {key: count(key, anna) for key in said} == said
    assert registry.type_of("parties.organisation").trash(anna).count() == 4


@pytest.mark.slow
@pytest.mark.parametrize("key", SAMPLE_TYPES)
def test_every_record_came_through_the_door(anna: Any, key: str) -> None:
    """Its history says how it came into being and each time it was changed."""
    stored = registry.type_of(key).every().values_list("pk", "version", "version")
    told = ChangeRow.objects.filter(type=key).values("record_id").annotate(last=Max("version"), times=Count("version"))
    assert {*stored} == {*told.values_list("record_id", "last", "times")}


@pytest.mark.slow
def test_history_is_in_order_and_ends_by_now(anna: Any) -> None:
    moments = [*Change.objects.order_by("position").values_list("at", flat=True)]
    assert moments == sorted(moments)
    assert moments[-1] <= NOW
    assert (moments[-1] - moments[0]).days >= 362


@pytest.mark.slow
def test_nobody_can_be_reached_by_accident(anna: Any) -> None:
    points = ContactPoint.objects.values_list("channel", "value")
    hosts = [value.rstrip("/").split("@")[-1] for channel, value in points if channel in ("email", "web")]
    assert [host for host in hosts if not host.endswith(".example")] == []
    numbers = [value for channel, value in points if channel == "phone"]
    assert [value for value in numbers if not phonenumbers.is_valid_number(phonenumbers.parse(value))] == []


@pytest.mark.slow
def test_deals_stand_where_their_moves_have_brought_them(anna: Any) -> None:
    for deal in Deal.objects.prefetch_related("stays", "stage"):
        stays = sorted(deal.stays.all(), key=lambda stay: stay.order)
        assert [stay.left for stay in stays] == [*(after.entered for after in stays[1:]), None]
        assert all(stay.entered < after.entered for stay, after in pairwise(stays))
        assert (stays[-1].stage_id, stays[-1].entered, deal.stage.status) == (
            deal.stage_id,
            deal.stage_since,
            deal.status,
        )
        assert (deal.closed_on is None) == (deal.status == OPEN)
        assert bool(deal.lost_reason) == (deal.status == "lost")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "model"), [("parties.person", Party), ("parties.organisation", Party), ("sales.deal", Deal)]
)
def test_the_last_contact_is_the_last_touch_on_the_timeline(anna: Any, key: str, model: Any) -> None:
    touches = Note.objects.exclude(channel="note").values("pk")
    rows = TimelineRow.objects.filter(subject_type=key, entry__type="activity.note", entry__record_id__in=touches)
    last = dict(rows.values_list("subject_id").annotate(Max("at")))
    stored = dict(registry.type_of(key).every().exclude(last_contact=None).values_list("pk", "last_contact"))
    assert stored == last


@pytest.mark.slow
def test_no_two_neighbours_on_a_timeline_say_the_same(anna: Any) -> None:
    texts = dict(Note.objects.values_list("pk", "text"))
    rows = TimelineRow.objects.filter(subject_type="parties.organisation", entry__type="activity.note")
    told: dict[int, list[str]] = {}
    for subject, note in rows.order_by("subject_id", "at").values_list("subject_id", "entry__record_id"):
        told.setdefault(subject, []).append(texts[note])
    assert [pair for notes in told.values() for pair in pairwise(notes) if pair[0] == pair[1]] == []
    assert len(told) > 300


@pytest.mark.slow
def test_every_promise_stands_in_a_note_and_most_were_kept(anna: Any) -> None:
    notes = {*Note.objects.values_list("about_type", "about_id", "owner_id")}
    promises = [*Task.objects.filter(promised=True)]
    assert [task for task in promises if (task.about_type, task.about_id, task.owner_id) not in notes] == []
    kept = [task for task in promises if task.status == "kept"]
    broken = [task for task in promises if not task.done_at and task.due_on and task.due_on < NOW.date()]
    assert len(kept) > 300
    assert 1 <= len(broken) <= 10
    assert {task.status for task in promises} == {"open", "kept", "late", "broken", "released"}
    assert {task.status for task in promises if task.outcome} == {"broken", "released"}


@pytest.mark.slow
def test_everybody_who_sells_has_something_to_do_today(anna: Any) -> None:
    due = Task.objects.filter(done_at=None, due_on=NOW.date()).values_list("owner__name", flat=True)
    sellers = {one["name"] for one in words("company")["person"] if one["share"]}
    assert {*due} == sellers


@pytest.mark.slow
def test_reactions_begin_where_the_past_ends(anna: Any) -> None:
    assert {*Consumer.objects.values_list("position", flat=True)} == {Change.objects.count()}


@pytest.mark.slow
def test_its_people_may_sign_in_as_long_as_it_is_a_demo(anna: Any, settings: Settings) -> None:
    assert authenticate(username="anna@example.com", password="bodega") == User.objects.get(pk=anna.user_id)
    settings.BODEGA_DEMO = False
    assert authenticate(username="anna@example.com", password="bodega") is None


@pytest.mark.slow
def test_a_second_start_leaves_it_as_it_is(anna: Any, capsys: pytest.CaptureFixture[str]) -> None:
    before = Change.objects.count()
    assert cli.main(["demo"]) == 0
    assert Change.objects.count() == before
    assert "The sample company is there, as it was left\n" in capsys.readouterr().out


# ---- as it is refused ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("empty")
def test_it_is_refused_where_nobody_asked_for_a_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo"]) == 1
    assert capsys.readouterr().err == (
        "bodega: the sample company is for a demo only: set BODEGA_DEMO=yes. For your own data: bodega init\n"
    )
    assert User.objects.count() == 0


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("words_", [["demo"], ["demo", "--reset"]])
def test_it_is_refused_where_other_people_work(
    words_: list[str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BODEGA_DEMO = True
    change.create(records.user, {"name": "Mia Moss"}, actor=system("tests"))
    assert cli.main(words_) == 1
    assert capsys.readouterr().err == (
        "bodega: people work with this installation. Give the demo a folder of its own: BODEGA_DATA_DIR=demo\n"
    )
    assert User.objects.count() == 1
