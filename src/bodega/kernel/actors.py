"""Who acts: people, their teams and roles, and the program itself. Below everything that has an owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import KeyField, ReferencesField
from bodega.kernel.scope import arranged
from bodega.kernel.stored import Record, external_once
from bodega.lib.expressions import JsonHas

LEVELS = ("none", "own", "team", "all")
VERBS = ("view", "create", "change", "delete")


class Role(Record):
    """What its holders may do, by record type and verb: `{"*": {"view": "all", "change": "team"}, "sales.deal": …}`."""

    name = models.CharField(_("name"), max_length=60)
    name_key = KeyField(of="name")
    levels = models.JSONField(_("rights"), default=dict)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [external_once("role_external")]

    def __str__(self) -> str:
        return self.name


class Team(Record):
    name = models.CharField(_("name"), max_length=100)
    name_key = KeyField(of="name")

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [external_once("team_external")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(login__iexact=username or "")


class User(AbstractBaseUser, Record):
    """A person who works here. Deactivated instead of deleted: history keeps naming them."""

    login = models.CharField(_("sign-in name"), max_length=150, unique=True)
    name = models.CharField(_("name"), max_length=150)
    name_key = KeyField(of="name")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role"))
    manager = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("manager")
    )
    teams = ReferencesField(_("teams"), to="kernel.team")
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


@dataclass(frozen=True)
class Actor:
    """Who is acting, through which surface, and because of what. Made once per request, job or delivery.

    `team` holds the ids of the users whose records are "my team's": me, the members of my teams, my reports.
    """

    user_id: int | None
    name: str
    is_admin: bool = False
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    team: frozenset[int] = frozenset()
    time_zone: str = "UTC"
    language: str = "en"
    surface: str = "page"
    batch: str = ""
    caused_by: int | None = None
    depth: int = 0

    def level(self, type_key: str, verb: str) -> str:
        """none, own, team or all; the type's own line wins over `*`."""
        if self.is_admin:
            return "all"
        for line in (self.levels.get(type_key), self.levels.get("*")):
            if line and verb in line:
                return line[verb]
        return "none"

    def via(self, **change: Any) -> Self:
        return replace(self, **change)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def actor_of(user: User, *, surface: str = "page", batch: str = "") -> Actor:
    """The actor a person is, with their rights as they stand now."""
    return Actor(
        user_id=user.pk,
        name=user.name,
        is_admin=user.is_admin,
        levels=arranged(("levels", user.role_id), lambda: dict(user.role.levels) if user.role else {}),
        team=arranged(("team", user.pk), lambda: team_of(user)),
        time_zone=user.time_zone or settings.TIME_ZONE,
        language=user.language or settings.LANGUAGE_CODE,
        surface=surface,
        batch=batch,
    )


def team_of(user: User) -> frozenset[int]:
    """Myself, the members of my teams, and those who report to me."""
    mates = models.Q(manager=user)
    for team in user.teams:
        mates |= models.Q(JsonHas(models.F("teams"), team))
    return frozenset({user.pk, *User.objects.filter(mates, deleted_at=None).values_list("pk", flat=True)})


def keep_preference(user: User, name: str, value: Any) -> None:
    """Remember how a person likes their pages: their own affair, so without version and history."""
    user.preferences = {**user.preferences, name: value}
    User.objects.filter(pk=user.pk).update(preferences=user.preferences)


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
