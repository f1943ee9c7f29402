"""Which records and fields are asked for, by whom, in which format: checked, told to the log, answered as a file."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bodega.kernel import access, query, registry
from bodega.kernel.kinds import AnyReference, Kind, Reference, Show
from bodega.kernel.parts import Part
from bodega.kernel.record import RecordType
from bodega.kernel.scope import scope
from bodega.lib.text import closest
from bodega.platform.audit import log as audit
from bodega.platform.audit import looks
from bodega.surfaces.export.columns import columns_for
from bodega.surfaces.export.reading import CELLS, MOST, Slice, most_lines, one_moment, slices
from bodega.surfaces.export.writing import as_csv, as_json_lines, as_xlsx

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

logger = logging.getLogger(__name__)
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl; charset=utf-8",
}
FORMATS = tuple(MEDIA_TYPES)


@dataclass(frozen=True)
class Export:
    """What is asked for. Without `fields` it is all of them; without `sort` the order of the type's list."""

    type_: RecordType
    question: query.Question
    rows: QuerySet[Any]
    actor: Actor
    format: str = "csv"
    fields: Sequence[str] = field(default_factory=tuple)
    sort: str = ""
    bom: bool = False

    @property
    def filename(self) -> str:
        return f"{self.type_.slug}.{self.format}"

    @property
    def kinds(self) -> list[Kind]:
        known = self.type_.fields()
        return [known[name] for name in dict.fromkeys(self.fields or known)]

    @property
    def order(self) -> str:
        return self.sort or next(iter(self.type_.sortable), "-id")


def asked(
    type_: RecordType,
    question: query.Question,
    *,
    actor: Actor,
    format: str = "csv",  # noqa: A002  (that is what it is called)
    fields: Sequence[str] = (),
    sort: str = "",
    bom: bool = False,
) -> Export:
    """Raises PermissionDenied, ValidationError for a field or a format that is not there, QuestionError."""
    type_ = type_.for_(actor)
    access.require(type_, actor, "view")
    access.require(type_, actor, "export")
    if format not in FORMATS:
        raise ValidationError(_("There is no format “%(name)s”; there are csv, xlsx and jsonl.") % {"name": format})
    known = type_.fields()
    for name in fields:
        if name not in known:
            near = closest(name, known) or next(iter(known))
            raise ValidationError(
                _("There is no field “%(name)s”; did you mean “%(near)s”?") % {"name": name, "near": near}
            )
    found = Export(type_, question, query.ask(type_, question, actor=actor), actor, format, tuple(fields), sort, bom)
    query.page(type_, found.rows.none(), sort=found.order, names=[])
    return found


def served(export: Export) -> StreamingHttpResponse:
    """The file as an answer that is sent while it is made. Raises ValidationError as `contents` does."""
    answer = StreamingHttpResponse(contents(export), content_type=MEDIA_TYPES[export.format])
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=export.filename)
    return answer


def contents(export: Export) -> Iterator[bytes]:
    """The file, piece by piece. Raises ValidationError before the first piece for what a workbook cannot hold."""
    write_down(export)
    pieces = written(export)
    if export.format != "xlsx":
        return pieces
    try:
        return chain([next(pieces)], pieces)
    except ValueError as problem:
        raise ValidationError(str(problem)) from None


@transaction.atomic
def write_down(export: Export) -> None:
    """Before the first byte leaves, the audit log says what does."""
    names, count = [kind.name for kind in export.kinds], export.rows.order_by().count()
    question = query.write(export.question, export.type_, show=Show(export.actor))
    details = {"format": export.format, "question": question, "fields": names, "records": count}
    audit.note(audit.Kind.EXPORTED, actor=export.actor, about=audit.About(export.type_.key), details=details)
    seen: looks.Looks = {}
    if marked := looks.marked(export.type_, names):
        ids = export.rows.order_by("pk").values_list("pk", flat=True)[: looks.MOST]
        seen[export.type_.key] = looks.Look(marked, dict.fromkeys(ids), count)
    for type_ in named_in(export) if export.format != "jsonl" else ():
        if marked := looks.marked(type_, [type_.title]):
            seen.setdefault(type_.key, looks.Look(count=count)).fields |= marked
    looks.write(seen, actor=export.actor)


def named_in(export: Export) -> Iterator[RecordType]:
    """The types whose records may stand with their names beside what refers to them."""
    kinds = chain.from_iterable(kind.kinds.values() if isinstance(kind, Part) else [kind] for kind in export.kinds)
    for kind in kinds:
        if isinstance(kind, AnyReference):
            yield from registry.every_type()
        elif isinstance(kind, Reference):
            yield registry.type_of(kind.to)


def written(export: Export) -> Iterator[bytes]:
    """Within one moment and one scope: whoever takes the pieces may take long, and stop."""
    with scope(), one_moment():
        kinds, count = export.kinds, Counted()
        lines = {kind.name: most_lines(kind, export.rows) for kind in kinds if isinstance(kind, Part)}
        columns = columns_for(kinds, lines if export.format != "jsonl" else dict.fromkeys(lines, 0))
        size = max(1, min(MOST, CELLS // len(columns)))
        parts = count.through(
            slices(export.type_, export.rows, kinds, sort=export.order, size=size, actor=export.actor)
        )
        ways = {
            "csv": partial(as_csv, columns, parts, bom=export.bom),
            "xlsx": partial(as_xlsx, columns, parts),
            "jsonl": partial(as_json_lines, kinds, parts),
        }
        try:
            yield from ways[export.format]()
        finally:
            told = {"type": export.type_.key, "format": export.format, "rows": count.rows, "whole": count.is_whole}
            logger.info("exported", extra={"user": export.actor.user_id, "surface": export.actor.surface, **told})


@dataclass
class Counted:
    """How many records went by, and whether the last one did."""

    rows: int = 0
    is_whole: bool = False

    def through(self, parts: Iterator[Slice]) -> Iterator[Slice]:
        for part in parts:
            self.rows += len(part.ids)
            yield part
        self.is_whole = True
