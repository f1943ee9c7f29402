"""The log: one line an entry that a program can read, by which a request can be followed, and nothing people typed."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest
from django.test import Client

from bodega.kernel import change, registry
from bodega.lib.work import Work, at
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import JOBS, job
from bodega.platform.jobs.models import Job
from bodega.platform.jobs.run import run_waiting
from bodega.platform.watching import watched, without_values
from bodega.web.logs import JsonLines, TextLines, WithoutAddress, logging_for
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

CANARY = "Quetzalcoatlus"


@pytest.fixture
def anna(people: People) -> Visitor:
    return Visitor(people.user(people.anna))


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "bodega.x", "levelname": "INFO", "msg": message, "args": args, "created": 0.5}
    )
    vars(made).update(extra)
    return made


class Kept(logging.Handler):
    """Keeps the lines as they would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def of(self, message: str) -> list[dict[str, object]]:
        return [told for line in self.lines if (told := json.loads(line))["message"] == message]


@pytest.fixture
def kept() -> Iterator[Kept]:
    kept = Kept()
    logging.getLogger().addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)


def test_a_line_of_text_has_time_level_logger_message_and_what_was_given() -> None:
    line = TextLines().format(record("%s done", 3, job=7, name="kept"))
    assert line == "1970-01-01T00:00:00.500+00:00 INFO kept 3 done job=7"


def test_a_line_of_json_has_the_same_and_what_was_being_worked_at() -> None:
    with at(Work(id="12345678", what="people/")):
        line = JsonLines().format(record("%s done", 3, job=7))
    assert json.loads(line) == {
        "time": "1970-01-01T00:00:00.500+00:00",
        "level": "INFO",
        "logger": "bodega.x",
        "message": "3 done",
        "request": "12345678",
        "at": "people/",
        "job": 7,
    }


def test_requests_and_query_values_stay_out() -> None:
    given = record("slow", request="<anna>", sql="SELECT", params=("anna",))
    assert TextLines().format(given).endswith(" slow")
    assert "anna" not in JsonLines().format(given)


def test_an_error_in_json_has_its_type_and_place_and_not_what_it_says() -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise ValueError(CANARY) from error
    except ValueError:
        line = JsonLines().format(record("failed", exc_info=sys.exc_info()))
    told = json.loads(line)["error"]
    assert [word for word in told if " " not in word] == ["builtins.ValueError", "builtins.KeyError"]
    assert CANARY not in line


def test_an_error_in_text_brings_its_traceback() -> None:
    try:
        raise ValueError("x")
    except ValueError:
        line = TextLines().format(record("failed", exc_info=sys.exc_info()))
    assert line.splitlines()[1] == "Traceback (most recent call last):"


def test_the_address_that_django_names_is_left_out() -> None:
    told = record("%s: %s", "Internal Server Error", "/welcome/3/a-secret/")
    assert WithoutAddress().filter(told)
    assert told.getMessage() == "the request ended in an error"


@pytest.mark.parametrize(("style", "made"), [("json", JsonLines), ("text", TextLines)])
def test_the_setting_says_which(style: str, made: type[logging.Formatter]) -> None:
    assert logging_for(style)["formatters"]["line"]["()"] is made


# ---- requests --------------------------------------------------------------------------------------------------------


def test_a_request_is_one_line_with_route_person_status_and_cost(anna: Visitor, people: People, kept: Kept) -> None:
    person = change.create(registry.type_of("parties.person"), {"name": "Mia"}, actor=people.anna)
    anna.get(f"/people/{person.pk}/?tab=history")
    (line,) = kept.of("request")
    known = {"at", "method", "status", "user", "request"}
    assert {name: line[name] for name in known - {"request"}} == {
        "at": "<slug:slug>/<int:pk>/",
        "method": "GET",
        "status": 200,
        "user": people.anna.user_id,
    }
    assert line["request"] == anna.response.headers["X-Request-ID"]
    assert line.keys() - known == {"time", "level", "logger", "message", "ms", "cpu_ms", "queries", "db_ms"}
    assert isinstance(line["queries"], int)
    assert line["queries"] > 0


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("abc-123_X.y", True),
        ("short", False),
        ("x" * 65, False),
        ("eight letters", False),
        ("a\nlog line of mine", False),
    ],
)
@pytest.mark.django_db
def test_the_id_of_who_is_before_us_is_kept_where_it_is_one(given: str, is_kept: bool) -> None:
    answer = Client().get("/health/live", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is is_kept


def test_probes_are_told_of_only_when_something_is_wrong(db: None, kept: Kept) -> None:
    Client().get("/health/ready")
    assert kept.of("request") == []
    Client(HTTP_HOST="elsewhere.example.com").get("/people/")
    assert [line["status"] for line in kept.of("request")] == [400]


def test_the_log_of_a_days_work_has_nothing_that_people_typed(anna: Visitor, people: People, kept: Kept) -> None:
    """Every word typed here has the canary in it, what is refused and what is not there as well."""
    person = registry.type_of("parties.person")
    anna.send(anna.get("/people/new/").form_to("/people/new/"), name=CANARY, note=CANARY)
    made = person.rows(people.anna).get(name=CANARY)
    for url in (
        f"/people/{made.pk}/",
        f"/people/?q=name:{CANARY}",
        f"/people/?q={CANARY}>",
        f"/find/?q={CANARY}",
        f"/{CANARY}/",
        f"/people/?sort={CANARY}",
        f"/welcome/1/{CANARY}/",
        f"/jobs/{CANARY}/retry/",
    ):
        anna.get(url)
    anna.post("/people/new/", {"name": "", "emails": f"{CANARY}@"})
    anna.post(f"/people/cell/{made.pk}/name/", {"name": CANARY * 100})
    Client().post("/signin/", {"login": f"{CANARY}@example.com", "password": CANARY})
    Client(enforce_csrf_checks=True).post("/signin/", {"login": CANARY})
    Client(HTTP_HOST=f"{CANARY}.example.com", raise_request_exception=False).get("/")
    assert len(kept.of("request")) > 10
    told = "\n".join(kept.lines).lower()
    assert [word for word in (CANARY.lower(), "@example.com", "anna") if word in told] == []


# ---- jobs and statements ---------------------------------------------------------------------------------------------


@pytest.fixture
def failing() -> Iterator[str]:
    @job("tests.logs.fail", max_attempts=1)
    def fail(context: Context) -> None:
        raise ValueError(CANARY)

    yield fail.name
    del JOBS[fail.name]


def test_a_job_is_told_of_under_the_request_that_led_to_it(db: None, kept: Kept, failing: str) -> None:
    with at(Work(id="the-request")):
        made = JOBS[failing].enqueue()
    assert run_waiting() == 1
    assert CANARY in Job.objects.get(pk=made.pk).error
    told = [(line["message"], line["request"], line["at"], line["job"]) for line in map(json.loads, kept.lines)]
    assert told == [(said, "the-request", failing, made.pk) for said in ("job failed", "job ended")]
    assert CANARY not in "".join(kept.lines)


def test_statements_that_take_long_are_told_without_their_values(db: None, kept: Kept, settings: object) -> None:
    with watched(Work(id="12345678", what="people/")) as work:
        registry.type_of("parties.person").every().filter(name=CANARY).count()
    assert (work.statements, kept.of("slow statement")) == (1, [])
    settings.BODEGA_SLOW_QUERY_MS = 0.000001  # type: ignore[attr-defined]
    with watched(Work(id="12345678", what="people/")):
        registry.type_of("parties.person").every().filter(name=CANARY).count()
    (line,) = kept.of("slow statement")
    assert (line["request"], line["at"], "SELECT COUNT(*)" in str(line["statement"])) == ("12345678", "people/", True)
    assert CANARY not in "".join(kept.lines)


def test_a_value_that_stands_in_a_statement_is_masked() -> None:
    assert without_values("SELECT  'Mia''s'\n FROM x WHERE y = 'Ola' AND z = %s") == (
        "SELECT '…' FROM x WHERE y = '…' AND z = %s"
    )
