"""Kinds that point at records: one, several, a user, a file, or a record of any type. Only what the actor may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, Q
from django.db.models.lookups import Exact, In
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel import teams
from bodega.kernel.kinds.base import Asking, Condition, Input, Json, Kind, Show, expect, is_null
from bodega.kernel.kinds.numbers import within
from bodega.kernel.registry import UnknownType, type_of
from bodega.lib.expressions import InList, JsonEmpty, JsonHasAny
from bodega.lib.markup import conditional_escape, format_html, format_html_join
from bodega.lib.text import amid

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

ME, MY_TEAM = "me", "my team"
NAMED = re.compile(r"([\w.]+)\s*([#:])\s*(.+)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Reference(Kind):
    """One record of the type `to`. A question names it by id (`#12`) or name; a user also as `me` or `my team`."""

    word = "reference"
    operators = ("is", "empty")
    json_schema = {"type": "string", "pattern": r"^\d+$"}
    storage = "integer"
    sortable = False
    groupable = True
    to: str = ""

    def bind_field(self) -> models.Field[Any, Any]:
        return models.BigIntegerField()

    @property
    def target(self) -> RecordType:
        return type_of(self.to)

    def to_json(self, value: Any) -> Json:
        return None if value is None else str(value)

    def from_json(self, value: Json) -> Any:
        return None if value is None else within(int(value))

    def points_at(self, value: Any) -> Iterable[tuple[str, int]]:
        return () if value is None else ((self.to, value),)

    def parse(self, text: Any, *, actor: Actor) -> Any:
        wanted = str(text).strip()
        if not wanted:
            return None
        found = self.resolve([wanted], actor=actor)[wanted]
        if isinstance(found, ValidationError):
            raise found
        return found

    def resolve(self, texts: Iterable[str], *, actor: Actor, by: str = "") -> dict[str, Any]:
        """What each text points at among the records the actor may see, in one query: `#12` or `12` an id, else a name,
        or the value of the field `by`."""
        wanted = {text: text.strip() for text in texts}
        ids = {} if by else {text: int(word.lstrip("#")) for text, word in wanted.items() if is_id(word)}
        names = {text: word for text, word in wanted.items() if text not in ids}
        found: dict[str, int | ValidationError] = {}
        if ids:
            seen = set(self.target.rows(actor).filter(pk__in=set(ids.values())).values_list("pk", flat=True))
            found |= {text: pk if pk in seen else self.missing(text) for text, pk in ids.items()}
        if names:
            matches = self.target.matching(names.values(), by=by, actor=actor)
            found |= {
                text: self.only(matches.get(self.target.match_key(word, by=by, actor=actor), []), word)
                for text, word in names.items()
            }
        return found

    def only(self, matches: Sequence[int], word: str) -> int | ValidationError:
        if len(matches) == 1:
            return matches[0]
        if not matches:
            return self.missing(word)
        return ValidationError(
            _("%(count)s %(plural)s are called “%(text)s”. Say which one by its number: %(ids)s.")
            % {
                "count": len(matches),
                "plural": self.target.plural,
                "text": word,
                "ids": ", ".join(f"#{pk}" for pk in sorted(matches)[:5]),
            },
            code="ambiguous",
        )

    def missing(self, word: str) -> ValidationError:
        return ValidationError(
            _("There is no %(type)s “%(text)s” that you may see.") % {"type": amid(self.target.label), "text": word},
            code="missing",
        )

    def text(self, value: Any, *, show: Show) -> str:
        return "" if value is None else show.label(self.to, value).text

    def export(self, value: Any, *, show: Show) -> str:
        return "" if value is None else f"#{value}"

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return SafeString("") if value is None else linked(show, self.to, value)

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        shown = "" if value is None else show.label(self.to, value).text
        return [Input("reference", "" if value is None else show.mark(self.to, value), label=shown, source=self.to)]

    def operand(self, text: str, *, actor: Actor) -> Json:
        """`me` and `my team` stay words; an id stays an id; a name stays a name, resolved when asked."""
        word = text.strip()
        if self.to == "kernel.user" and word.lower() in (ME, MY_TEAM):
            return {"user": word.lower()}
        return word.lstrip("#") if is_id(word) else {"name": word}

    def operand_text(self, literal: Json, *, show: Show) -> str:
        if isinstance(literal, dict):
            return str(literal.get("user") or literal.get("name"))
        return f"#{literal}"

    def operand_sentence(self, literal: Json, *, show: Show) -> str:
        if isinstance(literal, dict):
            return str(_(literal["user"]) if "user" in literal else f"“{literal['name']}”")
        return show.label(self.to, int(literal)).text

    def operand_points_at(self, literal: Json) -> Iterable[tuple[str, int]]:
        return ((self.to, int(literal)),) if isinstance(literal, str) else ()

    def users(self, literal: Mapping[str, str], asking: Asking) -> list[int]:
        if literal["user"] not in (ME, MY_TEAM):
            raise ValueError(literal["user"])
        if literal["user"] == MY_TEAM:
            return sorted(asking.actor.team)
        return [asking.actor.user_id] if asking.actor.user_id is not None else []

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        column = self.expression(asking)
        if operator == "empty":
            return super().condition(operator, literal, asking=asking)
        if isinstance(literal, dict) and "user" in literal:
            return In(column, self.users(literal, asking))
        if isinstance(literal, dict):
            return In(column, self.meant(literal, asking))
        # With the door beside it: otherwise a hidden record could be found out by trying numbers.
        same = Exact(column, self.bind(int(literal)))
        return Q(same) & Q(Exists(self.meant(literal, asking)))

    def meant(self, literal: Json, asking: Asking) -> models.QuerySet[Any]:
        """The records that a literal names, among those that the asker may see."""
        if isinstance(literal, dict) and "name" in literal:
            return self.target.named(expect(literal["name"], str), actor=asking.actor)
        ids = self.users(literal, asking) if isinstance(literal, dict) else [within(int(literal))]
        return self.target.rows(asking.actor).filter(pk__in=ids).values("pk")

    def holds(self, operator: str, value: Any, literal: Json, *, asking: Asking) -> bool:
        if operator == "empty" or value is None:
            return operator == "empty" and value is None
        if isinstance(literal, dict) and "user" in literal:
            return value in self.users(literal, asking)
        return self.meant(literal, asking).filter(pk=value).exists()


@dataclass(frozen=True, kw_only=True)
class UserReference(Reference):
    word = "user"
    to: str = "kernel.user"

    def cell(self, value: Any, *, show: Show) -> SafeString:
        if value is None:
            return SafeString("")
        return conditional_escape(show.label(self.to, value).text)


@dataclass(frozen=True, kw_only=True)
class FileReference(Reference):
    """An uploaded file: a reference to the record that tells of it."""

    word = "file"
    to: str = "files.file"
    groupable = False

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        shown = "" if value is None else show.label(self.to, value).text
        return [Input("file", "" if value is None else show.mark(self.to, value), label=shown, source=self.to)]


@dataclass(frozen=True, kw_only=True)
class References(Reference):
    """Several records of one type, in order."""

    word = "references"
    operators = ("has", "empty")
    default_operator = "has"
    json_schema = {"type": "array", "items": {"type": "string", "pattern": r"^\d+$"}}
    groupable = False

    def to_json(self, value: Any) -> Json:
        return [str(pk) for pk in value or ()]

    def from_json(self, value: Json) -> Any:
        return [int(pk) for pk in value or ()]

    def pack(self, value: Any) -> tuple[Any, ...]:
        return (value or [],)

    def unpack(self, raw: Sequence[Any]) -> Any:
        return raw[0] or []

    def points_at(self, value: Any) -> Iterable[tuple[str, int]]:
        return ((self.to, pk) for pk in value or ())

    def parse(self, text: Any, *, actor: Actor) -> Any:
        words = [word.strip() for word in str(text).replace("\n", ",").replace(";", ",").split(",") if word.strip()]
        return self.chosen(words, actor=actor)

    def chosen(self, words: Sequence[str], *, actor: Actor) -> list[int]:
        found = self.resolve(words, actor=actor) if words else {}
        for answer in found.values():
            if isinstance(answer, ValidationError):
                raise answer
        return list(dict.fromkeys(pk for pk in found.values() if isinstance(pk, int)))

    def read(self, given: Mapping[str, Sequence[str]], *, actor: Actor) -> Any:
        return [pk for text in given.get("", []) for pk in self.parse(text, actor=actor)]

    def text(self, value: Any, *, show: Show) -> str:
        return ", ".join(show.label(self.to, pk).text for pk in value or ())

    def export(self, value: Any, *, show: Show) -> str:
        return ", ".join(f"#{pk}" for pk in value or ())

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return format_html_join(", ", "{}", ((linked(show, self.to, pk),) for pk in value or ()))

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        offered = [(show.mark(self.to, pk), show.label(self.to, pk).text) for pk in value or ()]
        return [Input("references", [key for key, _label in offered], options=offered, source=self.to)]

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        column, key = self.list_column(asking)
        return (
            JsonEmpty(column, key=key)
            if operator == "empty"
            else JsonHasAny(column, self.meant(literal, asking), key=key)
        )

    def holds(self, operator: str, value: Any, literal: Json, *, asking: Asking) -> bool:
        if operator == "empty" or not value:
            return operator == "empty" and not value
        return self.meant(literal, asking).filter(pk__in=value).exists()


@dataclass(frozen=True, kw_only=True)
class Teams(References):
    """The teams that work on a record, held as the number of their set (`kernel.teams`)."""

    word = "teams"
    to: str = "kernel.team"

    def pack(self, value: Any) -> tuple[Any, ...]:
        return (teams.numbers()[frozenset(value)] if value else None,)

    def unpack(self, raw: Sequence[Any]) -> Any:
        return [] if raw[0] is None else sorted(teams.members(raw[0]))

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        if operator == "empty":
            return is_null(self.expression(asking))
        return self.one_of(self.meant(literal, asking), asking)

    def one_of(self, rows: models.QuerySet[Any], asking: Asking) -> Condition:
        """That one of these teams works on it."""
        return InList(self.expression(asking), [*teams.with_any(frozenset(rows.values_list("pk", flat=True)))])


@dataclass(frozen=True, kw_only=True)
class AnyReference(Reference):
    """A record of any type, as (type key, id)."""

    word = "any"
    operators = ("is", "empty")
    suffixes = ("_type", "_id")
    json_schema = {
        "type": "object",
        "properties": {"type": {"type": "string"}, "id": {"type": "string", "pattern": r"^\d+$"}},
        "required": ["type", "id"],
    }
    groupable = False

    def pack(self, value: Any) -> tuple[Any, ...]:
        return ("", None) if value is None else (value[0], value[1])

    def unpack(self, raw: Sequence[Any]) -> Any:
        return (raw[0], raw[1]) if raw[0] and raw[1] is not None else None

    def to_json(self, value: Any) -> Json:
        return None if value is None else {"type": value[0], "id": str(value[1])}

    def from_json(self, value: Json) -> Any:
        return None if value is None else (expect(value["type"], str), within(int(value["id"])))

    def points_at(self, value: Any) -> Iterable[tuple[str, int]]:
        return () if value is None else (value,)

    def resolve(self, texts: Iterable[str], *, actor: Actor, by: str = "") -> dict[str, Any]:
        """`sales.deal#12`, `sales.deal: name`, or the value of the field `by`: one query for each type named."""
        found: dict[str, Any] = {}
        named: dict[str, dict[str, str]] = {}
        for text in texts:
            if not (parts := NAMED.fullmatch(text.strip())):
                problem = _("“%(text)s” names no record; write the type and its number, as in sales.deal#12.")
                found[text] = ValidationError(problem % {"text": text.strip()})
            elif not is_type(parts[1]) or (by and by not in type_of(parts[1]).for_(actor).fields()):
                found[text] = ValidationError(_("There is no record type “%(type)s”.") % {"type": parts[1]})
            else:
                named.setdefault(parts[1], {})[text] = f"#{parts[3]}" if parts[2] == "#" else parts[3]
        for key, words in named.items():
            known = Reference(name=self.name, to=key).resolve(words.values(), actor=actor, by=by)
            answers = ((text, known[word]) for text, word in words.items())
            found |= {text: (key, answer) if isinstance(answer, int) else answer for text, answer in answers}
        return found

    def text(self, value: Any, *, show: Show) -> str:
        return "" if value is None else show.label(*value).text

    def export(self, value: Any, *, show: Show) -> str:
        return "" if value is None else f"{value[0]}#{value[1]}"

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return SafeString("") if value is None else linked(show, *value)

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        if value is None:
            return [Input("reference")]
        return [Input("reference", f"{value[0]}{show.mark(*value)}", label=show.label(*value).text)]

    def operand(self, text: str, *, actor: Actor) -> Json:
        return self.to_json(self.parse(text, actor=actor))

    def operand_text(self, literal: Json, *, show: Show) -> str:
        return f"{literal['type']}#{literal['id']}"

    def operand_sentence(self, literal: Json, *, show: Show) -> str:
        return show.label(*self.from_json(literal)).text

    def operand_points_at(self, literal: Json) -> Iterable[tuple[str, int]]:
        return (self.from_json(literal),)

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        pk = self.expression(asking, "_id")
        if operator == "empty":
            return is_null(pk)
        same = Q(Exact(pk, self.bind(int(literal["id"])))) & Q(
            Exact(self.expression(asking, "_type", "text"), models.Value(literal["type"]))
        )
        return same & Q(Exists(self.meant(literal, asking)))

    def meant(self, literal: Json, asking: Asking) -> models.QuerySet[Any]:
        type_key, pk = self.from_json(literal)
        return type_of(type_key).rows(asking.actor).filter(pk=pk)

    def holds(self, operator: str, value: Any, literal: Json, *, asking: Asking) -> bool:
        if operator == "empty" or value is None:
            return operator == "empty" and value is None
        return bool(value == self.from_json(literal)) and self.meant(literal, asking).exists()


def is_type(key: str) -> bool:
    try:
        return bool(type_of(key))
    except UnknownType:
        return False


def is_id(word: str) -> bool:
    return word.lstrip("#").isascii() and word.lstrip("#").isdigit() and len(word) < 19


def linked(show: Show, type_key: str, pk: int) -> SafeString:
    label = show.label(type_key, pk)
    if label.tone is not None:
        return format_html('<span class="tag {}">{}</span>', label.tone, label.text)
    if label.hidden or not label.url:
        return format_html('<span class="quiet">{}</span>', label.text)
    return format_html('<a href="{}">{}</a>', label.url, label.text)
