"""Whether a text's name for crimes is true of a definition."""

# Labels that are true of a definition; a user's own definition takes the wide words only.
_FITS = {
    "violence-and-sexual-offences": {"violence-and-sexual-offences"},
    "serious-violence": {"serious-violence", "violence"},
    "anti-social-behaviour": {"anti-social-behaviour"},
    "all-crime": {"all-crime", "crime"},
    "knife-enabled": {"knife-enabled"},
    "robbery": {"robbery"},
    "neighbourhood-crime": {"neighbourhood-crime"},
    "public-order": {"public-order"},
    "possession-of-weapons": {"possession-of-weapons"},
}
WIDE = {"", "crime"}  # says no more than that crimes are meant


def agrees(label: str, definition: str) -> bool:
    """Return whether a text's name for crimes is true of a definition.

    Parameters
    ----------
    label : str
        From `find_label`.
    definition : str
        id@version.

    Returns
    -------
    bool

    Examples
    --------
    >>> agrees("serious-violence", "violence-and-sexual-offences@1")
    False
    >>> agrees("crime", "all-crime@1"), agrees("violence", "our-own@1")
    (True, True)
    """
    key = definition.partition("@")[0]
    return label in WIDE or not definition or key not in _FITS or label in _FITS[key]


def names(label: str, definition: str) -> bool:
    """Return whether a text's name for crimes is that of a definition, and no wider one.

    Parameters
    ----------
    label : str
    definition : str
        id@version.

    Returns
    -------
    bool
    """
    return label in _FITS.get(definition.partition("@")[0], set())
