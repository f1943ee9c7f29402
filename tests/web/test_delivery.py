"""Static files over HTTP: the right type, compressed, kept for ever, and nothing outside the list."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import get_finder
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from bodega.web import assets, delivery

STYLE = "a { color: red }\n" * 200


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(path: str, method: str = "GET", **headers: str) -> Answer:
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request"}

    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    asyncio.run(delivery.static_file({"path": path, "method": method, "headers": lines}, receive, send))
    start, body = sent
    return Answer(start["status"], {key.decode(): value.decode() for key, value in start["headers"]}, body["body"])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "ours.css").write_text(STYLE)
    (tmp_path / "static" / "dot.png").write_bytes(b"\x89PNG")
    (tmp_path / "static" / "odd.bin").write_bytes(b"\0")
    (tmp_path / "secret.txt").write_text("secret")
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    assets.files.cache_clear()
    assets.version.cache_clear()
    delivery.asset.cache_clear()
    get_finder.cache_clear()  # type: ignore[attr-defined]


def test_a_file_of_this_version_may_be_kept_for_ever() -> None:
    answer = ask(f"/static/{assets.version()}/ours.css")
    assert (answer.status, answer.body.decode()) == (200, STYLE)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["content-length"] == str(len(STYLE))


def test_a_page_of_the_version_before_gets_the_file_there_is_now_to_be_asked_for_again() -> None:
    answer = ask("/static/000000000000/ours.css")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0", False),
        ("br", False),
        ("x-gzip", False),
        ("", False),
    ],
)
def test_text_is_sent_compressed_to_who_takes_it(accepted: str, packed: bool) -> None:
    answer = ask("/static/x/ours.css", accept_encoding=accepted)
    assert answer.headers.get("content-encoding") == ("gzip" if packed else None)
    assert answer.headers["vary"] == "accept-encoding"
    assert (gzip.decompress(answer.body) if packed else answer.body).decode() == STYLE


def test_what_is_compressed_already_is_sent_as_it_is() -> None:
    answer = ask("/static/x/dot.png", accept_encoding="gzip")
    assert (answer.body, answer.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert "content-encoding" not in answer.headers


def test_a_type_that_is_not_known_is_not_guessed() -> None:
    assert ask("/static/x/odd.bin").headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("accepted", ["gzip", ""])
def test_a_file_that_the_browser_has_is_not_sent_again(accepted: str) -> None:
    tag = ask("/static/x/ours.css", accept_encoding=accepted).headers["etag"]
    again = ask("/static/x/ours.css", accept_encoding=accepted, if_none_match=f'"other", W/{tag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert "content-length" not in again.headers
    assert ask("/static/x/ours.css", accept_encoding=accepted, if_none_match='"other"').status == 200


def test_head_tells_everything_but_the_body() -> None:
    told, sent = ask("/static/x/ours.css", "HEAD"), ask("/static/x/ours.css")
    assert (told.status, told.headers, told.body) == (200, sent.headers, b"")


def test_files_are_only_read() -> None:
    answer = ask("/static/x/ours.css", "POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "name", ["", "x", "x/", "x/../secret.txt", "x//secret.txt", "x/../../secret.txt", "../secret.txt", "x/ours.css\0"]
)
def test_nothing_outside_the_list_is_sent(name: str) -> None:
    assert ask(f"/static/{name}").status == 404


@given(st.text())
def test_whatever_is_asked_for_is_answered(name: str) -> None:
    assert ask(f"/static/{name}").status == 404
