"""The small parts pages are made of, as functions that return HTML; the template tags of the same names call these."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

from bodega.lib.html import linkify_plain
from bodega.lib.markup import conditional_escape as escaped
from bodega.lib.markup import format_html, format_html_join
from bodega.lib.text import initials, marked
from bodega.platform.notifications import mentions
from bodega.surfaces.html.shapes import Act, Card, Column, Entry, Fact, Link, Row, Section

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from bodega.kernel.actors import Actor
    from bodega.kernel.kinds import Label

Text: TypeAlias = "str | _StrPromise"  # a text of ours may still wait for its language

NOTHING = SafeString("")
MENTION = re.compile(rf"{escaped(mentions.OPEN)}(\d+){mentions.CLOSE}")
FACE_TONES = ("brand", "info", "plum", "warn", "good", "rose", "teal")


@cache
def icon(name: str, *, label: str = "") -> SafeString:
    """An icon of the lucide package, hidden from screen readers unless it has a label of its own."""
    named = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    look = {"class": "i", "stroke-width": "1.75", **named}
    try:
        return format_html("{}", lucide(name, size=16, **look))
    except IconDoesNotExist:  # named by an administrator
        return format_html("{}", lucide("box", size=16, **look))


def attributes(**values: object) -> SafeString:
    """HTML attributes; True writes the bare name, empty and False write nothing, `_` becomes `-`."""
    pairs = [
        (name.rstrip("_").replace("_", "-"), value) for name, value in values.items() if value not in ("", False, None)
    ]
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in pairs))


def _attribute(name: str, value: object) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)


@lru_cache(maxsize=2_000, typed=True)
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
    return SafeString(f'<span class="tag {escaped(tone)}{"" if dot else " plain"}">{escaped(label)}</span>')


def face_tone(name: str) -> str:
    """The same colour for the same name, always and everywhere."""
    return FACE_TONES[crc32(name.encode(errors="replace")) % len(FACE_TONES)]


@lru_cache(maxsize=5_000)
def face(name: str, *, size: str = "", square: bool = False) -> SafeString:
    """A name as a coloured sign: round for people, square for what is not a person. `size` is "" or large."""
    css = " ".join(word for word in ("face", face_tone(name), size, "square" if square else "") if word)
    short = initials(name)[:1] if square and not size else initials(name)
    return SafeString(f'<span class="{escaped(css)}" aria-hidden="true">{escaped(short)}</span>')


def who(name: str, *, square: bool = False, href: str = "") -> SafeString:
    """A face with its name, linked where there is somewhere to go."""
    shown = f'<a href="{escaped(href)}">{escaped(name)}</a>' if href else f"<span>{escaped(name)}</span>"
    return SafeString(f'<span class="who">{face(name, square=square)}{shown}</span>')


def act(it: Act, *, bare: bool = False, only_icon: bool = False, token: str = "") -> SafeString:
    """A link or a small form for something one can do; a disabled one says why."""
    kind, only_icon = it.kind or ("bare" if bare else ""), only_icon or it.only_icon
    if it.why:
        return button(
            it.label,
            icon_name=it.icon,
            kind=kind,
            only_icon=only_icon,
            type="button",
            aria_disabled="true",
            data_why=it.why,
            title=it.why,
        )
    if not it.post:
        return button(
            it.label,
            icon_name=it.icon,
            kind=kind,
            only_icon=only_icon,
            href=it.url,
            shortcut=it.shortcut,
            data_dialog=it.dialog,
        )
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}</form>',
        it.url,
        token,
        button(it.label, icon_name=it.icon, kind=kind, only_icon=only_icon, shortcut=it.shortcut),
    )


def prose(text: str, *, actor: Actor, known: mentions.Labels | None = None) -> SafeString:
    """What somebody wrote, with its paragraphs, its addresses as links, and who is mentioned as a link to them; `known`
    where what stands for these was looked up for several texts at once."""
    plain, named = mentions.marked(text, actor=actor, known=known)
    return SafeString(MENTION.sub(lambda found: mention(named[int(found[1])]), linkify_plain(plain)))


def mention(of: Label) -> str:
    link = f'<a class="mention" href="{escaped(of.url)}">@{escaped(of.text)}</a>'
    return link if of.url else f"@{escaped(of.text)}"


def progress(done: int, total: int, *, label: Text = "") -> SafeString:
    """How far a long job is; without a total it only says that it is under way."""
    known = format_html(' max="{}" value="{}"', total, done) if total else NOTHING
    return format_html('<progress{} aria-label="{}"></progress>', known, label or _("Progress"))


# tables and cards: many on a page, so made here and not by template loops ------------------------


def table_rows(rows: Iterable[Row], columns: Iterable[Column]) -> SafeString:
    """The body of a list: a tick box, the cells, the first of them linking to the record."""
    first, *marks = map(_marks, columns)
    before, after = escaped(_("Select %(title)s")).split("%(title)s")
    return SafeString("\n".join(_row(row, first, marks, before, after) for row in rows))


def _marks(column: Column) -> str:
    edit = "" if column.fixed else f' data-cell="{escaped(column.name)}/"'
    return _classes(column) + edit


def _classes(column: Column) -> str:
    given = {"number": column.number, f"at-{column.place}": column.place, "sized": column.width, "stays": column.stays}
    css = " ".join(name for name, is_so in given.items() if is_so)
    return f' class="{css}"' if css else ""


def _row(row: Row, first: str, marks: list[str], before: str, after: str) -> str:
    title = escaped(row.title)
    cells = "".join([f"<td{mark}>{escaped(cell)}</td>" for mark, cell in zip(marks, row.cells, strict=True)])
    return (
        f'<tr data-edit="{escaped(row.edit_url)}" data-cells="{escaped(row.cell_url)}"><td class="pick"><label>'
        f'<input type="checkbox" name="ids" value="{row.id}"><span class="hidden">{before}{title}{after}</span>'
        f'</label></td><th scope="row"{first}><a href="{escaped(row.url)}">{title}</a></th>{cells}</tr>'
    )


def hits(links: Iterable[Link], words: Sequence[str], group: int) -> SafeString:
    """What was found, in one of the groups, with the words in it that were looked for."""
    return SafeString("".join(_hit(link, words, f"hit-{group}-{at}") for at, link in enumerate(links, 1)))


def _hit(link: Link, words: Sequence[str], name: str) -> str:
    note = f'<span class="quiet">{_marked(link.note, words)}</span>' if link.note else ""
    key = f'<kbd class="far">{escaped(link.shortcut)}</kbd>' if link.shortcut else ""
    return (
        f'<a role="option" aria-selected="false" id="{name}" href="{escaped(link.url)}">'
        f"{icon(link.icon) if link.icon else face(link.label)}<span>{_marked(link.label, words)}</span>{note}{key}</a>"
    )


def _marked(text: str, words: Sequence[str]) -> str:
    return "".join(f"<mark>{escaped(piece)}</mark>" if hit else escaped(piece) for piece, hit in marked(text, words))


# menus and places: the same again and again, so drawn once for each that there is ---------------


@lru_cache(maxsize=500)
def heads(columns: tuple[Column, ...]) -> SafeString:
    """The heads of a list's columns, by which it is sorted. A drawing of nothing keeps one as wide as it was made."""
    return SafeString("".join([_head(column) for column in columns]))


def _head(column: Column) -> str:
    wide = f'<svg class="wide" width="{column.width}" height="0" aria-hidden="true"></svg>' if column.width else ""
    order = f' aria-sort="{escaped(column.sorted)}"' if column.sorted else ""
    arrow = icon("arrow-down" if column.sorted == "descending" else "arrow-up")
    label = escaped(column.label) + (f" <small>{column.rank}</small>" if column.rank else "")
    link = f'<a href="{escaped(column.sort_url)}" hx-boost="true">{label}{arrow}</a>' if column.sort_url else label
    told = attributes(data_name=column.name, data_word=column.word, data_why=column.fixed)
    return f'<th scope="col"{told}{_classes(column)}{order}>{link}{wide}</th>'


@lru_cache(maxsize=500)
def ticks(columns: tuple[Column, ...]) -> SafeString:
    """A tick box for each column that may be shown."""
    line = '<label class="item"><input type="checkbox" name="columns" value="{}"{}>{}</label>'
    ticked = SafeString(" checked")
    return format_html_join("", line, ((one.name, ticked if one.shown else "", one.label) for one in columns))


@lru_cache(maxsize=500)
def choices(fields: tuple[tuple[str, Text], ...], chosen: str = "") -> SafeString:
    """What a select offers: (value, text)."""
    line, marks = '<option value="{}"{}>{}</option>', {True: SafeString(" selected"), False: NOTHING}
    return format_html_join("", line, ((key, marks[key == chosen and bool(key)], text) for key, text in fields))


@lru_cache(maxsize=500)
def offers(fields: tuple[tuple[str, Text], ...], name: str) -> SafeString:
    """A button for each thing that a menu offers: (value, text)."""
    line = '<button class="item" name="{}" value="{}">{}</button>'
    return format_html_join("", line, ((name, key, text) for key, text in fields))


@lru_cache(maxsize=500)
def places(sections: tuple[Section, ...]) -> SafeString:
    """The side bar's lists of where one can go."""
    return format_html_join("\n", "{}", ((_section(section),) for section in sections))


def _section(section: Section) -> SafeString:
    named = format_html(' aria-label="{}"', section.title) if section.title else NOTHING
    head = format_html("<h2>{}</h2>", section.title) if section.title else NOTHING
    links = format_html_join("", "<li>{}</li>", ((_place(link),) for link in section.links))
    return format_html('<nav class="nav"{}>{}<ul>{}</ul></nav>', named, head, links)


def _place(link: Link) -> SafeString:
    here = SafeString(' aria-current="page"') if link.current else NOTHING
    note = format_html('<span class="n">{}</span>', link.note) if link.note else NOTHING
    return format_html('<a href="{}"{}>{}<span>{}</span>{}</a>', link.url, here, icon(link.icon), link.label, note)


def facts(facts: Iterable[Fact], edit_url: str) -> SafeString:
    """What is known of a record: names and values, each with its pencil."""
    return SafeString("".join([_fact(fact, edit_url) for fact in facts]))


def _fact(fact: Fact, edit_url: str) -> str:
    edit = f' data-cell="{escaped(fact.edit_url)}"' if fact.edit_url else ""
    return f"<dt>{escaped(fact.label)}</dt><dd{edit}>{fact_value(fact, edit_url)}</dd>"


def fact_value(fact: Fact, edit_url: str) -> SafeString:
    value = SafeString('<span class="quiet">–</span>') if fact.empty else fact.html
    if not fact.edit_url:
        return value
    label = escaped(_("Edit %(label)s") % {"label": fact.label})
    return SafeString(
        f'{escaped(value)}<a class="edit" href="{escaped(edit_url)}" aria-label="{label}">{icon("pencil")}</a>'
    )


def entries(entries: Iterable[Entry]) -> SafeString:
    """What happened on a day."""
    return SafeString("".join([_entry(entry) for entry in entries]))


def _entry(entry: Entry) -> str:
    at = f' datetime="{entry.at.isoformat()}"' if entry.at else ""
    when = f"<time{at}>{escaped(entry.when)}</time>" if entry.when else ""
    text = f'<div class="text">{escaped(entry.text)}</div>' if entry.text else ""
    return (
        f'<article class="entry"><span class="dot {escaped(entry.tone)}">{icon(entry.icon)}</span><div>'
        f"<h3><span>{escaped(entry.title)}</span>{when}</h3>{text}</div></article>"
    )


def board_cards(cards: Iterable[Card]) -> SafeString:
    """The cards of a lane."""
    before, after = escaped(_("Select %(title)s")).split("%(title)s")
    return SafeString("\n".join([_card(card, before, after) for card in cards]))


def _card(card: Card, before: str, after: str) -> str:
    """A record on a board; its tick box takes part in the move form, so that it works without scripts."""
    about = f"{face(card.about, square=True)}<span>{escaped(card.about)}</span>" if card.about else ""
    note = tag(card.note, tone=card.note_tone, dot=False) if card.note_tone else f"<span>{escaped(card.note)}</span>"
    owner = f'<span class="hidden">{escaped(card.owner)}</span>{face(card.owner)}' if card.owner else ""
    key, title = escaped(card.id), escaped(card.title)
    return (
        f'<li class="deal" data-id="{key}" data-title="{title}"><label class="pick">'
        f'<input type="checkbox" name="ids" value="{key}"><span class="hidden">{before}{title}{after}</span></label>'
        f'<input type="hidden" name="version.{key}" value="{card.version}">'
        f'<a class="title" href="{escaped(card.url)}">{title}</a>'
        f'<div class="row">{about}<b class="number">{escaped(card.number)}</b></div>'
        f'<div class="row">{note}<span class="far">{owner}</span></div></li>'
    )
