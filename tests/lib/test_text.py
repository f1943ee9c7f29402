"""Text is folded for keys and search, shortened, turned into initials and addresses, and guessed at."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.text import closest, fold, initials, shorten, slug


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Mia PETERSEN", "mia petersen"),
        ("Müller", "muller"),
        ("Łukasz Straße", "lukasz strasse"),
        ("İstanbul ISPARTA ısparta", "istanbul isparta isparta"),
        ("Smørrebrød Ærø Œuvre Þór", "smorrebrod aero oeuvre thor"),
        ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full width"),
        ("ﬁne №", "fine no"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("が", "か"),
        ("❤️", "❤"),
        ("  two  spaces ", "  two  spaces "),
        ("", ""),
    ],
)
def test_folding_is_what_a_person_in_a_hurry_types(text: str, folded: str) -> None:
    assert fold(text) == unicodedata.normalize("NFKD", folded)


@pytest.mark.parametrize(("one", "other"), [("कम", "कुम"), ("กิน", "กิน".replace("ิ", "ี"))])
def test_folding_keeps_vowels_that_make_another_word(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mia Petersen", "MP"),
        ("maria de la cruz", "MC"),
        ("Isdom", "I"),
        ("O'Brien & Sons Ltd.", "OL"),
        ("  (Ölmühle)  ", "Ö"),
        ("3M", "3"),
        ("—", ""),
        ("", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@given(st.text())
def test_initials_are_at_most_two(name: str) -> None:
    assert len(initials(name)) <= 2


def test_the_closest_option_is_offered_as_it_is_written() -> None:
    assert closest("emial", ["Name", "E-mail", "Email"]) == "Email"
    assert closest("technolgy", ["medical", "Technology", "retail"]) == "Technology"
    assert closest("xyz", ["name", "email"]) is None
    assert closest("name", []) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [("Größe & Co.", "grosse-co"), ("  Q4: closing  ", "q4-closing"), ("名前", ""), ("a--b__c", "a-b-c")],
)
def test_slugs(text: str, address: str) -> None:
    assert slug(text) == address


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("short", 10, "short"),
        ("one  line\nonly", 20, "one line only"),
        ("cut between two words", 16, "cut between two…"),
        ("Donaudampfschifffahrtsgesellschaft", 10, "Donaudamp…"),
        ("ab", 1, "…"),
    ],
)
def test_shortening(text: str, length: int, short: str) -> None:
    assert shorten(text, length) == short


@given(st.text(), st.integers(1, 40))
def test_shortened_text_is_never_longer(text: str, length: int) -> None:
    assert len(shorten(text, length)) <= length
