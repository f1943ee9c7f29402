"""A record type: the one declaration that lists, pages, forms, import, search, history and tests follow from."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bodega.kernel import access, copies, registry
from bodega.kernel.actors import APART, HIDDEN, LOCKED, NO_MASK, Mask
from bodega.kernel.kinds import AnyReference, Asking, Computed, Kind, Label, Place, Show, Teams, kind_of
from bodega.kernel.looks import looked_at
from bodega.kernel.parts import Part
from bodega.kernel.raw import Slot, Statement, columns_of, instance
from bodega.kernel.reading import Reading, Row
from bodega.kernel.scope import arranged
from bodega.kernel.sharing import shares_of
from bodega.kernel.stored import Child, Protected
from bodega.lib.expressions import InList, IsFilled, one_of, some_at_once
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.action import Action
    from bodega.kernel.actors import Actor
    from bodega.kernel.change import Draft

INNER = frozenset({"id", "deleted_at", "version", "custom", "name_key", "password", "last_login", "preferences"})
CORE_VERBS = ("created", "changed", "deleted", "restored", "undone")
T = TypeVar("T")
text = str | Promise
Make = Callable[[QuerySet[Any]], QuerySet[Any]]
STATEMENTS = 2_000
"""How many statements a process keeps."""


class Prepare(Protocol):
    """Completes drafts before they are written."""

    __name__: str

    def __call__(self, drafts: Sequence[Draft], *, actor: Actor) -> None: ...


@dataclass(eq=False, kw_only=True)
class RecordType:
    """What can exist and how it is shown. Names only: whatever has to be computed is a function that is named here.

    `where` are the column values that make a row of a shared table one of this type. `prepare` completes what is about
    to be written (set-based; called by the door for writing alone). `within` names the reference that access comes by.
    """

    key: str
    model: type[models.Model]
    label: text
    plural: text
    slug: str
    columns: str
    form: Mapping[text, str]
    icon: str = "box"
    section: text = ""
    title: str = "name"
    where: Mapping[str, Any] = field(default_factory=dict)
    search: str = ""
    sorts: str = "name"
    board: str = ""
    """The field whose values are the lanes of its board; then, where not by newest, the order of the cards in it."""
    card: str = ""
    """What its cards show: the title, what it is about, a number, a note, whose it is."""
    facts: str = ""
    lead: str = ""
    """What stands in one line below its name."""
    face: str = ""
    """How the sign before its name looks: round for somebody, square for something; none where it is empty."""
    without: str = ""
    """Columns of a shared table that mean nothing for this type."""
    kinds: Sequence[Kind] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    parts: Sequence[Part] = ()
    match: str = ""
    """The keys by which an import finds a record, the best first: commas between keys, blanks within one."""
    prepare: Prepare | None = None
    guard: Prepare | None = None
    """Refuses to delete what must stay (called by the door for writing alone)."""
    path: str = ""
    """The reference that tells records of one name apart: with "pipeline" a stage may be called `Hardware/Won`."""
    within: str = ""
    apart: bool = False
    """Whether roles have to name it, for those who see what it is within to see it."""
    asked: dict[str, Kind] = field(default_factory=dict)
    """What may be asked of its records beside their fields: apps above bring it."""
    covers: str = ""
    """The types whose rows it stands for (a customer is a person or an organisation): to refer to, not to write."""
    customer: str = ""
    """The columns by which a record concerns a customer, who may see it from outside where a role says so."""
    timeline: str = ""
    admin: bool = False
    steady: bool = False
    """Whether its records are looked at everywhere and seldom changed: kept in mind, as what administrators arrange."""
    closed: bool = False
    """Whether only administrators may look at it."""
    actions: Sequence[Action] = ()
    views: Mapping[str, Any] = field(default_factory=dict)
    listed: bool = True
    """Whether it has pages of its own in the side bar."""
    tally: Any = None
    """The table in which its records are added up, where reports of very many of them are asked for (`tallies`)."""

    whole: RecordType = field(init=False, repr=False)
    """The type with all its fields; what is written is written through it."""
    mask: Mask = NO_MASK
    """What is kept from whoever this copy of the type is for (`for_`)."""

    def __post_init__(self) -> None:
        self.whole = self
        if self.is_protected and self.form:
            self.form = {**self.form, _("Access"): "teams territory private shares"}
            self.parts = [*self.parts, shares_of(self.key)]
        if self.apart:
            APART.add(self.key)
        if not self.key.startswith("custom."):
            registry.declare(self)

    def __repr__(self) -> str:
        return f"<{self.key}>"

    @property
    def parents(self) -> list[RecordType]:
        """The types of the records by which access to its own comes."""
        if self.is_talk:
            return [one for one in registry.every_type() if not (one.covers or one.is_talk)]
        target: RecordType = self.declared[self.within].target  # type: ignore[attr-defined]
        return [registry.type_of(key) for key in target.covers.split()] or [target]

    @cached_property
    def is_talk(self) -> bool:
        """Whether it is about records of any type: whoever works here and may see one of these may write about it."""
        return bool(self.within) and isinstance(self.declared[self.within], AnyReference)

    @property
    def is_copied(self) -> bool:
        """Whether its rows hold copies of what says who may see their parents."""
        return issubclass(self.model, Child)

    @property
    def is_protected(self) -> bool:
        """Whether its rows say themselves who may see them."""
        return issubclass(self.model, Protected)

    def for_(self, actor: Actor) -> RecordType:
        """The type as the actor knows it: a field that their roles hide from them is not there, by whatever name."""
        masks = (actor.masks.get(key, NO_MASK) for key in self.covers.split() or [self.key]) if actor.masks else ()
        mask = NO_MASK.union(*masks)
        return self.whole.masked(mask) if mask != self.mask else self

    def masked(self, mask: Mask) -> RecordType:
        def made() -> RecordType:
            found = copy.copy(self)
            found.mask = mask
            found.declared = found.seen(self.declared)
            found.parts = [part for part in self.parts if part.name in found.declared]
            found.actions = [action for action in self.actions if action.depends_on <= found.declared.keys()]
            return found

        return arranged(("masked", self.key, mask), made) if mask else self

    def seen(self, kinds: Mapping[str, Kind]) -> dict[str, Kind]:
        """What the mask leaves of the fields: without those that tell what is hidden, too."""
        hidden, locked = ({key for key, word in self.mask if word == one} for one in (HIDDEN, LOCKED))
        return {
            name: kind.replace(locked=True) if {kind.key, *told_by(kind)} & locked else kind
            for name, kind in kinds.items()
            if not {kind.key, *told_by(kind)} & hidden
        }

    # ---- fields ------------------------------------------------------------------------------------------------

    @cached_property
    def declared(self) -> dict[str, Kind]:
        """The fields that are in code, by name. A column that belongs to a composed kind is not a field of its own."""
        composed = {kind.name: kind for kind in self.kinds}
        if self.is_protected:
            source = self.model._meta.get_field("team_set")
            composed["teams"] = Teams(name="teams", label=_("Teams"), source=source)  # type: ignore[arg-type]
        taken = {column for kind in composed.values() if not isinstance(kind, Computed) for column in kind.columns}
        inner = {*INNER, *self.where, *composed, *(copies.COPIED if issubclass(self.model, Child) else ())}
        found: dict[str, Kind] = {}
        for column in self.model._meta.concrete_fields:
            if column.attname in {*taken, *inner} or column.name in inner:
                continue
            kind = kind_of(column, type_of_model=self.references.get(column.name, ""))
            taken |= set(kind.columns)
            if column.name not in self.without.split():
                found[column.name] = kind
        found |= composed | {part.name: part for part in self.parts}
        hidden = {name for name in found if name.endswith("_key") and not found[name].editable}
        return {name: kind for name, kind in found.items() if name not in hidden and name not in taken_by(found)}

    def fields(self) -> dict[str, Kind]:
        """Every field by name, the customer's own among them."""
        return arranged(("fields", self.key, self.mask), lambda: self.declared | self.seen(custom_fields(self.key)))

    def field(self, name: str) -> Kind | None:
        """The field with that name or stable id; `address.city` gives a part of a place."""
        known = self.fields()
        if name in known:
            return known[name]
        for kind in known.values():
            if kind.custom == name:
                return kind
        head, dot, tail = name.partition(".")
        place = known.get(head)
        return place.part(tail) if dot and isinstance(place, Place) else None

    def knows(self, names: str, actor: Actor) -> bool:
        """Whether the actor may see all of these fields."""
        return not self.for_(actor).mask or self.for_(actor).fields().keys() >= {*names.split()}

    def named_fields(self, names: str) -> list[Kind]:
        known = self.fields()
        return [known[name] for name in names.split() if name in known]

    @property
    def shown_columns(self) -> list[Kind]:
        return self.named_fields(self.columns)

    @property
    def board_sort(self) -> str:
        """How the cards of a lane are sorted."""
        return [*self.board.split(), "-id", "-id"][1]

    @property
    def sortable(self) -> list[str]:
        return [
            *(kind.name for kind in self.named_fields(self.sorts)),
            *(kind.name for kind in self.fields().values() if kind.custom and kind.sortable and kind.indexed),
        ]

    def verbs(self) -> frozenset[str]:
        """What can happen to a record of this type: the last part of its events' names."""
        return frozenset({*CORE_VERBS, *(action.verb for action in self.actions if action.verb)})

    # ---- reading -----------------------------------------------------------------------------------------------

    def rows(self, actor: Actor, verb: str = "view") -> QuerySet[Any]:
        """The only door for reading: the records that are there and that the actor may view (change, delete)."""
        seen = (self.key, verb, access.sight(self, actor, verb))
        found = kept(("rows", *seen), lambda: self.every(deleted=False).filter(access.visible(self, actor, verb))).all()
        found.seen_as = seen  # type: ignore[attr-defined]
        return found

    def trash(self, actor: Actor) -> QuerySet[Any]:
        """What was deleted and can be restored."""
        return self.every(deleted=True).filter(access.visible(self, actor, "delete", deleted=True))

    def ever(self, actor: Actor) -> QuerySet[Any]:
        """What the actor may view and what of it is in the trash: of these, they may know what happened."""
        return self.every().filter(access.visible(self, actor, deleted=True))

    def every(self, *, deleted: bool | None = None) -> QuerySet[Any]:
        """All rows of the type, for the kernel and for `access`; not a door."""
        found = self.model._base_manager.filter(**self.where)
        return found if deleted is None else found.filter(deleted_at__isnull=not deleted)

    def read(self, rows: QuerySet[Any], names: Iterable[str], *, position: str = "") -> list[Row]:
        """Rows with the values of the named fields, in one query (one more for each list of parts); one that is hidden
        has none.

        `position` names an annotation that says where each row stands.
        """
        reading = self.reading(tuple(names), position)
        return reading.rows(Statement(rows, reading.columns).ask())

    def ask(self, make: Make, names: Sequence[str], *, actor: Actor, **given: Any) -> list[Row]:
        """The rows that `make` picks from those that the actor may view; `given` fills its slots.

        The statement is kept for all who see the same rows. So `make` is a function of a module, which depends on
        nothing but the rows it gets.
        """
        reading = self.for_(actor).reading(tuple(names))
        key = (make, self.key, self.mask, reading.names, access.sight(self, actor))
        statement = kept(key, lambda: Statement(make(self.rows(actor)), reading.columns))
        return reading.rows(statement.ask(**given))

    def raw(self, ids: Iterable[int], columns: Sequence[str], *, actor: Actor) -> list[Sequence[Any]]:
        """These columns, as they are stored, of those of the ids that the actor may view, in no order."""
        key = ("raw", self.key, *columns, access.sight(self, actor))
        statement = kept(key, lambda: Statement(with_ids(self.rows(actor)), columns))
        return [row for some in some_at_once(ids) for row in statement.ask(ids=some)]

    def one(self, pk: int, *, actor: Actor) -> Any:
        """The record as a model instance, or None where there is none that the actor may view."""
        columns = columns_of(self.model)
        key = ("one", self.key, access.sight(self, actor))
        for row in kept(key, lambda: Statement(this(self.rows(actor)), [*columns])).ask(pk=pk):
            looked_at(self, self.for_(actor).fields(), [pk])
            return instance(self.model, dict(zip(columns, row, strict=True)))
        return None

    def reading(self, names: tuple[str, ...], position: str = "") -> Reading:
        return arranged(("reading", self.key, self.mask, names, position), lambda: Reading(self, names, position))

    def stored_kinds(self, kinds: Iterable[Kind]) -> list[Kind]:
        """The kinds with columns, those that computed ones need among them."""
        found: dict[str, Kind] = {}
        for kind in kinds:
            needed = self.named_fields(" ".join(kind.needs)) if isinstance(kind, Computed) else [kind]
            found |= {need.name: need for need in needed if not isinstance(need, Part)}
        return [*found.values()]

    def values_of(self, row: Mapping[str, Any], kinds: Mapping[str, Kind], parts: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: parts[name].get(row["id"], []) if name in parts else self.value_in(row, kind)
            for name, kind in kinds.items()
        }

    def value_in(self, row: Mapping[str, Any], kind: Kind) -> Any:
        if isinstance(kind, Computed):
            return kind.compute(*(self.value_in(row, need) for need in self.named_fields(" ".join(kind.needs))))
        held = (row["custom"] or {}) if kind.custom else row
        return kind.unpack([held.get(column) for column in kind.columns])

    def value(self, record: models.Model, kind: Kind) -> Any:
        """The value of a field in a model instance."""
        if isinstance(kind, Computed):
            return kind.compute(*(self.value(record, need) for need in self.named_fields(" ".join(kind.needs))))
        return kind.get(record)

    def image(self, record: models.Model) -> dict[str, Any]:
        """The stored values of a record by stable field id: what a question is asked of in Python."""
        kinds = (kind for kind in self.fields().values() if not isinstance(kind, Computed | Part))
        return {"id": record.pk} | {kind.key: kind.get(record) for kind in kinds}

    # ---- naming ------------------------------------------------------------------------------------------------

    def url(self, pk: int) -> str:
        return f"/{self.slug}/{pk}/"

    def labels(self, ids: Iterable[int], actor: Actor) -> dict[int, Label]:
        """What stands for these records elsewhere; those that the actor may not see are missing."""
        if self.covers:
            labels = [registry.type_of(key).labels(ids, actor) for key in self.covers.split()]
            return {pk: label for some in labels for pk, label in some.items()}
        if self.admin and access.may(self, actor, "view"):
            every = arranged(("labels", self.key), lambda: self.labels_of(self.every(deleted=False)))
            return {pk: every[pk] for pk in ids if pk in every}
        found, title, show = self.ask(with_ids, [self.title], actor=actor, ids=[*ids]), self.title, Show(actor)
        name = self.declared[title].text
        return {row.id: Label(name(row.values[title], show=show) or f"#{row.id}", self.url(row.id)) for row in found}

    def labels_of(self, rows: QuerySet[Any]) -> dict[int, Label]:
        toned = ["tone"] if "tone" in columns_of(self.model) else []
        return {
            pk: Label(str(title) or f"#{pk}", self.url(pk), tone="".join(tone) if toned else None)
            for pk, title, *tone in rows.values_list("pk", self.title, *toned)
        }

    @property
    def title_key(self) -> str:
        """The folded column by which records are found by name."""
        known = columns_of(self.model)
        return f"{self.title}_key" if f"{self.title}_key" in known else self.title

    def named(self, name: str, *, actor: Actor) -> QuerySet[Any]:
        """The ids of the visible records with that name, as a sub-query."""
        return self.rows(actor).filter(**{self.title_key: fold(name)}).order_by().values("pk")

    def match_key(self, word: str, *, by: str = "", actor: Actor) -> Any:
        """What `matching` has its answers under; None for what the field cannot hold."""
        kind = self.field(by or self.title)
        try:
            return kind.same(word if kind.sort_column else kind.parse(word, actor=actor)) if kind else word
        except ValidationError:
            return None

    def matching(self, words: Iterable[str], *, by: str = "", actor: Actor) -> dict[Any, list[int]]:
        """The visible records whose title (or whose field `by`) is one of the words: one query, ids by `match_key`."""
        name = by or self.title
        wanted = {key for key in (self.match_key(word, by=by, actor=actor) for word in words) if key is not None}
        found = {key[0]: ids for key, ids in self.holding({name: wanted}, actor=actor).items()}
        if self.path and not by:
            self.match_paths(wanted, found, actor=actor)
        return found

    def holding(self, wanted: Mapping[str, Collection[Any]], *, actor: Actor) -> dict[tuple[Any, ...], list[int]]:
        """The visible records with one of the wanted values (as `Kind.same` gives them) in each field, by their values,
        the oldest first: one query, from an index where the column has one."""
        rows = self.rows(actor)
        for at, (name, values) in enumerate(wanted.items()):
            kind = self.fields()[name]
            column = kind.sort_expression(Asking(actor))
            rows = rows.annotate(**{f"held_{at}": column}).filter(one_of(column, values))
            if isinstance(kind.source, models.CharField) and not kind.sort_column:
                rows = rows.filter(IsFilled(F(kind.column)))
        found: dict[tuple[Any, ...], list[int]] = {}
        for pk, *held in sorted(
            rows.values_list("pk", *(f"held_{at}" for at in range(len(wanted)))), key=itemgetter(0)
        ):
            found.setdefault(tuple(held), []).append(pk)
        return found

    def match_paths(self, wanted: Iterable[str], found: dict[Any, list[int]], *, actor: Actor) -> None:
        """Add the records named by path, as in `Hardware/Won` (one query, where any is)."""
        pairs = {
            word: [part.strip() for part in word.rsplit("/", 1)] for word in wanted if "/" in word and word not in found
        }
        if not pairs:
            return
        above = f"{self.path}__{registry.type_of(self.declared[self.path].to).title_key}"  # type: ignore[attr-defined]
        rows = self.rows(actor).filter(**{f"{self.title_key}__in": {tail for _head, tail in pairs.values()}})
        held = {(head, tail): pk for pk, head, tail in rows.values_list("pk", above, self.title_key)}
        for word, (head, tail) in pairs.items():
            if (head, tail) in held:
                found[word] = [held[head, tail]]


def with_ids(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(InList(F("pk"), Slot("ids")))


def this(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(pk=Slot("pk", output_field=models.BigIntegerField()))


def seen_as(rows: QuerySet[Any]) -> tuple[Hashable, ...] | None:
    """The same for all whom `rows(actor)` gave the same, or None once anything has been asked of them."""
    return getattr(rows, "seen_as", None)


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """A statement, or what one is made of: this process keeps the latest of them."""
    held: dict[Hashable, T] = arranged("statements", dict)
    if key not in held:
        while len(held) >= STATEMENTS:
            held.pop(next(iter(held)), None)
        held[key] = make()
    return held[key]


def told_by(kind: Kind) -> Sequence[str]:
    """The fields whose values can be read out of this one."""
    return kind.needs if isinstance(kind, Computed) else kind.tells.split() if isinstance(kind, Part) else ()


def taken_by(found: Mapping[str, Kind]) -> set[str]:
    """The names of columns that another field occupies (the currency beside an amount)."""
    return {
        column for name, kind in found.items() if len(kind.suffixes) > 1 for column in kind.columns if column != name
    }


def custom_fields(type_key: str) -> dict[str, Kind]:
    from bodega.kernel.customising import fields_of  # a cycle: it makes kinds from rows of a record type

    return fields_of(type_key)


def load_labels(show: Show, pointed: Iterable[tuple[str, int]]) -> Show:
    """Look up what stands for all these records: one query for each type that occurs."""
    wanted: dict[str, set[int]] = {}
    for type_key, pk in pointed:
        if (type_key, pk) not in show.labels:
            wanted.setdefault(type_key, set()).add(pk)
    for type_key, ids in wanted.items():
        try:
            found = registry.type_of(type_key).labels(ids, show.actor)
        except registry.UnknownType:  # one that an administrator made and removed: its records are nobody's to see
            continue
        show.labels |= {(type_key, pk): label for pk, label in found.items()}
    return show


def show_rows(rows: Iterable[Row], kinds: Sequence[Kind], *, actor: Actor) -> Show:
    """What is needed to show these rows."""
    return load_labels(
        Show(actor), (target for row in rows for kind in kinds for target in kind.points_at(row.values.get(kind.name)))
    )
