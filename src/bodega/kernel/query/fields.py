"""What a question may name: the fields of a type, of what it refers to, and of what refers to it; of each what whoever
asks may know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.kinds import AnyReference, Facet, Integer, Kind, Place, Reference, References
from bodega.kernel.kinds.others import PARTS
from bodega.kernel.parts import Part
from bodega.kernel.query.tree import QuestionError
from bodega.kernel.record import RecordType
from bodega.kernel.registry import UnknownType, every_type, type_of
from bodega.lib.text import closest, fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.query.tree import Related

Source = RecordType | Part | Place | Mapping[str, Kind]
"""What has fields to ask for: a type, the lines of a parent, an address, what is known elsewhere."""
ID = Integer(name="id", label=gettext_lazy("number"))


def fields(source: Source) -> Mapping[str, Kind]:
    """The fields by the name that people write."""
    if isinstance(source, RecordType):
        return {"id": ID, **source.asked, **source.fields()}
    if isinstance(source, Mapping):
        return source
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


def beyond(kind: Kind, *, actor: Actor) -> Source | None:
    """What has further fields behind this one."""
    if isinstance(kind, Part | Place):
        return kind
    if isinstance(kind, Facet):
        return kind.known(actor=actor)
    if isinstance(kind, Reference) and not isinstance(kind, AnyReference):
        return known_type(kind.to, actor=actor)
    return None


def known_type(key: str, *, actor: Actor) -> RecordType:
    try:
        return type_of(key).for_(actor)
    except UnknownType:
        raise QuestionError(_("There is no record type “%(key)s”; it may have been removed.") % {"key": key}) from None


def along(source: Source, path: Iterable[str], *, actor: Actor) -> list[tuple[str, Kind]]:
    """The names and kinds that a path of keys leads through. Raises QuestionError."""
    found: list[tuple[str, Kind]] = []
    at: Source | None = source
    for key in path:
        if at is None:
            raise QuestionError(_("“%(name)s” has no fields of its own.") % {"name": found[-1][0]})
        kind = field(at, key)
        found.append((key if isinstance(at, Place) else kind.name, kind))
        at = beyond(kind, actor=actor)
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


class Relation(NamedTuple):
    """What points at records of a type: the field `through` of `type`, or the lines of the type itself."""

    type: RecordType
    through: Kind

    @property
    def of(self) -> RecordType | Part:
        """What has the fields to ask for."""
        return self.through if isinstance(self.through, Part) else self.type

    @property
    def plural(self) -> str:
        return str(self.through.label if isinstance(self.through, Part) else self.type.plural)


def relations(source: Source, *, actor: Actor) -> dict[str, Relation]:
    """What points here, by the name people write: `lines`, `deals`, or `deals.contact` where two fields do."""
    found: dict[str, Relation] = {}
    if not isinstance(source, RecordType):
        return found
    targets = known_as(source)
    for other in (every.for_(actor) for every in every_type()):
        ways = [
            Relation(other, kind)
            for kind in other.fields().values()
            if isinstance(kind, AnyReference) or ((one := single(kind)) and one.to in targets)
        ]
        found |= {f"{other.slug}.{way.through.name}": way for way in ways}
        plain = [way for way in ways if not isinstance(way.through, AnyReference)] or ways
        if len(plain) == 1:
            found[other.slug] = plain[0]
    return found | {name: Relation(source, kind) for name, kind in source.fields().items() if isinstance(kind, Part)}


def known_as(type_: RecordType) -> set[str]:
    """The types that a reference to one of its records may name: itself, and those that cover it."""
    return {type_.key, *(found.key for found in every_type() if type_.key in found.covers.split())}


def single(kind: Kind) -> Reference | None:
    """The field as one that refers to one record of one type, if it is such."""
    return kind if isinstance(kind, Reference) and not isinstance(kind, AnyReference | References) else None


def relation(node: Related, source: Source, *, actor: Actor) -> tuple[str, Relation]:
    """What a related condition asks of records of `source`, and how people write it. Raises QuestionError."""
    field(known_type(node.type, actor=actor), node.through)
    ways = {name: way for name, way in relations(source, actor=actor).items() if is_meant(way, node)}
    if not ways:
        raise QuestionError(
            _("Nothing of the type %(type)s refers here by “%(name)s”.") % {"type": node.type, "name": node.through}
        )
    name = min(ways, key=len)
    return name, ways[name]


def is_meant(way: Relation, node: Related) -> bool:
    return (way.type.key, way.through.key) == (node.type, node.through)
