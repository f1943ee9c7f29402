"""The sorts of value there are, and which one a model's column is."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.text import capfirst

from bodega.kernel import columns
from bodega.kernel.kinds.base import Asking, Condition, Input, Kind, Label, Show, Spanning
from bodega.kernel.kinds.choices import Choice, Choices, Tags, YesNo
from bodega.kernel.kinds.dates import Date, Moment
from bodega.kernel.kinds.numbers import Decimal, Integer, Money, Percent
from bodega.kernel.kinds.others import Address, Computed, Country, Facet, JsonData, Place
from bodega.kernel.kinds.references import AnyReference, FileReference, Reference, References, Teams, UserReference
from bodega.kernel.kinds.texts import Email, LongText, Phone, RichText, Text, Url
from bodega.kernel.options import Choosable

__all__ = [
    "CUSTOM_KINDS", "Address", "AnyReference", "Asking", "Choice", "Choices", "Choosable", "Computed",
    "Condition", "Country", "Date", "Decimal", "Email", "Facet", "FileReference", "Input", "Integer", "JsonData",
    "Kind", "Label", "LongText", "Moment", "Money", "Percent", "Phone", "Place", "Reference", "References", "RichText",
    "Show", "Spanning", "Tags", "Teams", "Text", "Url", "UserReference", "YesNo", "kind_of",
]  # fmt: skip

CUSTOM_KINDS: dict[str, type[Kind]] = {
    kind.word: kind
    for kind in (
        Text, LongText, RichText, Email, Phone, Url, Integer, Decimal, Money, Percent, Date, Moment, YesNo, Choice,
        Choices, Tags, Reference, References, UserReference, FileReference, AnyReference, Place, Country, JsonData,
    )
}  # fmt: skip
"""What an administrator may make a field of."""

BY_COLUMN: list[tuple[type[Any], type[Kind]]] = [
    (columns.MoneyField, Money), (columns.FixedField, Decimal), (columns.TagsField, Tags),
    (columns.ReferencesField, References), (columns.RichTextField, RichText), (columns.OptionField, Choice),
    (models.EmailField, Email), (models.URLField, Url), (models.JSONField, JsonData),
    (models.TextField, LongText), (models.BooleanField, YesNo), (models.DateTimeField, Moment),
    (models.DateField, Date), (models.IntegerField, Integer), (models.CharField, Text),
]  # fmt: skip
"""The more particular column first."""


def kind_of(field: models.Field[Any, Any], *, type_of_model: str = "") -> Kind:
    """The kind a model's column has, so that a column is described once: on the model."""
    given: dict[str, Any] = {
        "name": field.name,
        "label": capfirst(field.verbose_name),
        "required": field.editable and not field.blank and not field.has_default(),
        "help": field.help_text,
        "editable": field.editable,
        "unique": field.unique and not field.primary_key,
        "source": field,
    }
    if isinstance(field, models.ForeignKey):
        return reference(field, given, type_of_model)
    if field.choices:
        fixed = tuple(Choosable(str(key), name, status=str(key)) for key, name in field.flatchoices)
        return Choice(**given, fixed=fixed)
    kind = next(kind for column, kind in BY_COLUMN if isinstance(field, column))
    if isinstance(field, columns.FixedField):
        given["places"] = field.places
    if isinstance(field, columns.OptionField):
        given["set"] = field.options
    if isinstance(field, columns.ReferencesField):
        given["to"] = field.to
    if kind in (Text, Url):
        given["length"] = field.max_length
    if kind is Text:
        given["sort_column"] = key_column(field)
    if kind is Integer and not isinstance(field, models.BigIntegerField):
        given["most"] = 2**31 - 1
    return kind(**given)


def reference(field: models.ForeignKey[Any, Any], given: dict[str, Any], to: str) -> Kind:
    target = field.related_model._meta.label_lower
    if target == "kernel.user":
        return UserReference(**given)
    if target == "files.file":
        return FileReference(**given)
    return Reference(**given, to=to or target)


def key_column(field: models.Field[Any, Any]) -> str:
    """The column that holds the folded copy of this one, if the model has one."""
    for other in field.model._meta.concrete_fields:
        if isinstance(other, columns.KeyField) and other.of == field.name:
            return other.name
    return ""
