"""How a number of things is put into words."""


def count_things(number: int, one: str) -> str:
    """Return a number with its noun in the right form.

    Parameters
    ----------
    number : int
    one : str
        The noun, with whatever comes before it; its plural adds an s.

    Returns
    -------
    str

    Examples
    --------
    >>> count_things(1, "shift"), count_things(1200, "hot spot-day")
    ('1 shift', '1,200 hot spot-days')
    """
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"
