"""What a question may name: the fields of a type, of what it refers to, and of what refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.kinds import AnyReference, Integer, Kind, Place, Reference, References
from bodega.kernel.kinds.others import PARTS
from bodega.kernel.parts import Part
from bodega.kernel.query.tree import QuestionError
from bodega.kernel.record import RecordType
from bodega.kernel.registry import UnknownType, every_type, type_of
from bodega.lib.text import closest, fold

if TYPE_CHECKING:
    from bodega.kernel.query.tree import Related

Source = RecordType | Part | Place
"""What has fields to ask for: a type, the lines of a parent, an address."""
ID = Integer(name="id", label=gettext_lazy("number"))


def fields(source: Source) -> Mapping[str, Kind]:
    """The fields by the name that people write."""
    if isinstance(source, RecordType):
        return {"id": ID, **source.fields()}
    if isinstance(source, Part):
        return source.kinds
    return {name: kind for name in PARTS if (kind := source.part(name))}


def field(source: Source, key: str) -> Kind:
    """The field with that stable key (or name). Raises QuestionError."""
    known = fields(source)
    found = known.get(key) or next((kind for kind in known.values() if kind.custom == key), None)
    if found is None:
        raise QuestionError(_("There is no field “%(name)s”; it may have been removed.") % {"name": key})
    return found


def beyond(kind: Kind) -> Source | None:
    """What has further fields behind this one."""
    if isinstance(kind, Part | Place):
        return kind
    if isinstance(kind, Reference) and not isinstance(kind, AnyReference):
        return known_type(kind.to)
    return None


def known_type(key: str) -> RecordType:
    try:
        return type_of(key)
    except UnknownType:
        raise QuestionError(_("There is no record type “%(key)s”; it may have been removed.") % {"key": key}) from None


def along(source: Source, path: Iterable[str]) -> list[tuple[str, Kind]]:
    """The names and kinds that a path of keys leads through. Raises QuestionError."""
    found: list[tuple[str, Kind]] = []
    at: Source | None = source
    for key in path:
        if at is None:
            raise QuestionError(_("“%(name)s” has no fields of its own.") % {"name": found[-1][0]})
        kind = field(at, key)
        found.append((key if isinstance(at, Place) else kind.name, kind))
        at = beyond(kind)
    return found


def named(source: Source, word: str) -> tuple[str, Kind] | None:
    """The key and the field that somebody means by `word`: its name (`tag` for `tags`, too), stable key or label."""
    known = fields(source)
    wanted = plain(word)
    for name, kind in known.items():
        if word in (name, kind.custom):
            return key_in(source, name), kind
    readings = [{plain(str(kind.label)): name for name, kind in known.items()}, {plain(name): name for name in known}]
    meant = readings[1].get(wanted) or readings[0].get(wanted) or readings[1].get(f"{wanted}s")
    return (key_in(source, meant), known[meant]) if meant else None


def key_in(source: Source, name: str) -> str:
    return name if isinstance(source, Place) else fields(source)[name].key


def plain(word: str) -> str:
    return fold(word).replace(" ", "_").replace("-", "_")


def unknown(source: Source, word: str) -> str:
    """What to say to somebody who names a field that is not there."""
    near = closest(plain(word), [*fields(source), *(plain(str(kind.label)) for kind in fields(source).values())])
    if near:
        return _("There is no field “%(name)s”. Did you mean “%(near)s”?") % {"name": word, "near": near}
    return _("There is no field “%(name)s”. To search for the words, put them in quotes.") % {"name": word}


def relations(type_: RecordType) -> dict[str, tuple[RecordType, Reference]]:
    """The record types that refer here, by the name people write: `deals`, or `deals.contact` where two fields do."""
    targets = {type_.key, *(found.key for found in every_type() if type_.key in found.covers.split())}
    found: dict[str, tuple[RecordType, Reference]] = {}
    for other in every_type():
        pointing = [one for kind in other.fields().values() if (one := single(kind)) and one.to in targets]
        found |= {f"{other.slug}.{kind.name}": (other, kind) for kind in pointing}
        if len(pointing) == 1:
            found[other.slug] = (other, pointing[0])
    return found


def single(kind: Kind) -> Reference | None:
    """The field as one that refers to one record of one type, if it is such."""
    return kind if isinstance(kind, Reference) and not isinstance(kind, AnyReference | References) else None


def through(node: Related) -> tuple[RecordType, Reference]:
    """The type that a related condition asks and its field that points here. Raises QuestionError."""
    type_ = known_type(node.type)
    kind = single(field(type_, node.through))
    if kind is None:
        raise QuestionError(_("“%(name)s” does not refer to another record.") % {"name": node.through})
    return type_, kind


def relation_name(node: Related, type_: RecordType) -> str:
    """How the related records are written in a question about `type_`."""
    names = [name for name, pair in relations(type_).items() if (pair[0].key, pair[1].key) == (node.type, node.through)]
    if not names:
        raise QuestionError(
            _("Nothing of the type %(type)s refers here by “%(name)s”.") % {"type": node.type, "name": node.through}
        )
    return min(names, key=len)
