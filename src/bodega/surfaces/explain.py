"""Says what follows from a record type, and from where, so that nobody has to guess."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from django.db import models

from bodega.kernel import registry
from bodega.kernel.events import REACTIONS
from bodega.kernel.kinds import Computed, Kind, Reference
from bodega.kernel.record import RecordType


def explain(type_: RecordType) -> Iterator[str]:
    """Every field, page, verb, event and reaction of a type with the file and line it comes from."""
    yield f"{type_.key}: {type_.label}, {type_.plural}"
    yield f"  model      {type_.model._meta.label} ({type_.model._meta.db_table}) {place(type_.model)}"
    if type_.where:
        yield f"  only       {', '.join(f'{name} = {value}' for name, value in type_.where.items())}"
    yield f"  may be     {access_line(type_)}"
    for kind in type_.fields().values():
        yield f"  field      {kind.name:16} {field_line(kind)}"
    yield f"  sorts      {' '.join(type_.sortable) or 'by id'}"
    for page in pages(type_):
        yield f"  page       {page}"
    if type_.prepare:
        yield f"  prepared   by {type_.prepare.__name__} {place(type_.prepare)}"
    for action in type_.actions:
        when = f" when {action.when}" if action.when else ""
        yield f"  action     {action.name:16} on {action.target}, needs {action.needs}{when} {place(action.run)}"
    for verb in sorted(type_.verbs()):
        yield f"  event      {type_.key}.{verb}"
        for reaction in REACTIONS.values():
            if {f"{type_.key}.{verb}", f"*.{verb}"} & set(reaction.events):
                yield f"    reaction {reaction.name} {reaction.where}"
    for other, name in pointing(type_):
        yield f"  pointed at by {other.key}.{name}"


def access_line(type_: RecordType) -> str:
    if type_.admin:
        return "looked at by all who work here, written by administrators"
    if type_.is_talk:
        return f"seen and written by whoever works here and may see its {type_.within}"
    if type_.within:
        return f"seen and written by whoever may see and change its {type_.within}"
    return "seen and written as the role says (none, own, team, all)"


def field_line(kind: Kind) -> str:
    where = (
        "computed"
        if isinstance(kind, Computed)
        else "custom " + kind.custom
        if kind.custom
        else "column " + " ".join(kind.columns)
    )
    to = f" to {kind.to}" if isinstance(kind, Reference) and kind.to else ""
    marks = "".join(f", {word}" for word, is_so in (("required", kind.required), ("unique", kind.unique)) if is_so)
    return f"{kind.word:10}{to} {where}{marks}; asked with {' '.join(kind.operators) or 'nothing'}"


def pages(type_: RecordType) -> Iterator[str]:
    if type_.listed:
        yield f"/{type_.slug}/"
        if type_.board:
            yield f"/{type_.slug}/board/ by {type_.board}"
    yield f"/{type_.slug}/<id>/"
    for slot, view in type_.views.items():
        yield f"{slot} is {view.__module__}.{view.__qualname__} {place(view)}"


def pointing(type_: RecordType) -> Iterator[tuple[RecordType, str]]:
    for other in registry.every_type():
        for kind in other.fields().values():
            if isinstance(kind, Reference) and kind.to == type_.key:
                yield other, kind.name


def place(of: Any) -> str:
    """file:line."""
    body = of if isinstance(of, type) and issubclass(of, models.Model) else inspect.unwrap(of)
    return f"{inspect.getsourcefile(body)}:{inspect.getsourcelines(body)[1]}"
