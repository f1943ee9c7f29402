"""Every address has the same headers, changes nothing when it is read, and nothing without the token of its forms."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from bodega.web.security import HEADERS
from tests.personas import People
from tests.surfaces.test_access import (
    Planted,
    addresses,
    digest,
    planted,  # noqa: F401  (a fixture)
    posts,
)

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
"""What an answer says of itself, and whose token a form carries, no database knows."""
EVERYWHERE = HEADERS | {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
OF_FILES = EVERYWHERE | {"Content-Security-Policy": "default-src 'none'; sandbox"}
AS_PAGES = "text/html; charset=utf-8"
ATTACHED = ("files/<int:pk>/download/", "import/<int:run_id>/errors/", "export.<slug:format>", "known.json")
"""What is handed out as a file."""
OTHERS = {"api/v1/": "application/json", "health/": "application/json", "health/live": "text/plain",
          "health/ready": "application/json", "metrics": "text/plain; version=0.0.4; charset=utf-8",
          "live/": "text/event-stream", "<slug:slug>/cells/": "application/json",
          "views/counts/": "application/json"}  # fmt: skip
LOG = {"audit_entry", "audit_head"}
"""Who looked at what, and took what out, is noted."""
WRITING = ("POST", "PUT", "PATCH", "DELETE")


def asked(client: Client, planted: Planted) -> Iterator[tuple[str, str, HttpResponseBase]]:  # noqa: F811
    for route, url in addresses(planted):
        answer = client.get(url)
        yield route, url, answer
        finish(answer)


def finish(answer: HttpResponseBase) -> None:
    """Read what is streamed to its end, and close what is a file: `answer.close()` would close the database too."""
    deque(getattr(answer, "streaming_content", ()), maxlen=0)
    for close in answer._resource_closers:  # type: ignore[attr-defined]
        close()


def client_of(people: People, name: str = "anna") -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.user(getattr(people, name)))
    return client


def test_every_address_says_what_a_browser_may_do_with_it(people: People, planted: Planted) -> None:  # noqa: F811
    wrong = {}
    for who in (client_of(people), client_of(people, "cleo"), Client()):
        for route, url, answer in asked(who, planted):
            is_file = route == "files/<int:pk>/download/" and answer.status_code == 200
            expected = OF_FILES if is_file else EVERYWHERE
            told = {name: answer.headers.get(name) for name in expected}
            if told != expected:
                wrong[url] = told
    assert wrong == {}


def test_every_cookie_is_for_this_program_alone(people: People, planted: Planted) -> None:  # noqa: F811
    client, found = client_of(people), {}
    for _route, _url, answer in asked(client, planted):
        found |= dict(answer.cookies)
    found |= dict(client.post("/theme/", {"theme": "dark", **token_of(client)}).cookies)
    found |= dict(client.post("/people/new/", {"name": "Ola", "fields": "name", **token_of(client)}).cookies)
    assert found.keys() == {"csrftoken", "theme", "messages"}
    assert {(one["httponly"], one["samesite"], one["domain"], one["path"]) for one in found.values()} == {
        (True, "Lax", "", "/")
    }


def test_nothing_that_people_sent_is_a_page(people: People, planted: Planted) -> None:  # noqa: F811
    """What is no page says so by its type, and what was sent to us comes as a file to keep."""
    found = {}
    for route, url, answer in asked(client_of(people), planted):
        if answer.status_code == 200 and answer.headers["Content-Type"] != AS_PAGES:
            is_kept = answer.headers.get("Content-Disposition", "").startswith("attachment; ")
            plain = OTHERS.get("api/v1/" if route.startswith("api/v1/") else route, "")
            if is_kept != route.endswith(ATTACHED) or not (is_kept or answer.headers["Content-Type"] == plain):
                found[url] = dict(answer.headers)
    assert found == {}


def test_reading_changes_nothing(people: People, planted: Planted) -> None:  # noqa: F811
    """But for the log of it; nor does what only says that it writes."""
    client = client_of(people)
    before, broken = digest(), []
    for _route, url in addresses(planted):
        answers = [client.generic(method, url) for method in ("GET", "HEAD", "OPTIONS", "TRACE")]
        answers.append(client.get(url, {"_method": "DELETE"}, headers={"X-HTTP-Method-Override": "DELETE"}))
        for answer in answers:
            finish(answer)
        broken += [url] * any(answer.status_code >= 500 for answer in answers)
    changed = {table for table, held in digest().items() if before[table] != held}
    assert (changed - LOG, broken) == (set(), [])


def test_nothing_is_changed_without_the_token_of_ones_own_pages(people: People, planted: Planted) -> None:  # noqa: F811
    client, others = client_of(people), token_of(client_of(people, "ben"))
    token_of(client)  # the browser has a cookie of its own: only the token is missing
    before, let_in = digest(), {}
    for _route, url in addresses(planted):
        answers = [client.post(url, body) for body in posts(planted)]
        answers += [
            client.post(url, {"name": "Changed", **others}, headers={"X-CSRFToken": others["csrfmiddlewaretoken"]}),
            client.post(url, {"name": "Changed", "csrfmiddlewaretoken": "x" * 64}),
            client.generic("POST", url, '{"name": "Changed"}', content_type="text/plain"),
            *(client.generic(verb, url, "{}", content_type="application/json") for verb in WRITING),
        ]
        if not {answer.status_code for answer in answers} <= {403, 404, 405}:
            let_in[url] = [answer.status_code for answer in answers]
    assert ([table for table, held in digest().items() if before[table] != held], let_in) == ([], {})


def token_of(client: Client) -> dict[str, str]:
    """What the pages of that browser send along."""
    page = client.get("/me/").content.decode()
    mark = 'name="csrfmiddlewaretoken" value="'
    return {"csrfmiddlewaretoken": page.partition(mark)[2].partition('"')[0]}
