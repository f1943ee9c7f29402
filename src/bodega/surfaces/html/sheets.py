"""What the templates of forms, administration and imports are given: the other half of `shapes`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from bodega.kernel.kinds import Input
from bodega.surfaces.html.shapes import Act, Column, Difference, Empty, Link, Page, Pager, Panel, Section, Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One field of a form. What is entered in each of `inputs` is sent under `name` and the input's suffix."""

    name: str
    label: str = ""
    inputs: Sequence[Input] = (Input("text"),)
    required: bool = False
    help: str = ""
    errors: Sequence[str] = ()

    @property
    def id(self) -> str:
        return f"id_{self.name}{self.inputs[0].suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    title: str
    fields: Sequence[Control]
    lines: Sequence[Lines] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineForm:
    """One row of `Lines`; its fields are sent as `<prefix>-<name>`, beside them `id`, `order` and `DELETE`."""

    prefix: str
    fields: Sequence[Control]
    id: str = ""
    order: str = ""
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The parts of a record as an editable table. `blank` has `__n__` for the row's number in its names."""

    name: str
    title: str
    forms: Sequence[LineForm]
    blank: LineForm
    columns: Sequence[Column]
    error: str = ""
    add_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A field that both changed: what it was, what the other wrote, what is in this form."""

    name: str
    label: str
    old: SafeString
    theirs: SafeString
    mine: SafeString
    choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Somebody saved first. `kept` are their changes nobody else touched, `added` ours."""

    who: str
    when: str
    clashes: Sequence[Clash]
    kept: Sequence[Difference] = ()
    added: Sequence[Difference] = ()
    mine: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage(Page):
    """`problems` are (label, text, id of the field); `hidden` are (name, value), the version among them."""

    groups: Sequence[FieldGroup] = ()
    hidden: Sequence[tuple[str, str]] = ()
    problems: Sequence[tuple[str, str, str]] = ()
    intro: str = ""
    url: str = ""
    save_label: str = ""
    save_kind: str = "primary"
    cancel_url: str = ""
    again_label: str = ""
    try_label: str = ""
    told: Sequence[Table] = ()
    """What trying it has shown."""
    upload: bool = False
    conflict: Conflict | None = None
    alike: Sequence[SafeString] = ()
    """Sentences about records that may be the same one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPage(Page):
    """What shall stand in a file, with a button for each of its `formats`."""

    intro: str
    hidden: Sequence[tuple[str, str]]
    groups: Sequence[FieldGroup]
    formats: Sequence[Act]
    cancel_url: str


# administration ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a plain table: HTML cells, what can be done, and a state for the reader."""

    cells: Sequence[SafeString]
    acts: Sequence[Act] = ()
    id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    title: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    note: str = ""
    intro: str = ""
    acts: Sequence[Act] = ()
    empty: Empty | None = None
    pager: Pager = field(default_factory=Pager)
    folded: bool = False

    @property
    def rows(self) -> Iterator[tuple[Line, Sequence[tuple[Column, SafeString]]]]:
        """Each line with its cells under their columns."""
        return ((line, [*zip(self.columns, line.cells, strict=True)]) for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesPage(Page):
    """Trash, custom fields and types, users and teams, jobs, parked events: tables, with a list of places beside."""

    tables: Sequence[Table] = ()
    places: Sequence[Section] = ()
    intro: str = ""
    refresh: int = 0  # seconds until the page asks again; 0 never


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    label: str
    state: str = ""  # "", current or done
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A column of the file being imported: what it holds, and the form field that says where it goes."""

    name: str
    samples: Sequence[str]
    target: Control
    match: Control | None = None
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Lines of the file that fail for one reason. `mend` is a field that maps the bad value to a good one."""

    text: str
    column: str
    value: str
    count: str
    lines: str
    mend: Control | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage(Page):
    steps: Sequence[Step] = ()
    groups: Sequence[FieldGroup] = ()
    hidden: Sequence[tuple[str, str]] = ()
    problems: Sequence[tuple[str, str, str]] = ()
    url: str = ""
    file_name: str = ""
    file_note: str = ""
    sources: Sequence[Source] = ()
    done: int = 0
    total: int = 0
    progress: str = ""
    running: bool = False
    progress_url: str = ""
    cancel_url: str = ""
    counts: Sequence[Sum] = ()
    rejected: Sequence[Problem] = ()
    rejected_url: str = ""
    dry: bool = False
    note: str = ""
    start: Act | None = None
    undo: Act | None = None
    recent: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPage(Page):
    """Hits of "find anything", as a page and as the body of the palette."""

    text: str = ""
    words: Sequence[str] = ()
    note: str = ""
    groups: Sequence[Section] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPage(Page):
    """Something stopped the request; `text` says what to do."""

    code: int = 400
    text: str = ""
    detail: str = ""
    icon: str = "circle-alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPage(Page):
    """Something that is shown once, with a way to copy it."""

    text: str
    copy: str
    next: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsPage(FormPage):
    """A role: tables with a line for each type, and where to say which of its fields are hidden."""

    tables: Sequence[RightsTable] = ()
    fields: Sequence[Link] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsTable:
    """`rows` of a label and a control for each head."""

    title: str
    intro: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Control]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage(Page):
    """Where a person starts."""

    greeting: str = ""
    day: str = ""
    panels: Sequence[Panel] = ()
    empty: Empty | None = None
