"""One condition of a question, by a form: a new one about a field, or one of those there are. What it makes is the same
question that people type, so that the text and the chips are always in step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, query
from bodega.kernel.kinds import AnyReference, Choice, FileReference, Input, Kind, Reference, Show
from bodega.kernel.kinds.base import Json
from bodega.kernel.query import tree
from bodega.kernel.query.fields import along, named
from bodega.kernel.query.tree import And, Is, Node, Not
from bodega.kernel.query.write import PHRASES, Writing
from bodega.kernel.record import load_labels
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.sheets import Control, FieldGroup, FormPage

BEGINS_ANEW = frozenset({"q", "after", "before", "at"})
"""What of an address does not hold for another question; a place in the list does not, either."""


class FilterPage(TypePage):
    """`q` is the question, `at` the number of its condition that is changed, or `field` what a new one is about; `next`
    is the page that asks. Conditions that no form can make are changed as text."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        return self.answer()

    def post(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        try:
            made = self.made()
        except query.QuestionError as problem:
            return self.answer(wrong=told(problem, request.POST.get("text", "")))
        except ValidationError as problem:
            return self.answer(wrong=" ".join(problem.messages))
        kept = (*self.items[: self.at], *([made] if made else []), *self.items[self.at + 1 :])
        return self.go(self.asking(query.Question(tree.join(And, kept))))

    # ---- what is asked -----------------------------------------------------------------------------------------

    @cached_property
    def show(self) -> Show:
        return Show(self.actor)

    @cached_property
    def items(self) -> tuple[Node, ...]:
        """The conditions, each of which has a chip. What cannot be understood has none."""
        try:
            where = tree.normal(query.parse(self.request.GET.get("q", ""), self.type_, actor=self.actor).where)
        except query.QuestionError:
            raise Http404 from None
        return where.items if isinstance(where, And) else (where,)

    @cached_property
    def at(self) -> int:
        """Where the condition stands, or will."""
        at = whole(self.request.GET.get("at", ""))
        return len(self.items) if at is None else at

    @cached_property
    def condition(self) -> Node | None:
        """The one that is changed; None for a new one."""
        return self.items[self.at] if self.at < len(self.items) else None

    @property
    def plain(self) -> Is | None:
        """The condition without its “not”, where it is one on a field."""
        inner = self.condition.item if isinstance(self.condition, Not) else self.condition
        return inner if isinstance(inner, Is) else None

    @cached_property
    def path(self) -> tuple[str, ...]:
        if self.condition:
            return self.plain.path if self.plain else ()
        found = named(self.type_, self.request.GET.get("field", ""))
        if not found or not found[1].operators:
            raise Http404
        return (found[0],)

    @cached_property
    def kinds(self) -> list[Kind]:
        return [kind for _name, kind in along(self.type_, self.path, actor=self.actor)]

    def asking(self, question: query.Question) -> str:
        """The page that asks, with this question."""
        page, _mark, given = self.next_url(self.url()).partition("?")
        kept = [(name, value) for name, value in parse_qsl(given) if name not in BEGINS_ANEW]
        text = query.write(question, self.type_, show=self.show)
        return f"{page}?{urlencode([*([('q', text)] if text else []), *kept])}".removesuffix("?")

    # ---- what was entered --------------------------------------------------------------------------------------

    def made(self) -> Node | None:
        """The condition; none where no value was given. Raises QuestionError, ValidationError."""
        given = self.request.POST
        if not self.path:
            node = query.parse(given.get("text", ""), self.type_, actor=self.actor).where
            return None if node == And() else node
        how, kind = given.get("how", ""), self.kinds[-1]
        operator = how.removeprefix("-")
        if operator not in kind.operators:
            raise ValidationError(_("Say how."))
        texts = [text for name in ("value", "value_text") for text in given.getlist(name) if text.strip()]
        if operator != "empty" and not texts:
            return None
        values = [kind.operand(text, actor=self.actor) for text in texts]
        literal = (
            None if operator == "empty" else values[0] if len(values) == 1 or operator in tree.COMPARISONS else values
        )
        node = Is(self.path, operator, literal)
        return Not(node) if how.startswith("-") else node

    # ---- the form ----------------------------------------------------------------------------------------------

    def answer(self, wrong: str = "") -> HttpResponse:
        fields = self.fields(wrong) if self.path else [self.as_text(wrong)]
        title = " ".join(str(kind.label or kind.name) for kind in self.kinds) if self.path else _("Condition")
        page = FormPage(
            title=title,
            crumbs=[self.home],
            groups=[FieldGroup(title="", fields=fields)],
            problems=[(title, wrong, fields[-1].id)] if wrong else [],
            url=self.request.get_full_path(),
            save_label=_("Ask"),
            cancel_url=self.next_url(self.url()),
        )
        return self.render("form.html", page, status=422 if wrong else 200)

    def as_text(self, wrong: str) -> Control:
        typed = Writing(self.type_, self.show).text(self.condition or And())
        text = self.request.POST.get("text", typed)
        return Control(
            name="text", label=_("As it is typed"), inputs=[Input("text", text)], errors=[wrong] if wrong else []
        )

    def fields(self, wrong: str) -> list[Control]:
        kind = self.kinds[-1]
        asked = (
            f"{'-' if isinstance(self.condition, Not) else ''}{self.plain.operator}"
            if self.plain
            else kind.default_operator
        )
        how = Input("select", self.request.POST.get("how", asked), options=[*ways(kind)])
        return [
            Control(name="how", label=_("How"), inputs=[how]),
            Control(name="value", label=_("Value"), inputs=[self.value(kind)], errors=[wrong] if wrong else []),
        ]

    def value(self, kind: Kind) -> Input:
        literals = self.plain.literals if self.plain else []
        texts = self.request.POST.getlist("value") or [kind.operand_text(one, show=self.show) for one in literals]
        if isinstance(kind, Reference) and not isinstance(kind, AnyReference | FileReference):
            return Input("references", options=self.named(kind, literals), source=kind.to)
        offered = options(kind)
        keys = [key for key, name in offered if key in texts or name in texts]
        if offered and len(keys) == len(texts):
            return Input("checkboxes", keys, options=offered)
        hint = _("today, this month, 2026-03-01, -30d …") if kind.word in ("date", "datetime") else ""
        return Input("text", ", ".join(texts), hint=hint)

    def named(self, kind: Kind, literals: Sequence[Json]) -> list[tuple[str, str]]:
        load_labels(self.show, [target for one in literals for target in kind.operand_points_at(one)])
        return [
            (kind.operand_text(one, show=self.show), kind.operand_sentence(one, show=self.show)) for one in literals
        ]


def ways(kind: Kind) -> Iterator[tuple[str, str]]:
    """How a field of this kind is asked for, its usual way first."""
    for operator in dict.fromkeys([kind.default_operator, *kind.operators]):
        timely = operator in tree.COMPARISONS and kind.align != "num"
        said = PHRASES[f"{operator} when" if timely else operator]
        yield operator, str(said[0])
        if operator not in tree.COMPARISONS:
            yield f"-{operator}", str(said[1])


def options(kind: Kind) -> list[tuple[str, str]]:
    """What may be ticked, of a kind that has a set of values."""
    if kind.word == "yesno":
        return [("yes", _("yes")), ("no", _("no"))]
    if not isinstance(kind, Choice):
        return []
    return [(key, str(one.name)) for key, one in kind.choices().items() if not one.retired]


def told(problem: query.QuestionError, text: str) -> str:
    """What is wrong, and with which of the words."""
    wrong = text[problem.start : problem.end]
    return f"{problem.message} “{wrong}”" if wrong and wrong not in problem.message else problem.message
