"""The components as template tags: `{% load bodega %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bodega.lib.markup import format_html, format_html_join
from bodega.surfaces.html import components, controls
from bodega.surfaces.html.shapes import Act, Empty

register = template.Library()

for made in (
    components.icon,
    components.tag,
    components.face,
    components.who,
    components.progress,
    controls.field,
    controls.control,
    controls.errors,
    components.table_rows,
    components.board_cards,
    components.facts,
    components.fact_value,
    components.entries,
    components.heads,
    components.hits,
    components.ticks,
    components.choices,
    components.offers,
    components.places,
):
    register.simple_tag(made)


class Constant(template.Node):
    """What depends on nothing but the language, drawn once for each."""

    def __init__(self, inside: template.NodeList) -> None:
        self.inside = inside
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.drawn:
            self.drawn[language] = self.inside.render(context.new({}))
        return self.drawn[language]


@register.tag
def constant(parser: Parser, _token: Token) -> Constant:
    """`{% constant %}…{% endconstant %}`: nothing of the page is known in it."""
    inside = parser.parse(("endconstant",))
    parser.delete_first_token()
    return Constant(inside)


class Said(template.Node):
    """A text of ours, looked up once for each language: a page has many. `{% translate … as name %}` keeps it."""

    def __init__(self, node: TranslateNode) -> None:
        self.name, node.asvar = node.asvar, None
        self.text = Constant(template.NodeList([node]))

    def render(self, context: Context) -> SafeString:
        if not self.name:
            return self.text.render(context)
        context[self.name] = self.text.render(context)
        return components.NOTHING


@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    """Django's own tag, faster where the text stands in the template."""
    node = do_translate(parser, token)
    return Said(node) if node.filter_expression.var.literal is not None else node


@register.simple_tag
def button(label: str, icon_name: str = "", **more: Any) -> SafeString:
    return components.button(label, icon_name=icon_name, **more)


@register.simple_tag(takes_context=True)
def act(context: Context, it: Act, **more: Any) -> SafeString:
    """An `Act` as a link or a form with the request's token."""
    return components.act(it, token=str(context.get("csrf_token", "")), **more)


@register.simple_tag(takes_context=True)
def nothing(context: Context, it: Empty) -> SafeString:
    """Nothing here, why, and what to do next."""
    token = str(context.get("csrf_token", ""))
    acts = format_html_join("", "{}", ((components.act(one, token=token),) for one in it.acts))
    return format_html(
        '<div class="empty">{}<h2>{}</h2><p>{}</p><div class="acts">{}</div></div>',
        components.icon(it.icon),
        it.title,
        it.text,
        acts,
    )


@register.simple_block_tag
def menu(
    content: SafeString, label: str, name: str, icon_name: str = "ellipsis", css: str = "", look: str = "icon"
) -> SafeString:
    """A button and what it opens: a native popover, so that it needs no script. `look` is icon or words."""
    opener = components.button(
        label,
        icon_name=icon_name,
        kind="bare" if look == "icon" else "",
        only_icon=look == "icon",
        type="button",
        popovertarget=name,
    )
    return format_html('{}<div class="menu {}" id="{}" popover>{}</div>', opener, css, name, content)


@register.simple_block_tag
def dialog(content: SafeString, name: str, title: str) -> SafeString:
    """A native dialog, opened by script; its content must also be reachable as a page."""
    close = components.button(_("Close"), icon_name="x", kind="bare", only_icon=True, formmethod="dialog", value="")
    return format_html(
        '<dialog id="{0}" aria-labelledby="{0}-title"><form method="dialog" class="dialog-head">'
        '<h2 id="{0}-title">{1}</h2>{2}</form>{3}</dialog>',
        name,
        title,
        close,
        content,
    )
