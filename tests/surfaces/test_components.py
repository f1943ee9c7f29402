"""The small parts of pages: what they promise about escaping, faces, forms and things one may not do."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.template import engines
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from bodega.kernel.kinds import Input
from bodega.surfaces.html import components, controls
from bodega.surfaces.html.shapes import Act, Card, Column, Row
from bodega.surfaces.html.sheets import Control


class Read(HTMLParser):
    """The text and the tags of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


names = st.text(st.characters(exclude_categories=("Cc", "Cs")))


@given(names)
def test_a_name_is_shown_and_never_becomes_markup(name: str) -> None:
    read = Read(components.who(name))
    assert read.tags == ["span", "span", "span"]
    assert "".join(read.text).endswith(name)


@given(names)
def test_a_row_and_a_card_have_the_same_tags_whatever_they_say(name: str) -> None:
    def row(text: str) -> list[str]:
        made = Row(id=1, url="/a/", title=text, cells=[components.tag(text)])
        return Read(components.table_rows([made], [Column(name="a", label="A"), Column(name="b", label="B")])).tags

    def card(text: str) -> list[str]:
        return Read(components.board_cards([Card(id=text, url=text, title=text, about=text or "x", note=text)])).tags

    assert row(name) == row("Mia")
    assert card(name) == card("Mia")


def test_a_name_keeps_its_colour() -> None:
    assert [components.face_tone(name) for name in ("Mia Petersen", "Isdom")] == ["teal", "warn"]


def test_what_one_may_not_do_says_why_and_leads_nowhere() -> None:
    made = components.act(Act(label="Merge", url="/merge/", why="Only an administrator may merge.", post=True))
    assert Read(made).tags == ["button", "span"]
    assert 'data-why="Only an administrator may merge."' in made
    assert "/merge/" not in made


def test_what_changes_something_is_a_form_with_the_token() -> None:
    made = components.act(Act(label="Restore", url="/restore/", post=True), token="t0")
    assert Read(made).tags == ["form", "input", "button", "span"]
    assert 'value="t0"' in made


def name(**given: Any) -> SafeString:
    return controls.field(Control(name="name", label="Name", **given))


def test_a_field_names_its_help_and_its_error() -> None:
    made = name(help="As the customer says it.", errors=["This is missing."])
    assert '<label for="id_name">' in made
    assert 'aria-describedby="id_name_error id_name_help" aria-invalid="true"' in made
    assert 'id="id_name_error"' in made
    assert 'id="id_name_help"' in made


def test_a_field_that_may_stay_empty_is_not_marked() -> None:
    assert ["needed" in name(required=required) for required in (True, False)] == [True, False]


def test_a_text_with_line_breaks_gets_a_box_in_which_they_survive() -> None:
    made = controls.control(Control(name="name", inputs=[Input("text", "\none\ntwo")]))
    assert Read(made).tags == ["textarea"]
    assert "\n\none\ntwo</textarea>" in made


def test_nothing_is_cut_off_without_a_word() -> None:
    """Browsers cut pasted text at a field's maxlength; ours is checked by the server, which says so."""
    assert "maxlength" not in controls.control(
        Control(name="name", inputs=[Input("text", attributes={"maxlength": "5"})])
    )


def test_a_menu_opens_without_a_script() -> None:
    template = engines["django"].from_string(
        '{% load bodega %}{% menu label="More" name="more" %}<a href="/x/">{{ word }}</a>{% endmenu %}'
    )
    made = template.render({"word": "<b>"})
    assert 'popovertarget="more"' in made
    assert '<div class="menu " id="more" popover><a href="/x/">&lt;b&gt;</a></div>' in made
