"""Hot spots by their names: identifiers are for files."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def called(area_id: str, names: Mapping[str, str]) -> str:
    """Return the name of a hot spot; its identifier when no plan or set names it.

    Parameters
    ----------
    area_id : str
    names : mapping
        Hot spot → name.

    Returns
    -------
    str

    Examples
    --------
    >>> called("spot-01", {"spot-01": "Bus station"}), called("spot-09", {})
    ('Bus station', 'spot-09')
    """
    return names.get(area_id) or area_id
