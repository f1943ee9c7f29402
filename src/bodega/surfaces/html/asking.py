"""The question box of lists and boards: what was typed, what is meant, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bodega.kernel import query
from bodega.kernel.actors import Actor
from bodega.kernel.kinds import Show
from bodega.kernel.query.tree import Is, Related, nodes
from bodega.kernel.record import RecordType
from bodega.lib.text import amid
from bodega.surfaces.html import shapes
from bodega.surfaces.html.cells import labels
from bodega.surfaces.listing.offering import example

Url = Callable[[str], str]
"""The address of this page with another question."""


class Asked:
    """A question as it was typed. With an `error` there are no `rows`: never those that nobody asked for."""

    def __init__(self, text: str, type_: RecordType, *, actor: Actor) -> None:
        self.text, self.type, self.actor = text.strip(), type_, actor
        self.question = query.Question()
        self.error: query.QuestionError | None = None
        try:
            self.question = query.parse(self.text, type_, actor=actor)
            self.rows: QuerySet[Any] = query.ask(type_, self.question, actor=actor)
        except query.QuestionError as problem:
            self.error, self.rows = problem, type_.rows(actor).none()

    @property
    def is_far(self) -> bool:
        """Whether it asks for what stands beside the records, and not in them."""
        asked = nodes(self.question.where)
        return any(isinstance(one, Related) or (isinstance(one, Is) and len(one.path) > 1) for one in asked)

    def shape(self, url: Url, *, home: str, keep: Sequence[tuple[str, str]] = ()) -> shapes.Question:
        known, names = self.type.fields().values(), labels(self.type)
        return shapes.Question(
            text=self.text,
            chips=[] if self.error else self.chips(url),
            error=self.marked(self.error) if self.error else None,
            placeholder=example(self.type),
            url=home,
            clear_url=url(""),
            fields=tuple((kind.name, names[kind.name]) for kind in known if kind.operators),
            filter_url=f"/{self.type.slug}/filter/",
            complete_url=f"/{self.type.slug}/complete/",
            here=url(self.text),
            keep=[(name, value) for name, value in keep if value],
        )

    def chips(self, url: Url) -> list[shapes.Chip]:
        found = query.chips(self.question, self.type, show=Show(self.actor))
        here, home = {"q": self.text, "next": url(self.text)}, f"/{self.type.slug}/filter/"
        return [
            shapes.Chip(
                field=one.field,
                word=one.word,
                value=one.value,
                edit_url=f"{home}?{urlencode({'at': at, **here})}",
                remove_url=url(one.text),
            )
            for at, one in enumerate(found)
        ]

    def marked(self, error: query.QuestionError) -> shapes.QuestionError:
        """Without a place it is all of the text that cannot be asked."""
        start, end = (error.start, error.end) if error.end else (0, len(self.text))
        return shapes.QuestionError(
            message=str(error.message),
            before=self.text[:start],
            wrong=self.text[start:end],
            after=self.text[end:],
        )

    def nothing(self, clear_url: str, acts: Sequence[shapes.Act]) -> shapes.Empty:
        """Why there is nothing to see, and what to do about it."""
        plural = amid(self.type.plural)
        clear = shapes.Act(label=_("Clear the question"), url=clear_url, icon="x")
        if self.error:
            text = _("Mend the question above; nothing is shown until it can be understood.")
            return shapes.Empty(
                title=_("This cannot be asked yet"), text=text, icon="circle-question-mark", acts=[clear]
            )
        if not self.question.is_everything:
            text = _("Leave out a condition, or ask for something else.")
            title = _("No %(plural)s match") % {"plural": plural}
            return shapes.Empty(title=title, text=text, icon="search-x", acts=[clear])
        title = _("No %(plural)s yet") % {"plural": plural}
        text = _("Add the first one, or bring in a file.") if acts else _("There are none that you may see.")
        return shapes.Empty(title=title, text=text, icon=self.type.icon, acts=acts)
