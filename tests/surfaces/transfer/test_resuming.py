"""An import may be broken off anywhere: nothing is lost, nothing comes twice, and it goes on where it was."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from bodega.kernel import registry
from bodega.kernel.actors import system
from bodega.kernel.models import ChangeRow
from bodega.surfaces.transfer import actions, runs
from bodega.surfaces.transfer.importer import Watch
from bodega.surfaces.transfer.models import ImportIssue, ImportRun
from bodega.surfaces.transfer.perform import perform
from tests.personas import People
from tests.surfaces.transfer.bringing import SMALL, begin, counts, records, told

ROWS = "name,parent,employees\n" + "".join(
    f"Org {n},{f'Org {20 - n}' if n % 4 == 1 else ''},{'many' if n % 6 == 5 else n}\n" for n in range(20)
)


class Broken(Exception):
    """The power is off."""


def breaking_at(chunk: int) -> Watch:
    seen: list[int] = []

    def watch(run: ImportRun) -> None:
        seen.append(run.line)
        if len(seen) == chunk:
            raise Broken

    return watch


@pytest.mark.parametrize("chunk", range(1, 16))
def test_wherever_it_breaks_it_ends_the_same(chunk: int, people: People, tmp_path: Path) -> None:
    run = begin(tmp_path, "parties.organisation", ROWS, actor=people.anna)
    with pytest.raises(Broken):
        perform(run, actor=people.anna, watch=breaking_at(min(chunk, 12)), size=SMALL)
    again = begin(tmp_path, "parties.organisation", ROWS, actor=people.anna)
    perform(again, actor=people.anna, size=SMALL)
    assert (again.pk, again.state) == (run.pk, "done")
    changes = ChangeRow.objects.filter(type="parties.organisation").count()
    found = {name for (name,) in records("parties.organisation", "name", actor=people.anna)}
    assert (counts(again), len(told(again)), changes) == ((17, 0, 0, 4), 4, 18)
    assert found == {f"Org {n}" for n in range(20) if n % 6 != 5}


def test_two_at_once_do_not_do_it_twice(people: People, tmp_path: Path) -> None:
    run = begin(tmp_path, "parties.organisation", ROWS, actor=people.anna)
    other = begin(tmp_path, "parties.organisation", ROWS, actor=people.anna)
    perform(run, actor=people.anna, size=SMALL)
    with pytest.raises(runs.Overtaken):
        perform(other, actor=people.anna, size=SMALL)
    assert counts(run) == (17, 0, 0, 4)


def test_who_stops_it_keeps_what_came_in_and_may_go_on(people: People, tmp_path: Path) -> None:
    run = begin(tmp_path, "parties.organisation", ROWS, actor=people.anna)

    def stop(at: ImportRun) -> None:
        if at.line > 8:
            actions.cancel(ImportRun.objects.get(pk=at.pk))

    with pytest.raises(runs.Overtaken):
        perform(run, actor=people.anna, watch=stop, size=SMALL)
    run.refresh_from_db()
    assert (run.state, counts(run)) == ("cancelled", (8, 0, 0, 1))
    actions.set_off(run)
    perform(run, actor=people.anna, size=SMALL)
    assert (run.state, counts(run)) == ("done", (17, 0, 0, 4))


# ---- a real process, really killed --------------------------------------------------------------------------------

LINES = 12_000


def surroundings(data: Path) -> dict[str, str]:
    about = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{about['NAME']}"
    else:
        url = f"postgresql://{about['USER']}@/{about['NAME']}?host={about['HOST']}&port={about['PORT']}"
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[3] / "src"), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "BODEGA_DATABASE_URL": url, "BODEGA_DATA_DIR": str(data), "PYTHONPATH": path}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_it_brings_every_line_once(people: People, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    lines = [f"k{n},Person {n},{'ada at home' if n % 100 == 7 else f'p{n}@isdom.example'}" for n in range(LINES)]
    path.write_text("id,name,email\n" + "\n".join(lines) + "\n")
    command = [sys.executable, "-m", "bodega", "import", "parties.person", str(path), "--json"]
    ended, kills = -9, 0
    while ended == -9:
        process = subprocess.Popen(
            command, env=surroundings(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        if kills < 4:
            reached = ImportRun.objects.values_list("line", flat=True).first() or 0
            while process.poll() is None and (ImportRun.objects.values_list("line", flat=True).first() or 0) <= reached:
                time.sleep(0.01)
            time.sleep(random.uniform(0, 0.1))
            process.kill()
            kills += 1
        said = process.communicate()[0]
        ended = process.returncode
    assert (ended, said.count(b"\n")) == (1, 1)
    run = ImportRun.objects.get()
    assert (counts(run), ImportIssue.objects.count()) == ((LINES - LINES // 100, 0, 0, LINES // 100), LINES // 100)
    found = registry.type_of("parties.person").rows(system("tests")).values_list("external_id", flat=True)
    expected = {f"k{n}" for n in range(LINES) if n % 100 != 7}
    assert (len(found), {*found}) == (len(expected), expected)
    assert ChangeRow.objects.filter(type="parties.person").count() == len(expected)
