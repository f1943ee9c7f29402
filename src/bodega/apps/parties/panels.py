"""What parties bring to each other's pages: the people of an organisation, its parts, relationships, consents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.parties.records import consent, organisation, person, relationship
from bodega.kernel import access, query
from bodega.kernel.kinds import Show
from bodega.kernel.raw import Slot
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType, show_rows
from bodega.kernel.scope import remembered
from bodega.lib.markup import conditional_escape, format_html
from bodega.lib.numbers import format_decimal
from bodega.surfaces.handover import offers
from bodega.surfaces.html import panels
from bodega.surfaces.html.components import who
from bodega.surfaces.html.panels import Told, Visit
from bodega.surfaces.html.shapes import Act, Panel
from bodega.surfaces.record import narrowing

MOST, COUNTED, WORDS = 8, 1_000, 50
PARTY = Slot("pk", output_field=BigIntegerField())


def people(visit: Visit) -> Panel | None:
    """The people of an organisation, by name."""
    add = new(visit, person, {"organisation": f"#{visit.record.pk}"}, _("Add a person"))
    return listed(visit, person, "organisation", second="job_title", title=_("People"), name="people", acts=add)


def subsidiaries(visit: Visit) -> Panel | None:
    """What belongs to an organisation."""
    return listed(visit, organisation, "parent", second="sector", title=_("Subsidiaries"), name="subsidiaries")


def listed(
    visit: Visit, type_: RecordType, field: str, *, second: str, title: str, name: str, acts: Iterable[Act] = ()
) -> Panel | None:
    """The first few of the records that point here by this field, how many there are, and the way to all of them."""
    if not type_.knows(field, visit.actor):
        return None
    question = f"{field}:#{visit.record.pk}"
    rows = type_.rows(visit.actor).filter(**{field: visit.record.pk})
    asked = narrowing.Found()
    if visit.q or visit.sort:
        asked = narrowing.found(visit, type_, question, ["name", second], most=MOST)
        found, more = asked.rows, asked.more
    else:
        found = type_.for_(visit.actor).read(rows.order_by("name_key", "pk")[: MOST + 1], ["name", second])
        more = len(found) > MOST
    if not (found or acts or visit.q):
        return None
    count, many = query.count(rows, limit=COUNTED) if more or visit.q else (len(found), False)
    kind, show = type_.fields()[second], Show(visit.actor)
    lines = [
        format_html(
            '{}<span class="far quiet">{}</span>',
            who(row.values["name"], square=type_.face == "square", href=type_.url(row.id)),
            kind.text(row.values[second], show=show),
        )
        for row in found[:MOST]
    ]
    narrow = narrowing.narrow(visit, type_, question, name=f"parties.{name}", error=asked.error)
    note = format_decimal(count, visit.actor.language) + ("+" if many else "") if count else ""
    html = format_html("{}{}", panels.rows(lines), narrowing.rest(narrow, more=more))
    return Panel(title=title, note=note, html=html, acts=[*acts], narrow=narrow if count > 1 or visit.q else None)


def new(visit: Visit, type_: RecordType, given: dict[str, str], label: str) -> list[Act]:
    """The button that adds something which belongs here, if the visitor may."""
    if not access.may(type_, visit.actor, "create"):
        return []
    where = urlencode({**given, "next": visit.url})
    return [Act(label=label, url=f"/{type_.slug}/new/?{where}", icon="plus", dialog=True)]


def reached(visit: Visit) -> Panel | None:
    """Every way to reach a party, where there is more than the one e-mail, phone and site among the facts."""
    part = visit.type.whole.declared["contact_points"]
    found = part.get(visit.record) if visit.type.knows("contact_points", visit.actor) else []
    if len(found) == len({line["channel"] for line in found}) and not any(line["opted_out"] for line in found):
        return None
    kinds, show = part.kinds, Show(visit.actor)  # type: ignore[attr-defined]
    marks = {"primary": _("primary"), "invalid": _("invalid"), "opted_out": _("opted out")}
    lines = [
        format_html(
            '<span class="title">{}</span><span class="far quiet">{}</span>',
            line["value"],
            ", ".join([line["label"] or kinds["channel"].text(line["channel"], show=show), *(
                word for name, word in marks.items() if line[name])]),
        )
        for line in found
    ]  # fmt: skip
    return Panel(title=_("Ways to reach"), html=panels.rows(lines))


def on_either_side(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(Q(party_id=PARTY) | Q(other_id=PARTY)).order_by("left", "-pk")[: MOST + 1]


def relationships(visit: Visit) -> Panel | None:
    """How a party stands to others, in both directions, those that have ended last."""
    names = ["party", "other", "role", "left"]
    if not relationship.knows(" ".join(names), visit.actor):
        return None
    asked, question = narrowing.Found(), f"(party:#{visit.record.pk} or other:#{visit.record.pk})"
    if visit.q:
        asked = narrowing.found(visit, relationship, question, names, most=MOST)
        found, more = asked.rows, asked.more
    else:
        found = relationship.ask(on_either_side, names, actor=visit.actor, pk=visit.record.pk)
        found, more = found[:MOST], len(found) > MOST
    acts = new(visit, relationship, {"party": f"#{visit.record.pk}"}, _("Add a relationship"))
    if not (found or visit.q):
        return None
    kinds = relationship.named_fields(" ".join(names))
    show = show_rows(found, kinds, actor=visit.actor)
    lines = [related(row, visit, show) for row in found]
    narrow = narrowing.narrow(visit, relationship, question, name="parties.relationships", error=asked.error)
    html = format_html("{}{}", panels.rows(lines), narrowing.rest(narrow, more=more))
    shown = narrow if len(found) > 1 or visit.q else None
    return Panel(title=_("Relationships"), html=html, acts=acts, narrow=shown)


def related(row: Row, visit: Visit, show: Show) -> SafeString:
    other = row.values["other"] if row.values["party"] == visit.record.pk else row.values["party"]
    role = relationship.fields()["role"].text(row.values["role"], show=show)
    ended = _("%(role)s, has left") % {"role": role} if row.values["left"] else role
    label = show.label("parties.party", other)
    return format_html('{}<span class="far quiet">{}</span>', who(label.text, href=label.url), ended)


def consents(visit: Visit) -> Panel | None:
    """What they allowed, channel by channel, and what they took back; the newest word counts."""
    acts = new(visit, consent, {"party": f"#{visit.record.pk}"}, _("Add a consent"))
    found, asked, question = newest(visit), narrowing.Found(), f"party:#{visit.record.pk}"
    if not found:
        return None
    narrow = narrowing.narrow(visit, consent, question, name="parties.consents")
    if visit.q:  # an older word that fits must not stand for the newest
        asked = narrowing.found(visit, consent, question, [], most=WORDS)
        fitting = {row.id for row in asked.rows}
        found, narrow = [row for row in found if row.id in fitting], replace(narrow, error=asked.error)
    show = Show(visit.actor)
    channel, purpose = consent.fields()["channel"], consent.fields()["purpose"]
    lines = [
        format_html(
            '<a href="{}">{}</a><span class="tag far {}">{}</span>',
            consent.url(row.id),
            _("%(what)s by %(how)s")
            % {
                "what": purpose.text(row.values["purpose"], show=show),
                "how": channel.text(row.values["channel"], show=show),
            },
            "bad" if row.values["withdrawn_at"] else "good",
            _("No") if row.values["withdrawn_at"] else _("Yes"),
        )
        for row in found
    ]
    html = format_html("{}{}", panels.rows(lines), narrowing.rest(narrow))
    return Panel(title=_("Consent"), html=html, acts=acts, narrow=narrow if len(found) > 1 or visit.q else None)


def newest(visit: Visit) -> list[Row]:
    """The newest word on each purpose and channel, read once for the whole page."""
    return remembered(("newest consents", visit.record.pk), lambda: read_newest(visit))


def latest_words(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(party_id=PARTY).order_by("-given_at", "-pk")[:WORDS]


def read_newest(visit: Visit) -> list[Row]:
    names = ["channel", "purpose", "withdrawn_at"]
    if not consent.knows(" ".join(["party", "given_at", *names]), visit.actor):
        return []
    found: dict[tuple[str, str], Row] = {}
    for row in consent.ask(latest_words, names, actor=visit.actor, pk=visit.record.pk):
        found.setdefault((row.values["purpose"], row.values["channel"]), row)
    return [*found.values()]


def brief(visit: Visit) -> Iterable[Told]:
    """What they do not want."""
    show = Show(visit.actor)
    refused = [row for row in newest(visit) if row.values["withdrawn_at"]]
    words = [
        _("%(what)s by %(how)s")
        % {
            "what": consent.fields()["purpose"].text(row.values["purpose"], show=show),
            "how": consent.fields()["channel"].text(row.values["channel"], show=show),
        }
        for row in refused
    ]
    if words:
        yield Told(_("Does not want"), conditional_escape(", ".join(words)))


offers.add("parties.organisation", gettext_lazy("Organisations"), rank=40)
offers.add("parties.person", gettext_lazy("People"), rank=50)
panels.add("parties.person parties.organisation", reached, label=gettext_lazy("Ways to reach"), side="start")
panels.add("parties.organisation", people, label=gettext_lazy("People"), side="start")
panels.add("parties.organisation", subsidiaries, label=gettext_lazy("Subsidiaries"), side="start")
panels.add("parties.person parties.organisation", relationships, label=gettext_lazy("Relationships"), side="start")
panels.add("parties.person parties.organisation", consents, label=gettext_lazy("Consent"), side="start")
panels.add_brief("parties.person parties.organisation", brief)
