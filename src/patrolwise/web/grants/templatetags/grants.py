"""Money and scores, as templates show them."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import template

from patrolwise.partnership.grant_rounds import show_pounds

register = template.Library()


@register.filter
def pounds(pence: int | None) -> str:
    """Return an amount as it is told; nothing for none."""
    return "" if pence is None else show_pounds(pence)


@register.filter
def under(values: Mapping[str, Any], key: str) -> Any:
    """Return what stands under a key; nothing where there is nothing."""
    return values.get(key, "")


@register.filter
def per_cent(value: Fraction) -> str:
    """Return a fraction of per cent with one decimal."""
    return f"{float(value):.1f}"
