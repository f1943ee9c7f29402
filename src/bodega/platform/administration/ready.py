"""Four sets of roles for a small company to begin with. What they make are roles like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bodega.kernel import change
from bodega.kernel.actors import Actor, Role
from bodega.lib.text import fold
from bodega.platform.administration import records

Lines = Mapping[str, Mapping[str, str]]
"""How far each verb reaches, by type; `*` for every other one."""
text = str | Promise


def reaching(view: str, change: str, delete: str, *, create: str = "all") -> Mapping[str, str]:
    return {"view": view, "create": create, "change": change, "delete": delete}


ALL, READ = reaching("all", "all", "all"), reaching("all", "none", "none", create="none")
SHARED: Lines = {"products.product": READ}
"""What everybody looks things up in, whatever else they see."""


@dataclass(frozen=True)
class ReadySet:
    """`told` says for whom it is; `roles` are the lines of each role by its name."""

    key: str
    label: text
    told: text
    roles: Mapping[text, Lines]


SETS: Sequence[ReadySet] = (
    ReadySet(
        key="open",
        label=_("Everybody sees everything"),
        told=_("For a few people who trust each other: all see and change all, and delete what is their own."),
        roles={_("Colleague"): {"*": reaching("all", "all", "own")}, _("Onlooker"): {"*": READ}},
    ),
    ReadySet(
        key="teams",
        label=_("Sales by team, service sees all"),
        told=_("Sellers see what their teams work on. Whoever answers the phone sees every customer."),
        roles={
            _("Seller in a team"): {"*": reaching("team", "team", "own"), **SHARED},
            _("Sales lead"): {"*": reaching("below", "below", "below")},
            _("Service"): {"*": reaching("all", "team", "own"), "sales.deal": READ, **SHARED},
        },
    ),
    ReadySet(
        key="own",
        label=_("Each their own, managers all"),
        told=_("Everybody works with their own customers. Managers see all, and change what their reports have."),
        roles={
            _("Seller"): {"*": reaching("own", "own", "own"), **SHARED},
            _("Head of sellers"): {"*": reaching("all", "reports", "reports")},
        },
    ),
    ReadySet(
        key="territories",
        label=_("By territory"),
        told=_("Everybody sees what lies in their territories, and what is their own."),
        roles={
            _("Seller in a territory"): {"*": reaching("territory", "territory", "own"), **SHARED},
            _("Head of territories"): {"*": reaching("all", "territory", "territory")},
        },
    ),
)


def set_of(key: str) -> ReadySet | None:
    return next((one for one in SETS if one.key == key), None)


def there(chosen: ReadySet) -> set[str]:
    """The names of its roles that there are already."""
    names = {fold(str(name)): str(name) for name in chosen.roles}
    held = Role.objects.filter(deleted_at=None, name_key__in=names).values_list("name_key", flat=True)
    return {names[key] for key in held}


def add(chosen: ReadySet, *, actor: Actor) -> change.Outcome:
    """Make its roles but for those whose names are taken, all at once."""
    taken = there(chosen)
    missing = {str(name): lines for name, lines in chosen.roles.items() if str(name) not in taken}
    drafts = [change.Draft(None, {"name": name, "levels": dict(lines)}) for name, lines in missing.items()]
    return change.save_many(records.role, drafts, actor=actor)
