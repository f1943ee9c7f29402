"""Every change of a model has its migration, and none stops people who read a large table of PostgreSQL.

What a step may do to a table that an installation already has: quick changes of the catalogue, one table at a time,
and indexes and back-fills outside of a transaction. `bodega upgrade` makes such indexes CONCURRENTLY, and tries a step
again that does not get its lock within a tenth of a second (platform/upgrading). Migrations of a release are not looked
at: they were before, and must not be changed any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.state import ProjectState

from bodega.platform.copies.archive import Reader
from tests.upgrade.installation import KEPT

Model = tuple[str, str]
INDEXES = (ops.AddIndex, ops.RemoveIndex)
QUICK = (
    ops.AlterModelManagers,
    ops.AlterModelOptions,
    ops.DeleteModel,
    ops.RemoveConstraint,
    ops.RemoveField,
    ops.RenameIndex,
)
OLD_NAMES = (ops.RenameField, ops.RenameModel, ops.AlterModelTable)


@pytest.mark.django_db
def test_no_migration_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True, no_color=True)
    except SystemExit:
        pytest.fail(f"run `bodega manage makemigrations`:\n{capsys.readouterr().out}")


@dataclass
class Looking:
    """At one step. `young` are the tables that no installation has yet."""

    step: migrations.Migration
    before: ProjectState
    young: set[Model] = field(default_factory=set)

    def problems(self) -> Iterator[str]:
        flat = [*flattened(self.step.operations)]
        self.young |= {(self.step.app_label, one.name_lower) for one in flat if isinstance(one, ops.CreateModel)}
        old = {self.model_of(one) for one in flat if self.is_of_old(one) and not isinstance(one, ops.AlterModelOptions)}
        if len(old) > 1 and self.step.atomic:
            yield f"changes {len(old)} tables in one transaction: a step for each"
        for one in flat:
            if (said := self.problem(one)) is not None:
                yield f"{one.describe()}: {said}"

    def model_of(self, one: Operation) -> str:
        return str(getattr(one, "model_name", getattr(one, "name", ""))).lower()

    def is_of_old(self, one: Operation) -> bool:
        is_code = isinstance(one, RunPython | RunSQL | ops.CreateModel)
        return not is_code and (self.step.app_label, self.model_of(one)) not in self.young

    def is_of_young_tables(self) -> bool:
        """Code may do anything; it is taken to be about the tables that its step makes, or all that its app has."""
        makes = any(isinstance(one, ops.CreateModel) for one in self.step.operations)
        return makes or {key for key in self.before.models if key[0] == self.step.app_label} <= self.young

    def problem(self, one: Operation) -> str | None:
        if isinstance(one, RunPython | RunSQL):
            if not self.step.atomic or self.is_of_young_tables():
                return None
            return "rows are changed in batches, in a step of their own with atomic = False"
        if not self.is_of_old(one):
            return None
        if isinstance(one, INDEXES):
            return "an index is made in a step of its own with atomic = False" if self.step.atomic else None
        if not self.step.atomic:
            return "outside of a transaction it can't be begun again after a kill"
        if isinstance(one, ops.AddField):
            return added(one.field)
        if isinstance(one, ops.AlterField):
            return altered(self.before.apps.get_model(self.step.app_label, one.model_name), one)
        if isinstance(one, OLD_NAMES):
            return "the version that still runs asks for the old name"
        return None if isinstance(one, QUICK) else "it reads the whole table under a lock"


def flattened(operations: list[Operation]) -> Iterator[Operation]:
    for one in operations:
        yield from flattened(one.database_operations) if isinstance(one, SeparateDatabaseAndState) else [one]


def added(new: models.Field) -> str | None:
    if new.many_to_many:
        return None
    if isinstance(new, models.GeneratedField):
        return "it writes every row under a lock"
    if not new.null and not new.has_db_default():
        return "a new column is nullable or has a db_default: the version that still runs does not fill it"
    return "its index is made in a later step with atomic = False" if new.unique or new.db_index else None


def altered(model: type[models.Model], one: ops.AlterField) -> str | None:
    """Only what PostgreSQL does without looking at the rows: nothing at all, less strict, a longer text."""
    old, new = model._meta.get_field(one.name), one.field
    new.set_attributes_from_name(one.name)
    if (old.unique, old.db_index, old.remote_field is None) != (new.unique, new.db_index, new.remote_field is None):
        return "its index or constraint is made under a lock"
    if old.null and not new.null:
        return "that it is filled is found out under a lock"
    was, is_ = (one.db_type(connection) for one in (old, new))
    longer = isinstance(new, models.CharField) and (new.max_length or 0) >= (getattr(old, "max_length", 0) or 0)
    return None if was == is_ or longer else "it writes every row under a lock"


def released() -> set[Model]:
    """The migrations of the newest release that is kept."""
    newest = max(KEPT.glob("*.tar"), key=lambda path: [*map(int, path.stem.split("."))])
    with newest.open("rb") as file:
        steps = Reader(file).about.steps
    graph = MigrationLoader(None).graph
    return {done for app, name in steps for done in graph.forwards_plan((app, name))}


def looked_at() -> Iterator[Looking]:
    loader, done = MigrationLoader(None), released()
    young: set[Model] = set()
    ours = [key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf)]
    for key in dict.fromkeys(ours):
        if key not in done:
            yield Looking(loader.graph.nodes[key], loader.project_state(key, at_end=False), young)


@pytest.mark.django_db
def test_no_step_stops_who_reads() -> None:
    broken = [f"{one.step}: {said}" for one in looked_at() for said in one.problems()]
    assert not broken, "\n" + "\n".join(broken)


TEXT, NUMBER = models.CharField(max_length=9, null=True), models.IntegerField(null=True)
EXAMPLES = {
    "nullable": (ops.AddField("job", "x", TEXT), True, []),
    "filled": (ops.AddField("job", "x", models.IntegerField(default=1)), True, ["a new column is nullable"]),
    "with a value of the database": (ops.AddField("job", "x", models.IntegerField(db_default=1)), True, []),
    "indexed": (ops.AddField("job", "x", models.IntegerField(null=True, db_index=True)), True, ["its index"]),
    "another type": (ops.AlterField("job", "lease", models.BigIntegerField()), True, ["it writes every row"]),
    "longer": (ops.AlterField("job", "name", models.CharField(max_length=500)), True, []),
    "shorter": (ops.AlterField("job", "name", models.CharField(max_length=5)), True, ["it writes every row"]),
    "stricter": (ops.AlterField("job", "key", models.CharField(max_length=200)), True, ["that it is filled"]),
    "renamed": (ops.RenameField("job", "lease", "hire"), True, ["the version that still runs"]),
    "index": (ops.AddIndex("job", models.Index(fields=["lease"], name="x")), True, ["an index is made"]),
    "index beside the work": (ops.AddIndex("job", models.Index(fields=["lease"], name="x")), False, []),
    "column outside": (ops.AddField("job", "x", TEXT), False, ["outside of a transaction"]),
    "constraint": (
        ops.AddConstraint("job", models.UniqueConstraint(fields=["lease"], name="x")),
        True,
        ["it reads the whole table"],
    ),
    "rows": (RunPython(RunPython.noop), True, ["rows are changed in batches"]),
    "rows outside": (RunPython(RunPython.noop), False, []),
    "of a new table": (ops.AddIndex("new", models.Index(fields=["lease"], name="x")), True, []),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_rule_finds_what_it_forbids(name: str) -> None:
    operation, atomic, wanted = EXAMPLES[name]
    step = type("Migration", (migrations.Migration,), {"operations": [operation], "atomic": atomic})("x", "jobs")
    young = {("jobs", "new")} if "new" in name else set()
    said = [*Looking(step, MigrationLoader(None).project_state(("jobs", "0001_initial")), young).problems()]
    assert [any(start in one for one in said) for start in wanted] == [True] * len(said)


@pytest.mark.django_db
def test_two_tables_are_two_steps() -> None:
    both = [ops.AddField("job", "x", TEXT), ops.AddField("worker", "x", NUMBER)]
    step = type("Migration", (migrations.Migration,), {"operations": both})("x", "jobs")
    (said,) = Looking(step, MigrationLoader(None).project_state(("jobs", "0001_initial"))).problems()
    assert said == "changes 2 tables in one transaction: a step for each"
