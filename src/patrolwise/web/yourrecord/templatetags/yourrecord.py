"""Words of disclosures, for the person they are about."""

from collections.abc import Iterable

from django import template

from patrolwise.outreach.sharing_words import Controller, DisclosedField
from patrolwise.web.casework.words import tell_word

register = template.Library()


@register.filter
def controller(key: str) -> str:
    """Return what another organisation is called.

    Parameters
    ----------
    key : str

    Returns
    -------
    str
    """
    return tell_word(Controller, key)


@register.filter
def disclosed(keys: Iterable[str]) -> str:
    """Return which fields were told, in words.

    Parameters
    ----------
    keys : iterable of str

    Returns
    -------
    str
    """
    return ", ".join(tell_word(DisclosedField, key) for key in keys)
