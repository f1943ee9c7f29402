"""Where the disk is full, what is there can be read, what is sent is refused with a sentence, and nothing else changes.

`tests/proofs/test_full_disk.py` shows the same on disks that are really full.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.test import Client

from bodega.kernel import change, registry
from bodega.platform.accounts.models import Session
from bodega.platform.sqlite.base import writes
from tests.personas import People
from tests.surfaces.html.visitor import Page, Visitor
from tests.surfaces.test_access import Planted, addresses, planted

__all__ = ["planted"]
pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def no_room() -> Iterator[None]:
    """The database refuses whatever would need a page more."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if writes(sql):
            raise OperationalError("database or disk is full") from OSError(errno.ENOSPC, "No space left on device")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def anna(people: People) -> Visitor:
    visitor = Visitor(people.user(people.anna))
    visitor.client.raise_request_exception = False
    return visitor


@pytest.mark.slow
def test_every_page_can_be_read(people: People, planted: Planted, anna: Visitor) -> None:
    with no_room():
        # But for downloads: the planted record has no file. And for exports, which the audit log tells of first.
        urls = [url for _route, url in addresses(planted) if "download" not in url]
        told_of = {url for url in urls if "export." in url or "known.json" in url}
        answers = [(anna.get(url), anna.status, url)[1:] for url in urls if url not in told_of]
        refused = [(anna.get(url), anna.status)[1] for url in told_of]
    assert {*refused} <= {404, 507}
    assert 507 in refused
    assert [answer for answer in answers if answer[0] == 400 or answer[0] >= 500] == []
    assert sum(status == 200 for status, _url in answers) > 60


def test_what_is_sent_is_refused_with_a_sentence_and_works_again(people: People, anna: Visitor) -> None:
    with no_room():
        page = anna.post("/people/new/", {"fields": "name", "name": "Mia"})
        assert anna.status == 507
        assert "The disk is full, so nothing can be saved until an administrator makes room." in page.text
        assert anna.response.headers["Retry-After"] == "60"
    anna.post("/people/new/", {"fields": "name", "name": "Mia"}, follow=False)
    assert anna.status == 302
    assert registry.type_of("parties.person").rows(people.anna).filter(name="Mia").count() == 1


def test_a_session_whose_end_cannot_be_put_off_is_good_until_then(anna: Visitor) -> None:
    Session.objects.update(expire_date=Now() + timedelta(minutes=30))
    with no_room():
        anna.get("/people/")
    assert anna.status == 200


def test_a_message_is_shown_where_nothing_can_be_kept(people: People, anna: Visitor) -> None:
    pk = change.create(registry.type_of("parties.person"), {"name": "Mia"}, actor=people.anna).pk
    anna.post(f"/people/{pk}/delete/", {}, follow=False)
    with no_room():
        first, second = anna.get("/people/"), anna.get("/people/")
    assert (anna.status, "/undo/" in first.html, "/undo/" in second.html) == (200, True, False)


def test_nobody_seems_to_be_signed_in_who_is_not(people: People) -> None:
    user = people.user(people.anna)
    user.set_password("correct horse battery")
    user.save()
    client = Client(raise_request_exception=False)
    with no_room():
        answer = client.post("/signin/", {"login": user.login, "password": "correct horse battery"})
    assert (answer.status_code, "bodega" in client.cookies) == (507, False)
    assert "The disk is full" in Page(answer.content.decode()).text
