"""The board of a record type: a lane for each value of one field, cards that are moved between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, change, history, query
from bodega.kernel.action import ONE, SOME
from bodega.kernel.actors import Actor
from bodega.kernel.drafts import Conflict, Draft
from bodega.kernel.kinds import Choice, Kind, Money, Reference, Show
from bodega.kernel.query.write import quote as quoted
from bodega.kernel.raw import columns_of
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType, seen_as, show_rows, with_ids
from bodega.lib.numbers import format_decimal
from bodega.lib.text import amid
from bodega.surfaces.html import shapes
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.lists import more_acts, new_acts
from bodega.surfaces.html.pages import TypePage, say
from bodega.surfaces.html.shell import toasts
from bodega.surfaces.html.trash import told
from bodega.surfaces.html.viewing import ViewedPage

SIZE = 50
"""Cards of a lane before more are asked for."""
LINES = 100_000
"""Lanes of all boards of a type, and currencies in each: what is beyond would not be counted."""
PARTS = ("title", "about", "number", "note", "owner")
"""What the fields of `RecordType.card` are on a card."""
NOTE = PARTS.index("note")


@dataclass
class Lane:
    """One value of the field, with what stands in it."""

    value: Any
    label: str
    tone: str = ""
    is_open: bool = False
    count: int = 0
    sums: list[str] = field(default_factory=list)


class Board:
    """The lanes of a type and their cards: a fixed number of queries, however many lanes there are."""

    def __init__(self, type_: RecordType, *, actor: Actor, within: str = "") -> None:
        self.type, self.actor = type_, actor
        kind = type_.field(type_.board.split()[0]) if type_.board else None
        if kind is None:
            raise Http404
        self.kind: Kind = kind
        self.within = within

    # ---- lanes -------------------------------------------------------------------------------------------------

    @cached_property
    def above(self) -> list[tuple[int, str]]:
        """What the lanes belong to, where there are several sets of them: the pipelines."""
        target = self.kind.target if isinstance(self.kind, Reference) else None
        if target is None or not target.path:
            return []
        type_ = target.declared[target.path].target  # type: ignore[attr-defined]
        return [*in_order(type_, type_.rows(self.actor)).values_list("pk", type_.title)]

    @property
    def chosen(self) -> int | None:
        """The set of lanes that is shown: the one asked for, or the first."""
        known = [pk for pk, _name in self.above]
        return next((pk for pk in known if str(pk) == self.within), known[0] if known else None)

    @cached_property
    def lanes(self) -> list[Lane]:
        if isinstance(self.kind, Choice):
            known = [option for option in self.kind.choices().values() if not option.retired]
            return [Lane(one.key, str(one.name), one.tone, is_open=one.status == "open") for one in known]
        target: RecordType = self.kind.target  # type: ignore[attr-defined]
        rows = target.rows(self.actor)
        rows = rows.filter(**{target.path: self.chosen}) if target.path else rows
        names = [name for name in (target.title, "tone", "status") if name in columns_of(target.model)]
        found = in_order(target, rows).values("pk", *names)
        return [
            Lane(row["pk"], row[target.title], row.get("tone", ""), is_open=row.get("status") == "open")
            for row in found
        ]

    def lane(self, text: str) -> Lane:
        for lane in self.lanes:
            if str(lane.value) == text:
                return lane
        raise Http404

    def inside(self, rows: QuerySet[Any], lane: Lane) -> QuerySet[Any]:
        return rows.filter(**{self.kind.column: lane.value})

    # ---- what stands in them -----------------------------------------------------------------------------------

    @cached_property
    def money(self) -> Money | None:
        return next((kind for kind in self.type.named_fields(self.type.card) if isinstance(kind, Money)), None)

    def count(self, rows: QuerySet[Any], lanes: Sequence[Lane]) -> None:
        """Fill in the count and the sums of these lanes: from the type's tally where it tells, else by one query."""
        by_value, money = {lane.value: lane for lane in lanes}, self.money
        text = partial(money.text, show=Show(self.actor)) if money else str
        tallied = self.type.tally is not None and seen_as(rows)
        held = rows if tallied else rows.filter(**{f"{self.kind.column}__in": [*by_value]})
        measures = ["count", f"sum {money.name}"] if money else ["count"]
        by = [self.kind.name]
        for group in query.report(self.type, held, by=by, measures=measures, actor=self.actor, limit=LINES):
            if lane := by_value.get(group.keys[0]):
                lane.count, *sums = group.measures
                lane.sums = [text(amount) for found in sums for amount in found.values()]

    def heads(self, rows: QuerySet[Any]) -> list[query.Page]:
        """The first cards of every lane (two queries)."""
        lanes = [self.inside(rows, lane) for lane in self.lanes]
        return query.heads(self.type, lanes, sort=self.type.board_sort, names=self.type.card.split(), size=SIZE)

    def cards(self, rows: Sequence[Row], lanes: Mapping[int, Lane]) -> dict[int, shapes.Card]:
        """Cards by record; `lanes` says in which each stands."""
        kinds = self.type.named_fields(self.type.card)
        show = show_rows(rows, kinds, actor=self.actor)
        lacking = "".join(_("No %(what)s") % {"what": amid(kind.label)} for kind in kinds[NOTE : NOTE + 1])
        return {row.id: self.card(row, kinds, show, lacking if lanes[row.id].is_open else "") for row in rows}

    def card(self, row: Row, kinds: Sequence[Kind], show: Show, lacking: str) -> shapes.Card:
        """`lacking` is the note of a card that needs one and has none."""
        texts = {part: kind.text(row.values[kind.name], show=show) for part, kind in zip(PARTS, kinds, strict=False)}
        lacks = bool(lacking) and texts.get("note") == ""
        texts["note"] = lacking if lacks else texts.get("note", "")
        texts["title"] = texts["title"] or f"#{row.id}"
        url, tone = self.type.url(row.id), "warn" if lacks else ""
        return shapes.Card(id=str(row.id), url=url, version=row.version, note_tone=tone, **texts)

    # ---- moving ------------------------------------------------------------------------------------------------

    def move(self, pk: int, lane: Lane, *, version: int | None) -> None:
        """By the type's own action for that, where it has one, else as a plain change. Raises what these raise."""
        for action in self.type.actions:
            if action.target == ONE and self.kind.name in action.parameters:
                action(pk, actor=self.actor, version=version, **{self.kind.name: lane.value})
                return
        draft = Draft(pk, {self.kind.name: lane.value}, version=version)
        told(change.save_many(self.type, [draft], actor=self.actor, changed="moved"))

    def move_many(self, ids: Sequence[int], lane: Lane, *, versions: Mapping[int, int | None]) -> None:
        """Several at once, in a fixed number of statements: all of them or none. Raises what these raise."""
        with transaction.atomic():
            rows = self.type.rows(self.actor, "change").filter(pk__in=ids).order_by("pk")
            for pk, version in rows.select_for_update(of=("self",)).values_list("pk", "version"):
                if versions[pk] not in (None, version):
                    raise Conflict(pk, expected=versions[pk] or 0, found=version)
            for action in self.type.actions:
                if action.target == SOME and self.kind.name in action.parameters:
                    told(action(ids, actor=self.actor, **{self.kind.name: lane.value}))
                    return
            drafts = [Draft(pk, {self.kind.name: lane.value}) for pk in ids]
            told(change.save_many(self.type, drafts, actor=self.actor, changed="moved"))


def in_order(type_: RecordType, rows: QuerySet[Any]) -> QuerySet[Any]:
    """As an administrator ordered them, or by name."""
    return rows.order_by(*(["order", "pk"] if "order" in columns_of(type_.model) else [type_.title_key, "pk"]))


class BoardPage(ViewedPage):
    """`?q=` asks, `within` chooses a pipeline; `lane` and `after` ask for more cards of one lane."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        self.board = Board(self.type_, actor=self.actor, within=request.GET.get("within", ""))
        asked = Asked(request.GET.get("q", ""), self.type_, actor=self.actor)
        if "lane" in request.GET:
            return self.more(asked, self.board.lane(request.GET["lane"]), request.GET.get("after", ""))
        heads = self.board.heads(asked.rows)
        if not self.board.within and not any(head.rows for head in heads) and (other := self.filled(asked)):
            return self.go(self.board_url(within=other))
        return self.render("board.html", self.shape(asked, heads))

    def filled(self, asked: Asked) -> int | None:
        """The first other set of lanes that has something in it."""
        others = (Board(self.type_, actor=self.actor, within=str(pk)) for pk, _name in self.board.above[1:])
        return next((one.chosen for one in others if any(head.rows for head in one.heads(asked.rows))), None)

    def board_url(self, **given: Any) -> str:
        kept = {name: self.request.GET.get(name, "") for name in ("q", "view")}
        return self.url("board", **{**kept, "within": self.board.within, **given})

    def shape(self, asked: Asked, heads: Sequence[query.Page]) -> shapes.BoardPage:
        board = self.board
        board.count(asked.rows, board.lanes)
        stands = {row.id: lane for lane, head in zip(board.lanes, heads, strict=True) for row in head.rows}
        cards = board.cards([row for head in heads for row in head.rows], stands)
        return shapes.BoardPage(
            title=str(self.type_.plural),
            tabs=self.tabs("board", asked.text),
            acts=[*self.saving_acts("board", {"question": asked.text}), *new_acts(self)],
            more=[*more_acts(self), *self.view_acts()],
            question=asked.shape(
                lambda text: self.board_url(q=text),
                home=self.url("board"),
                keep=[("within", board.within), ("view", self.request.GET.get("view", ""))],
            ),
            sets=[
                shapes.Link(label=name, url=self.board_url(within=pk), current=pk == board.chosen)
                for pk, name in (board.above if len(board.above) > 1 else ())
            ],
            lanes=[
                shown(board, lane, [cards[row.id] for row in head.rows], self.more_url(lane, head))
                for lane, head in zip(board.lanes, heads, strict=True)
            ],
            move_url=self.url("move", within=board.within),
            noun=amid(self.type_.plural),
            empty=asked.nothing(self.board_url(q=""), new_acts(self)) if not cards else None,
        )

    def more_url(self, lane: Lane, head: query.Page) -> str:
        return self.board_url(lane=lane.value, after=head.next) if head.next else ""

    def more(self, asked: Asked, lane: Lane, after: str) -> HttpResponse:
        """The next cards of one lane."""
        board = self.board
        rows = board.inside(asked.rows, lane)
        sort, names = self.type_.board_sort, self.type_.card.split()
        found = query.page(self.type_, rows, sort=sort, names=names, size=SIZE, after=after)
        cards = board.cards(found.rows, dict.fromkeys([row.id for row in found.rows], lane))
        page = shown(board, lane, [cards[row.id] for row in found.rows], self.more_url(lane, found))
        if self.partial:
            return self.render_part("lane.html", page)
        return self.go(self.url(q=f"{asked.text} {board.kind.name}:{quoted(lane.label)}".strip()))


def shown(board: Board, lane: Lane, cards: Sequence[shapes.Card], more_url: str = "") -> shapes.Lane:
    may = access.may(board.type, board.actor, "change")
    return shapes.Lane(
        value=str(lane.value),
        label=lane.label,
        tone=lane.tone or "neutral",
        count=format_decimal(lane.count, board.actor.language),
        sums=lane.sums,
        cards=cards,
        more_url=more_url,
        allowed=may,
        why="" if may else access.denial(board.type, "change"),
    )


class MovePage(TypePage):
    """Puts cards into another lane; a script gets the lanes' heads and the cards as they are now."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        board = Board(self.type_, actor=self.actor, within=request.GET.get("within", ""))
        lane = board.lane(request.POST.get("to", ""))
        ids = [pk for text in request.POST.getlist("ids") if (pk := whole(text))]
        versions = {pk: whole(request.POST.get(f"version.{pk}", "")) for pk in ids}
        if len(ids) > 1:
            board.move_many(ids, lane, versions=versions)
        for pk in ids if len(ids) == 1 else ():
            board.move(pk, lane, version=versions[pk])
        rows = self.type_.ask(with_ids, self.type_.card.split(), actor=self.actor, ids=[*ids])
        told = history.rows_at(self.type_, {row.id: row.version for row in rows})
        moves = [row for row in told if board.kind.key in (row.new or {})]
        cards = [*board.cards(rows, dict.fromkeys(ids, lane)).values()]
        names = ", ".join(card.title for card in cards) or _("Nothing")
        undo = f"/undo/{moves[0].change_id}/" if moves else ""
        say(request, _("%(names)s: now in %(lane)s.") % {"names": names, "lane": lane.label}, undo=undo)
        if not self.partial:
            return self.go(self.next_url(self.url("board")))
        left = {board.kind.from_json((row.old or {}).get(board.kind.key)) for row in moves}
        return self.moved(board, lane, cards, [one for one in board.lanes if one is lane or one.value in left])

    def moved(self, board: Board, to: Lane, cards: Sequence[shapes.Card], touched: Sequence[Lane]) -> HttpResponse:
        """The lanes that are not as they were."""
        asked = Asked(self.request.POST.get("q", ""), self.type_, actor=self.actor)
        board.count(asked.rows, touched)
        lanes = [shown(board, lane, cards if lane is to else ()) for lane in touched]
        return self.render_part("moved.html", {"lanes": lanes}, toasts=toasts(self.request))
