"""Where sentences begin: there a capital letter says nothing of a word."""


def begins_sentence(text: str, at: int, ends: str = ".!?:", before: str = "\"'“‘(") -> bool:
    """Return whether a sentence, or a line, begins at a place of a text.

    Parameters
    ----------
    text : str
    at : int
    ends : str, optional
        What a sentence ends with.
    before : str, optional
        What may stand before the first word of one, beside spaces.

    Returns
    -------
    bool

    Examples
    --------
    >>> [begins_sentence("So. “Will came to Will", at) for at in (0, 5, 18)]
    [True, True, False]
    """
    first = at
    while first and (text[first - 1].isspace() or text[first - 1] in before):
        first -= 1
    return not first or text[first - 1] in ends or "\n" in text[first:at]
