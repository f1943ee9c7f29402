"""What somebody had goes to others in one go, who see what they got; and a deputy is named for a while."""

from __future__ import annotations

from datetime import timedelta

from bodega.apps.activity import actions, promising
from bodega.kernel import change, history, registry
from bodega.lib import clock
from bodega.platform.jobs.run import run_waiting
from bodega.platform.notifications.models import Notification
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Visitor

TASK, PROMISE = "activity.task", "activity.promise"


def test_it_goes_to_several_successors_who_see_what_they_got(visit: Visit, people: People, anna: Visitor) -> None:
    mia = change.create(registry.type_of("parties.person"), {"name": "Mia"}, actor=people.dora)
    about = ("parties.person", mia.pk)
    promise = promising.promise(name="Samples by Friday", about=about, actor=people.dora)
    ring, done = (actions.add_task(name=name, about=about, actor=people.dora) for name in ("Ring Mia", "Sent"))
    actions.finish(done, actor=people.dora)
    home = f"/users/{people.dora.user_id}/handover/"
    page = anna.get(home)
    assert [word in page.text for word in ("Open promises (1)", "Open tasks (1)", "People (1)", "Open deals")] == [
        True,
        True,
        True,
        False,
    ]
    anna.send(page.form_to(home), activity_promise_text="Ben", activity_task_text="Anna")
    run_waiting()
    owners = {key: dict(registry.type_of(key).rows(people.anna).values_list("pk", "owner")) for key in (TASK, PROMISE)}
    assert owners == {
        TASK: {ring.pk: people.anna.user_id, done.pk: people.dora.user_id},
        PROMISE: {promise.pk: people.ben.user_id},
    }
    assert registry.type_of("parties.person").rows(people.anna).get().owner_id == people.dora.user_id
    told = Notification.objects.get(user=people.user(people.ben), text__gt="")
    seen = visit(people.ben).get(told.url).text
    assert ("Samples by Friday" in seen, "Ring Mia" in seen) == (True, False)
    assert "Nothing of it is yours" in visit(people.cleo).get(told.url).text
    act = history.last_acts(registry.type_of(PROMISE), [promise.pk])[promise.pk]
    history.undo_batch(act.batch, actor=people.anna)
    assert {*registry.type_of(TASK).rows(people.anna).values_list("owner", flat=True)} == {people.dora.user_id}


def test_others_hand_over_only_what_is_theirs(visit: Visit, people: People) -> None:
    ben = visit(people.ben)
    ben.get(f"/users/{people.dora.user_id}/handover/")
    assert ben.status == 403
    assert "There is nothing to hand over." in ben.get(f"/users/{people.ben.user_id}/handover/").text


def test_who_is_away_names_a_deputy_for_those_days(visit: Visit, people: People) -> None:
    ben, today = visit(people.ben), clock.today("Europe/Berlin")
    form = ben.get("/me/away/").form_to("/me/away/")
    ben.send(form, first=str(today), last=str(today - timedelta(days=1)), deputy_text="Dora")
    assert ben.status == 422
    ben.send(form, first=str(today), last=str(today + timedelta(days=3)), deputy_text="Dora")
    assert people.user(people.ben).preferences["away"]["deputy"] == people.dora.user_id
    ben.send(ben.get("/me/away/").form_to("/me/away/"), first="", last="", deputy_text="", deputy="")
    assert "away" not in people.user(people.ben).preferences
