"""The components as template tags: `{% load bodega %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.surfaces.html import components
from bodega.surfaces.html.shapes import Act, Empty

register = template.Library()

for made in (
    components.icon,
    components.tag,
    components.face,
    components.who,
    components.progress,
    components.skeleton,
    components.field,
    components.control,
    components.errors,
    components.table_rows,
    components.board_cards,
):
    register.simple_tag(made)


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
    acts = [components.act(one, token=str(context.get("csrf_token", ""))) for one in it.acts]
    return format_html(
        '<div class="empty">{}<h2>{}</h2><p>{}</p><div class="acts">{}</div></div>',
        components.icon(it.icon), it.title, it.text, SafeString("".join(acts)),
    )  # fmt: skip


@register.simple_block_tag
def card(content: str, title: str = "", note: str = "", css: str = "") -> SafeString:
    """A bordered box with a heading and a quiet note at its end."""
    head = format_html('<header><h2>{}</h2><span class="quiet">{}</span></header>', title, note) if title else ""
    return format_html('<section class="card {}">{}{}</section>', css, head, SafeString(content))


@register.simple_block_tag
def menu(content: str, label: str, name: str, icon_name: str = "ellipsis", css: str = "", only_icon: bool = True) -> SafeString:  # noqa: FBT001, FBT002 - template tags are called with keywords
    """A button and what it opens: a native popover, so that it needs no script."""
    opener = components.button(label, icon_name=icon_name, kind="bare" if only_icon else "", only_icon=only_icon,
                               type="button", popovertarget=name)  # fmt: skip
    return format_html('{}<div class="menu {}" id="{}" popover>{}</div>', opener, css, name, SafeString(content))


@register.simple_block_tag
def dialog(content: str, name: str, title: str) -> SafeString:
    """A native dialog, opened by script; its content must also be reachable as a page."""
    close = components.button(_("Close"), icon_name="x", kind="bare", only_icon=True, formmethod="dialog", value="")
    return format_html(
        '<dialog id="{0}" aria-labelledby="{0}-title"><form method="dialog" class="dialog-head"><h2 id="{0}-title">{1}</h2>{2}'
        "</form>{3}</dialog>",
        name, title, close, SafeString(content),
    )  # fmt: skip


