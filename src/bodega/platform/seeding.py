"""What a new installation begins with: options and roles, written through the door like everything else."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.apps import apps

from bodega.kernel import change
from bodega.kernel.drafts import Draft
from bodega.kernel.options import options_of
from bodega.kernel.registry import type_of
from bodega.kernel.scope import scope
from bodega.lib.text import slug

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

ROLES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "Sales": {"*": {"view": "all", "create": "all", "change": "team", "delete": "own"}},
    "Sales, own customers": {"*": {"view": "team", "create": "all", "change": "own", "delete": "own"}},
    "Manager": {"*": {"view": "all", "create": "all", "change": "all", "delete": "team"}},
    "Reader": {"*": {"view": "all", "create": "none", "change": "none", "delete": "none"}},
}


def seed_everything(*, actor: Actor) -> None:
    """Fill an empty installation; what is there already is left alone."""
    with scope():
        seed_roles(actor=actor)
        for app in apps.get_app_configs():
            if find_spec(f"{app.name}.seeds"):
                import_module(f"{app.name}.seeds").seed(actor=actor)


def seed_roles(*, actor: Actor) -> None:
    role = type_of("kernel.role")
    if not role.rows(actor).exists():
        change.save_many(
            role, [Draft(None, {"name": name, "levels": levels}) for name, levels in ROLES.items()], actor=actor
        )


def seed_options(sets: Mapping[str, str], *, actor: Actor) -> None:
    """Make the options of those sets that have none. `Lead:info|Customer:good` names options with their colours."""
    drafts = []
    for set_name, listed in sets.items():
        for order, one in enumerate([] if options_of(set_name) else listed.split("|")):
            name, _mark, tone = one.partition(":")
            drafts.append(
                Draft(
                    None,
                    {"set": set_name, "key": slug(name).replace("-", "_"), "name": name, "order": order, "tone": tone},
                )
            )
    if drafts:
        change.save_many(type_of("kernel.option"), drafts, actor=actor)
