"""The fields of forms as HTML: a label, the inputs that a kind asks for, what is wrong, what helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel.kinds import Input
from bodega.kernel.registry import type_of
from bodega.lib.markup import format_html, format_html_join
from bodega.surfaces.html.components import NOTHING, attributes, icon
from bodega.surfaces.html.sheets import Control

GROUPED = frozenset({"checkboxes", "radios", "references"})
Marks = Mapping[str, object]
"""The attributes that tie an input to its name, its label, its help and its errors."""


def errors(of: Control) -> SafeString:
    if not of.errors:
        return NOTHING
    texts = format_html_join(" ", "{}", ((text,) for text in of.errors))
    return format_html('<p class="wrong" id="{}_error">{}<span>{}</span></p>', of.id, icon("circle-alert"), texts)


def control(of: Control) -> SafeString:
    """The inputs of a field, told which help and which error describe them."""
    told = " ".join([f"{of.id}_error"] * bool(of.errors) + [f"{of.id}_help"] * bool(advice(of)))
    marks: Marks = {"aria_describedby": told, "aria_invalid": "true" if of.errors else ""}
    drawn = [(one, draw(of, one, marks)) for one in of.inputs]
    if len(drawn) == 1:
        return drawn[0][1]
    return format_html('<div class="inputs {}">{}</div>', *several(of, drawn))


def several(of: Control, drawn: list[tuple[Input, SafeString]]) -> tuple[str, SafeString]:
    """Inputs that make one value: beside each other where the first needs no label, else each below its own."""
    if not drawn[0][0].label:
        return "pair", format_html_join("", "{}", ((html,) for _one, html in drawn))
    labelled = (
        (html,) if one.type == "hidden" else (format_html("<label><span>{}</span>{}</label>", one.label, html),)
        for one, html in drawn
    )
    return "parts", format_html_join("", "{}", labelled)


def advice(of: Control) -> str:
    return str(of.help or of.inputs[0].hint)


def is_grouped(of: Control) -> bool:
    return of.inputs[0].type in GROUPED or bool(of.inputs[0].label and len(of.inputs) > 1)


def field(of: Control) -> SafeString:
    """A whole form row: label, inputs, error, help. Only what is optional says nothing; what is needed is marked."""
    grouped = is_grouped(of)
    mark = format_html('<span class="needed" title="{}">*</span>', _("Needed")) if of.required else NOTHING
    return format_html(
        '<{box} class="field{ticked}{wrong}"><{head}{goes}>{label}{mark}</{head}>'
        '<div class="answer">{control}{errors}{help}</div></{box}>',
        box="fieldset" if grouped else "div",
        ticked=" tick" if of.inputs[0].type == "checkbox" else "",
        wrong=" has-error" if of.errors else "",
        head="legend" if grouped else "label",
        goes=attributes(id=of.id) if grouped else attributes(for_=of.id),
        label=of.label,
        mark=mark,
        control=control(of),
        errors=errors(of),
        help=format_html('<p class="help" id="{}_help">{}</p>', of.id, advice(of)) if advice(of) else NOTHING,
    )


# how each sort of input is drawn -----------------------------------------------------------------


def draw(of: Control, one: Input, marks: Marks) -> SafeString:
    name = of.name + one.suffix
    shared = {"name": name, "id": f"id_{name}", **marks, **extra(one), "required": of.required and one.suffix == ""}
    if one.label and len(of.inputs) > 1 and one.type != "hidden" and not of.inputs[0].label:
        shared["aria_label"] = one.label
    return DRAWN.get(one.type, plain)(one, shared)


def extra(one: Input) -> dict[str, object]:
    """What the kind asks for; but for a length, by which browsers cut off what was pasted without a word."""
    return {name: value for name, value in one.attributes.items() if name not in ("maxlength", "step")}


def value_of(one: Input) -> str:
    return one.value if isinstance(one.value, str) else ", ".join(one.value)


def plain(one: Input, shared: Marks) -> SafeString:
    """One line. A text with line breaks gets a box, since browsers drop them from a line."""
    if one.type in ("text", "tags") and ("\n" in value_of(one) or "\r" in value_of(one)):
        return textarea(one, shared)
    type_ = {"number": "text", "currency": "text", "tags": "text"}.get(one.type, one.type)
    size = {"size": "4", "class_": "short"} if one.type == "currency" else {}
    value = format_html(' value="{}"', value_of(one)) if one.value and type_ != "password" else NOTHING
    return format_html("<input{}{}>", attributes(type=type_, **size, **shared), value)


def textarea(one: Input, shared: Marks) -> SafeString:
    rows = "1" if one.type in ("text", "tags") or one.suffix else ""
    # HTML drops one line break after the tag: this one, and not the value's own.
    return format_html("<textarea{}>\n{}</textarea>", attributes(rows=rows, **shared), value_of(one))


def select(one: Input, shared: Marks) -> SafeString:
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((key, attributes(selected=key == one.value), label) for key, label in one.options),
    )
    return format_html("<select{}>{}</select>", attributes(**shared), options)


def checkbox(one: Input, shared: Marks) -> SafeString:
    return format_html("<input{}>", attributes(type="checkbox", value="yes", checked=one.value == "yes", **shared))


def choices(one: Input, shared: Marks) -> SafeString:
    """Tick boxes for several of a set, or buttons for one of it."""
    sort, name = ("radio", "checkbox")[one.type == "checkboxes"], shared["name"]
    ticked = (one.value,) if isinstance(one.value, str) else tuple(one.value)
    boxes = format_html_join(
        "",
        '<label><input{} value="{}"> {}</label>',
        ((attributes(type=sort, name=name, checked=key in ticked), key, label) for key, label in one.options),
    )
    return format_html("<div>{}</div>", boxes)


def reference(one: Input, shared: Marks) -> SafeString:
    """A text field, which the server reads as a name or a number, and beside it the id that a script fills in."""
    return chooser(one, shared, text=one.label, key=value_of(one))


def references(one: Input, shared: Marks) -> SafeString:
    """Those chosen so far, which can be unticked, and a field for one more."""
    kept = format_html_join(
        "",
        '<label><input type="checkbox" name="{}" value="{}" checked> {}</label>',
        ((shared["name"], key, label) for key, label in one.options),
    )
    more = chooser(one, {**shared, "placeholder": _("Add by name")}, text="", key="")
    return format_html('<div class="chosen">{}</div>{}', kept, more)


def chooser(one: Input, shared: Marks, *, text: str, key: str) -> SafeString:
    return format_html(
        '<b-select data-url="{}"{}><input{}><input type="hidden" name="{}" value="{}"></b-select>',
        f"/{type_of(one.source).slug}/options/" if one.source else "/any/options/",
        attributes(data_several=one.type == "references"),
        attributes(**{**shared, "type": "text", "value": text, "name": f"{shared['name']}_text"}),
        shared["name"],
        key,
    )


def file(one: Input, shared: Marks) -> SafeString:
    """What is kept already, with a way to leave it out, and a field for a new one."""
    upload = format_html("<input{}>", attributes(**{**shared, "type": "file", "required": False}))
    if not one.value:
        return upload
    return format_html(
        '<div class="chosen"><label><input type="checkbox" name="{}" value="{}" checked> {}</label></div>{}',
        shared["name"],
        value_of(one),
        one.label,
        upload,
    )


DRAWN: Mapping[str, Callable[[Input, Marks], SafeString]] = {
    "textarea": textarea,
    "richtext": textarea,
    "select": select,
    "checkbox": checkbox,
    "checkboxes": choices,
    "radios": choices,
    "reference": reference,
    "references": references,
    "file": file,
}
