"""Making and changing a record: by a form, or one value where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel import access, change, history
from bodega.kernel.kinds import Kind, Show
from bodega.kernel.record import RecordType, load_labels
from bodega.lib.text import amid
from bodega.surfaces.html import shapes
from bodega.surfaces.html.cells import drawing, is_editable
from bodega.surfaces.html.forms import Form, Sent, whole
from bodega.surfaces.html.merging import Edit
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.sheets import FieldGroup, FormPage
from bodega.surfaces.html.trash import told, undo_url


def kinds_of(type_: RecordType) -> list[Kind]:
    """The fields of a type's form: those it names, and those an administrator added."""
    own = [name for name, kind in type_.fields().items() if kind.custom]
    names = dict.fromkeys([*" ".join(type_.form.values()).split(), *own])
    return type_.named_fields(" ".join(names))


class NewPage(TypePage):
    """A new record. `?account=#12&name=…` fills in fields beforehand."""

    may_follow = True
    """Whether somebody may well want to add another one after it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "create")
        given, wrong = self.prefilled()
        form = Form(self.kinds(), {**self.defaults(), **given}, actor=self.actor)
        form.wrong |= wrong
        return self.answer(form)

    def post(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "create")
        form = Form(self.kinds(), self.defaults(), actor=self.actor, sent=Sent.of(request))
        if "add" in request.POST:
            return self.answer(form)
        if not form.read(new=True):
            return self.answer(form, status=422)
        hidden = {name: value for name, value in self.prefilled()[0].items() if not form.is_given(name)}
        values = {**hidden, **form.entered}
        alike = self.alike(values)
        if {pk for pk, _why in alike} - {*map(whole, request.POST.get("known", "").split())}:
            return self.answer(form, alike=alike, status=409)
        try:
            found = self.create(values)
        except ValidationError as problem:
            form.refuse(problem)
            return self.answer(form, status=422)
        said = _("The %(type)s was added.") % {"type": amid(self.type_.label)}
        again = request.get_full_path() if self.may_follow and "again" in request.POST else ""
        return self.go(again or self.next_url(self.url(found.created[0])), said, undo=self.undo_url(found))

    def undo_url(self, found: change.Outcome) -> str:
        return undo_url(found)

    @property
    def again_label(self) -> str:
        """What the second button says, which sends `again`."""
        return _("Add, then another") if self.may_follow else ""

    def create(self, values: Mapping[str, Any]) -> change.Outcome:
        """Write the record. Raises ValidationError."""
        found = change.save_many(self.type_, [change.Draft(None, values)], actor=self.actor)
        told(found)
        return found

    def alike(self, values: Mapping[str, Any]) -> Sequence[tuple[int, SafeString]]:
        """Records that may be the same one, and why: somebody looks at them before adding another. Ids, sentences."""
        return ()

    def kinds(self) -> list[Kind]:
        """The fields that the form asks for."""
        return kinds_of(self.type_)

    @property
    def sections(self) -> Mapping[Any, str]:
        """Their names under the titles of the form."""
        return self.type_.form

    def defaults(self) -> dict[str, Any]:
        """What a new record has before anybody says anything: the columns' defaults, and me as its owner."""
        found = {kind.name: kind.or_default(None) for kind in kinds_of(self.type_)}
        if "owner" in found and not self.type_.admin:
            found["owner"] = self.actor.user_id
        return found

    def prefilled(self) -> tuple[dict[str, Any], dict[str, list[str]]]:
        given, wrong = {}, {}
        for kind in kinds_of(self.type_):
            if kind.entered and kind.name in self.request.GET:
                try:
                    given[kind.name] = kind.parse(self.request.GET[kind.name], actor=self.actor)
                except ValidationError as problem:
                    wrong[kind.name] = problem.messages
        return given, wrong

    def answer(self, form: Form, *, alike: Sequence[tuple[int, SafeString]] = (), status: int = 200) -> HttpResponse:
        known = " ".join(str(pk) for pk, _why in alike)
        page = FormPage(
            title=_("New %(type)s") % {"type": amid(self.type_.label)},
            crumbs=[self.home],
            groups=form.groups(self.sections),
            hidden=[("fields", form.fields), ("next", self.next_url("")), ("known", known)],
            problems=form.problems,
            alike=[why for _pk, why in alike],
            url=self.request.get_full_path(),
            save_label=_("Add anyway") if alike else _("Add"),
            again_label=self.again_label,
            cancel_url=self.next_url(self.url()),
            upload=has_files(form),
        )
        return self.render("form.html", page, status=status)


class EditPage(TypePage):
    """All fields of a record. Who saves second sees what the first one did; nothing typed is lost."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.answer(Edit(self.type_, pk, kinds_of(self.type_), actor=self.actor))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        adds = "add" in request.POST
        with transaction.atomic():
            edit = Edit(self.type_, pk, kinds_of(self.type_), actor=self.actor, sent=Sent.of(request))
            found = None if adds else edit.write()
        if found:
            return self.go(self.next_url(self.url(pk)), edit.said() if found.change_ids else "", undo=undo_url(found))
        if edit.since and edit.clashing and not edit.form.wrong:
            return self.ask(edit, edit.since)
        return self.answer(edit, status=200 if adds else 422)

    def answer(self, edit: Edit, *, status: int = 200) -> HttpResponse:
        form = edit.form
        return self.sheet(
            edit,
            status=status,
            groups=form.groups(self.type_.form),
            hidden=[("version", str(edit.version)), ("fields", form.fields), ("next", self.next_url(""))],
            problems=form.problems,
            upload=has_files(form),
        )

    def ask(self, edit: Edit, since: history.Since) -> HttpResponse:
        """The page on which somebody chooses between two changes. It is drawn from the newest version."""
        names = " ".join(edit.form.entered)
        hidden = [("version", str(edit.newest)), ("fields", names), ("next", self.next_url(""))]
        return self.sheet(edit, status=409, hidden=hidden, conflict=edit.conflict(since))

    def sheet(self, edit: Edit, *, status: int, **given: Any) -> HttpResponse:
        title = self.type_.fields()[self.type_.title].text(edit.form.values.get(self.type_.title), show=edit.form.show)
        page = FormPage(
            title=_("Edit"),
            crumbs=[self.home, shapes.Link(label=title or f"#{edit.pk}", url=self.url(edit.pk))],
            url=self.url(edit.pk, "edit"),
            save_label=_("Save"),
            cancel_url=self.next_url(self.url(edit.pk)),
            **given,
        )
        return self.render("form.html", page, status=status)


def has_files(form: Form) -> bool:
    return any(kind.word == "file" for kind in form.kinds.values())


class CellPage(TypePage):
    """One value, changed where it stands: in a list, or among the facts of a record (`?fact=1`)."""

    def kind(self, name: str) -> Kind:
        kind = self.type_.fields().get(name)
        if kind is None or not is_editable(kind):
            raise Http404
        return kind

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        return self.answer(Edit(self.type_, pk, [self.kind(name)], actor=self.actor))

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        with transaction.atomic():
            edit = Edit(self.type_, pk, [self.kind(name)], actor=self.actor, sent=Sent.of(request))
            found = edit.write()
        if found:
            shown = self.shown(edit, name) if self.partial else self.go(self.next_url(self.url(pk)))
            shown["X-Undo"] = undo_url(found)
            return shown
        form = edit.form
        if edit.since and edit.clashing and not form.wrong:
            value = form.kinds[name].text(edit.stored[name], show=form.show)
            said = _("%(who)s has just made this “%(value)s”. Save again to put yours in its place.")
            form.wrong[name] = [said % {"who": edit.since.who, "value": value}]
            return self.answer(edit, status=409)
        form.wrong = {name: [text for texts in form.wrong.values() for text in texts]}
        return self.answer(edit, status=422)

    def answer(self, edit: Edit, *, status: int = 200) -> HttpResponse:
        groups = [FieldGroup(title="", fields=[edit.form.control(name) for name in edit.form.kinds])]
        hidden = [("version", str(edit.newest)), ("fields", edit.form.fields)]
        page = FormPage(title="", url=self.request.get_full_path(), groups=groups, hidden=hidden)
        return self.render_part("cell.html", page, status=status)

    def shown(self, edit: Edit, name: str) -> HttpResponse:
        """The value as it is now stored."""
        kind, value = edit.form.kinds[name], edit.written(name)
        show = load_labels(Show(self.actor), kind.points_at(value))
        html = drawing(kind, show)(value)
        if "fact" not in self.request.GET:
            return HttpResponse(html)
        url = self.request.get_full_path()
        fact = shapes.Fact(label=str(kind.label), html=html, edit_url=url, empty=kind.is_empty(value))
        return self.render_part("parts/fact_value.html", {"edit_url": self.url(edit.pk, "edit")}, fact=fact)
