"""What a list may be asked, grouped by and measured for."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bodega.kernel.kinds import Choice, Date, Kind, Reference
from bodega.kernel.record import RecordType
from bodega.kernel.scope import arranged
from bodega.surfaces.html.cells import labels

PERIODS: Mapping[str, tuple[str | Promise, int]] = {
    "week": (gettext_lazy("%(field)s, by week"), 7),
    "month": (gettext_lazy("%(field)s, by month"), 31),
    "quarter": (gettext_lazy("%(field)s, by quarter"), 92),
    "year": (gettext_lazy("%(field)s, by year"), 366),
}
"""And how many days after the first of one is surely in the next, near its beginning."""
WAYS: Mapping[str, str | Promise] = {
    "sum": gettext_lazy("Sum of %(field)s"),
    "average": gettext_lazy("Average of %(field)s"),
    "least": gettext_lazy("Smallest %(field)s"),
    "most": gettext_lazy("Largest %(field)s"),
}


def groupings(type_: RecordType) -> tuple[tuple[str, str], ...]:
    """What the records of a type may be grouped by: what has few values, then dates by a period; of both first what
    lists show."""
    known, names, shown = type_.fields(), labels(type_), type_.columns.split()

    def made() -> tuple[tuple[str, str], ...]:
        kinds = sorted(known.values(), key=lambda kind: (isinstance(kind, Date), kind.name not in shown))
        return tuple(pair for kind in kinds for pair in ways(kind, names[kind.name]))

    return arranged(("groupings", type_.key, type_.mask, get_language()), made)


def ways(kind: Kind, label: str) -> list[tuple[str, str]]:
    if isinstance(kind, Date) and kind.groupable:
        return [(f"{kind.name}.{period}", str(said) % {"field": label}) for period, (said, _days) in PERIODS.items()]
    few = isinstance(kind, Choice | Reference) or kind.word in ("yesno", "country")
    return [(kind.name, label)] if kind.groupable and few else []


def measurings(type_: RecordType) -> tuple[tuple[str, str], ...]:
    """What may be measured of the records of a type: `sum amount` and what it is called."""
    known, names = type_.fields(), labels(type_)
    key = ("measurings", type_.key, type_.mask, get_language())
    return arranged(key, lambda: tuple(
        (f"{way} {name}", str(said) % {"field": names[name]})
        for name, kind in known.items() if kind.measurable
        for way, said in WAYS.items()
    ))  # fmt: skip


def example(type_: RecordType) -> str:
    """What a question of this type may look like, in its own fields."""
    found = [sample for kind in type_.shown_columns if (sample := sample_of(kind))]
    return _("Words, or conditions as in %(example)s") % {"example": " ".join([*found[:2], "owner:me"])}


def sample_of(kind: Kind) -> str:
    if isinstance(kind, Choice):
        return next((f"{kind.name}:{key}" for key in kind.choices()), "")
    return f"{kind.name}>1000" if kind.measurable else ""
