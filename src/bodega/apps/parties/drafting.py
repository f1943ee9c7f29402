"""What a party needs before it is written: a name, and its primary contact points in step with its own columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.kernel.kinds import Email, Kind, Phone, Text, Url
from bodega.kernel.parts import Line
from bodega.lib import clock

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.drafts import Draft

COLUMN_OF = {"email": "email", "phone": "phone", "web": "website"}
KIND_OF: dict[str, Kind] = {
    "email": Email(name="value"),
    "phone": Phone(name="value"),
    "web": Url(name="value"),
    "handle": Text(name="value"),
}


def prepare_party(drafts: Sequence[Draft], *, actor: Actor) -> None:
    for draft in drafts:
        complete_name(draft)
        try:
            keep_points(draft, actor=actor)
        except ValidationError as problem:
            draft.refuse(ValidationError({"contact_points": problem.messages}))
        keep_addresses(draft)


def complete_name(draft: Draft) -> None:
    """A person who comes with given and family name only is called by both."""
    if not draft.get("name"):
        parts = (draft.get("given_name"), draft.get("family_name"))
        draft.values["name"] = " ".join(part for part in parts if part)


def keep_points(draft: Draft, *, actor: Actor) -> None:
    """The column and the primary contact point of its channel say the same: what was given last wins."""
    given = "contact_points" in draft
    columns = {
        channel: draft.values[column]
        for channel, column in COLUMN_OF.items()
        if column in draft and draft.values[column] != (draft.old.get(column) or "")
    }
    if not (given or columns):
        return
    held = draft.get("contact_points") or []
    points = normalised(held, actor=actor) if given else held
    for channel, value in columns.items():
        points = with_primary(points, channel, value)
    points = one_primary(points)
    draft.values["contact_points"] = points
    first = {line["channel"]: line["value"] for line in points if line["primary"]}
    for channel, column in COLUMN_OF.items():
        value = first.get(channel, "")
        if value != (draft.get(column) or ""):
            draft.values[column] = value


def normalised(points: Sequence[Line], *, actor: Actor) -> list[Line]:
    """Every address in the one form by which it is found; empty lines are left out."""
    kept = [line for line in points if str(line.get("value") or "").strip()]
    return [
        blank | line | {"value": KIND_OF[line["channel"]].parse(line["value"], actor=actor)}
        for line in kept
        if known(line)
    ]


blank: Line = {"label": "", "primary": False, "verified": False, "invalid": False, "opted_out": False}


def known(line: Line) -> bool:
    if line.get("channel") not in KIND_OF:
        raise ValidationError(
            _("Say for “%(value)s” whether it is an e-mail address, a phone number, …") % {"value": line["value"]}
        )
    return True


def with_primary(points: Sequence[Line], channel: str, value: Any) -> list[Line]:
    """The points with this value as the primary one of the channel; without a value, the former primary goes."""
    if not value:
        return [line for line in points if not (line["channel"] == channel and line["primary"])]
    mine = blank | {"channel": channel, "value": value, "primary": True}
    held = [line for line in points if line["channel"] == channel]
    if not held:
        return [*points, mine]
    same = [line | {"primary": line["value"] == value} if line["channel"] == channel else line for line in points]
    return same if any(line["value"] == value for line in held) else [*same, mine]


def one_primary(points: Sequence[Line]) -> list[Line]:
    """Exactly one primary in each channel that occurs, and no value twice."""
    kept = [*{(line["channel"], line["value"]): line for line in reversed(points)}.values()][::-1]
    chosen: dict[str, Line] = {}
    for line in kept:
        held = chosen.setdefault(line["channel"], line)
        if line["primary"] and not held["primary"]:
            chosen[line["channel"]] = line
    return [line | {"primary": line is chosen[line["channel"]]} for line in kept]


def keep_addresses(draft: Draft) -> None:
    """The address of the party is the primary one of its addresses."""
    if "addresses" in draft:
        lines = [line for line in draft.values["addresses"] or [] if line.get("place")]
        at = next((at for at, line in enumerate(lines) if line.get("primary")), 0)
        draft.values["addresses"] = [line | {"primary": number == at} for number, line in enumerate(lines)]
        draft.values["address"] = lines[at]["place"] if lines else None
    elif "address" in draft and draft.values["address"] != draft.old.get("address"):
        others = [line for line in draft.old.get("addresses") or [] if not line["primary"]]
        place = draft.values["address"]
        former = next((line for line in draft.old.get("addresses") or [] if line["primary"]), {"label": ""})
        draft.values["addresses"] = ([former | {"place": place, "primary": True}] if place else []) + others


def prepare_consent(drafts: Sequence[Draft], *, actor: Actor) -> None:
    for draft in drafts:
        if not draft.get("given_at"):
            draft.values["given_at"] = clock.now()
        if draft.get("withdrawn_at") and draft.get("withdrawn_at") < draft.get("given_at"):
            draft.refuse(ValidationError({"withdrawn_at": _("A consent cannot be withdrawn before it was given.")}))
