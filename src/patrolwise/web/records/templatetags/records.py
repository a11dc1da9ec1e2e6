"""How numbers read on the pages of records."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """Return a whole number in groups of three digits."""
    return f"{number:,}"


@register.filter
def percent(share: float) -> str:
    """Return a share as a percentage."""
    return f"{share:.0%}".replace("%", " %")


@register.filter
def at(values: Mapping[Any, Any], key: object) -> object:
    """Return what a mapping holds under a key; nothing when it is not there."""
    return values.get(key, "")
