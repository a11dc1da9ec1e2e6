"""Words of the library's vocabularies, for templates."""

from django import template

from patrolwise.outreach import vocabulary
from patrolwise.web.casework.words import tell_word

register = template.Library()


@register.filter
def word(key: str, kind: str) -> str:
    """Return the words that are shown for a key of a vocabulary.

    Parameters
    ----------
    key : str
    kind : str
        The vocabulary's class.

    Returns
    -------
    str
    """
    return tell_word(getattr(vocabulary, kind), key)


@register.filter
def under_to_space(key: str) -> str:
    """Return a field's name as a title.

    Parameters
    ----------
    key : str

    Returns
    -------
    str
    """
    return key.replace("_", " ").capitalize()
