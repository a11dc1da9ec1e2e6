"""How templates name programmes."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def titled(key: str, titles: Mapping[str, str]) -> str:
    """Return what a key is called, or the key where it has no title.

    Parameters
    ----------
    key : str
    titles : mapping of str

    Returns
    -------
    str
    """
    return titles.get(key, key)
