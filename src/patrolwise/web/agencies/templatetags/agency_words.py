"""How templates name places and hours."""

from collections.abc import Mapping
from datetime import datetime

from django import template

from patrolwise.web.commons import clock

register = template.Library()


@register.filter
def called(hot_spot_id: str, places: Mapping[str, str]) -> str:
    """Return a hot spot's name, or its id where it has none.

    Parameters
    ----------
    hot_spot_id : str
    places : mapping of str

    Returns
    -------
    str
    """
    return places.get(hot_spot_id, hot_spot_id)


@register.filter
def as_moment(text: str) -> str:
    """Return a kept time as clocks in London show it.

    Parameters
    ----------
    text : str
        ISO 8601 with an offset.

    Returns
    -------
    str
    """
    return f"{datetime.fromisoformat(text).astimezone(clock.LOCAL):%d %b %Y, %H:%M}"
