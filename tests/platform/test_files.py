"""An uploaded file is kept once by its content, whole or not at all."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from bodega.platform.files import store
from tests.personas import People


def test_what_was_uploaded_comes_back(people: People) -> None:
    made = store.upload([b"plan of ", b"hall 2"], "../../plan.txt", actor=people.ben)
    with store.opened(made) as file:
        assert (file.read(), made.name, made.size) == (b"plan of hall 2", "plan.txt", 14)


def test_the_same_bytes_are_kept_once(people: People) -> None:
    first = store.upload([b"same"], "a.txt", actor=people.ben)
    second = store.upload([b"same"], "b.txt", actor=people.ben)
    assert (first.pk != second.pk, store.path_of(first.sha256)) == (True, store.path_of(second.sha256))


def test_what_is_too_large_leaves_nothing_behind(people: People) -> None:
    with pytest.raises(ValidationError):
        store.keep([b"x" * 10] * 3, most=25)
    assert [path for path in store.folder().iterdir() if path.is_file()] == []
