"""Which jobs somebody has begun and not been told the end of: kept in their session, so that no page asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bodega.surfaces.html.shapes import Toast

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

KEY, MOST = "work", 5
"""The newest so many are told of."""


def begin(session: SessionBase, job: int, said: str) -> None:
    """From now on every page tells of it, in these words until it is known how far it is."""
    held = [*session.get(KEY, []), [job, said]]
    session[KEY] = held[-MOST:]


def over(session: SessionBase, job: int) -> None:
    """It has been told what became of it."""
    held = session.get(KEY, [])
    if any(one[0] == job for one in held):  # a page that only looks writes nothing
        session[KEY] = [one for one in held if one[0] != job]


def toasts(session: SessionBase) -> Iterator[Toast]:
    """What stands on a page for each of them; a script there asks how far it is."""
    for job, said in session.get(KEY, ()):
        yield Toast(text=said, tone="info", work_url=f"/work/{job}/")
