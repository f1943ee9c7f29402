"""Who looks on is told of what others do, as far as they may see it at that moment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import pytest

from bodega.apps.activity import actions
from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.events import head
from bodega.kernel.scope import forget
from bodega.platform import neighbours, news
from bodega.platform.accounts.models import Session
from bodega.platform.delivering import deliver_all, enlist
from bodega.surfaces.live import serving
from bodega.surfaces.live.hub import Hub, Stream
from bodega.surfaces.live.watching import Watch, watch_of
from tests.personas import People
from tests.platform.test_neighbours import until
from tests.surfaces.html.visitor import Visitor

DEAL = registry.type_of("sales.deal")
Message = tuple[str, Any]


@dataclass
class Reader:
    """Somebody with a page open."""

    stream: Stream
    told: list[Message] = field(default_factory=list)
    ended: bool = False

    def hear(self, said: bytes) -> None:
        self.told += messages(said)

    def end(self) -> None:
        self.ended = True


def messages(said: bytes) -> list[Message]:
    """The names and data of server-sent events."""
    found = []
    for one in said.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in one.split("\n") if line)
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


@dataclass
class Hall:
    """A hub whose thread is the test itself."""

    people: People
    hub: Hub = field(default_factory=Hub)

    def sits(self, actor: Actor, path: str, question: str = "", *, editing: bool = False) -> Reader:
        deliver_all()
        visitor = Visitor(self.people.user(actor))
        key = visitor.client.session.session_key or ""
        watch = watch_of(path, question, editing=editing, actor=actor)
        reader = Reader(Stream(self.people.user(actor), key, watch, head()))
        reader.stream.send, reader.stream.end = reader.hear, reader.end
        self.hub.streams[reader.stream.id] = reader.stream
        self.hub.stir(reader.stream)
        return reader

    def passes(self) -> None:
        deliver_all()
        forget()
        self.hub.pass_on()


@pytest.fixture
def hall(people: People) -> Hall:
    enlist()
    return Hall(people)


def deal(name: str, owner: Actor, **more: Any) -> int:
    made: int = change.create(DEAL, {"name": name, "owner": owner.user_id, **more}, actor=owner).pk
    return made


def changed(pk: int, people: People, **values: Any) -> None:
    change.save(pk, values, actor=people.anna, type_=DEAL)


def news_of(reader: Reader) -> list[Any]:
    return [data for name, data in reader.told if name == "news"]


def test_a_list_is_told_of_what_its_reader_sees_and_of_nothing_else(hall: Hall, people: People) -> None:
    mine, hers = deal("Ben’s", people.ben), deal("Dora’s", people.dora)
    ben, cleo = hall.sits(people.ben, "/deals/"), hall.sits(people.cleo, "/deals/")
    changed(mine, people, next_step="Call")
    changed(hers, people, next_step="Call")
    hall.passes()
    assert (news_of(ben), news_of(cleo)) == ([{"ids": [str(mine)], "here": [str(mine)]}], [])
    hall.passes()
    assert len(news_of(ben)) == 1


def test_a_list_knows_which_of_them_answer_its_question(hall: Hall, people: People) -> None:
    one, other = deal("Isdom", people.anna), deal("Konex", people.anna)
    ways = ("", "board/", "calendar/", "gallery/", "groups/")
    readers = [hall.sits(people.anna, f"/deals/{way}", "next_step:call") for way in ways]
    changed(one, people, next_step="Call them")
    changed(other, people, next_step="Wait")
    hall.passes()
    told = [{"ids": sorted([str(one), str(other)]), "here": [str(one)]}]
    assert [news_of(one) for one in readers] == [told] * len(ways)


def test_words_where_nothing_can_be_searched_are_answered_by_nothing(hall: Hall, people: People) -> None:
    person, firm = (
        change.create(registry.type_of(f"parties.{key}"), {"name": "Isdom"}, actor=people.anna).pk
        for key in ("person", "organisation")
    )
    anna = hall.sits(people.anna, "/relationships/", "isdom")
    made = change.create(registry.type_of("parties.relationship"), {"party": person, "other": firm}, actor=people.anna)
    hall.passes()
    assert news_of(anna) == [{"ids": [str(made.pk)], "here": []}]


def test_a_record_is_told_of_its_own_changes_and_of_what_is_written_about_it(hall: Hall, people: People) -> None:
    pk, other = deal("Isdom", people.ben), deal("Konex", people.ben)
    ben = hall.sits(people.ben, f"/deals/{pk}/")
    changed(other, people, next_step="Call")
    hall.passes()
    assert news_of(ben) == []
    changed(pk, people, next_step="Call")
    hall.passes()
    actions.log(text="They want it in blue", about=(DEAL.key, pk), actor=people.anna)
    hall.passes()
    assert news_of(ben) == [{"ids": [str(pk)]}] * 2


def test_what_is_written_in_private_about_a_record_is_not_told(hall: Hall, people: People) -> None:
    pk = deal("Isdom", people.ben)
    ben = hall.sits(people.ben, f"/deals/{pk}/")
    note = {"text": "He asks too much", "about": (DEAL.key, pk), "private": True}
    change.create(registry.type_of("activity.note"), note, actor=people.dora.via(is_admin=True))
    hall.passes()
    assert news_of(ben) == []


def test_a_change_of_very_many_is_told_to_those_whose_record_is_among_them(
    hall: Hall, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "LARGEST", 2)
    pks = [deal(f"Deal {n}", people.ben) for n in range(5)]
    last, listed = hall.sits(people.ben, f"/deals/{pks[4]}/"), hall.sits(people.ben, "/deals/")
    change.save_many(DEAL, [change.Draft(pk, {"next_step": "Call"}) for pk in pks], actor=people.anna)
    hall.passes()
    assert news_of(last) == [{"ids": [str(pks[4])]}]
    assert news_of(listed)[0]["ids"] == sorted(map(str, pks[:2]))


def test_a_right_that_is_taken_away_holds_from_the_next_event_on(hall: Hall, people: People) -> None:
    pk = deal("Isdom", people.ben)
    ben = hall.sits(people.ben, f"/deals/{pk}/")
    changed(pk, people, owner=people.dora.user_id)
    hall.passes()
    changed(pk, people, next_step="Call")
    hall.passes()
    assert (news_of(ben), ben.ended) == ([], False)


def test_a_stream_ends_with_its_session(hall: Hall, people: People) -> None:
    ben, anna = hall.sits(people.ben, "/deals/"), hall.sits(people.anna, "/deals/")
    Session.objects.filter(user=people.ben.user_id).delete()
    changed(deal("Isdom", people.anna), people, next_step="Call")
    hall.passes()
    assert (ben.ended, news_of(ben), anna.ended) == (True, [], False)


@pytest.mark.parametrize("values", [{"is_active": False}, {"password": "another"}], ids=str)
def test_a_stream_ends_with_the_access_and_with_the_password(
    hall: Hall, people: People, values: dict[str, Any]
) -> None:
    ben = hall.sits(people.ben, "/deals/")
    type(people.user(people.ben)).objects.filter(pk=people.ben.user_id or 0).update(**values)
    deal("Isdom", people.ben)
    hall.passes()
    assert (ben.ended, news_of(ben)) == (True, [])


def test_who_looks_at_a_record_is_told_who_else_does_and_who_edits_it(hall: Hall, people: People) -> None:
    pk = deal("Isdom", people.ben)
    ben = hall.sits(people.ben, f"/deals/{pk}/")
    hall.sits(people.ben, f"/deals/{pk}/")
    anna = hall.sits(people.anna, f"/deals/{pk}/edit/")
    hall.passes()
    assert ben.told == [("here", [{"name": "Anna", "editing": True, "sign": "An", "tone": ben.told[0][1][0]["tone"]}])]
    assert [one["name"] for _name, here in anna.told for one in here] == ["Ben"]
    hall.hub.leave(anna.stream)
    hall.passes()
    assert ben.told[-1] == ("here", [])


def test_nobody_is_seen_by_those_who_may_not_see_the_record(hall: Hall, people: People) -> None:
    pk = deal("Isdom", people.dora)
    ben, dora = hall.sits(people.ben, f"/deals/{pk}/"), hall.sits(people.dora, f"/deals/{pk}/")
    ben.stream.watch = Watch(DEAL.key, pk)  # as if the right had been lost since
    hall.passes()
    assert (ben.told, dora.told) == ([], [("here", [])])


def test_those_whom_another_process_serves_are_seen_too(
    people: People, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv(neighbours.FOLDER, str(tmp_path_factory.mktemp("n")))
    enlist()
    pk, one, other = deal("Isdom", people.ben), Hall(people), Hall(people)
    one.hub.neighbours.open()
    ben = one.sits(people.ben, f"/deals/{pk}/")
    one.passes()  # before there was another
    other.hub.neighbours.open()
    anna = other.sits(people.anna, f"/deals/{pk}/edit/")
    other.passes()
    for hub in (one.hub, other.hub):
        until(hub.stirred.__len__)
    one.passes()
    other.passes()
    assert [[name for name, _editing in here_of(reader)] for reader in (ben, anna)] == [["Anna"], ["Ben"]]
    assert here_of(ben) == [("Anna", True)]
    other.hub.leave(anna.stream)
    other.passes()
    until(one.hub.stirred.__len__)
    one.passes()
    assert here_of(ben) == []


def here_of(reader: Reader) -> list[tuple[str, bool]]:
    last = [data for name, data in reader.told if name == "here"][-1]
    return [(one["name"], one["editing"]) for one in last]


def test_the_count_of_what_is_unread_is_told_when_it_changes(hall: Hall, people: People) -> None:
    ben = hall.sits(people.ben, "/")
    change.create(DEAL, {"name": "Isdom", "owner": people.ben.user_id}, actor=people.anna)
    hall.passes()
    hall.passes()
    assert ben.told == [("unread", 1)]


def test_what_many_see_alike_is_asked_once(
    hall: Hall, people: People, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for _one in range(20):
        hall.sits(people.anna, "/deals/")
    pk = deal("Isdom", people.anna)
    hall.passes()
    changed(pk, people, next_step="Call")
    deliver_all()
    with django_assert_max_num_queries(12):
        hall.hub.pass_on()


def test_who_comes_back_after_a_break_is_told_what_was_missed(hall: Hall, people: People) -> None:
    pk = deal("Isdom", people.ben)
    deliver_all()
    last, visitor = head(), Visitor(people.user(people.ben))
    changed(pk, people, next_step="Call")
    deliver_all()
    for before, told in ((str(last), [("news", {"ids": [str(pk)]})]), (str(head()), [])):
        visitor.get(f"/live/?at=/deals/{pk}/", **{"Last-Event-ID": before})
        assert messages(visitor.response.content)[1:] == told
    visitor.get(f"/live/?at=/deals/{pk}/&age=60000")
    assert messages(visitor.response.content)[1:] == [("news", {"ids": [str(pk)]})]


def test_who_has_missed_very_much_is_told_the_newest(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "MOST", 2)
    enlist()
    pk, other = deal("Isdom", people.ben), deal("Konex", people.ben)
    deliver_all()
    last, visitor = head(), Visitor(people.user(people.ben))
    for n in range(3):
        changed(other, people, next_step=f"Call {n}")
    changed(pk, people, next_step="Call")
    deliver_all()
    visitor.get(f"/live/?at=/deals/{pk}/", **{"Last-Event-ID": str(last)})
    assert messages(visitor.response.content)[1:] == [("news", {"ids": [str(pk)]})]


def test_a_page_that_comes_while_the_thread_ends_begins_another(people: People) -> None:
    hub, ends = Quiet(), Event()
    hub.thread = ending = Thread(target=ends.wait, daemon=True)
    ending.start()
    stream = Stream(people.user(people.ben), "", None, 0)
    assert (hub.goes_on(), hub.expect(stream)) == (False, True)
    hub.join(stream.id, stream.send, stream.end)
    assert (ending.is_alive(), hub.began.wait(10)) == (True, True)
    ends.set()


class Quiet(Hub):
    """Its thread does nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.began = Event()

    def run(self) -> None:
        self.began.set()


def test_what_is_said_while_a_beat_goes_out_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "BEAT", 0.001)
    bodies: list[bytes] = []

    async def listened() -> None:
        queue: asyncio.Queue[bytes] = asyncio.Queue()

        async def send(message: Any) -> None:
            bodies.append(message["body"])
            if len(bodies) < 3:
                queue.put_nowait([b"news", b""][len(bodies) - 1])
                await asyncio.sleep(0.01)  # a browser that takes its time

        await serving.until_gone(queue, asyncio.Event().wait, send)  # type: ignore[arg-type]

    asyncio.run(asyncio.wait_for(listened(), 10))
    assert bodies == [b":\n\n", b"news", b""]


def test_nobody_gets_a_stream_from_what_does_not_hold_it_open(people: People) -> None:
    visitor = Visitor(people.user(people.ben))
    visitor.get("/live/?at=/deals/", **{"X-Served": "yes"})
    assert (visitor.status, "X-Stream" in visitor.response.headers) == (200, False)


def test_who_looks_through_the_eyes_of_another_is_not_there(people: People) -> None:
    visitor = Visitor(people.user(people.anna))
    visitor.post(f"/users/{people.ben.user_id}/look/", {})
    visitor.get("/live/?at=/deals/")
    assert visitor.status == 204
