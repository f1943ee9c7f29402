"""Text is folded for keys and search, shortened, turned into initials and addresses, and guessed at."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.text import closest, excerpt, fold, initials, marked, shorten, slug


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
        ("Isdom", "Is"),
        ("ola", "Ol"),
        ("Ann-Mari B. Haug", "AH"),
        ("O'Brien & Sons Ltd.", "OL"),
        ("  (Ölmühle)  ", "Öl"),
        ("3M", "3M"),
        ("O'Brien", "OB"),
        ("Re\u0301ne\u0301", "Ré"),
        ("आशा शर्मा", "आश"),
        ("张小明", "张"),
        ("ßen ßen", "SS"),
        ("—", "?"),
        ("", "?"),
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


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Mia Berg", ["berg", "mi"], "[Mi]a [Berg]"),
        ("Þóra Ødegård", ["thora", "degar"], "[Þóra] Ø[degår]d"),
        ("Karl Weiß", ["eis"], "Karl W[eiß]"),
        ("Z" + "o" + "e" + chr(0x308), ["zoe"], "[Zoe" + chr(0x308) + "]"),
        ("aaa", ["aa", "a"], "[aa][a]"),
        ("Mia", [], "Mia"),
        ("Mia", ["", "x"], "Mia"),
        ("", ["x"], ""),
        ("1.5 (net)", ["(net)", "."], "1[.]5 [(net)]"),
    ],
)
def test_what_was_looked_for_is_marked(text: str, words: list[str], shown: str) -> None:
    assert "".join(f"[{piece}]" if is_hit else piece for piece, is_hit in marked(text, words)) == shown


@given(st.text(), st.lists(st.text(max_size=3)))
def test_marking_loses_nothing(text: str, words: list[str]) -> None:
    assert "".join(piece for piece, _is_hit in marked(text, map(fold, words))) == text


def test_an_excerpt_shows_the_place_where_the_word_is() -> None:
    long = "They asked for many things, and after a while it came out that lamps for the quay were what mattered."
    assert excerpt(long, ["lamps"], 40) == "…came out that lamps for the quay were…"
    assert excerpt(long, ["they"], 40) == "They asked for many things, and after a…"
    assert excerpt(long, ["zebra"], 40) == "They asked for many things, and after a…"
    assert excerpt("Short\n enough", ["zebra"], 40) == "Short enough"
