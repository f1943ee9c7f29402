"""People hear of what concerns them, once, and of nothing that they may not see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bodega.apps.activity import actions
from bodega.apps.activity.jobs import tell_of_due_tasks
from bodega.kernel import change, history, registry
from bodega.kernel.actors import Actor, Role, User, actor_of
from bodega.kernel.scope import forget
from bodega.lib import clock
from bodega.platform.administration import records
from bodega.platform.delivering import deliver_all, enlist
from bodega.platform.jobs.declare import enqueue
from bodega.platform.jobs.run import run_waiting
from bodega.platform.notifications import following, mentions, reading, telling
from bodega.platform.notifications.models import Follow, Notification
from bodega.surfaces.html.components import prose
from tests.personas import TEAM, People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page

DEAL = registry.type_of("sales.deal")
HOME = "/notifications/"


@pytest.fixture(autouse=True)
def listening(people: People) -> None:
    enlist()


def deal(name: str, people: People, owner: Actor) -> int:
    made: int = change.create(DEAL, {"name": name, "owner": owner.user_id}, actor=owner).pk
    deliver_all()
    return made


def heard(visit: Visit, who: Actor, *, only: str = "") -> list[str]:
    """What stands on a person's page, the newest first."""
    parts = visit(who).get(f"{HOME}{only}").html.split('<th scope="row"')[1:]
    return [Page(f"<th{part.partition('</a>')[0]}</a></th>").text.removeprefix("Unread: ") for part in parts]


def test_who_follows_a_record_hears_of_what_others_do_to_it_and_not_of_their_own(visit: Visit, people: People) -> None:
    pk = deal("Isdom renewal", people, people.ben)
    ben = visit(people.ben)
    page = ben.send(ben.get(f"/deals/{pk}/").form_to(f"/deals/{pk}/follow/"))
    assert "Following" in page.text
    assert "Followed by Ben" in page.html
    change.save(DEAL.one(pk, actor=people.ben), {"next_step": "Call"}, actor=people.ben, type_=DEAL)
    change.save(DEAL.one(pk, actor=people.anna), {"next_step": "Write"}, actor=people.anna, type_=DEAL)
    actions.log(text="They want it in blue", about=(DEAL.key, pk), actor=people.anna)
    deliver_all()
    assert heard(visit, people.ben) == ["Anna added They want it in blue", "Anna changed Isdom renewal"]
    assert heard(visit, people.anna) == []
    ben.send(ben.get(f"/deals/{pk}/").form_to(f"/deals/{pk}/unfollow/"))
    change.save(DEAL.one(pk, actor=people.anna), {"next_step": "Wait"}, actor=people.anna, type_=DEAL)
    deliver_all()
    assert len(heard(visit, people.ben)) == 2


def test_who_may_not_see_the_history_of_a_record_does_not_hear_who_changed_it(visit: Visit, people: People) -> None:
    pk = deal("Isdom renewal", people, people.ben)
    levels = {"*": {**TEAM["*"], "history": "none"}}
    change.save(Role.objects.get(name="Team"), {"levels": levels}, actor=people.anna, type_=records.role)
    following.follow(DEAL, pk, actor=people.ben)
    change.save(DEAL.one(pk, actor=people.anna), {"next_step": "Write"}, actor=people.anna, type_=DEAL)
    actions.log(text="They want it in blue", about=(DEAL.key, pk), actor=people.anna)
    deliver_all()
    assert heard(visit, people.ben) == ["Anna added They want it in blue"]
    assert "Isdom" not in visit(people.ben).get("/").text.partition("Your team")[2]


def test_nobody_follows_what_they_may_not_see(visit: Visit, people: People) -> None:
    pk = deal("Dora’s own", people, people.dora)
    ben = visit(people.ben)
    ben.post(f"/deals/{pk}/follow/", {})
    assert (ben.status, Follow.objects.count()) == (404, 0)


def test_a_lost_right_ends_it_silently(visit: Visit, people: People) -> None:
    pk = deal("Isdom renewal", people, people.ben)
    following.follow(DEAL, pk, actor=people.ben)
    change.save(DEAL.one(pk, actor=people.anna), {"next_step": "Write"}, actor=people.anna, type_=DEAL)
    deliver_all()
    assert heard(visit, people.ben) == ["Anna changed Isdom renewal"]
    change.save(DEAL.one(pk, actor=people.anna), {"owner": people.dora.user_id}, actor=people.anna, type_=DEAL)
    deliver_all()
    assert (heard(visit, people.ben), Follow.objects.count()) == ([], 0)
    assert reading.unread(actor=people.ben) == 0
    assert "Ben" not in visit(people.anna).get(f"/deals/{pk}/").text.partition("Isdom renewal")[2].partition("Facts")[0]


def test_very_many_that_one_may_not_see_any_more_are_passed_over_in_few_questions(
    people: People, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    pk, lost = deal("Isdom renewal", people, people.ben), deal("Dora’s own", people, people.dora)
    ids = [pk, *[lost] * 100]
    told = {"user_id": people.ben.user_id, "kind": "followed", "type": DEAL.key, "verb": "changed", "at": clock.now()}
    Notification.objects.bulk_create(Notification(once=f"{n}", record_id=one, **told) for n, one in enumerate(ids))
    with django_assert_max_num_queries(12):
        assert [one.label.text for one in reading.told(actor=people.ben, size=2)] == ["Isdom renewal"]


def test_followers_are_asked_for_at_once_where_rules_say_who_sees(people: People, visit: Visit) -> None:
    change.create(
        registry.type_of("kernel.rule"),
        {"name": "Roofs", "type": DEAL.key, "effect": "share", "question": "name:roof", "roles": team_roles()},
        actor=people.anna,
    )
    pk, counts = deal("Roof", people, people.anna), []
    newcomers = [{"name": f"New {n}", "login": f"new{n}", "roles": team_roles()} for n in range(4)]
    drafts = [change.Draft(None, values) for values in newcomers]
    for user_id in change.save_many(records.user, drafts, actor=people.anna).created:
        following.follow(DEAL, pk, actor=actor_of(User.objects.get(pk=user_id)))
        anna = visit(people.anna)
        for _twice in range(2):  # the first time, what administrators arrange is looked up as well
            page = anna.get(f"/deals/{pk}/")
        counts.append(len(anna.queries))
    assert "Followed by New 0, New 1, New 2, New 3" in page.html
    assert counts[1:] == counts[:1] * 3


def team_roles() -> list[int]:
    return [Role.objects.get(name="Team").pk]


def test_the_trash_is_not_told_of_and_ends_nothing(visit: Visit, people: People) -> None:
    pk = deal("Isdom renewal", people, people.ben)
    following.follow(DEAL, pk, actor=people.ben)
    change.delete(DEAL, [pk], actor=people.anna)
    deliver_all()
    assert (heard(visit, people.ben), Follow.objects.count()) == ([], 1)


def test_who_is_given_records_hears_of_one_act_once(visit: Visit, people: People) -> None:
    pks = [deal(f"Deal {n}", people, people.anna) for n in range(3)]
    following.follow(DEAL, pks[1], actor=people.ben)
    drafts = [change.Draft(pk, {"owner": people.ben.user_id}) for pk in pks]
    change.save_many(DEAL, drafts, actor=people.anna)
    deliver_all()
    assert heard(visit, people.ben) == ["Anna gave you Deal 0 and 2 more"]


def test_what_was_told_is_not_told_again(visit: Visit, people: People) -> None:
    from bodega.kernel.events import latest  # the events as a worker would hand them over a second time

    pk = deal("Isdom renewal", people, people.anna)
    change.save(DEAL.one(pk, actor=people.anna), {"owner": people.ben.user_id}, actor=people.anna, type_=DEAL)
    deliver_all()
    telling.tell(latest(DEAL.key, pk))
    assert heard(visit, people.ben) == ["Anna gave you Isdom renewal"]


def test_a_mention_is_a_reference_and_is_told(visit: Visit, people: People) -> None:
    pk = deal("Isdom renewal", people, people.ben)
    anna = visit(people.anna)
    anna.post(f"/notes/new/?about=sales.deal%23{pk}", {"text": "Ask @Ben, or @Nobody", "channel": "note"})
    deliver_all()
    page = anna.get(f"/deals/{pk}/")
    ben = people.ben.user_id
    assert f'Ask <a class="mention" href="/users/{ben}/">@Ben</a>, or @Nobody' in page.html
    assert heard(visit, people.ben) == ["Anna mentioned you: Ask @Ben, or @Nobody"]
    note = registry.type_of("activity.note").rows(people.anna).get()
    assert note.text == f"Ask @[Ben]({ben}), or @Nobody"
    form = anna.get(f"/notes/{note.pk}/edit/").form_to(f"/notes/{note.pk}/edit/")
    assert dict(form.fields)["text"] == "Ask @Ben, or @Nobody"
    anna.send(form, text="Ask @Ben, or @Anna")
    deliver_all()
    assert len(heard(visit, people.ben)) == 1


@pytest.mark.parametrize(
    "text", ["@Ben", "@Ben look", "see https://isdom.example/@[Ben](BEN) and @Ben", "(@Ben)", "@Ben,@Ben"]
)
def test_wherever_a_mention_stands_it_is_a_link_and_nothing_else_breaks(people: People, text: str) -> None:
    ben = people.ben.user_id
    shown = Page(prose(mentions.resolved(text.replace("BEN", str(ben))), actor=people.anna))
    read = text.replace("[Ben](BEN)", "Ben")
    assert shown.text.replace(" ", "") == read.replace(" ", "")
    assert shown.links.count(f"/users/{ben}/") == read.count("@Ben")


def test_two_of_one_name_are_mentioned_by_their_sign_in_names(people: People) -> None:
    user = registry.type_of("kernel.user")
    other = change.create(user, {"name": "Ben", "login": "ben2"}, actor=people.anna).pk
    forget()
    assert mentions.resolved("@Ben and @ben2") == f"@Ben and @[Ben]({other})"


def test_a_mention_of_who_may_not_see_it_tells_the_writer_and_nobody_else(visit: Visit, people: People) -> None:
    pk = deal("Isdom renewal", people, people.anna)
    page = visit(people.anna).post(
        f"/notes/new/?about=sales.deal%23{pk}&next=/", {"text": "@Cleo look", "channel": "note"}
    )
    deliver_all()
    assert "Not told, as they may not see this: Cleo." in page.text
    assert heard(visit, people.cleo) == []


def test_kinds_are_switched_off_by_each_person(visit: Visit, people: People) -> None:
    ben = visit(people.ben)
    ben.send(ben.get("/me/notifications/").form_to("/me/notifications/"), assigned=None)
    pk = deal("Isdom renewal", people, people.anna)
    change.save(DEAL.one(pk, actor=people.anna), {"owner": people.ben.user_id}, actor=people.anna, type_=DEAL)
    deliver_all()
    assert heard(visit, people.ben) == []


def test_opening_one_goes_to_what_it_tells_of_and_marks_it_as_read(visit: Visit, people: People) -> None:
    pks = [deal(f"Deal {n}", people, people.anna) for n in range(2)]
    for pk in pks:
        change.save(DEAL.one(pk, actor=people.anna), {"owner": people.ben.user_id}, actor=people.anna, type_=DEAL)
    deliver_all()
    ben = visit(people.ben)
    first = next(link for link in ben.get(HOME).links if link.startswith(HOME) and link.split("/")[2].isdigit())
    ben.get(first)
    assert (ben.status, ben.url) == (302, f"/deals/{pks[1]}/")
    assert heard(visit, people.ben, only="?unread=1") == ["Anna gave you Deal 0"]
    assert reading.unread(actor=people.ben) == 1
    ben.send(ben.get(HOME).form_to(f"{HOME}read/"))
    assert (reading.unread(actor=people.ben), len(heard(visit, people.ben))) == (0, 2)
    visit(people.dora).get(first)
    stranger = visit(people.dora)
    stranger.get(first)
    assert stranger.status == 404


def test_a_field_that_is_hidden_tells_nothing_by_its_changes(visit: Visit, people: People) -> None:
    pk = deal("Isdom renewal", people, people.ben)
    following.follow(DEAL, pk, actor=people.ben)
    role = registry.type_of("kernel.role")
    held = role.rows(people.anna).get(name="Team")
    change.save(held, {"fields": {DEAL.key: {"next_step": "hidden"}}}, actor=people.anna, type_=role)
    forget()
    change.save(DEAL.one(pk, actor=people.anna), {"next_step": "Write"}, actor=people.anna, type_=DEAL)
    deliver_all()
    assert heard(visit, people.ben) == []


def test_what_is_due_is_told_in_the_morning_of_the_day_where_one_is(visit: Visit, people: People) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    day = datetime(2026, 11, 20, tzinfo=berlin)
    for name in ("Call Mia", "Write to Ola"):
        actions.add_task(name=name, due_on=day.date(), actor=people.ben)
    told = []
    for hour in (3, 7, 9):
        with clock.fixed(day.replace(hour=hour)):
            enqueue(tell_of_due_tasks)
            run_waiting()
            told.append(heard(visit, people.ben))
    once = ["Due today: Call Mia and 1 more"]
    assert told == [[], once, once]


def test_the_page_asks_as_often_for_one_as_for_many(visit: Visit, people: People) -> None:
    counts = []
    for n in range(5):
        pk = deal(f"Deal {n}", people, people.anna)
        change.save(DEAL.one(pk, actor=people.anna), {"owner": people.ben.user_id}, actor=people.anna, type_=DEAL)
        deliver_all()
        ben = visit(people.ben)
        ben.get(HOME)
        ben.get(HOME)
        counts.append(len(ben.queries))
    assert {*counts} == {counts[0]}


def test_taking_a_change_back_is_a_change(visit: Visit, people: People) -> None:
    pk = deal("Isdom renewal", people, people.ben)
    following.follow(DEAL, pk, actor=people.ben)
    drafts = [change.Draft(pk, {"next_step": "Write"})]
    done = change.save_many(DEAL, drafts, actor=people.anna)
    history.undo(done.change_ids[0], actor=people.anna)
    deliver_all()
    assert heard(visit, people.ben) == ["Anna took back a change of Isdom renewal", "Anna changed Isdom renewal"]
