"""What a load balancer and Prometheus ask, what they are told, and who is told nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, RequestFactory
from prometheus_client.parser import text_string_to_metric_families

from bodega.kernel import change, registry
from bodega.lib import clock
from bodega.platform import delivering
from bodega.platform.jobs.jobs import prune
from bodega.platform.jobs.models import Job, State, Worker
from bodega.web import metrics, probes, room
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "operations.md"
pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(people: People) -> Visitor:
    return Visitor(people.user(people.anna))


def refuse(*_given: Any) -> Any:
    raise DatabaseError


def told(url: str = "/health/ready") -> tuple[int, dict[str, Any]]:
    answer = Client().get(url)
    return answer.status_code, answer.json()


def test_a_process_that_answers_lives_whatever_the_database_does() -> None:
    with connection.execute_wrapper(refuse):
        answer = probes.live(RequestFactory().get("/health/live"))
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize("url", ["/health/", "/health/ready"])
def test_it_is_ready_with_database_and_tables(url: str) -> None:
    Worker.objects.create(host="x", pid=1, version="x", started_at=clock.now(), seen_at=clock.now())
    with clock.fixed(clock.now() + timedelta(seconds=40)):
        status, found = told(url)
    seconds = found.pop("worker_seconds")
    assert (status, found) == (200, {"ready": True, "disk": "ok", "tables": "ok", "database": "ok"})
    assert 39 < seconds < 60


def test_without_a_database_it_is_not_ready() -> None:
    with connection.execute_wrapper(refuse):
        answer = probes.ready(RequestFactory().get("/health/ready"))
    assert (answer.status_code, b'"ready": false' in answer.content) == (503, True)


def test_with_the_tables_of_an_older_version_it_is_not_ready() -> None:
    MigrationRecorder(connection).record_unapplied("jobs", "0001_initial")
    assert told() == (
        503,
        {"ready": False, "disk": "ok", "tables": "behind", "database": "ok", "worker_seconds": None},
    )


def test_a_full_disk_is_told_and_what_is_read_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LOW", 10**18)
    status, found = told()
    assert (status, found["disk"]) == (200, "low")


# ---- metrics ---------------------------------------------------------------------------------------------------------


def asked(**headers: str) -> int:
    return Client().get("/metrics", headers=headers).status_code


def test_without_a_token_metrics_are_for_this_machine_alone(settings: Any) -> None:
    assert asked() == 200
    assert Client(REMOTE_ADDR="10.1.2.3").get("/metrics").status_code == 403
    assert asked(x_forwarded_for="10.1.2.3") == 403
    settings.BODEGA_BASE_URL = "https://crm.example.com"
    assert asked() == 403


def test_with_a_token_they_are_for_who_brings_it(settings: Any) -> None:
    settings.BODEGA_METRICS_TOKEN = "a token of 16 ümlauts"
    assert (asked(), asked(authorization="Bearer no")) == (403, 403)
    good = Client(REMOTE_ADDR="10.1.2.3", headers={"authorization": "Bearer a token of 16 ümlauts"})
    assert good.get("/metrics").status_code == 200


def samples() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What Prometheus itself reads."""
    families = text_string_to_metric_families(metrics.text().decode())
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def test_requests_are_counted_by_route_and_not_by_address(anna: Visitor, people: People) -> None:
    person = change.create(registry.type_of("parties.person"), {"name": "Mia"}, actor=people.anna)
    route = ("route", "<slug:slug>/<int:pk>/")
    one = ("bodega_requests_total", (("method", "GET"), route, ("status", "200")))
    before = samples().get(one, 0)
    anna.get(f"/people/{person.pk}/")
    after = samples()
    assert after[one] == before + 1
    assert after["bodega_request_seconds_count", (route,)] >= 1
    assert after["bodega_request_cpu_seconds_total", (route,)] > 0
    assert after["bodega_request_statements_total", (route,)] > 0
    assert not re.search(rf"/{person.pk}/|people", metrics.text().decode())


def test_the_queue_and_the_readers_are_told(people: People) -> None:
    delivering.enlist()
    delivering.deliver_all()
    prune.enqueue()
    Job.objects.filter(pk=prune.enqueue().pk).update(state=State.FAILED, finished_at=clock.now())
    change.create(registry.type_of("parties.person"), {"name": "Mia"}, actor=people.anna)
    found = samples()
    assert found["bodega_changes_unnumbered", ()] == 1
    delivering.sequence()
    with clock.fixed(clock.now() + timedelta(minutes=5)):
        found |= samples()
    reader = (("consumer", "bodega.apps.activity.reactions.tell"),)
    assert {name: found[name] for name in found if ("job", prune.name) in name[1]} == {
        ("bodega_jobs", (("job", prune.name), ("state", "queued"))): 1,
        ("bodega_jobs_failed", (("job", prune.name),)): 1,
    }
    assert 299 < found["bodega_jobs_oldest_due_seconds", ()] < 330
    assert 299 < found["bodega_consumer_waiting_seconds", reader] < 330
    assert (found["bodega_consumer_behind", reader], found["bodega_consumer_parked", reader]) == (1, 0)
    assert (found["bodega_imports_running", ()], found["bodega_database_up", ()]) == (0, 1)
    assert found["bodega_database_bytes", ()] > 100_000
    assert found["bodega_process_resident_bytes", (("process", "web"),)] > 10_000_000


def test_what_is_asked_of_the_database_does_not_grow_with_it(people: People, django_assert_num_queries: Any) -> None:
    delivering.deliver_all()
    for _ in range(3):
        prune.enqueue()
    with django_assert_num_queries(9 + (connection.vendor == "postgresql")):
        metrics.text()


def test_the_guide_tells_of_every_metric() -> None:
    Worker.objects.create(host="x", pid=1, version="x", started_at=clock.now(), seen_at=clock.now())
    told = re.findall(r"^# TYPE (\S+)", metrics.text().decode(), re.MULTILINE)
    assert sorted(re.findall(r"^\| `(bodega_\w+)`", GUIDE.read_text("utf-8"), re.MULTILINE)) == sorted(told)


def test_without_a_database_the_rest_is_told() -> None:
    with connection.execute_wrapper(refuse):
        found = samples()
    assert (found["bodega_database_up", ()], ("bodega_workers", ()) in found) == (0, False)
    assert found["bodega_disk_free_bytes", ()] > 0
