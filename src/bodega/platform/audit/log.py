"""Writing down: `audit.note(Kind.SIGNED_IN, actor=actor)` says who did what, and what it was about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bodega.kernel.kinds.base import Json
from bodega.lib import clock, work
from bodega.platform.audit.chain import NOTHING, About, Noted, append
from bodega.platform.audit.kinds import Kind

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor, User

__all__ = ["NOTHING", "About", "Kind", "note", "of_user"]


def note(
    kind: Kind,
    *,
    actor: Actor | None,
    about: About = NOTHING,
    details: Mapping[str, Json] | None = None,
    surface: str = "",
) -> None:
    """Write down what happens, in the transaction it happens in; what can't be written down does not happen then.

    `actor` is None where nobody knows who it is; then `surface` is needed. Who looks as another one is themselves.
    `details` hold no secret, and no value of a marked field.
    """
    here = work.current()
    append(
        [
            Noted(
                kind=kind,
                at=clock.now(),
                user_id=(here and here.user_id) or (actor.user_id if actor else None),
                name=actor.name if actor else "",
                surface=actor.surface if actor else surface,
                address=here.address if here else "",
                about=about,
                details=details or {},
            )
        ]
    )


def of_user(user: User) -> About:
    return About("kernel.user", user.pk, user.name)
