"""Saving a form over what others saved since it was drawn: what one side changed is kept, what both did is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from bodega.kernel import access, change, history
from bodega.kernel.actors import Actor
from bodega.kernel.drafts import Draft, Gone, load
from bodega.kernel.kinds import Kind
from bodega.kernel.looks import looked_at
from bodega.kernel.record import RecordType, load_labels
from bodega.lib import dates
from bodega.lib.text import amid
from bodega.surfaces.html.forms import NOTHING_SENT, Form, Sent, whole
from bodega.surfaces.html.shapes import Difference
from bodega.surfaces.html.sheets import Clash, Conflict


def to_change(type_: RecordType, pk: int, *, actor: Actor, lock: bool) -> Draft:
    """The record as it is, `lock`ed until the transaction ends. Raises PermissionDenied where it may only be seen, Gone
    where not even that."""
    access.require(type_, actor, "change")
    draft = Draft(pk, {})
    load(type_, [draft], actor=actor, verb="change", lock=lock)
    if not draft.problem:
        return draft
    if type_.rows(actor).filter(pk=pk).exists():
        raise PermissionDenied(access.denial(type_, "change"))
    if type_.trash(actor).filter(pk=pk).exists():
        raise Gone(_("It is in the trash. Restore it first, then change it."))
    raise Gone(_("There is no such record that you may see."))


class Edit:
    """A form for a record: drawn from it, or sent for the version that somebody had before them.

    `stored` are the values as they are now. What was sent has the record locked: it lives in a transaction.
    """

    def __init__(
        self, type_: RecordType, pk: int, kinds: Iterable[Kind], *, actor: Actor, sent: Sent = NOTHING_SENT
    ) -> None:
        self.type, self.pk, self.actor, self.sent, kinds = type_, pk, actor, sent, [*kinds]
        self.draft = to_change(type_, pk, actor=actor, lock=sent is not NOTHING_SENT)
        self.stored, self.newest = (
            {kind.name: self.draft.old.get(kind.name) for kind in kinds},
            self.draft.raw["version"],
        )
        looked_at(type_, self.stored, [pk])
        self.version = whole(sent.text("version")) or self.newest
        self.since = history.since(type_, pk, self.version) if self.version < self.newest else None
        before = self.since.old if self.since else {}
        self.form = Form(kinds, {**self.stored, **before}, actor=actor, sent=sent)

    def is_other(self, name: str, left: Any, right: Any) -> bool:
        kind = self.form.kinds[name]
        return bool(kind.to_json(left) != kind.to_json(right))

    @cached_property
    def theirs(self) -> list[str]:
        """The fields of the form that somebody else has changed since it was drawn."""
        old: Mapping[str, Any] = self.since.old if self.since else {}
        return [n for n in old if n in self.form.kinds and self.is_other(n, old[n], self.stored[n])]

    @property
    def clashing(self) -> list[str]:
        """The fields that both have changed, each to something else."""
        entered = self.form.entered
        return [
            name for name in self.theirs if name in entered and self.is_other(name, entered[name], self.stored[name])
        ]

    def write(self) -> change.Outcome | None:
        """Write what was entered but for what was left to the other; None where something is wrong, or clashes."""
        if not self.form.read() or self.clashing:
            return None
        self.draft.values = {
            name: value for name, value in self.form.entered.items() if self.sent.text(f"choice.{name}") != "theirs"
        }
        found = change.save_many(self.type, [self.draft], actor=self.actor)
        if self.draft.problem:
            self.form.refuse(self.draft.problem)
            return None
        return found

    def written(self, name: str) -> Any:
        """The value of a field as it is now stored."""
        return self.type.value_in(self.draft.raw, self.form.kinds[name])

    def said(self) -> str:
        """What to tell after saving."""
        if not self.theirs or not self.since:
            return _("Saved.")
        names = ", ".join(amid(self.form.kinds[name].label) for name in self.theirs)
        return _("Saved. What %(who)s changed meanwhile is kept too: %(names)s.") % {
            "who": self.since.who,
            "names": names,
        }

    # ---- the page that asks ------------------------------------------------------------------------------------

    def conflict(self, since: history.Since) -> Conflict:
        show = self.form.show
        load_labels(show, (t for n, kind in self.form.kinds.items() for t in kind.points_at(self.stored[n])))
        clashing, entered = self.clashing, self.form.entered
        return Conflict(
            who=since.who,
            when=dates.ago(since.at, now=show.now, zone=self.actor.zone),
            clashes=[self.clash(name) for name in clashing],
            kept=[self.difference(name, self.stored[name]) for name in self.theirs if name not in clashing],
            added=[self.difference(name, entered[name]) for name in entered if name not in clashing],
            mine=self.sent_again(entered),
        )

    def clash(self, name: str) -> Clash:
        kind, show = self.form.kinds[name], self.form.show
        return Clash(
            name=name,
            label=str(kind.label),
            old=kind.cell(self.form.values[name], show=show),
            theirs=kind.cell(self.stored[name], show=show),
            mine=kind.cell(self.form.entered[name], show=show),
            choice="mine",
        )

    def difference(self, name: str, new: Any) -> Difference:
        kind, show = self.form.kinds[name], self.form.show
        old = kind.cell(self.form.values[name], show=show)
        return Difference(label=str(kind.label), old=old, new=kind.cell(new, show=show))

    def sent_again(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """What was typed into these fields, to the letter, to be sent once more with the choices."""
        beginnings = tuple(f"{name}{mark}" for name in names for mark in "_-")
        keys = [key for key in self.sent.data if key in names or key.startswith(beginnings)]
        return [(key, text) for key in keys for text in self.sent.texts(key)]
