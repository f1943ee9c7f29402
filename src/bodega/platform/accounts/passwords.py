"""Passwords that who knows the company would try first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.kernel.actors import User
from bodega.lib.text import fold

SHORTEST_WORD, ENOUGH = 4, 8


class NotOfTheCompany:
    """Refuses what is little more than the names of the program, of the company and of its address."""

    def validate(self, password: str, user: User | None = None) -> None:
        rest = fold(password)
        for word in words():
            rest = rest.replace(word, "")
        if rest != fold(password) and len(rest) < ENOUGH:
            raise ValidationError(_("This password is little more than a name that everybody here knows."))

    def get_help_text(self) -> str:
        return _("Your password can’t be little more than the company’s name.")


def words() -> Iterator[str]:
    """The longest first, folded."""
    told = f"bodega {settings.BODEGA_COMPANY} {urlsplit(settings.BODEGA_BASE_URL).hostname}"
    found = {word for word in re.split(r"[\W_]+", fold(told)) if len(word) >= SHORTEST_WORD}
    yield from sorted(found, key=len, reverse=True)
