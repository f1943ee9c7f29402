"""What each template is given: the contract between the views and the pages, one dataclass per thing shown.

Every page receives one of the `*Page` shapes as `page`, and a `Shell` as `shell`. Texts are plain and are escaped
by the templates; fields typed `SafeString` are HTML made by a kind or a component and are put in as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.safestring import SafeString

Choosing = tuple[tuple[tuple[str, str | Promise], ...], str]
"""What a select offers, as (value, text), and what is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A place to go: an item of the side bar, a tab, a crumb, a line of a menu, a hit of the palette."""

    label: str
    url: str
    icon: str = ""
    current: bool = False
    note: str = ""  # a count or a short word at the far end
    shortcut: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    links: Sequence[Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A thing one can do here. `post` makes it a form, else a link; `why` explains a disabled one."""

    label: str
    url: str
    icon: str = ""
    kind: str = ""  # "", primary, bare or danger
    post: bool = False
    dialog: bool = False  # opens above the page where there are scripts
    why: str = ""
    shortcut: str = ""
    name: str = ""  # the value of the submit button `act` in a bulk bar
    only_icon: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """`undo_url` takes back what it tells of, which may have been taking back, or (`offer=`) does what it offers;
    `here` where the page can stay. At `work_url` a script learns how far work is: so much `done` of a `total`."""

    text: str
    tone: str = "good"
    undo_url: str = ""
    here: bool = False
    work_url: str = ""
    done: int = 0
    total: int = 0

    @property
    def redo(self) -> bool:
        return "redo=" in self.undo_url

    @property
    def offer(self) -> bool:
        return "offer=" in self.undo_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    login: str
    url: str = ""


class Pin(NamedTuple):
    """A saved view that somebody has at hand."""

    id: int
    label: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What stands around every page. `theme` is "", light or dark; empty follows the system. `looking` is through whose
    eyes an administrator looks."""

    company: str
    person: Person | None
    sections: Sequence[Section] = ()
    office: Sequence[Section] = ()  # the places of an administrator
    pins: Sequence[Pin] = ()
    pin: int = 0  # the one that is open
    create: Sequence[Link] = ()
    toasts: Sequence[Toast] = ()
    theme: str = ""
    looking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """Nothing to show, and what to do about it."""

    title: str
    text: str = ""
    icon: str = "inbox"
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The top bar of every page. `crumbs` lead here."""

    title: str
    crumbs: Sequence[Link] = ()
    tabs: Sequence[Link] = ()
    acts: Sequence[Act] = ()
    more: Sequence[Act] = ()
    previous_url: str = ""
    next_url: str = ""


# questions, lists, boards ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    field: str
    word: str
    value: str
    edit_url: str = ""
    remove_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionError:
    """The typed text in three pieces, the middle one being what is wrong."""

    message: str
    before: str = ""
    wrong: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question as typed and as understood. `fields` are (name, label) one may ask about."""

    text: str = ""
    chips: Sequence[Chip] = ()
    error: QuestionError | None = None
    placeholder: str = ""
    url: str = ""
    clear_url: str = ""
    fields: Sequence[tuple[str, str]] = ()
    filter_url: str = ""
    complete_url: str = ""
    here: str = ""  # the page that asks this
    keep: Sequence[tuple[str, str]] = ()  # what a new question leaves as it is: sort, columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`sorted` is "", ascending or descending. `place` says where its cells go on a narrow page:
    title, badge, line, or nowhere. `word` is that of its kind, `fixed` says why its cells cannot be changed where they
    stand. `width` is in pixels, 0 for what it takes; one that `stays` is not scrolled sideways."""

    name: str
    label: str
    number: bool = False
    place: str = ""
    sort_url: str = ""
    sorted: str = ""
    shown: bool = True
    word: str = ""
    fixed: str = ""
    width: int = 0
    stays: bool = False
    rank: int = 0  # among several by which a list is sorted


class Row(NamedTuple):
    """One record in a list; `title` is linked to `url`, `cells` stand in the columns behind it.

    The form of one cell is at `cell_url` and the name of its column.
    """

    id: int
    url: str
    title: str
    cells: Sequence[SafeString]
    cell_url: str = ""
    edit_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    label: str
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The records of a list that have a value in common; `url` lists them, where they may be asked for."""

    label: str
    count: str
    number: int
    sums: Sequence[str] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    note: str = ""
    first_url: str = ""
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(Page):
    """`count` is ready to read ("2,089", "10,000+") with `noun` in its number ("deals")."""

    question: Question | None = None
    columns: Sequence[Column] = ()
    choices: Sequence[Column] = ()
    columns_url: str = ""
    stay: Choosing = ((), "")
    density: Choosing = ((), "")
    rows: Sequence[Row] = ()
    count: str = ""
    noun: str = ""
    sums: Sequence[Sum] = ()
    pager: Pager = field(default_factory=Pager)
    bulk: Sequence[Act] = ()
    bulk_url: str = ""
    seen: str = ""
    empty: Empty | None = None
    home: str = ""
    groupings: tuple[tuple[str, str], ...] = ()
    grouped: str = ""
    grouped_note: str = ""
    groups: Sequence[Group] = ()
    group_url: str = ""
    ungroup_url: str = ""
    measurings: tuple[tuple[str, str], ...] = ()
    measure_url: str = ""
    measured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Page):
    """What somebody wants to know of the records of a list."""

    sums: Sequence[Sum] = ()
    url: str = ""


class Card(NamedTuple):
    """One record on a board. `about` names what it belongs to and is drawn with a square face."""

    id: str
    url: str
    title: str
    version: int = 0
    about: str = ""
    number: str = ""
    note: str = ""
    note_tone: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One choice of a board with its cards. `sums` has one text per currency."""

    value: str
    label: str
    tone: str = "neutral"
    count: str = ""
    sums: Sequence[str] = ()
    cards: Sequence[Card] = ()
    more_url: str = ""
    allowed: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage(Page):
    """`move_url` takes POST `ids`, `to` and `version.<id>`; `noun` is the plural;
    `sets` are the pipelines where there are several."""

    question: Question | None = None
    sets: Sequence[Link] = ()
    lanes: Sequence[Lane] = ()
    move_url: str = ""
    noun: str = ""
    bulk: Sequence[Act] = ()
    bulk_url: str = ""
    empty: Empty | None = None


# one record --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    label: str
    html: SafeString
    edit_url: str = ""
    empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactGroup:
    title: str
    facts: Sequence[Fact]
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """How fewer of a panel's records are asked for, where it stands; `name` is the id of the menu."""

    name: str
    url: str
    all_url: str
    question: str = ""
    sort: str = ""
    sorts: Sequence[tuple[str, str]] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A card an app brings to a record. `side` is start, main or end."""

    title: str
    side: str = "end"
    note: str = ""
    html: SafeString = SafeString("")
    brief: bool = False
    acts: Sequence[Act] = ()
    narrow: Narrow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One touch or event on a timeline. `title` is HTML: who did what with what."""

    title: SafeString
    icon: str
    tone: str = ""
    text: SafeString = SafeString("")
    at: datetime | None = None
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    label: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sift:
    """The means to ask a timeline for less: (value, text) of what and whose, and what is asked, said in words."""

    url: str
    kinds: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    asked: Mapping[str, str]
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    days: Sequence[Day] = ()
    more_url: str = ""
    empty: Empty | None = None
    sift: Sift | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compose:
    """`kinds` are (value, text) of what one may write down, `to_do` those that are still to be done; `days` are when,
    `seen` who alone may be let see it. `acts` begin to write one of
    them; at `mentions` names are asked for."""

    url: str
    placeholder: str
    kinds: tuple[tuple[str, str], ...] = ()
    to_do: Sequence[tuple[str, str]] = ()
    days: tuple[tuple[str, str], ...] = ()
    day: str = ""
    seen: Sequence[tuple[str, str]] = ()
    acts: Sequence[Act] = ()
    mentions: str = ""
    text: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    label: str
    old: SafeString
    new: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One change in a record's history; `cause` and `surface` say where it came from."""

    who: str
    verb: str
    when: str
    at: datetime | None = None
    surface: str = ""
    cause: str = ""
    differences: Sequence[Difference] = ()
    undo_url: str = ""
    undo_label: str = ""
    why: str = ""
    icon: str = "pencil"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    changes: Sequence[Past] = ()
    more_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage(Page):
    """`lead` is one line of HTML below the name; `views` are the tabs of the middle: timeline, history."""

    face: str = ""
    square: bool = False
    lead: SafeString = SafeString("")
    note: str = ""
    heads: Sequence[SafeString] = ()
    trashed: str = ""
    restore_url: str = ""
    groups: Sequence[FactGroup] = ()
    panels: Sequence[Panel] = ()
    compose: Compose | None = None
    views: Sequence[Link] = ()
    timeline: Timeline | None = None
    history: History | None = None
    tabbed: Panel | None = None
    edit_url: str = ""
