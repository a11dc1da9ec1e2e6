"""The visits of one shift on the rota board: a week of twenty units has two thousand of them."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from patrolwise.web.tasking.board import Block

register = template.Library()


@register.simple_tag
def visit_lines(blocks: Iterable[Block]) -> SafeString:
    """Return a list item for each visit or break.

    Parameters
    ----------
    blocks : iterable of Block

    Returns
    -------
    SafeString
        Drawn in one go: the template engine takes many times as long for as many lines.
    """
    return mark_safe("".join(map(_draw, blocks)))  # noqa: S308  (names are escaped)


def _draw(block: Block) -> str:
    quiet = ' class="pw-quiet"' if block.is_break else ""
    locked = ", locked" if block.is_locked else ""
    return (
        f"<li{quiet}><b>{block.time}</b> {escape(block.told)} "
        f'<span class="pw-quiet">{block.minutes} min{locked}</span></li>'
    )
