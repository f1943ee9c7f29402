"""What goes to a language model, what comes back, and what happens when it fails: against a server on this machine that
speaks the same protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any

import pytest

from bodega.adapters.language_model import chat
from bodega.apps.memory import queries, suggesting
from bodega.apps.memory.models import Sending
from bodega.apps.memory.tests.helping import person, told
from bodega.kernel import change, history, registry
from bodega.platform.delivering import deliver_all, enlist
from bodega.platform.jobs.models import Job
from bodega.platform.jobs.run import run_waiting
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


class Model(ThreadingHTTPServer):
    """Keeps what it is asked, and answers as a test says."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = says([])

    @property
    def texts(self) -> list[str]:
        return [body["messages"][-1]["content"] for _path, _headers, body in self.asked]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who called has gone."""


class Asked(BaseHTTPRequestHandler):
    server: Model

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        self.server.answer(self)

    def log_message(self, *told: Any) -> None:
        """Nothing on the screen."""


def raw(body: bytes, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def content(text: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return raw(json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode())


def says(facts: list[Any]) -> Callable[[BaseHTTPRequestHandler], None]:
    return content(f"```json\n{json.dumps({'facts': facts})}\n```")


def slowly(handler: BaseHTTPRequestHandler) -> None:
    sleep(1.5)
    raw(b"{}")(handler)


@pytest.fixture
def model(settings: Any) -> Iterator[Model]:
    server = Model()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.BODEGA_OUTGOING_ALLOW = frozenset({("127.0.0.1", server.server_port)})
    settings.BODEGA_LANGUAGE_MODEL_URL = f"http://127.0.0.1:{server.server_port}/v1"
    settings.BODEGA_LANGUAGE_MODEL, settings.BODEGA_LANGUAGE_MODEL_KEY = "small-1", "s3cret"
    yield server
    server.shutdown()
    server.server_close()


def noted(people: People, party: int, text: str, **given: Any) -> int:
    values = {"text": text, "about": ("parties.person", party), "owner": people.ben.user_id, **given}
    found: int = change.create(registry.type_of("activity.note"), values, actor=people.anna).pk
    deliver_all()
    run_waiting()
    return found


def test_off_nothing_is_asked_and_no_job_is_made(people: People) -> None:
    enlist()
    noted(people, person(people), "She said that her world is sailing.")
    assert not Job.objects.filter(name__contains="language_model").exists()
    assert not Sending._base_manager.exists()
    assert "It is off" in Visitor(people.user(people.anna)).get("/language-model/").text


def test_what_it_says_is_suggested_kept_and_told_apart(people: People, model: Model) -> None:
    enlist()
    mia, words = person(people), "Her whole world is sailing."
    model.answer = says([{"topic": "likes", "value": "sailing", "words": words}])
    noted(people, mia, f"Long talk. {words}")
    path, headers, body = model.asked[0]
    assert (path, headers["Authorization"], body["model"]) == ("/v1/chat/completions", "Bearer s3cret", "small-1")
    assert [(one.text, one.by) for one in suggesting.suggested(mia, actor=people.anna)] == [("sailing", "small-1")]
    anna = Visitor(people.user(people.anna))
    page = anna.get(f"/people/{mia}/")
    assert "Suggested by small-1" in page.text
    page = anna.send(next(form for form in page.forms if "suggestion=" in form.action))
    assert "Suggested by small-1." in page.html
    (fact,) = registry.type_of(queries.FACT).rows(people.anna)
    assert (fact.text, fact.suggested_by) == ("sailing", "small-1")
    assert "small-1" in anna.get(f"/facts/{fact.pk}/?tab=history").html
    made = history.last_acts(registry.type_of(queries.FACT), [fact.pk])[fact.pk]
    assert made.verb == "created"
    told(mia, "size", "42", actor=people.anna)
    assert registry.type_of(queries.FACT).rows(people.anna).filter(suggested_by="").count() == 1
    page = anna.get("/language-model/")
    assert "It is on" in page.text
    assert "small-1" in page.text
    assert "Sent in the last 30 days: 1." in page.text


def test_private_notes_and_sensitive_sentences_stay_here(people: People, model: Model) -> None:
    enlist()
    mia = person(people)
    told(mia, "allergies", "hazel", actor=people.anna)
    noted(people, mia, "Nobody else may read this.", private=True)
    assert model.asked == []
    noted(people, mia, "We met. She is allergic to nuts. Eine Nussallergie! No hazel in the cake. She took the train.")
    assert model.texts == ["We met.\nShe took the train."]
    system = model.asked[0][2]["messages"][0]["content"]
    assert ("likes: Likes" in system, "Allerg" in system, "hazel" in json.dumps(model.asked)) == (True, False, False)
    secret = person(people, "Kim", private=True)
    noted(people, secret, "Nobody else may know that we met.")
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    "claim",
    [
        {"topic": "income", "value": "much", "words": "Her whole world is sailing."},
        {"topic": "allergies", "value": "wool", "words": "Her whole world is sailing."},
        {"topic": "contract_end", "value": "soon", "words": "Her whole world is sailing."},
        {"topic": "likes", "value": "flying", "words": "She loves flying."},
        {"topic": "likes", "value": "x" * 600, "words": "Her whole world is sailing."},
        {"topic": "likes", "value": "", "words": "Her whole world is sailing."},
    ],
)
def test_what_does_not_fit_the_catalogue_or_was_not_said_is_dropped(
    people: People, model: Model, claim: dict[str, str]
) -> None:
    enlist()
    mia = person(people)
    model.answer = says([claim])
    noted(people, mia, "Her whole world is sailing.")
    assert suggesting.suggested(mia, actor=people.anna) == []
    sent = Sending._base_manager.get()
    assert (sent.found, sent.dropped, sent.problem) == (0, 1, "")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (raw(b"oops", 500), "The server answered with status 500."),
        (raw(b"", 429), "The server answered with status 429."),
        (raw(b"no json"), "The answer could not be read."),
        (raw(b'{"choices": []}'), "The answer could not be read."),
        (raw(b"[" * 100_000), "The answer could not be read."),
        (raw(b'{"x": "' + b"x" * 300_000 + b'"}'), "The answer has more than 200000 bytes."),
        (content("I would rather talk about the weather."), "The answer could not be read."),
        (content('{"facts": [7]}'), "The answer could not be read."),
        (slowly, "did not answer in time."),
    ],
)
def test_no_failure_disturbs_anything_and_administrators_see_it(
    people: People, model: Model, answer: Any, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    enlist()
    monkeypatch.setattr(chat.Chat.__init__, "__defaults__", ("", 0.5))
    mia = person(people)
    model.answer = answer
    noted(people, mia, "She likes sailing.")
    assert [(one.text, one.by) for one in suggesting.suggested(mia, actor=people.anna)] == [("sailing", "")]
    assert problem in Sending._base_manager.get().problem
    assert Job.objects.filter(state="failed").count() == 0
    assert problem in Visitor(people.user(people.anna)).get("/language-model/").text


def test_a_server_inside_is_called_only_where_it_is_allowed(people: People, model: Model, settings: Any) -> None:
    enlist()
    settings.BODEGA_OUTGOING_ALLOW = frozenset()
    noted(people, person(people), "She likes sailing.")
    assert model.asked == []
    assert "Port" in Sending._base_manager.get().problem


def test_only_administrators_see_what_was_sent(people: People) -> None:
    ben = Visitor(people.user(people.ben))
    ben.get("/language-model/")
    assert ben.status == 403
