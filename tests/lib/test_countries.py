"""A country is found by its codes and by the names people write, and kept as ISO 3166 alpha-2."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.countries import countries, country_code, country_name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("DEU", "DE"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("UK", "GB"),
        ("England", "GB"),
        ("Korea", "KR"),
        ("South Korea", "KR"),
        ("Deutschland", "DE"),
        ("Österreich", "AT"),
        ("oesterreich", None),
        ("España", "ES"),
        ("日本", "JP"),
        ("Россия", "RU"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Holland", "NL"),
        ("The Netherlands", "NL"),
        ("Czech Republic", "CZ"),
        ("Côte d'Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("Bosnia and Herzegovina", "BA"),
        ("  philippines ", "PH"),
        ("Philipines", None),
        ("Hong Kong", "HK"),
        ("Kosovo", "XK"),
        ("Europe", None),
        ("EU", None),
        ("ZZ", None),
        ("276", None),
        ("", None),
    ],
)
def test_a_country_is_found_by_what_people_write(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_every_country_is_found_by_its_code_and_its_names() -> None:
    for code, name in countries("en"):
        assert (country_code(code), country_code(name)) == (code, code)


def test_countries_are_sorted_by_name_in_the_language() -> None:
    german = countries("de")
    names = [name for _code, name in german]
    assert len(german) == 250
    assert names.index("Ägypten") < names.index("Albanien") < names.index("Deutschland") < names.index("Zypern")


def test_names_in_a_language() -> None:
    assert country_name("DE", "en") == "Germany"
    assert country_name("de", "fr") == "Allemagne"
    assert country_name("??", "en") == "??"


@given(st.text())
def test_any_text_is_a_country_or_none(text: str) -> None:
    code = country_code(text)
    assert code is None or country_code(code) == code
