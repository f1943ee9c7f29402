"""Faults that somebody could make in the rules of access, one at a time: a proof that misses one proves nothing."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from bodega.kernel import access, actors, teams
from bodega.lib.expressions import InList


class Fault(NamedTuple):
    """In the function `of`, `right` is replaced by `wrong`."""

    of: Callable[..., Any]
    right: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.of.__qualname__}: {self.right} -> {self.wrong or 'nothing'}"


REACH = access.reach_of
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
    Fault(access.rows_in, 'Q(private=False) | Q(InList(F("owner_id"), [*reach.own]))', "Q()"),
    Fault(access.rows_in, 'Q(private=False) | Q(InList(F("owner_id"), [*reach.own]))', "Q(private=False)"),
    Fault(access.among, "Q(private=False) if reach.guarded", "Q() if reach.guarded"),
    Fault(access.among, "return own | (", "return ("),
    Fault(access.among, "if others else own", "if others else Q()"),
    Fault(access.Reach.columns, '("team_set", self.team_sets)', '("team_set", NOBODY)'),
    Fault(access.Reach.columns, '("territory_id", self.territories)', '("territory_id", self.owners)'),
    Fault(access.Reach.columns, '("owner_id", self.owners)', '("owner_id", self.team_sets)'),
    Fault(access.Reach.holds, "and not record.private", ""),
    Fault(access.Reach.holds, "if record.owner_id in self.own:", "if False:"),
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
    Fault(InList.held, "map(str, self.values)", "map(str, self.values[:-1] or self.values)"),
]  # fmt: skip


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
