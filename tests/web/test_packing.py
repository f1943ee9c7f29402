"""Pages are short on the wire, whole in the browser, and their length does not tell what is in them."""

from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client

from tests.personas import People

PAGE = "/people/new/"
MASKED = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def anna(people: People, client: Client) -> Client:
    client.force_login(people.user(people.anna))
    return client


def test_a_browser_that_takes_it_gets_the_same_page_packed(anna: Client) -> None:
    plain, packed = anna.get(PAGE), anna.get(PAGE, headers={"accept-encoding": "br, gzip;q=0.8"})
    assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
    assert packed.headers["Content-Length"] == str(len(packed.content))
    assert len(packed.content) < len(plain.content) / 3
    assert MASKED.sub(b"", gzip.decompress(packed.content)) == MASKED.sub(b"", plain.content)
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_the_same_page_is_not_always_as_long(anna: Client) -> None:
    lengths = {len(anna.get("/no-such-page/", headers={"accept-encoding": "gzip"}).content) for _time in range(20)}
    assert len(lengths) > 5


def test_nothing_else_is_packed(anna: Client) -> None:
    for address in ("/api/v1/people/", "/people/export.csv"):
        assert anna.get(address, headers={"accept-encoding": "gzip"}).headers.get("Content-Encoding") is None
    assert anna.get(PAGE, headers={"accept-encoding": "gzip;q=0"}).headers.get("Content-Encoding") is None
