"""Colleagues talk about a record: who sees it, who changes it, who is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bodega.apps.talk import actions
from bodega.apps.talk.records import comment
from bodega.kernel import change, history
from bodega.kernel.action import Refused
from bodega.kernel.actors import Actor
from bodega.kernel.drafts import Gone
from bodega.kernel.registry import type_of
from bodega.platform.delivering import deliver_all, enlist
from bodega.platform.indexes.purging import purge
from bodega.platform.notifications import following, reading
from tests.personas import People, reaching
from tests.surfaces.html.visitor import Visitor


def deal(people: People, **given: Any) -> Any:
    values = {"name": "Fenders", "owner": people.ben.user_id, **given}
    return change.create(type_of("sales.deal"), values, actor=people.anna)


def say(text: str, about: Any, *, actor: Actor, **given: Any) -> Any:
    return change.create(comment, {"text": text, "about": about, **given}, actor=actor)


def texts(actor: Actor) -> list[str]:
    return sorted(comment.rows(actor).values_list("text", flat=True))


def on(made: Any) -> tuple[str, int]:
    return "sales.deal", made.pk


def own(actor: Actor) -> Actor:
    return actor.via(levels=reaching(view="own", change="own"))


def test_it_is_seen_by_whoever_sees_what_it_is_about(people: People) -> None:
    made = deal(people)
    say("Too dear", on(made), actor=people.anna)
    ben, dora = own(people.ben), own(people.dora)
    assert (texts(ben), texts(dora)) == (["Too dear"], [])
    change.save(made, {"owner": people.dora.user_id}, actor=people.anna, type_=type_of("sales.deal"))
    assert (texts(ben), texts(dora)) == ([], ["Too dear"])
    change.delete(type_of("sales.deal"), [made.pk], actor=people.anna)
    assert texts(dora) == []
    change.restore(type_of("sales.deal"), [made.pk], actor=people.anna)
    assert texts(dora) == ["Too dear"]


def test_whoever_may_look_may_write(people: People) -> None:
    made = deal(people)
    ben = people.ben.via(levels=reaching(view="own"))
    assert say("I only look at it", on(made), actor=ben).author_id == people.ben.user_id
    with pytest.raises(ValidationError):
        say("I do not see it", on(made), actor=own(people.dora))


def test_nobody_from_outside_sees_it(people: People) -> None:
    say("They are late payers", on(deal(people)), actor=people.anna)
    outside = Actor(user_id=None, name="Portal", levels=reaching(view="all"))
    assert texts(outside) == []


def test_answers_are_about_what_their_thread_is_about(people: People) -> None:
    made, other = deal(people), deal(people, name="Ropes")
    first = say("Too dear", on(made), actor=people.anna)
    answer = change.create(comment, {"text": "Why?", "thread": first.pk}, actor=people.ben)
    assert (answer.about_type, answer.about_id) == on(made)
    deeper = change.create(comment, {"text": "Really", "thread": answer.pk}, actor=people.anna)
    assert deeper.thread_id == first.pk
    with pytest.raises(ValidationError, match="something else"):
        say("Elsewhere", on(other), actor=people.anna, thread=first.pk)
    with pytest.raises(ValidationError, match="stays where"):
        change.save(answer, {"about": on(other)}, actor=people.ben, type_=comment)


def test_one_changes_and_deletes_ones_own(people: People) -> None:
    first = say("Too dear", on(deal(people)), actor=people.ben)
    with pytest.raises(ValidationError, match="Only who wrote"):
        change.save(first, {"text": "Cheap"}, actor=own(people.dora).via(is_admin=True), type_=comment)
    assert change.save(first, {"text": "Too dear by 10 %"}, actor=people.ben, type_=comment).edited_at
    lent = people.dora.via(levels=reaching(view="all", change="all", delete="all"))
    [refused] = change.delete(comment, [first.pk], actor=lent).problems
    assert "Only who wrote" in str(refused.problem)
    answer = say("No", None, actor=people.anna, thread=first.pk)
    [refused] = change.delete(comment, [first.pk], actor=people.ben).problems
    assert "It was answered" in str(refused.problem)
    assert change.delete(comment, [answer.pk], actor=people.anna).changed == [answer.pk]
    assert change.delete(comment, [first.pk], actor=people.ben).changed == [first.pk]


def test_a_thread_is_resolved_and_opened_again(people: People) -> None:
    first = say("Too dear", on(deal(people)), actor=people.ben)
    settled = actions.resolve_thread(first, actor=people.anna)
    assert (settled.resolved, settled.resolved_by_id) == (True, people.anna.user_id)
    with pytest.raises(Refused):
        actions.resolve_thread(settled, actor=people.anna)
    act = history.last_acts(comment, [first.pk])[first.pk]
    history.undo(act.pk, actor=people.ben)
    assert not comment.one(first.pk, actor=people.ben).resolved
    actions.resolve_thread(first.pk, actor=people.ben)
    assert not actions.reopen_thread(first.pk, actor=people.ben).resolved
    answer = say("No", None, actor=people.anna, thread=first.pk)
    with pytest.raises(Refused):
        actions.resolve_thread(answer, actor=people.anna)


def told(actor: Actor) -> Sequence[tuple[str, str]]:
    return [(one.row.kind, one.url) for one in reading.told(actor=actor)]


def test_each_act_is_told_once(people: People) -> None:
    enlist()
    made = deal(people)
    deliver_all()
    following.follow(type_of("sales.deal"), made.pk, actor=people.ben)
    first = say(f"Too dear, @[Ben]({people.ben.user_id})", on(made), actor=people.anna)
    deliver_all()
    assert [kind for kind, _url in told(people.ben)][:1] == ["mentioned"]
    before = len(told(people.ben))
    say("I know", None, actor=people.ben, thread=first.pk)
    deliver_all()
    assert len(told(people.ben)) == before
    assert told(people.anna)[0] == ("followed", f"/comments/{first.pk}/")
    say("So?", None, actor=people.anna, thread=first.pk)
    deliver_all()
    assert len(told(people.ben)) == before + 1


def test_it_stands_on_no_timeline(people: People) -> None:
    enlist()
    made = deal(people)
    say("Too dear", on(made), actor=people.anna)
    deliver_all()
    anna = Visitor(people.user(people.anna))
    assert anna.get(f"/deals/{made.pk}/").text.count("Too dear") == 1


def test_what_is_purged_takes_its_comments_along(people: People) -> None:
    made = deal(people)
    first = say("Too dear", on(made), actor=people.anna)
    say("Why?", None, actor=people.anna, thread=first.pk)
    purge(type_of("sales.deal"), [made.pk])
    assert not comment.every().exists()


def test_a_thread_is_closed_to_who_is_not_there(people: People) -> None:
    first = say("Too dear", on(deal(people)), actor=people.anna)
    with pytest.raises(Gone):
        actions.resolve_thread(first.pk, actor=own(people.dora))


def test_one_page_costs_the_same_however_much_is_said(people: People) -> None:
    made, costs = deal(people), []
    anna = Visitor(people.user(people.anna))
    for many in (1, 4):
        for number in range(many):
            first = say(f"Thread {number}", on(made), actor=people.anna)
            say("Yes", None, actor=people.ben, thread=first.pk)
        anna.get(f"/deals/{made.pk}/")
        with CaptureQueriesContext(connection) as asked:
            anna.get(f"/deals/{made.pk}/")
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_of_very_many_threads_a_page_shows_the_newest(people: People) -> None:
    made = deal(people)
    drafts = [change.Draft(None, {"text": f"Thread {number}", "about": on(made)}) for number in range(5_000)]
    change.save_many(comment, drafts, actor=people.anna)
    page = Visitor(people.user(people.ben)).get(f"/deals/{made.pk}/")
    assert "99+ open" in page.text
    assert [text for text in ("Thread 4999", "Thread 4995", "Thread 4994") if text in page.text] == [
        "Thread 4999",
        "Thread 4995",
    ]
    assert any(url.startswith("/comments/?q=about") for url in page.links)


def test_a_comment_is_written_answered_resolved_and_taken_back_on_the_page(people: People) -> None:
    made = deal(people)
    url, ben = f"/deals/{made.pk}/", Visitor(people.user(people.ben))
    ben.send(ben.get(url).form_to("/comments/new/"), text="Too dear")
    assert ben.url == f"{url}#comments"
    first = comment.rows(people.ben).get()
    page = ben.get(url)
    assert ("Too dear" in page.text, "1 open" in page.text) == (True, True)
    answering = next(form for form in page.forms if "thread=" in form.action)
    ben.send(answering, text="By 10 %")
    page = ben.get(url)
    assert "By 10 %" in page.text
    ben.send(next(form for form in page.forms if f"/comments/{first.pk}/do/resolve_thread/" in form.action))
    page = ben.get(url)
    assert ("1 resolved" in page.text, "By 10 %" in page.text) == (True, False)
    ben.send(next(form for form in page.forms if f"/comments/{first.pk}/do/reopen_thread/" in form.action))
    assert "By 10 %" in ben.get(url).text
