"""Faults that somebody could make, one at a time, in the rules of access and where they are asked: a proof that misses
one proves nothing."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from bodega.apps.activity import queries as activity
from bodega.apps.parties import queries as parties
from bodega.apps.sales import panels as sales
from bodega.kernel import access, actors, drafts, history, rules, sharing, teams
from bodega.kernel.kinds import Reference, Show
from bodega.kernel.query.report import value_of
from bodega.kernel.record import RecordType
from bodega.lib.expressions import InList
from bodega.platform import lately
from bodega.surfaces.api import calls, lists, past, rows
from bodega.surfaces.export import answer, columns, reading, writing
from bodega.surfaces.html import asking, boards, choosing, trash
from bodega.surfaces.html import lists as listing
from bodega.surfaces.html import past as told
from bodega.surfaces.html import reading as pages
from bodega.surfaces.record import files
from bodega.surfaces.search import statements
from bodega.surfaces.transfer import resolving


class Fault(NamedTuple):
    """In the function `of`, `right` is replaced by `wrong`."""

    of: Callable[..., Any]
    right: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.of.__qualname__}: {self.right} -> {self.wrong or 'nothing'}"


REACH = access.reach_by_roles
FAULTS = [
    Fault(REACH, "if not levels:", "if False:"),
    Fault(access.some_private, "private=True", "private=True, pk=0"),
    Fault(REACH, "if actor.is_admin:", "if verb == 'view':"),
    Fault(REACH, "actor.reach(type_.key, verb)", 'actor.reach(type_.key, "view")'),
    Fault(REACH, "actor.reach(type_.key, verb)", 'actor.reach("*", verb)'),
    Fault(REACH, '{"reports", "team", "below"}', '{"reports"}'),
    Fault(REACH, "at.mates_below if below", "at.mates if below"),
    Fault(REACH, "else at.mates if team", "else at.mates_below if team"),
    Fault(REACH, "else at.mates if team else NOBODY", "else at.mates"),
    Fault(REACH, "at.teams_below if below", "at.teams if below"),
    Fault(REACH, "else at.teams if team", "else at.teams_below if team"),
    Fault(REACH, 'at.territories if "territory" in levels else NOBODY', "at.territories"),
    Fault(REACH, 'at.territories if "territory" in levels else NOBODY', "NOBODY"),
    Fault(REACH, "team_sets=with_any(", "team_sets=("),
    Fault(access.rows_reached, "Q(private=False) | among(reach)", "Q()"),
    Fault(access.rows_reached, "Q(private=False) | among(reach)", "Q(private=False)"),
    Fault(access.among, "Q(private=False) if reach.guarded", "Q() if reach.guarded"),
    Fault(access.among, "found = own | (", "found = ("),
    Fault(access.among, "if others else own", "if others else Q()"),
    Fault(access.Reach.columns, '("team_set", self.team_sets)', '("team_set", NOBODY)'),
    Fault(access.Reach.columns, '("territory_id", self.territories)', '("territory_id", self.owners)'),
    Fault(access.Reach.columns, '("owner_id", self.owners)', '("owner_id", self.team_sets)'),
    Fault(access.Reach.holds, "and not record.private", ""),
    Fault(access.Reach.holds, "if record.owner_id in self.own or", "if"),
    Fault(access.Reach.holds, "record.owner_id in self.own", "record.owner_id and self.own"),
    Fault(access.allows, "reach is None or reach.holds(record)", "True"),
    Fault(access.sight, "return reach_of(type_, actor, verb)", "return type_.key"),
    Fault(access.sight, "return reach_of(type_, actor, verb)", 'return reach_of(type_, actor, "view")'),
    Fault(access.may, "!= NOTHING", "is None"),
    Fault(actors.level_in, '(role.get(key), role.get("*"))', '(role.get("*"), role.get(key))'),
    Fault(actors.level_in, '"none"', '"own"'),
    Fault(actors.levels_of, "for role in roles)", "for role in roles[:1])"),
    Fault(actors.below, "waiting += children.get(one, ())", "pass"),
    Fault(actors.standing_of, "if teams & {*theirs}", "if teams >= {*theirs}"),
    Fault(actors.standing_of, "if teams_below & {*theirs}", "if teams & {*theirs}"),
    Fault(actors.standing_of, "territories=below(user.territories or (), tree_of(Territory))",
          "territories=frozenset(user.territories or ())"),
    Fault(actors.standing_of, "below(user.teams, tree_of(Team))", "frozenset(user.teams)"),
    Fault(actors.standing_of, "reports=below([user.pk]", "reports=below([]"),
    Fault(teams.with_any, "held & teams", "held <= teams"),
    Fault(teams.with_any, "held & teams", "held == teams"),
    Fault(access.rows_in, "reach.ruled.over(found, type_, guarded=reach.guarded)", "found"),
    Fault(access.among, "found | reach.shared.among(hidden=hidden)", "found"),
    Fault(access.Reach.holds, " or self.shared.holds(record.pk)", ""),
    Fault(access.allows, "reach is not None and reach.ruled", "False"),
    Fault(sharing.by_type, '("view", "change") if may_change', '("view", "change") if True'),
    Fault(sharing.shared_with, " | Q(team_id__in=teams)", ""),
    Fault(sharing.shared_with, "Q(user_id=user) | ", ""),
    Fault(sharing.shared, "actor.standing.teams_above", "actor.standing.teams"),
    Fault(actors.above, "[over.get(one)]", "[None]"),
    Fault(rules.Ruled.over, "(guard & either", "(either"),
    Fault(rules.Ruled.over, "found & every", "found & either"),
    Fault(rules.Ruled.over, "if self.limits else found", "if self.limits and not self.shares else found"),
    Fault(rules.holds_for, "and rule.may_change", ""),
    Fault(rules.holds_for, "rule.effect == LIMIT or", "rule.effect == LIMIT and verb == 'view' or"),
    Fault(rules.Known.concerns, "is_for_all or", ""),
    Fault(rules.ruled, "stands.teams_above", "stands.teams"),
    Fault(rules.Known.concerns, "self.roles & roles", "self.roles"),
    Fault(rules.ruled, "actor.user_id if any(rule.is_personal for rule in rules) else None", "None"),
    Fault(InList.held, "map(str, self.values)", "map(str, self.values[:-1] or self.values)"),
]  # fmt: skip

SURFACE_FAULTS = [
    Fault(asking.Asked.__init__, "query.ask(type_, self.question, actor=actor)", "type_.every(deleted=False)"),
    Fault(listing.ListPage.counted, "query.count(asked.rows", "query.count(self.type_.every(deleted=False)"),
    Fault(boards.BoardPage.shape, "board.count(asked.rows", "board.count(self.type_.every(deleted=False)"),
    Fault(boards.BoardPage.get, "board.heads(asked.rows", "board.heads(self.type_.every(deleted=False)"),
    Fault(choosing.links_of, "type_.rows(page.actor)", "type_.every(deleted=False)"),
    Fault(RecordType.labels, "self.ask(with_ids, [self.title], actor=actor, ids=[*ids])",
          "self.read(self.every(deleted=False).filter(pk__in=[*ids]), [self.title])"),
    Fault(RecordType.one, "self.rows(actor)", "self.every(deleted=False)"),
    Fault(RecordType.ask, "make(self.rows(actor))", "make(self.every(deleted=False))"),
    Fault(RecordType.trash, ".filter(access.visible(self, actor, \"delete\", deleted=True))", ""),
    Fault(RecordType.ever, ".filter(access.visible(self, actor, deleted=True))", ""),
    Fault(access.through_parent, "guarded=True", "guarded=False"),
    Fault(access.through_parent, "alike or reach.ruled", "alike"),
    Fault(access.through_parent, "target.rows(actor, verb)", "target.every(deleted=False)"),
    Fault(RecordType.holding, "self.rows(actor)", "self.every(deleted=False)"),
    Fault(statements.within, "{seen.text}\", [*reach.types, *seen.values]", "\", [*reach.types]"),
    Fault(Reference.meant, "self.target.rows(asking.actor)", "self.target.every(deleted=False)"),
    Fault(Show.mark, "if self.label(type_key, pk).hidden else", "if False else"),
    Fault(drafts.visible_ids, 'type_.raw(ids, ["pk"], actor=actor)', "((pk,) for pk in ids)"),
    Fault(RecordType.raw, "with_ids(self.rows(actor))", "with_ids(self.every(deleted=False))"),
    Fault(drafts.left_standing, "if kind.name in draft.named else", "if False else"),
    Fault(drafts.load, "type_.rows(actor, verb)", "type_.every(deleted=False)"),
    Fault(history.upon_seen, "type_.ever(actor)", "type_.every()"),
    Fault(lately.recent, "while len(show.labels) < limit and below:", "for _once in (1,):"),
    Fault(value_of, "pointing(kind, target.rows(asking.actor)", "pointing(kind, target.every(deleted=False)"),
    Fault(value_of, "rows = target.rows(asking.actor)", "rows = target.every(deleted=False)"),
    Fault(lists.Report.get, "self.asked_rows()", "self.type_.every(deleted=False)"),
    Fault(lists.Listing.page, "query.count(rows", "query.count(self.type_.every(deleted=False)"),
    Fault(lists.Trash.get, "self.type_.trash(self.actor)", "self.type_.every(deleted=True)"),
    Fault(past.History.get, "if not self.type_.ever(self.actor).filter(pk=pk).exists()", "if False"),
    Fault(past.visible, ".ever(actor)", ".every()"),
    Fault(past.Changes.seen, "most=LIMIT", "most=most"),
    Fault(rows.record_of, "type_.ask(this, [*known], actor=actor, pk=pk)",
          "type_.read(type_.every(deleted=False).filter(pk=pk), known)"),
    Fault(rows.Written.is_seen, "return self", "return True or self"),
    Fault(calls.Call.told_record, "crc32(text.encode())", "self.type_.every(deleted=False).count()"),
    Fault(answer.asked, "query.ask(type_, question, actor=actor)", "type_.every(deleted=False)"),
    Fault(reading.names_in, 'type_.raw(ids, ["pk", type_.title], actor=actor)',
          'type_.every(deleted=False).filter(pk__in=ids).values_list("pk", type_.title)'),
    Fault(columns.ids_of, "if pk in seen else", "if pk else"),
    Fault(writing.json_values, "value is None or value in known", "True"),
    Fault(pages.RecordPage.find, "self.type_.trash(self.actor)", "self.type_.every(deleted=True)"),
    Fault(pages.RecordPage.neighbours, "asked.rows", "self.type_.every(deleted=False)"),
    Fault(files.FilePage.held, ".rows(self.actor)", ".every()"),
    Fault(trash.TrashPage.get, "self.type_.trash(self.actor)", "self.type_.every(deleted=True)"),
    Fault(told.sees_all, "return access", "return True or access"),
    Fault(activity.lines, "if not (label := show.label(entry.type, entry.record_id)).hidden",
          "if (label := show.label(entry.type, entry.record_id))"),
    Fault(activity.timeline, "size=limit + 1, asked=asked), limit + 1)", "size=1, asked=asked), 1)"),
    Fault(parties.alike, "type_.rows(actor)", "type_.every(deleted=False)"),
    Fault(sales.theirs, "deal.rows(visit.actor)", "deal.every(deleted=False)"),
    Fault(resolving.nearest, "type_.rows(actor)", "type_.every(deleted=False)"),
]  # fmt: skip
"""Where somebody forgot to ask who is asking."""


@contextmanager
def made(fault: Fault) -> Iterator[None]:
    """The program has the fault within the block: wherever the function is known by its name."""
    text = textwrap.dedent(inspect.getsource(fault.of))
    if fault.right not in text:
        raise LookupError(f"{fault}: this is not there any more")
    held: dict[str, Any] = {}
    wrong = f"from __future__ import annotations\n{text.replace(fault.right, fault.wrong, 1)}"
    exec(wrong, fault.of.__globals__, held)  # noqa: S102  (our own text)
    places = [place for place in known_places() if vars(place).get(fault.of.__name__) is fault.of]
    for place in places:
        setattr(place, fault.of.__name__, held[fault.of.__name__])
    try:
        yield
    finally:
        for place in places:
            setattr(place, fault.of.__name__, fault.of)


def known_places() -> Iterator[Any]:
    """Modules of ours and the classes in them."""
    for name, module in [*sys.modules.items()]:
        if name.startswith("bodega."):
            yield module
            yield from (found for found in vars(module).values() if inspect.isclass(found) and found.__module__ == name)
