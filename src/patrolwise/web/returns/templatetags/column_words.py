"""Columns and checks of a return in words: files have names of columns, people have words."""

import re

from django import template

register = template.Library()
_COLUMN = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_COUNT = re.compile(r"(?<![\w.,-])\d{5,}(?![\w.-])")  # four digits may be a year


@register.filter
def in_words(text: object) -> str:
    """Return a text with its names of columns as words, and its large counts grouped.

    Parameters
    ----------
    text : object

    Returns
    -------
    str

    Examples
    --------
    >>> in_words("patrol_min 204000; hot_spot H01, 2024-07")
    'patrol minutes 204,000; hot spot H01, 2024-07'
    """
    told = _COLUMN.sub(lambda found: _name(found[0]), str(text))
    return _COUNT.sub(lambda found: f"{int(found[0]):,}", told)


def _name(column: str) -> str:
    return " ".join("minutes" if one == "min" else one for one in column.split("_"))
