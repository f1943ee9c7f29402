"""What stands in for data on the page of components: long names, other scripts, nothing, too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal as Fraction
from typing import Any

from django.utils.safestring import SafeString

from bodega.kernel.actors import Actor
from bodega.kernel.kinds import (
    Choice,
    Choosable,
    Country,
    Date,
    Decimal,
    Email,
    Integer,
    Kind,
    LongText,
    Moment,
    Money,
    Percent,
    Phone,
    Place,
    Reference,
    RichText,
    Show,
    Tags,
    Text,
    Url,
    UserReference,
    YesNo,
)  # fmt: skip
from bodega.lib import clock
from bodega.lib.markup import conditional_escape, format_html
from bodega.lib.money import Money as Amount
from bodega.surfaces.html import components
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.panels import rows
from bodega.surfaces.html.shapes import (
    Act,
    Card,
    Column,
    Day,
    Difference,
    Empty,
    Entry,
    Fact,
    FactGroup,
    History,
    Lane,
    Link,
    Panel,
    Past,
    Row,
    Section,
    Timeline,
    Toast,
)  # fmt: skip
from bodega.surfaces.html.sheets import Clash, Conflict, Control, Line, Table

TONES = ("neutral", "brand", "good", "warn", "bad", "info", "plum", "rose", "teal")
COLOURS = (
    *TONES[1:],
    "paper",
    "shelf",
    "card",
    "float",
    "hover",
    "press",
    "line",
    "line-strong",
    "edge",
    "ink",
    "ink-2",
    "ink-3",
)
SIZES = {
    "xl": "Harbour Hardware",
    "l": "Season opening 2027",
    "m": "Drawings are 2 days late",
    "s": "no next step",
    "xs": "CUSTOMERS",
}
LONG = "Al Mansoori Ship Chandlers & Sons, Dhow, Tender and Lighter Supplies (formerly Gulf Rope and Paint), Jebel Ali"
ARABIC, JAPANESE = "نورة البحري", "株式会社 尾道造船"


class Lanes(Choice):
    """A choice that no table holds."""

    def choices(self) -> Mapping[str, Choosable]:
        return {key: Choosable(key, key.capitalize(), tone=tone) for key, tone in STAGES.items()}


STAGES = {"new": "info", "offered": "plum", "won": "good", "lost": "bad"}


def kinds() -> Iterator[tuple[Kind, Any]]:
    """Every sort of value, with one of it."""
    yield Text(name="text", label="Text", required=True, help="One line"), LONG
    yield LongText(name="longtext", label="Long text"), "Two boats.\nOne of them leaks."
    yield RichText(name="richtext", label="Formatted text"), "**Sunday** is fine, see https://isdom.example"
    yield Email(name="email", label="E-mail"), "mia@isdom.example"
    yield Phone(name="phone", label="Phone"), "+4940123456"
    yield Url(name="url", label="Web address"), "https://isdom.example/a/very/long/way/to/the/page/of/the/winch"
    yield Integer(name="integer", label="Whole number"), 1_234_567
    yield Decimal(name="decimal", label="Number"), Fraction("1234.5")
    yield Percent(name="percent", label="Percent"), Fraction("12.5")
    yield Money(name="money", label="Money"), Amount.of(Fraction("1579.20"), "EUR")
    yield Date(name="date", label="Date"), date(2027, 2, 1)
    yield Moment(name="moment", label="Date and time"), clock.now()
    yield YesNo(name="yesno", label="Yes or no"), True
    yield Lanes(name="choice", label="Choice"), "offered"
    yield Tags(name="tags", label="Tags"), ["boat", "winter hall", "pays late"]
    yield Reference(name="reference", label="Another record", to="parties.organisation"), None
    yield UserReference(name="user", label="A colleague"), None
    yield Place(name="place", label="Place"), None
    yield Country(name="country", label="Country"), "DE"


@dataclass(frozen=True)
class Specimens:
    """All that the page draws, once for each theme: `prefix` keeps the names of fields apart."""

    actor: Actor
    prefix: str

    tones, colours, sizes, long = TONES, COLOURS, SIZES, LONG

    @property
    def name(self) -> str:
        return self.prefix

    @property
    def buttons(self) -> list[Act]:
        plain = {"": "Edit", "primary": "Save", "bare": "Cancel", "danger": "Delete"}
        icons = {"": "pencil", "primary": "plus", "bare": "x", "danger": "trash-2"}
        return [
            *(Act(label=label, url="#", kind=kind) for kind, label in plain.items()),
            *(Act(label=label, url="#", kind=kind, icon=icons[kind]) for kind, label in plain.items()),
            Act(label="New deal", url="#", icon="plus", shortcut="n"),
            Act(label="More", url="#", icon="ellipsis", kind="bare", only_icon=True),
            Act(label="Win", url="#", icon="trophy", why="Only possible when the stage is open."),
        ]

    @property
    def faces(self) -> list[str]:
        return ["Mia Petersen", "Kwame Boateng", "Lucía Ferrer", ARABIC, "Cher", "İbrahim Şahin", JAPANESE]

    @property
    def cells(self) -> list[tuple[str, SafeString]]:
        """How each sort of value is shown."""
        show = Show(self.actor)
        return [
            (str(kind.label), kind.cell(value, show=show) if value is not None else SafeString("–"))
            for kind, value in kinds()
        ]

    @property
    def fields(self) -> list[Control]:
        """How each sort of value is entered."""
        values = {kind.name: value for kind, value in kinds()}
        form = Form([kind for kind, _value in kinds()], values, actor=self.actor, prefix=f"{self.prefix}-")
        return [form.control(name) for name in form.kinds]

    @property
    def wrong(self) -> Control:
        found = self.fields[4]
        return Control(
            name=f"{found.name}-wrong",
            label=found.label,
            inputs=found.inputs,
            errors=["“+49” is too short for a phone number with its area code."],
        )

    @property
    def columns(self) -> tuple[Column, ...]:
        return (
            Column(name="name", label="Name", sorted="ascending", sort_url="#", place="title"),
            Column(name="stage", label="Stage", place="badge"),
            Column(name="amount", label="Amount", number=True, place="line"),
            Column(name="owner", label="Owner", place="line"),
        )

    @property
    def rows(self) -> list[Row]:
        said = [
            ("Season opening 2027", "new", "2,600 €"),
            (LONG, "offered", "690,000 ¥"),
            (f"{ARABIC}: مرساة", "won", "0.5 £"),
            ("No amount yet", "lost", ""),
        ]
        return [
            Row(
                at,
                "#",
                title,
                [
                    components.tag(stage.capitalize(), tone=STAGES[stage]),
                    conditional_escape(amount),
                    components.who(self.faces[at]),
                ],
            )
            for at, (title, stage, amount) in enumerate(said)
        ]

    @property
    def lane(self) -> Lane:
        cards = [
            Card(
                f"{self.prefix}-1",
                "#",
                "Season opening 2027",
                about="Sjöboden Marina",
                number="2,600 €",
                note="No next step",
                note_tone="warn",
                owner="Niamh O’Brien",
            ),
            Card(
                f"{self.prefix}-2",
                "#",
                LONG,
                about=JAPANESE,
                number="690,000 ¥",
                note="Ask what the crew says",
                owner="Kwame Boateng",
            ),
        ]
        return Lane(value="new", label="New", tone="info", count="28", sums=["175,806.96 €", "11,100 £"], cards=cards)

    @property
    def toasts(self) -> list[Toast]:
        return [
            Toast(text="500 records were changed.", undo_url="#"),
            Toast(text="That did not reach the server.", tone="bad"),
            Toast(text="Only possible when the stage is open.", tone="info"),
        ]

    @property
    def empties(self) -> list[Empty]:
        act = Act(label="Import a file", url="#", icon="file-up", kind="primary")
        return [
            Empty(
                title="No deals yet", text="Add the first one, or bring in a file.", icon="square-kanban", acts=[act]
            ),
            Empty(title="You have no right to do that", text="Ask an administrator for it, or go back.", icon="lock"),
        ]

    @property
    def conflict(self) -> Conflict:
        clash = Clash(
            name=f"{self.prefix}-amount",
            label="Amount",
            old=conditional_escape("4,000 €"),
            theirs=conditional_escape("4,500 €"),
            mine=conditional_escape("5,000 €"),
        )
        kept = Difference(label="Next step", old=conditional_escape(""), new=conditional_escape("Call Hamad"))
        return Conflict(who="Kwame Boateng", when="2 min ago", clashes=[clash], kept=[kept])

    @property
    def problems(self) -> Sequence[tuple[str, str, str]]:
        return [
            ("Phone", "“+49” is too short for a phone number with its area code.", ""),
            ("", "The quotes are not closed.", ""),
        ]

    @property
    def panel(self) -> Panel:
        lines = [("Terrace deck, the spa", "5 Dec"), (LONG, "Yesterday")]
        html = rows([format_html('<a href="#">{}</a><span class="far quiet">{}</span>', *line) for line in lines])
        acts = [Act(label="Add a task", url="#", icon="plus")]
        return Panel(title="To do", note="2 open", html=html, acts=acts)

    @property
    def groups(self) -> list[FactGroup]:
        facts = [Fact(label=label, html=html, edit_url="#") for label, html in self.cells[:6]]
        return [FactGroup(title="", facts=[*facts, Fact(label="Nothing", html=SafeString(""), empty=True)])]

    edit_url = "#"

    @property
    def timeline(self) -> Timeline:
        entries = [
            Entry(
                title=format_html("<b>{}</b> {}", "Anna", "called Moses"),
                icon="phone",
                tone="good",
                text=components.prose("Wants the drawings by Friday.", actor=self.actor),
                when="11:30",
            ),
            Entry(
                title=format_html("<b>{}</b> {}", "Kwame", "moved it to Offered"),
                icon="arrow-right",
                tone="plum",
                when="09:05",
            ),
        ]
        return Timeline(days=[Day(label="Today", entries=entries)])

    @property
    def history(self) -> History:
        difference = Difference(label="Amount", old=conditional_escape("4,000 €"), new=conditional_escape("4,500 €"))
        past = Past(
            who="Kwame Boateng",
            verb="changed it",
            when="2 min ago",
            differences=[difference],
            undo_url="#",
            undo_label="Undo",
        )
        return History(changes=[past])

    @property
    def tables(self) -> list[Table]:
        heads = [Column(name="what", label="What"), Column(name="count", label="How many", number=True)]
        lines = [
            Line(cells=[conditional_escape(name), conditional_escape(count)])
            for name, count in (("People", "1,200"), (LONG, "40"))
        ]
        return [
            Table(
                title="A plain table",
                columns=heads,
                lines=lines,
                note="2 of 2",
                intro="What it is about, in a sentence.",
            ),
            Table(title="An empty one", columns=heads, lines=[], empty=self.empties[0]),
        ]

    @property
    def hits(self) -> list[Section]:
        links = [
            Link(label="Mia Petersen", url="#", note="Isdom"),
            Link(label="Deals", url="#", icon="square-kanban", shortcut="g d"),
        ]
        return [Section(title="People", links=links)]
