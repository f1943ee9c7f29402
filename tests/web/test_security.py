"""What a browser may do with our pages, how much it may send, and that nobody's Host stands in a link."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from bodega.web.security import HEADERS, Headers, most_bytes
from tests.personas import People

ELSEWHERE = "evil.example"


def answered(answer: HttpResponse) -> HttpResponse:
    return Headers(lambda _: answer)(RequestFactory().get("/"))


def test_the_policy_lets_nothing_in_but_our_own_files() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    nothing, ours = "'none'", "'self'"
    assert policy == {
        "default-src": nothing, "object-src": nothing, "base-uri": nothing, "frame-ancestors": nothing,
        "script-src": ours, "style-src": ours, "connect-src": ours, "font-src": ours, "manifest-src": ours,
        "form-action": ours, "img-src": "'self' data:",
    }  # fmt: skip


def test_every_answer_says_so() -> None:
    assert {name: answered(HttpResponse("x")).headers.get(name) for name in HEADERS} == HEADERS


def test_an_answer_may_bring_its_own_policy() -> None:
    own = HttpResponse("x", headers={"Content-Security-Policy": "sandbox"})
    assert answered(own)["Content-Security-Policy"] == "sandbox"


# ---- how much may be sent --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "megabytes"),
    [("/signin/", 4), ("/welcome/1/x/", 4), ("/health/", 4), ("/api/v1/deals/", 4), ("/deals/new/", 104)],
)
def test_a_body_has_a_limit_by_where_it_is_sent(path: str, megabytes: int) -> None:
    assert most_bytes(path) == megabytes * 2**20
    assert most_bytes("/import/") > 2**33


class Unread:
    """The body of a request that nobody may read."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("it was read")

    readline = read


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "length"), [("/signin/", 5 * 2**20), ("/deals/new/", 2**27), ("/import/", 2**34)])
def test_what_is_too_large_is_refused_before_it_is_read(people: People, path: str, length: int) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.user(people.anna))
    answer = client.generic(
        "POST", path, **{"CONTENT_LENGTH": str(length), "wsgi.input": Unread(), "CONTENT_TYPE": "text/plain"}
    )
    assert (answer.status_code, "That is too large" in answer.content.decode()) == (413, True)


def test_the_api_says_so_in_its_own_way() -> None:
    answer = Client().generic("POST", "/api/v1/deals/", **{"CONTENT_LENGTH": "5000000", "wsgi.input": Unread()})
    assert (answer.status_code, answer.json()["type"]) == (413, "/api/#too-large")


# ---- whose address stands in a link ----------------------------------------------------------------------------------

HOSTS: tuple[dict[str, str], ...] = (
    {"HTTP_HOST": ELSEWHERE},
    {"HTTP_HOST": f"{ELSEWHERE}:8000"},
    {"HTTP_HOST": f"127.0.0.1.{ELSEWHERE}"},
    {"HTTP_HOST": f"127.0.0.1@{ELSEWHERE}"},
    {"HTTP_HOST": f"127.0.0.1:8000@{ELSEWHERE}"},
    {"HTTP_HOST": f"127.0.0.1,{ELSEWHERE}"},
    {"HTTP_HOST": f"127.0.0.1 {ELSEWHERE}"},
    {"HTTP_HOST": f"127.0.0.1#{ELSEWHERE}"},
    {"HTTP_HOST": f"{ELSEWHERE}."},
    {"HTTP_HOST": f"[{ELSEWHERE}]"},
    {"HTTP_HOST": ""},
    {"HTTP_X_FORWARDED_HOST": ELSEWHERE},
    {"HTTP_X_FORWARDED_SERVER": ELSEWHERE},
    {"HTTP_X_HOST": ELSEWHERE},
    {"HTTP_FORWARDED": f"host={ELSEWHERE}"},
    {"HTTP_X_ORIGINAL_URL": f"https://{ELSEWHERE}/"},
    {"HTTP_REFERER": f"https://{ELSEWHERE}/x"},
)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", HOSTS, ids=str)
def test_a_link_that_lets_somebody_in_has_the_address_that_was_set(people: People, headers: dict[str, Any]) -> None:
    client = Client()
    client.force_login(people.user(people.anna))
    answer = client.post(f"/users/{people.ben.user_id}/link/", **headers)
    text = answer.content.decode() + str(answer.headers)
    assert answer.status_code == 400 if "HTTP_HOST" in headers else answer.status_code == 200
    assert (ELSEWHERE in text, f"{settings.BODEGA_BASE_URL}/welcome/" in text) == (False, answer.status_code == 200)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", HOSTS, ids=str)
def test_nobody_is_sent_elsewhere(people: People, headers: dict[str, Any]) -> None:
    for url in (f"/signin/?next=//{ELSEWHERE}/", f"/people/?next=https://{ELSEWHERE}", "/deals", f"//{ELSEWHERE}/"):
        answer = Client().get(url, **headers)
        assert not answer.headers.get("Location", "").startswith((f"//{ELSEWHERE}", "http:", "https:")), url
        assert answer.status_code in (200, 302, 301, 400), url


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", [f"https://{ELSEWHERE}", f"//{ELSEWHERE}", f"/\\{ELSEWHERE}", f"\\\\{ELSEWHERE}", "javascript:alert(1)",
              f"https:{ELSEWHERE}", f"\thttps://{ELSEWHERE}", f"///{ELSEWHERE}", "data:text/html,x"],
)  # fmt: skip
def test_where_to_go_on_is_here(people: People, asked: str) -> None:
    client = Client()
    assert client.get("/signin/", {"next": asked}).context["page"].hidden == [("next", "/")]
    client.force_login(people.user(people.anna))
    for answer in (client.get("/signin/", {"next": asked}), client.post("/theme/", {"theme": "dark", "next": asked})):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
