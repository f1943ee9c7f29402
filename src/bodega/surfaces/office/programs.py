"""A person's programs: the tokens by which they come in, and what they can ask of the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel import registry
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Choices, Kind, Text
from bodega.kernel.record import RecordType
from bodega.lib import clock, dates
from bodega.lib.markup import format_html
from bodega.platform.tokens import actions
from bodega.platform.tokens.models import Token
from bodega.surfaces.api.document import seen_types
from bodega.surfaces.api.operations import OfType, Operation, general
from bodega.surfaces.api.problems import KINDS
from bodega.surfaces.api.schemas import about
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.shapes import Act, Empty, Link, Section
from bodega.surfaces.html.sheets import FormPage, Line, Table, TablesPage, ToldPage
from bodega.surfaces.office.own_kinds import Picked, choosables
from bodega.surfaces.office.sheet import Sheet, table

TOKENS = "/me/tokens/"


def crumbs() -> list[Link]:
    return [Link(label=_("Your settings"), url="/me/")]


class TokensPage(Page):
    """One's own tokens: what each is for, what it may do, when it was last used."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = TablesPage(
            title=_("Your tokens"),
            crumbs=crumbs(),
            acts=[
                Act(label=_("What programs can ask"), url="/api/", icon="file-text"),
                Act(label=_("New token"), url=f"{TOKENS}new/", icon="plus", kind="primary", shortcut="n"),
            ],
            intro=_("A program comes in by a token, with your rights or fewer. End one that you no longer need."),
            tables=[self.table()],
        )
        return self.render("tables.html", page)

    def table(self) -> Table:
        heads = [_("What for"), _("Begins with"), _("May"), _("Last used"), _("Good until")]
        lines = [self.line(token) for token in actions.live(actor=self.actor, user=self.request.user)]
        nothing = Empty(title=_("No tokens yet"), text=_("Make one for each program."), icon="key-round")
        return table(_("Tokens"), heads, lines, empty=nothing)

    def line(self, token: Token) -> Line:
        until = token.expires_at
        cells = [
            escaped(token.name),
            format_html("<code>{}…</code>", token.prefix),
            escaped(scope_of(token)),
            self.when(token.used_at, _("Not yet")),
            self.when(until, _("You end it")) if until is None or until > clock.now() else escaped(_("Expired")),
        ]
        end = Act(label=_("End it"), url=f"{TOKENS}{token.pk}/end/", icon="x", kind="danger", post=True)
        return Line(cells=cells, acts=[end])

    def when(self, moment: datetime | None, otherwise: str) -> SafeString:
        if moment is None:
            return escaped(otherwise)
        local, today = moment.astimezone(self.actor.zone).date(), clock.now().astimezone(self.actor.zone).date()
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), dates.day(local, today=today))


def scope_of(token: Token) -> str:
    what = _("Read and write") if token.may_write else _("Read")
    known = {type_.key: str(type_.plural) for type_ in registry.every_type()} if token.types else {}
    return f"{what}: {', '.join(known.get(key, key) for key in token.types)}" if token.types else what


class NewToken(Sheet):
    """Says what a token is for and what it may do; shows it once."""

    def kinds(self) -> Sequence[Kind]:
        ways = {"read": _("Read"), "write": _("Read and write")}
        spans = {"30": _("30 days"), "90": _("90 days"), "365": _("A year"), "0": _("Until you end it")}
        types = {type_.key: str(type_.plural) for type_ in seen_types(actor=self.actor) if not type_.covers}
        told = _("None ticked: all that you may see.")
        return [
            Text(name="name", label=_("What is it for"), required=True, length=100),
            Picked.of("may", _("It may"), ways),
            Picked.of("days", _("It is good for"), spans),
            Choices(name="types", label=_("Only these"), fixed=choosables(types), help=told),
        ]

    def values(self) -> Mapping[str, Any]:
        return {"may": "read", "days": "90", "types": []}

    def sheet(self, form: Form) -> FormPage:
        above = Link(label=_("Your tokens"), url=TOKENS)
        return self.page(form, _("New token"), *crumbs(), above, save_label=_("Make it"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        given = {**self.values(), **entered}
        days = int(given["days"])
        token, secret = actions.make(
            self.request.user, name=given["name"], may_write=given["may"] == "write", types=given["types"],
            expires_at=clock.now() + timedelta(days=days) if days else None, actor=self.actor,
        )  # fmt: skip
        page = ToldPage(
            title=token.name,
            crumbs=[*crumbs(), Link(label=_("Your tokens"), url=TOKENS)],
            text=_("Give it to the program now. It is not kept and not shown again."),
            copy=secret,
            next=Act(label=_("Done"), url=TOKENS, kind="primary"),
        )
        return self.render("told.html", page)


class EndToken(Page):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, token_id: int) -> HttpResponse:
        token = actions.live(actor=self.actor, user=self.request.user).filter(pk=token_id).first()
        if token is None:
            raise Gone(_("There is no such token of yours."))
        actions.end(token, actor=self.actor)
        return self.go(TOKENS, _("Nobody comes in by “%(name)s” any more.") % {"name": token.name})


class ApiPage(Page):
    """The OpenAPI document for people: `?type=` shows what can be asked of one record type, and its fields."""

    def get(self, request: HttpRequest) -> HttpResponse:
        types = sorted(seen_types(actor=self.actor), key=lambda type_: type_.admin)
        asked = next((type_ for type_ in types if type_.slug == request.GET.get("type")), None)
        told = _(
            "Programs read and write here what you may read and write. Each call carries a token in a header: %(it)s"
        )
        page = TablesPage(
            title=str(asked.plural) if asked else _("API"),
            crumbs=[*crumbs(), *([Link(label=_("API"), url="/api/")] if asked else [])],
            acts=[
                Act(label=_("Your tokens"), url=TOKENS, icon="key-round"),
                Act(label=_("OpenAPI document"), url="/api/v1/openapi.json", icon="file-text"),
            ],
            intro="" if asked else told % {"it": "Authorization: Bearer bodega_…"},
            places=[Section(title=_("Record types"), links=[place(type_, current=type_ is asked) for type_ in types])],
            tables=self.of_type(asked) if asked else [operations(_("All types"), general()), problems()],
        )
        return self.render("tables.html", page)

    def of_type(self, type_: RecordType) -> list[Table]:
        lines = [
            Line(cells=[format_html("<code>{}</code>", name), escaped(kind.word), escaped(about(kind)["description"])])
            for name, kind in type_.fields().items()
        ]
        fields = table(_("Fields"), [_("Name"), _("Sort"), _("What")], lines)
        return [operations(_("Calls"), OfType(type_, actor=self.actor).all()), fields]


def place(type_: RecordType, *, current: bool) -> Link:
    return Link(label=str(type_.plural), url=f"/api/?type={type_.slug}", icon=type_.icon, current=current)


def operations(title: str, found: Iterable[Operation]) -> Table:
    lines = [told_line(one.method.upper(), one.path, one.summary) for one in found]
    return table(title, [_("Method"), _("Address"), _("What")], lines)


def problems() -> Table:
    lines = [told_line(str(status), kind, str(title), id=kind) for kind, (status, title) in KINDS.items()]
    return table(_("Problems"), [_("Status"), _("Type"), _("What")], lines)


def told_line(first: str, code: str, what: str, *, id: str = "") -> Line:  # noqa: A002  (the anchor of the line)
    return Line(cells=[escaped(first), format_html("<code>{}</code>", code), escaped(what)], id=id)
