"""Choices that an administrator edits: named, coloured, ordered, retired, with what records have kept or given away."""

from __future__ import annotations

from bodega.kernel import change, registry
from bodega.kernel.models import Option
from bodega.platform.jobs.run import run_waiting
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

SOURCES = "/options/?set=parties.source"


def test_every_set_of_the_types_is_listed(anna: Visitor) -> None:
    links = {link for link in anna.get("/options/").links if link.startswith("/options/?set=")}
    assert links == {
        f"/options/?set={name}"
        for name in (
            "parties.life_cycle", "parties.source", "parties.sector", "parties.role", "parties.channel",
            "parties.purpose", "sales.lost_reason", "activity.outcome", "memory.group",
        )
    }  # fmt: skip


def test_a_new_option_can_be_chosen(anna: Visitor, people: People) -> None:
    url = "/options/new/?set=parties.source"
    anna.send(anna.get(url).form_to("/options/new/"), name="Boat show", tone="info")
    option = Option.objects.get(set="parties.source", name="Boat show")
    assert (option.key, option.tone) == ("boat_show", "info")
    assert '<option value="boat_show">Boat show</option>' in anna.get("/people/new/").html
    again = anna.send(anna.get(url).form_to("/options/new/"), name="Boat show!")
    assert Option.objects.get(name="Boat show!").key == "boat_show_1"
    assert "“Boat show!” can be chosen." in again.text


def test_an_option_is_renamed_where_records_have_it(anna: Visitor, people: People) -> None:
    made = change.create(registry.type_of("parties.person"), {"name": "Mia", "source": "referral"}, actor=people.anna)
    option = Option.objects.get(key="referral")
    url = f"/options/{option.pk}/edit/"
    anna.send(anna.get(url).form_to(url), name="Word of mouth")
    assert "Word of mouth" in anna.get(f"/people/{made.pk}/").text
    assert "1 record" in anna.get(SOURCES).text


def test_options_stand_in_the_order_one_gives_them(anna: Visitor) -> None:
    website = Option.objects.get(key="website")
    anna.send(anna.get(SOURCES).form_to(f"/options/{website.pk}/up/"))
    keys = [*Option.objects.filter(set="parties.source").order_by("order", "pk").values_list("key", flat=True)]
    assert keys[:3] == ["website", "referral", "trade_fair"]


def test_a_retired_option_stays_with_its_records_and_is_offered_to_no_other(anna: Visitor, people: People) -> None:
    made = change.create(registry.type_of("parties.person"), {"name": "Mia", "source": "referral"}, actor=people.anna)
    option = Option.objects.get(key="referral")
    url = f"/options/{option.pk}/retire/"
    anna.send(anna.get(url).form_to(url))
    assert 'value="referral"' not in anna.get("/people/new/").html
    assert 'value="referral" selected' in anna.get(f"/people/{made.pk}/edit/").html
    anna.send(anna.get(SOURCES).form_to(f"/options/{option.pk}/return/"))
    assert 'value="referral"' in anna.get("/people/new/").html


def test_the_records_of_a_retired_option_may_be_given_another(anna: Visitor, people: People) -> None:
    person, organisation = registry.type_of("parties.person"), registry.type_of("parties.organisation")
    mia = change.create(person, {"name": "Mia", "source": "referral"}, actor=people.anna)
    isdom = change.create(organisation, {"name": "Isdom", "source": "referral"}, actor=people.anna)
    url = f"/options/{Option.objects.get(key='referral').pk}/retire/"
    anna.send(anna.get(url).form_to(url), to="website")
    run_waiting()
    assert (person.rows(people.anna).get(pk=mia.pk).source, organisation.rows(people.anna).get(pk=isdom.pk).source) == (
        "website",
        "website",
    )


def test_stages_are_moved_within_their_pipeline(anna: Visitor, people: People) -> None:
    stages = registry.type_of("sales.stage")
    names = [*stages.rows(people.anna).order_by("order").values_list("name", flat=True)]
    second = stages.rows(people.anna).get(name=names[1])
    anna.send(anna.get("/pipelines/").form_to(f"/stages/{second.pk}/up/"))
    after = [*stages.rows(people.anna).order_by("order").values_list("name", flat=True)]
    assert after == [names[1], names[0], *names[2:]]


def test_what_has_no_order_cannot_be_moved(anna: Visitor, people: People) -> None:
    made = change.create(registry.type_of("parties.person"), {"name": "Mia"}, actor=people.anna)
    anna.post(f"/people/{made.pk}/up/", {})
    assert anna.status == 404
