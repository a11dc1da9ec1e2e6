"""How names of services and units become names of files, each its own."""

from collections.abc import Iterable, Sequence

# of an experiment: what stays secret, and what is told before the start
SEALED, PUBLIC, DRAWS = "sealed.json", "published.json", "could-have-been-drawn.csv.gz"


def name_files(names: Sequence[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return a word for each name that can be part of a file's name on any computer.

    Parameters
    ----------
    names : sequence of str
    taken : iterable of str
        Words that none of them may get.

    Returns
    -------
    tuple of str, as long as the names and in their order
        Letters and digits, small, and hyphens; no two are the same. Of names that would be alike
        the second gets a 2, and so on.

    Examples
    --------
    >>> name_files(["Outreach / South", "outreach south", "--"])
    ('outreach-south', 'outreach-south-2', 'unnamed')
    """
    used = set(taken)
    found = []
    for name in names:
        plain = _plain(name)
        word, number = plain, 1
        while word in used:
            number += 1
            word = f"{plain}-{number}"
        used.add(word)
        found.append(word)
    return tuple(found)


def _plain(name: str) -> str:
    kept = (letter if letter.isalnum() else "-" for letter in name.lower())
    return "-".join(filter(None, "".join(kept).split("-"))) or "unnamed"
