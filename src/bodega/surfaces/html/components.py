"""The small parts pages are made of, as functions that return HTML; the template tags of the same names call these."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from zlib import crc32

from django.forms import BoundField, CheckboxInput
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from bodega.surfaces.html.shapes import Act, Card, Cell, Column, Row

Text = str | Promise

NOTHING = SafeString("")
FACE_TONES = ("brand", "info", "plum", "warn", "good", "rose", "teal")


@cache
def icon(name: str, *, label: str = "") -> SafeString:
    """An icon of the lucide package, hidden from screen readers unless it has a label of its own."""
    named = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    return SafeString(lucide(name, size=16, **{"class": "i", "stroke-width": "1.75", **named}))


def attributes(**values: object) -> SafeString:
    """HTML attributes; True writes the bare name, empty and False write nothing, `_` becomes `-`."""
    pairs = [(name.rstrip("_").replace("_", "-"), value) for name, value in values.items() if value not in ("", False, None)]
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in pairs))


def _attribute(name: str, value: object) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)


def button(
    label: Text,
    *,
    icon_name: str = "",
    kind: str = "",
    href: str = "",
    only_icon: bool = False,
    shortcut: str = "",
    **more: object,
) -> SafeString:
    """A button, or with `href` a link that looks like one. Every other argument becomes an attribute."""
    body = format_html(
        "{}{}{}",
        icon(icon_name) if icon_name else NOTHING,
        NOTHING if only_icon else format_html("<span>{}</span>", label),
        format_html(" <kbd>{}</kbd>", shortcut) if shortcut and kind != "primary" and not only_icon else NOTHING,
    )
    css = " ".join(word for word in ("btn", kind, "only-icon" if only_icon else "") if word)
    shared = {"class_": css, "data_key": shortcut, **more}
    if only_icon:
        shared |= {"aria_label": label, "title": f"{label} ({shortcut})" if shortcut else label}
    if href:
        return format_html("<a{}>{}</a>", attributes(href=href, **shared), body)
    return format_html("<button{}>{}</button>", attributes(**{"type": "submit", **shared}), body)


def tag(label: Text, *, tone: str = "neutral", dot: bool = True) -> SafeString:
    """A short word with a meaning; the dot keeps it readable where colours are not."""
    return format_html('<span class="tag {}{}">{}</span>', tone, "" if dot else " plain", label)


def initials(name: str) -> str:
    """At most two letters that stand for a name: 'Mia Petersen' → 'MP', 'Isdom' → 'Is'."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else words[0][:2].capitalize()


def face_tone(name: str) -> str:
    """The same colour for the same name, always and everywhere."""
    return FACE_TONES[crc32(name.encode()) % len(FACE_TONES)]


def face(name: str, *, size: str = "", square: bool = False) -> SafeString:
    css = " ".join(word for word in ("face", face_tone(name), size, "square" if square else "") if word)
    short = initials(name)[:1] if square and not size else initials(name)
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, short)


def who(name: str, *, square: bool = False, href: str = "") -> SafeString:
    """A face with its name, linked where there is somewhere to go."""
    label = format_html('<a href="{}">{}</a>', href, name) if href else format_html("<span>{}</span>", name)
    return format_html('<span class="who">{}{}</span>', face(name, square=square), label)


def act(it: Act, *, bare: bool = False, only_icon: bool = False, token: str = "") -> SafeString:
    """A link or a small form for something one can do; a disabled one says why."""
    kind = it.kind or ("bare" if bare else "")
    if it.why:
        return button(it.label, icon_name=it.icon, kind=kind, only_icon=only_icon, type="button",
                      aria_disabled="true", data_why=it.why, title=it.why)  # fmt: skip
    if not it.post:
        return button(it.label, icon_name=it.icon, kind=kind, only_icon=only_icon, href=it.url,
                      shortcut=it.shortcut, data_dialog=it.dialog)  # fmt: skip
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}</form>',
        it.url, token, button(it.label, icon_name=it.icon, kind=kind, only_icon=only_icon, shortcut=it.shortcut),
    )  # fmt: skip


def progress(done: int, total: int, *, label: Text = "") -> SafeString:
    """How far a long job is; without a total it only says that it is under way."""
    known = format_html(' max="{}" value="{}"', total, done) if total else NOTHING
    return format_html('<progress{} aria-label="{}"></progress>', known, label or _("Progress"))


def skeleton(lines: int = 3) -> SafeString:
    """Grey bars in the place of what is on its way."""
    return format_html('<div class="skeleton" aria-hidden="true">{}</div>', SafeString("<span></span>" * lines))


# forms -------------------------------------------------------------------------------------------


def errors(of: BoundField) -> SafeString:
    if not of.errors:
        return NOTHING
    texts = format_html_join(" ", "{}", ((text,) for text in of.errors))
    return format_html('<p class="wrong" id="{}_error">{}{}</p>', of.auto_id, icon("circle-alert"), texts)


def control(of: BoundField) -> SafeString:
    """A field's widget, told which help and which error describe it."""
    told = [f"{of.auto_id}_error"] if of.errors else []
    told += [f"{of.auto_id}_help"] if of.help_text else []
    described = {"aria-describedby": " ".join(told)} if told else {}
    return of.as_widget(attrs=described | ({"aria-invalid": "true"} if of.errors else {}))


def field(of: BoundField) -> SafeString:
    """A whole form row: label, control, help, error. Only what is optional says nothing; what is needed is marked."""
    grouped = of.field.widget.use_fieldset
    ticked = isinstance(of.field.widget, CheckboxInput)
    mark = format_html('<span class="needed" title="{}">*</span>', _("Needed")) if of.field.required else NOTHING
    label = format_html("<{0}{1}>{2}{3}</{0}>", "legend" if grouped else "label",
                        NOTHING if grouped else attributes(for_=of.id_for_label), of.label, mark)  # fmt: skip
    advice = format_html('<p class="help" id="{}_help">{}</p>', of.auto_id, of.help_text) if of.help_text else NOTHING
    box = "fieldset" if grouped else "div"
    css = "field" + (" tick" if ticked else "") + (" has-error" if of.errors else "")
    return format_html('<{0} class="{1}">{2}<div class="answer">{3}{4}{5}</div></{0}>',
                       box, css, label, control(of), errors(of), advice)  # fmt: skip


# tables and cards: many on a page, so made here and not by template loops ------------------------


def table_rows(rows: Iterable[Row], columns: Iterable[Column]) -> SafeString:
    """The body of a list: a tick box, the cells, the first of them linking to the record."""
    css = [" ".join(word for word in ("number" if c.number else "", f"at-{c.place}" if c.place else "") if word) for c in columns]
    return format_html_join("\n", "{}", ((_row(row, css),) for row in rows))


def _row(row: Row, css: list[str]) -> SafeString:
    cells = format_html_join("", "{}", ((_cell(cell, css[n], row, first=n == 0),) for n, cell in enumerate(row.cells)))
    return format_html(
        '<tr data-url="{}" data-edit="{}" id="row-{}"><td class="pick"><label><input type="checkbox" name="ids" value="{}">'
        '<span class="hidden">{}</span></label></td>{}</tr>',
        row.url, row.edit_url, row.id, row.id, _("Select %(title)s") % {"title": row.title}, cells,
    )  # fmt: skip


def _cell(cell: Cell, css: str, row: Row, *, first: bool) -> SafeString:
    marks = attributes(class_=css, data_cell=cell.edit_url)
    if first:
        return format_html('<th scope="row"{}><a href="{}">{}</a></th>', marks, row.url, cell.html or row.title)
    return format_html("<td{}>{}</td>", marks, cell.html)


def board_cards(cards: Iterable[Card]) -> SafeString:
    return format_html_join("\n", "{}", ((board_card(card),) for card in cards))


def board_card(card: Card) -> SafeString:
    """A record on a board; its tick box takes part in the move form, so that it works without scripts."""
    about = format_html("{}<span>{}</span>", face(card.about, square=True), card.about) if card.about else NOTHING
    note = tag(card.note, tone=card.note_tone, dot=False) if card.note_tone else format_html("<span>{}</span>", card.note)
    owner = format_html('<span class="hidden">{}</span>{}', card.owner, face(card.owner)) if card.owner else NOTHING
    return format_html(
        '<li class="deal" data-id="{}" data-title="{}"><label class="pick"><input type="checkbox" name="ids" value="{}">'
        '<span class="hidden">{}</span></label><input type="hidden" name="version.{}" value="{}">'
        '<a class="title" href="{}">{}</a><div class="row">{}<b class="number">{}</b></div>'
        '<div class="row">{}<span class="far">{}</span></div></li>',
        card.id, card.title, card.id, _("Select %(title)s") % {"title": card.title}, card.id, card.version,
        card.url, card.title, about, card.number, note, owner,
    )  # fmt: skip
