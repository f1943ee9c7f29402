"""Changing or deleting many records at once: those ticked on a page, or all that a question means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel import access, change, history
from bodega.kernel.action import SOME, Action
from bodega.kernel.drafts import Draft
from bodega.kernel.kinds import Input, Kind
from bodega.kernel.record import RecordType
from bodega.lib.numbers import format_decimal
from bodega.lib.text import amid
from bodega.surfaces.html import deeds
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.editing import kinds_of
from bodega.surfaces.html.forms import NOTHING_SENT, Form, Sent, whole
from bodega.surfaces.html.jobs import do_to_many
from bodega.surfaces.html.pages import TypePage, say
from bodega.surfaces.html.sheets import Control, FieldGroup, FormPage
from bodega.surfaces.html.trash import undo_url
from bodega.surfaces.work import mine

AT_ONCE = 500
"""More records than this are a job."""
TOLD = 5
"""So many of the records that others have changed are named."""
OWNER = "owner"
NOT_MANY = frozenset({"parts", "file", "json", "richtext"})


def changeable(type_: RecordType) -> dict[str, Kind]:
    """The fields of which it makes sense that many records get the same value."""
    return {
        kind.name: kind
        for kind in kinds_of(type_)
        if kind.entered
        and not kind.unique
        and kind.word not in NOT_MANY
        and kind.name not in (type_.title, "external_id")
    }


def on_some(type_: RecordType) -> list[Action]:
    """The verbs for many records that need nothing but the records."""
    return [action for action in type_.actions if action.target == SOME and not action.parameters]


def as_seen(versions: Mapping[int, int]) -> str:
    """The versions that a page shows, as its form sends them back: `12.3 15.1`."""
    return " ".join(f"{pk}.{version}" for pk, version in versions.items())


class BulkPage(TypePage):
    """`act` says what, `ids` or `all` with `q` to which; a change asks for the field, then for its value.

    `seen` are the versions that the person has before them: what others changed since is told before it is replaced.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        act = request.POST.get("act", "")
        doing = next((action for action in on_some(self.type_) if action.name == act), None)
        deed = next((deed for deed in deeds.offered(self.type_, actor=self.actor) if deed.name == act), None)
        if act not in ("assign", "change", "delete") and doing is None and deed is None:
            raise Http404
        if deed is None:
            access.require(self.type_, self.actor, doing.needs if doing else {"assign": "change"}.get(act, act))
        access.require(self.type_, self.actor, "many")
        if not self.picked and not self.more:
            say(request, _("Tick what you mean first."), tone="info")
            return self.go(self.next_url(self.url()))
        if deed:
            return self.ask_deed(deed)
        if doing:
            return self.start(act, {}) if self.more else self.told(doing(self.picked, actor=self.actor))
        return self.ask_delete() if act == "delete" else self.ask_change(OWNER if act == "assign" else "")

    # ---- to which records --------------------------------------------------------------------------------------

    @cached_property
    def asked(self) -> Asked:
        return Asked(self.request.POST.get("q", ""), self.type_, actor=self.actor)

    @cached_property
    def picked(self) -> list[int]:
        """The ids meant, as far as they are done at once."""
        if "all" in self.request.POST:
            return [*self.asked.rows.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1]]
        return [pk for text in self.request.POST.getlist("ids") if (pk := whole(text))]

    @property
    def more(self) -> bool:
        """Whether there are too many to be done at once."""
        return "all" in self.request.POST and len(self.picked) > AT_ONCE

    @cached_property
    def versions(self) -> dict[int, int]:
        """Of the records that are meant, as they are now."""
        return dict(self.type_.rows(self.actor).filter(pk__in=self.picked).values_list("pk", "version"))

    @cached_property
    def seen(self) -> dict[int, int]:
        """The same as the person saw them; those they did not see, as they are now."""
        pairs = (pair.split(".") for pair in " ".join(self.request.POST.getlist("seen")).split())
        told = {whole(pair[0]): whole(pair[-1]) for pair in pairs}
        return {pk: told.get(pk) or version for pk, version in self.versions.items()}

    def said_number(self) -> str:
        """“3 deals”, “all deals that match”."""
        if self.more:
            return _("all %(plural)s of this list") % {"plural": amid(self.type_.plural)}
        n = len(self.picked)
        noun = amid(self.type_.label if n == 1 else self.type_.plural)
        return f"{format_decimal(n, self.actor.language)} {noun}"

    # ---- what to do --------------------------------------------------------------------------------------------

    def ask_delete(self) -> HttpResponse:
        if "all" in self.request.POST and "sure" not in self.request.POST:
            page = self.sheet(_("Delete %(number)s") % {"number": self.said_number()}, [], sent=[("sure", "yes")])
            return self.render("form.html", page)
        if self.more:
            return self.start("delete", {})
        return self.told(change.delete(self.type_, self.picked, actor=self.actor))

    def ask_change(self, name: str) -> HttpResponse:
        fields = changeable(self.type_)
        title = (_("Assign %(number)s") if name else _("Change %(number)s")) % {"number": self.said_number()}
        name = self.request.POST.get("field", name)
        if name not in fields:
            offered = [(kind.name, str(kind.label or kind.name)) for kind in fields.values()]
            choose = Control(name="field", label=_("Which field"), inputs=[Input("select", options=offered)])
            page = self.sheet(title, [choose], save=_("Go on"), sent=[("seen", as_seen(self.seen))])
            return self.render("form.html", page)
        sent = Sent.of(self.request) if "fields" in self.request.POST else NOTHING_SENT
        form = Form([fields[name]], {name: fields[name].or_default(None)}, actor=self.actor, sent=sent)
        status, seen = 200, self.seen
        if "fields" in self.request.POST:
            if form.read(new=True) and not (others := self.others(name)):
                return self.write(form, name)
            status = 422
            if not form.wrong:
                form.wrong, status, seen = {name: others}, 409, self.versions
        again = [("field", name), ("fields", name), ("seen", as_seen(seen))]
        page = self.sheet(title, [form.control(name)], problems=form.problems, sent=again)
        return self.render("form.html", page, status=status)

    def ask_deed(self, deed: deeds.Deed) -> HttpResponse:
        """What an app brought: its fields are asked for first."""
        sent = Sent.of(self.request) if "fields" in self.request.POST else NOTHING_SENT
        kinds = deed.kinds(len(self.picked))
        values = {kind.name: kind.or_default(None) for kind in kinds}
        values |= {OWNER: self.actor.user_id} if OWNER in values else {}
        form = Form(kinds, values, actor=self.actor, sent=sent)
        if "fields" in self.request.POST and form.read(new=True):
            try:
                return self.carry_out(deed, kinds, form.entered)
            except ValidationError as problem:
                form.refuse(problem)
        title = f"{deed.label}: {self.said_number()}"
        again = [("fields", form.fields)]
        fields = [form.control(name) for name in form.kinds]
        page = self.sheet(title, fields, save=str(deed.label), problems=form.problems, sent=again)
        return self.render("form.html", page, status=422 if form.problems else 200)

    def carry_out(self, deed: deeds.Deed, kinds: Sequence[Kind], entered: Mapping[str, Any]) -> HttpResponse:
        values = {kind.name: entered.get(kind.name, kind.or_default(None)) for kind in kinds}
        for kind in kinds:
            try:
                kind.check(values[kind.name])
            except ValidationError as problem:
                raise ValidationError({kind.name: problem.messages}) from None
        if self.more:
            return self.start(deed.name, {kind.name: kind.to_json(values[kind.name]) for kind in kinds})
        return self.told(deed.do(self.type_, self.picked, values, before=(), actor=self.actor))

    def others(self, name: str) -> list[str]:
        """What others have changed in this field since it was seen, in a sentence."""
        found = {} if self.more else history.overtaken(self.type_, self.seen, name, actor=self.actor)
        if not found:
            return []
        labels = self.type_.labels([*found][:TOLD], self.actor)
        said = _("Changed meanwhile by %(who)s: %(names)s. Save again to put yours in its place.")
        names = ", ".join(label.text for label in labels.values()) + (" …" if len(found) > TOLD else "")
        return [said % {"who": ", ".join(dict.fromkeys(act.actor for act in found.values())), "names": names}]

    def write(self, form: Form, name: str) -> HttpResponse:
        kind = form.kinds[name]
        value = form.entered[name] if name in form.entered else kind.parse("", actor=self.actor)
        if self.more:
            return self.start("change", {name: kind.to_json(value)})
        drafts = [Draft(pk, {name: value}) for pk in self.picked]
        return self.told(change.save_many(self.type_, drafts, actor=self.actor))

    def start(self, act: str, values: Mapping[str, Any]) -> HttpResponse:
        """Leave it to a job, which asks the question itself."""
        job = do_to_many.enqueue(
            type_key=self.type_.key,
            question=self.asked.question.to_json(),
            act=act,
            values=dict(values),
            user=self.actor.user_id or 0,
            batch=f"bulk-{uuid4().hex}",
        )
        said = _("This is being done to %(number)s. You can go on working.") % {"number": self.said_number()}
        mine.begin(self.request.session, job.pk, said)
        return self.go(self.next_url(self.url()))

    def told(self, found: change.Outcome) -> HttpResponse:
        """What became of it, with a way back; what could not be done is told with its first reason."""
        n = len(found.created or found.changed)
        said = ngettext("%(n)s record was changed.", "%(n)s records were changed.", n) % {"n": n}
        if found.created:
            said = ngettext("%(n)s record was added.", "%(n)s records were added.", n) % {"n": n}
        problems = [" ".join(draft.problem.messages) for draft in found.problems if draft.problem]
        if problems:
            said += " " + _("%(n)s could not be: %(why)s") % {"n": len(problems), "why": problems[0]}
        say(self.request, said, undo=undo_url(found), tone="warn" if problems else "good")
        return self.go(self.next_url(self.url()))

    def sheet(
        self,
        title: str,
        fields: list[Control],
        *,
        save: str = "",
        problems: Sequence[tuple[str, str, str]] = (),
        sent: Sequence[tuple[str, str]] = (),
    ) -> FormPage:
        """A question about what to do, which sends along to what."""
        again = [
            (name, text) for name in ("act", "ids", "all", "q", "next") for text in self.request.POST.getlist(name)
        ]
        danger = self.request.POST.get("act") == "delete"
        return FormPage(
            title=title,
            crumbs=[self.home],
            groups=[FieldGroup(title="", fields=fields)] if fields else (),
            hidden=[*again, *sent],
            problems=problems,
            intro=_("They go into the trash, from which they can be restored.") if danger else "",
            url=self.url("bulk"),
            save_label=save or title,
            save_kind="danger" if danger else "primary",
            cancel_url=self.next_url(self.url()),
        )
