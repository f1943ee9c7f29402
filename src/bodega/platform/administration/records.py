"""The types whose models are the kernel's own: who works here, and what an administrator arranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bodega.kernel.actors import LEVELS, VERBS, below, tree_of
from bodega.kernel.models import CustomField, CustomType, Option, Rate, Role, Team, Territory, User
from bodega.kernel.record import RecordType
from bodega.lib.text import slug
from bodega.platform.administration.customising import prepare_field, prepare_type

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.drafts import Draft

ADMINISTRATION = _("Administration")


def prepare_user(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Everybody needs a name to sign in with; whoever comes by import gets one made of their name."""
    for draft in drafts:
        if draft.is_new and not draft.get("login"):
            draft.values["login"] = draft.get("email") or slug(draft.get("name") or "")
        if "login" in draft:
            draft.values["login"] = draft.values["login"].lower()
        problem = user_problem(draft)
        if problem:
            draft.refuse(ValidationError(problem))
    keep_one_administrator([draft for draft in drafts if not is_in_charge(draft)], actor=actor)


def is_in_charge(draft: Draft) -> bool:
    return bool(draft.get("is_admin") and draft.get("is_active"))


def keep_one_administrator(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Refuse that the last one goes, or the last ones together."""
    leaving = [draft for draft in drafts if draft.old.get("is_admin") and draft.old.get("is_active")]
    if leaving:
        known = User.objects.select_for_update().filter(is_admin=True, is_active=True, deleted_at=None)
        if {*known.values_list("pk", flat=True)} <= {draft.id for draft in leaving}:
            for draft in leaving:
                draft.refuse(
                    ValidationError({"is_admin": _("This is the last administrator. Name another one first.")})
                )


def prepare_role(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Refuse rights that no one would know how to read."""
    for draft in drafts:
        lines = draft.get("levels") or {}
        sound = isinstance(lines, dict) and all(
            isinstance(line, dict) and line.keys() <= {*VERBS} and all(level in LEVELS for level in line.values())
            for line in lines.values()
        )
        if not sound:
            draft.refuse(
                ValidationError(
                    {
                        "levels": _("Rights name view, create, change and delete: %(levels)s.")
                        % {"levels": ", ".join(LEVELS)}
                    }
                )
            )


def prepare_team(drafts: Sequence[Draft], *, actor: Actor) -> None:
    refuse_rings(drafts, Team)


def prepare_territory(drafts: Sequence[Draft], *, actor: Actor) -> None:
    refuse_rings(drafts, Territory)


def refuse_rings(drafts: Sequence[Draft], model: type[Team | Territory]) -> None:
    """Refuse what would be a part of itself."""
    over = dict(tree_of(model))
    for draft in drafts:
        if draft.id and draft.get("above") in below([draft.id], over):
            draft.refuse(ValidationError({"above": _("It would be a part of itself.")}))
        elif draft.id:
            over[draft.id] = draft.get("above")


def user_problem(draft: Draft) -> dict[str, str | Promise]:
    """What would keep the person, or everybody, from getting in."""
    if not is_zone(draft.get("time_zone") or "UTC"):
        return {"time_zone": _("This is not a time zone like Europe/Berlin.")}
    if draft.get("language") and draft.get("language").lower() not in LANG_INFO:
        return {"language": _("This is not a language code like en or pt-br.")}
    return {}


def is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (KeyError, OSError, ValueError):
        return False


user = RecordType(
    key="kernel.user",
    model=User,
    label=_("User"),
    plural=_("Users"),
    slug="users",
    icon="user-cog",
    face="round",
    section=ADMINISTRATION,
    columns="name login email roles teams manager office is_active",
    form={
        _("Person"): "name login email office",
        _("Work"): "roles teams territories manager is_admin is_active",
        _("Place"): "time_zone language",
    },
    search="name email",
    sorts="name",
    match="external_id, login, name",
    prepare=prepare_user,
    guard=keep_one_administrator,
    admin=True,
)

team = RecordType(
    key="kernel.team",
    model=Team,
    label=_("Team"),
    plural=_("Teams"),
    slug="teams",
    icon="users",
    section=ADMINISTRATION,
    columns="name above",
    form={_("Team"): "name above"},
    search="name",
    match="name",
    prepare=prepare_team,
    admin=True,
)

territory = RecordType(
    key="kernel.territory",
    model=Territory,
    label=_("Territory"),
    plural=_("Territories"),
    slug="territories",
    icon="map",
    section=ADMINISTRATION,
    columns="name above",
    form={_("Territory"): "name above"},
    search="name",
    match="name",
    prepare=prepare_territory,
    admin=True,
)

role = RecordType(
    key="kernel.role",
    model=Role,
    label=_("Role"),
    plural=_("Roles"),
    slug="roles",
    icon="shield",
    section=ADMINISTRATION,
    columns="name",
    form={_("Role"): "name levels"},
    facts="name",
    search="name",
    match="name",
    prepare=prepare_role,
    admin=True,
)

option = RecordType(
    key="kernel.option",
    model=Option,
    label=_("Option"),
    plural=_("Options"),
    slug="options",
    icon="list",
    section=ADMINISTRATION,
    columns="name set key order tone retired",
    form={_("Option"): "set key name order tone status retired"},
    search="name",
    match="set key",
    admin=True,
)

rate = RecordType(
    key="kernel.rate",
    model=Rate,
    label=_("Exchange rate"),
    plural=_("Exchange rates"),
    slug="rates",
    icon="coins",
    section=ADMINISTRATION,
    columns="name since worth",
    form={_("Exchange rate"): "name since worth"},
    search="name",
    match="name since",
    admin=True,
)

custom_type = RecordType(
    key="kernel.type",
    model=CustomType,
    label=_("Record type"),
    plural=_("Record types"),
    slug="types",
    icon="shapes",
    section=ADMINISTRATION,
    columns="name plural slug icon",
    form={_("Record type"): "name plural slug icon"},
    search="name",
    match="slug",
    prepare=prepare_type,
    admin=True,
)

custom_field = RecordType(
    key="kernel.field",
    model=CustomField,
    label=_("Field"),
    plural=_("Fields"),
    slug="fields",
    icon="text-cursor-input",
    section=ADMINISTRATION,
    columns="name type word kind required indexed",
    form={_("Field"): "type name kind options target required indexed", _("Names"): "word order"},
    search="name",
    match="type word",
    prepare=prepare_field,
    admin=True,
)
