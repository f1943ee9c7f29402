"""What the doctor finds, and that it says how to mend it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bodega.lib import clock
from bodega.platform.jobs.models import Worker
from bodega.web import config, health


@pytest.fixture
def installed(tmp_path: Path) -> config.Config:
    found = config.load({"BODEGA_DATA_DIR": str(tmp_path)})
    found.prepare()
    return found


def states(findings: health.Findings) -> list[str]:
    return [finding.state for finding in findings]


@pytest.mark.usefixtures("empty")
def test_an_empty_installation_lacks_an_administrator_and_a_worker(installed: config.Config) -> None:
    wanting = [(found.state, found.about, found.mend) for found in health.examine(installed) if found.state != "ok"]
    assert wanting == [
        ("bad", "people", "run: bodega user add LOGIN --admin"),
        ("warn", "workers", "run: bodega serve (or bodega worker)"),
        ("bad", "audit log", "run: bodega audit guard, and then: bodega audit verify"),
        ("warn", "search", "wait for a worker, or run: bodega reindex"),
    ]


@pytest.mark.django_db
def test_a_worker_counts_while_it_is_heard_of() -> None:
    now = clock.now()
    Worker.objects.create(host="here", pid=1, version="x", started_at=now, seen_at=now)
    assert states(health.at_workers()) == ["ok"]
    with clock.fixed(now + timedelta(minutes=2)):
        assert states(health.at_workers()) == ["warn"]


def test_whatever_is_wrong_says_how_to_mend_it(tmp_path: Path) -> None:
    nowhere = config.load({"BODEGA_DATA_DIR": str(tmp_path / "none"), "BODEGA_BASE_URL": "http://crm.example.com"})
    found = [*health.at_data_dir(nowhere), *health.at_secret(nowhere), *health.at_address(nowhere)]
    assert [(finding.state, bool(finding.mend)) for finding in found] == [("bad", True), ("bad", True), ("warn", True)]


def test_a_secret_that_others_can_read_is_bad(installed: config.Config) -> None:
    assert states(health.at_secret(installed)) == ["ok"]
    installed.secret_file.chmod(0o644)
    assert [finding.mend for finding in health.at_secret(installed)] == [f"run: chmod 600 {installed.secret_file}"]


def test_the_demo_is_not_for_everybody_to_reach(installed: config.Config) -> None:
    open_demo = replace(installed, demo=True, base_url="https://crm.example.com")
    assert [finding.mend for finding in health.at_address(open_demo)] == ["unset BODEGA_DEMO"]
    assert states(health.at_address(replace(installed, demo=True))) == ["ok"]


def test_static_files_are_there() -> None:
    assert states(health.at_static_files()) == ["ok"]
