"""Who acts: people, their teams and roles, and the program itself. Below everything that has an owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered, KeyField, ReferencesField
from bodega.kernel.scope import arranged
from bodega.kernel.stored import Record, external_once

LEVELS = ("none", "own", "reports", "team", "below", "territory", "all", "customer")
"""How far a verb of a role reaches: what is one's own; that and what those have who report to one, however far down;
that and what one's teams have; that and what the teams below them have; one's own and what lies in one's territories;
everything that is not another's private affair; of somebody from outside, what concerns the party they stand for."""
VERBS = ("view", "create", "change", "delete")
RIGHTS = ("export", "many", "assign", "history")
"""What a role may refuse beside, all of it given where it says nothing: to take records out as a file; to change or
import many at once; to give them to others (a level says to whom); to see what happened to them."""
READING = ("view", "export", "history")
APART: set[str] = set()
"""The types of which a role says something only by naming them: what is sensitive."""
HIDDEN, LOCKED = "hidden", "read"
"""What a role may make of a field."""


class Role(Record):
    """What its holders may do, by record type and verb: `{"*": {"view": "all", "change": "team"}, "sales.deal": …}`."""

    name = models.CharField(_("name"), max_length=60)
    name_key = KeyField(of="name")
    levels = models.JSONField(_("rights"), default=dict)
    fields = models.JSONField(_("fields"), null=True, blank=True)
    """What its holders may not see or set, by type and stable field id: `{"sales.deal": {"amount": "hidden"}}`."""

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [external_once("role_external")]

    def __str__(self) -> str:
        return self.name


class Team(Record):
    name = models.CharField(_("name"), max_length=100)
    name_key = KeyField(of="name")
    above = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("part of"), db_index=False
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [external_once("team_external")]

    def __str__(self) -> str:
        return self.name


class Territory(Record):
    """A part of the market; who works in it has it in `User.territories`."""

    name = models.CharField(_("name"), max_length=100)
    name_key = KeyField(of="name")
    above = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("part of"), db_index=False
    )

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        constraints = [external_once("territory_external")]

    def __str__(self) -> str:
        return self.name


class TeamSet(models.Model):
    """Teams that work together on some record: so a record names all its teams by one number. Never changed."""

    teams = BinaryOrdered(max_length=500, unique=True)
    """Their ids in order, with commas."""


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(login__iexact=username or "")


class User(AbstractBaseUser, Record):
    """A person who works here. Deactivated instead of deleted: history keeps naming them."""

    login = models.CharField(_("sign-in name"), max_length=150, unique=True)
    name = models.CharField(_("name"), max_length=150)
    name_key = KeyField(of="name")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    roles = ReferencesField(_("roles"), to="kernel.role", null=True)
    manager = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("manager")
    )
    teams = ReferencesField(_("teams"), to="kernel.team")
    territories = ReferencesField(_("territories"), to="kernel.territory", null=True)
    office = models.CharField(_("office"), max_length=100, blank=True, default="")
    is_admin = models.BooleanField(_("administrator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, default="")
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    preferences = models.JSONField(default=dict, blank=True, editable=False)

    arranged: int | None = None
    """The number that stood in the database when the person was read by a request (`kernel.scope`)."""

    objects = UserManager()
    USERNAME_FIELD = "login"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [external_once("user_external")]

    def __str__(self) -> str:
        return self.name


Levels = Mapping[str, Mapping[str, frozenset[str]]]
"""By record type (`*` for those that no role names) and verb, how far it reaches."""
Mask = frozenset[tuple[str, str]]
"""The fields of a type, by stable id, that somebody may not see, or not set."""
NO_MASK: Mask = frozenset()
OF_STAFF: Mapping[str, Mask] = {"kernel.role": frozenset({("levels", HIDDEN), ("fields", HIDDEN)})}
"""What everybody but administrators does without: a role that hides a field would else tell of it."""
Ids = frozenset[int]
NOBODY: Ids = frozenset()


@dataclass(frozen=True)
class Standing:
    """Where somebody stands among the others: ids of users, teams and territories, all with what hangs below them."""

    reports: Ids = NOBODY
    """Themselves, and who reports to them, however far down."""
    mates: Ids = NOBODY
    """Themselves, and the members of their teams."""
    mates_below: Ids = NOBODY
    teams: Ids = NOBODY
    teams_below: Ids = NOBODY
    teams_above: Ids = NOBODY
    """Their teams, and what these are part of."""
    territories: Ids = NOBODY
    roles: Ids = NOBODY


@dataclass(frozen=True)
class Actor:
    """Who is acting, through which surface, and because of what. Made once per request, job or delivery."""

    user_id: int | None
    name: str
    is_admin: bool = False
    levels: Levels = field(default_factory=dict)
    masks: Mapping[str, Mask] = field(default_factory=dict)
    standing: Standing = Standing()
    types: frozenset[str] = frozenset()
    """What a token is good for; everything, where it names nothing."""
    only_reads: bool = False
    parties: Ids = NOBODY
    """For whom somebody from outside stands: themselves, and perhaps their organisation."""
    time_zone: str = "UTC"
    language: str = "en"
    surface: str = "page"
    batch: str = ""
    caused_by: int | None = None
    depth: int = 0

    def reach(self, type_key: str, verb: str) -> frozenset[str]:
        """The levels (all but none) that the roles give; a type's own line wins over `*`."""
        if self.is_admin:
            return frozenset({"all"})
        line = self.levels.get(type_key) or self.levels.get("" if type_key in APART else "*") or {}
        return line.get(verb, frozenset()) & frozenset(LEVELS[1:])

    def is_barred(self, type_key: str, verb: str) -> bool:
        """Whether the token by which they come keeps them from it, whatever else would give it."""
        return bool(self.types and type_key not in self.types) or (self.only_reads and verb not in READING)

    @property
    def team(self) -> Ids:
        """The users whose records are "my team's": me, the members of my teams, my reports."""
        return self.standing.mates | self.standing.reports

    def via(self, **change: Any) -> Self:
        return replace(self, **change)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def actor_of(user: User, *, surface: str = "page", batch: str = "") -> Actor:
    """The actor a person is, with their rights as they stand now: none where their access was ended."""
    works_here = user.is_active and user.deleted_at is None
    is_admin, roles = (user.is_admin, user.roles or ()) if works_here else (False, ())
    return Actor(
        user_id=user.pk,
        name=user.name,
        is_admin=is_admin,
        levels=arranged(("levels", *roles), lambda: levels_of(roles)),
        masks={} if is_admin else arranged(("masks", *roles), lambda: masks_of(roles)),
        standing=arranged(("standing", user.pk), lambda: standing_of(user)),
        time_zone=user.time_zone or settings.TIME_ZONE,
        language=user.language or settings.LANGUAGE_CODE,
        surface=surface,
        batch=batch,
    )


def outside(name: str, *, role_ids: Iterable[int], parties: Iterable[int] = (), surface: str) -> Actor:
    """Somebody who does not work here: a customer at their own pages, whoever sends a form. What they see and do
    follows from roles like anybody's, and from the parties they stand for."""
    roles = (*role_ids,)
    return Actor(
        user_id=None,
        name=name,
        levels=arranged(("levels", *roles), lambda: levels_of(roles)),
        masks=arranged(("masks", *roles), lambda: masks_of(roles)),
        parties=frozenset(parties),
        time_zone=settings.TIME_ZONE,
        language=settings.LANGUAGE_CODE,
        surface=surface,
    )


def levels_of(role_ids: Iterable[int]) -> Levels:
    """What several roles give together: for each type that one of them names, what each says of it."""
    roles = [levels for levels, _fields in held(role_ids)]
    return {
        key: {verb: frozenset(level_in(role, key, verb) for role in roles) for verb in (*VERBS, *RIGHTS)}
        for key in {"*", *chain.from_iterable(roles)}
    }


def held(role_ids: Iterable[int]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What each of these roles says of types and of fields."""
    roles = Role.objects.filter(pk__in=[*role_ids], deleted_at=None).values_list("levels", "fields")
    return [(levels, fields or {}) for levels, fields in roles]


def level_in(role: Mapping[str, Mapping[str, str]], key: str, verb: str) -> str:
    usual = "all" if verb in RIGHTS else "none"
    lines = (role.get(key), role.get("*"))[: 1 if key in APART else 2]
    return next((line[verb] for line in lines if line and verb in line), usual)


def masks_of(role_ids: Iterable[int]) -> Mapping[str, Mask]:
    """What several roles together keep from their holder: a field stays hidden where each of those that show records of
    the type hides it."""
    roles, found = held(role_ids), {**OF_STAFF}
    for key in {*chain.from_iterable(fields for _levels, fields in roles)}:
        every = [(level_in(levels, key, "view"), fields.get(key, {})) for levels, fields in roles]
        showing = [line for level, line in every if level != "none"] or [line for _level, line in every]
        said = {name: {line.get(name) for line in showing} for name in chain.from_iterable(showing)}
        mask = {(name, HIDDEN if words == {HIDDEN} else LOCKED) for name, words in said.items() if None not in words}
        found |= {key: frozenset(mask)} if mask else {}
    return found


def masks_in_use() -> list[Mapping[str, Mask]]:
    """What is kept from somebody who works here, each once."""
    roles = User.objects.filter(deleted_at=None, is_active=True, is_admin=False).values_list("roles", flat=True)
    return [masks for held in {tuple(held or ()) for held in roles} if (masks := masks_of(held))]


def standing_of(user: User) -> Standing:
    people = arranged("people", lambda: [*User.objects.filter(deleted_at=None).values_list("pk", "manager", "teams")])
    teams, teams_below = frozenset(user.teams), below(user.teams, tree_of(Team))
    return Standing(
        reports=below([user.pk], {pk: manager for pk, manager, _teams in people}),
        mates=frozenset({user.pk, *(pk for pk, _manager, theirs in people if teams & {*theirs})}),
        mates_below=frozenset({user.pk, *(pk for pk, _manager, theirs in people if teams_below & {*theirs})}),
        teams=teams,
        teams_below=teams_below,
        teams_above=above(user.teams, tree_of(Team)),
        territories=below(user.territories or (), tree_of(Territory)),
        roles=frozenset(user.roles or ()),
    )


def tree_of(model: type[Team | Territory]) -> Mapping[int, int | None]:
    """What is above each."""
    return arranged(
        ("tree", model), lambda: dict(model._base_manager.filter(deleted_at=None).values_list("pk", "above"))
    )


def above(leaves: Iterable[int], over: Mapping[int, int | None]) -> Ids:
    """The leaves and all that they are part of."""
    found, waiting = set[int](), [*leaves]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [higher for higher in [over.get(one)] if higher is not None]
    return frozenset(found)


def below(roots: Iterable[int], above: Mapping[int, int | None]) -> Ids:
    """The roots and all that hang below them; who reports to themselves in a ring is found once."""
    children: dict[int, list[int]] = {}
    for one, over in above.items():
        if over is not None:
            children.setdefault(over, []).append(one)
    found, waiting = set[int](), [*roots]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children.get(one, ())
    return frozenset(found)


def system(name: str, *, surface: str = "system", on_behalf_of: Actor | None = None) -> Actor:
    """The program itself: sees everything; what it does is recorded under its name and for whom."""
    if on_behalf_of is None:
        return Actor(
            user_id=None,
            name=name,
            is_admin=True,
            surface=surface,
            time_zone=settings.TIME_ZONE,
            language=settings.LANGUAGE_CODE,
        )
    return on_behalf_of.via(name=name, is_admin=True, surface=surface)
