"""The types whose models are the kernel's own: who works here, and what an administrator arranges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bodega.kernel.actors import HIDDEN, LEVELS, LOCKED, RIGHTS, VERBS, below, level_in, system, tree_of
from bodega.kernel.kinds import Choice, Kind, Place
from bodega.kernel.kinds import JsonData as Json
from bodega.kernel.models import CustomField, CustomType, Option, Rate, Role, Rule, Team, Territory, User
from bodega.kernel.options import Choosable
from bodega.kernel.query import Question, QuestionError, parse
from bodega.kernel.query.tree import And, Is, Not, Or, nodes
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.kernel.registry import UnknownType, every_type, type_of
from bodega.kernel.rules import MOST as MOST_RULES
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
        if not says(draft.get("levels") or {}, {*VERBS, *RIGHTS}, LEVELS):
            told = _("Rights name %(verbs)s: %(levels)s.") % {
                "verbs": ", ".join((*VERBS, *RIGHTS)),
                "levels": ", ".join(LEVELS),
            }
            draft.refuse(ValidationError({"levels": told}))
        elif wider := wider_than_sight(draft.get("levels") or {}):
            told = _("Who may change or delete records has to see them: %(types)s.") % {"types": ", ".join(wider)}
            draft.refuse(ValidationError({"levels": told}))
        fields = draft.get("fields") or {}
        for key in fields if isinstance(fields, dict) else [""]:
            known = restrictable(key)
            if not key or not says({key: fields[key]}, known, (HIDDEN, LOCKED)):
                named = _("What is hidden or read only names fields that may be: %(names)s.") % {
                    "names": ", ".join(known)
                }
                draft.refuse(ValidationError({"fields": named}))


def says(lines: Any, names: Container[str], words: Container[str]) -> bool:
    """Whether this is a word for some of the names, by type."""
    return isinstance(lines, dict) and all(
        isinstance(line, dict) and all(name in names and word in words for name, word in line.items())
        for line in lines.values()
    )


WITHIN = {
    "none": {*LEVELS},
    "own": {*LEVELS} - {"none"},
    "reports": {"reports", "team", "below", "all"},
    "team": {"team", "below", "all"},
    "below": {"below", "all"},
    "territory": {"territory", "all"},
    "customer": {"customer", "all"},
    "all": {"all"},
}
"""The levels that reach all that this one does."""


def wider_than_sight(levels: dict[str, dict[str, str]]) -> list[str]:
    """The types of which a role would let somebody change or delete records that it does not show them."""
    said = {key: [level_in(levels, key, verb) for verb in ("view", "change", "delete")] for key in levels}
    return [key for key, (seen, *others) in said.items() if any(seen not in WITHIN[level] for level in others)]


def restrictable(key: str) -> dict[str, Kind]:
    """The fields that a role may hide or lock, by stable id: a record needs its name and what every one has."""
    try:
        type_ = type_of(key)
    except UnknownType:
        return {}
    needed = {type_.title, type_.within}
    return {kind.key: kind for kind in type_.fields().values() if kind.name not in needed and not kind.required}


def prepare_rule(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Read the question as it was typed, and keep what it means."""
    many = Counter(Rule._base_manager.filter(deleted_at=None).values_list("type", flat=True))
    for draft in drafts:
        if draft.get("type") not in RecordsOf(name="type").choices():
            continue  # told as any other field that is missing
        try:
            asked = question_of(draft)
        except QuestionError as problem:
            draft.refuse(ValidationError({"question": str(problem)}))
            continue
        draft.values["asked"] = asked.to_json()
        many[draft.get("type")] += draft.get("type") != draft.old.get("type")
        if many[draft.get("type")] > MOST_RULES:
            told = _("There are %(most)s rules for these records already.") % {"most": MOST_RULES}
            draft.refuse(ValidationError({"type": told}))


def question_of(draft: Draft) -> Question:
    """Raises QuestionError."""
    type_ = type_of(draft.get("type"))
    found = parse(draft.get("question") or "", type_, actor=system("rules"))
    for node in nodes(found.where):
        if not isinstance(node, Is | And | Or | Not) or (isinstance(node, Is) and not is_own(type_, node)):
            raise QuestionError(_("A rule asks for fields of the record itself, not of others, and not for words."))
    return found


def is_own(type_: RecordType, node: Is) -> bool:
    """Whether the condition stays within the record; the part of an address does."""
    return len(node.path) == 1 or isinstance(type_.field(node.path[0]), Place)


class RecordsOf(Choice):
    """A record type that says itself who may see its records."""

    def choices(self) -> Mapping[str, Choosable]:
        found = {type_.key: str(type_.plural) for type_ in every_type() if type_.is_protected and not type_.covers}
        return {key: Choosable(key, plural) for key, plural in found.items()}


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
    form={_("Role"): "name levels fields"},
    facts="name",
    search="name",
    match="name",
    prepare=prepare_role,
    admin=True,
)

rule = RecordType(
    key="kernel.rule",
    model=Rule,
    label=_("Rule"),
    plural=_("Rules"),
    slug="rules",
    icon="scale",
    section=ADMINISTRATION,
    columns="name type effect question roles teams users",
    form={_("Rule"): "name type effect question may_change", _("Whom it concerns"): "roles teams users"},
    facts="type effect question may_change roles teams users",
    search="name",
    match="name",
    kinds=[
        RecordsOf(name="type", label=_("Records"), required=True, source=columns_of(Rule)["type"]),
        Json(name="asked", label=_("Question as a tree"), editable=False, source=columns_of(Rule)["asked"]),
    ],
    prepare=prepare_rule,
    admin=True,
    closed=True,
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
