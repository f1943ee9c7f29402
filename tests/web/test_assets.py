"""Static files: found where they are installed, under addresses that change with their content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.templatetags.static import static
from pytest_django import Settings

from bodega.web import assets


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    (tmp_path / "ours.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [tmp_path]
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    assets.files.cache_clear()
    assets.version.cache_clear()
    get_finder.cache_clear()  # type: ignore[attr-defined]


def test_a_file_is_found_by_its_name_and_nothing_else_is(folder: Path) -> None:
    assert assets.files()["ours.css"] == folder / "ours.css"
    assert assets.files().get("../ours.css") is None


def test_an_address_changes_when_a_file_does(folder: Path) -> None:
    before = static("ours.css")
    assert before == f"/static/{assets.version()}/ours.css"
    (folder / "ours.css").write_text("a { color: blue }")
    forget()
    assert static("ours.css") != before


def test_the_version_is_the_same_in_every_process(folder: Path) -> None:
    before = assets.version()
    forget()
    assert assets.version() == before


def test_a_bundle_is_its_files_one_after_the_other() -> None:
    forget()
    for name, parts in assets.BUNDLES.items():
        texts = [assets.files()[part].read_bytes() for part in parts]
        alone = [b"{\n%s\n}" % text for text in texts] if name.endswith(".js") else texts
        assert assets.content(name) == b"\n".join(alone)


def test_a_name_that_is_not_in_the_list_has_no_content(folder: Path) -> None:
    assert (assets.content("ours.css"), assets.content("../ours.css")) == (b"a { color: red }", None)
