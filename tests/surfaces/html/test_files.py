"""Files about a record: dropped there, looked at, with what they were before, and taken away again."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bodega.kernel import change, registry
from bodega.platform.files.models import File
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor


@pytest.fixture
def deal(people: People) -> int:
    return int(change.create(registry.type_of("sales.deal"), {"name": "Hall 2"}, actor=people.anna).pk)


def drop(visitor: Visitor, deal: int, name: str, source: bytes, **more: str) -> Page:
    return visitor.post(f"/deals/{deal}/files/", {"file": SimpleUploadedFile(name, source), **more})


def test_a_file_of_the_same_name_keeps_the_one_before(deal: int, anna: Visitor) -> None:
    drop(anna, deal, "Plan.txt", b"first")
    drop(anna, deal, "plan.TXT", b"second")
    page = drop(anna, deal, "other.txt", b"third", called="Plan.txt")
    assert (page.text.count("Plan.txt"), "2 earlier versions" in page.text) == (2, True), (
        "once as a name, once to drop on"
    )
    newest, *earlier = [link for link in page.links if link.startswith("/files/")]
    shown = [
        word in anna.get(link).text for link, word in zip((newest, *earlier), ("third", "second", "first"), strict=True)
    ]
    assert shown == [True, True, True]
    page = anna.get(newest)
    gone = anna.send(next(form for form in page.forms if form.action.startswith(f"{newest}delete/?next=%2Fdeals")))
    assert ("1 earlier version" in gone.text, anna.url) == (True, f"/deals/{deal}/")
    anna.send(next(form for form in gone.forms if form.action.startswith("/undo/")))
    assert "2 earlier versions" in anna.get(f"/deals/{deal}/").text


def test_images_and_texts_are_looked_at_and_nothing_else_is(deal: int, anna: Visitor) -> None:
    kept = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(kept, "PNG")
    for name, source in (("photo.png", kept.getvalue()), ("page.html", b"<b>bold</b>"), ("book.pdf", b"%PDF-1.7 x")):
        drop(anna, deal, name, source)
    photo, page, book = (File.objects.get(name=name).pk for name in ("photo.png", "page.html", "book.pdf"))
    assert f'<img src="/files/{photo}/image/" alt="photo.png">' in anna.get(f"/files/{photo}/peek/").html
    assert "&lt;b&gt;bold&lt;/b&gt;" in anna.get(f"/files/{page}/").html
    assert "is not shown here" in anna.get(f"/files/{book}/peek/").text
    anna.get(f"/files/{photo}/image/")
    told = anna.response.headers
    assert (told["Content-Type"], told["Content-Security-Policy"]) == ("image/png", "default-src 'none'; sandbox")
    for other in (page, book):
        anna.get(f"/files/{other}/image/")
        assert anna.status == 404


def test_what_one_may_not_see_takes_no_files_and_shows_none(deal: int, people: People, visit: Visit) -> None:
    type_, dora, ben = registry.type_of("sales.deal"), visit(people.dora), visit(people.ben)
    theirs = change.create(type_, {"name": "Hers", "owner": people.dora.user_id}, actor=people.anna).pk
    drop(dora, theirs, "canary.txt", b"secret")
    drop(ben, theirs, "mine.txt", b"mine")
    assert (ben.status, File.objects.count()) == (404, 1)
    held = File.objects.get().pk
    assert "canary" not in ben.get(f"/files/{held}/peek/").html + ben.get(f"/deals/{theirs}/files/").html
    assert "canary.txt" in dora.get(f"/deals/{theirs}/").text
    dora.post(f"/deals/{theirs}/files/", {})
    assert dora.status == 422
