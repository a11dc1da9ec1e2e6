"""Which sentences a results document holds, so that a text may quote them."""

from collections.abc import Iterator, Mapping
from typing import Any

from patrolwise.claims.figures import Figure, OwnWords
from patrolwise.claims.finding_claims import split_passages
from patrolwise.claims.passages import name_passage
from patrolwise.claims.written_numbers import WrittenNumber

_FEWEST = 3  # words of a sentence; fewer are a name


def find_own_words(document: Any, results: str, window: str) -> Mapping[str, OwnWords]:
    """Return the sentences of a document: of its verdicts, guards, findings and limits.

    Parameters
    ----------
    document : dict
        As JSON gives it.
    results, window : str
        Its file's name, and what it is of.

    Returns
    -------
    mapping of plain words to OwnWords

    Examples
    --------
    >>> found = find_own_words({"limits": ["It rose by 8 %. So it was."]}, "a.json", "2024")
    >>> found["it rose by 8 %"].path
    'limits[0]'
    """
    return {
        plain_words(sentence.text): OwnWords(sentence.text, path, window, results)
        for path, text in _walk(document, "")
        for sentence in split_passages((name_passage(path, text),))
    }


def plain_words(text: str) -> str:
    """Return a sentence so that two which differ in spaces, case or a last point are one.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return " ".join(text.split()).strip(".!?\"'“”‘’ ").lower()


def quote(words: OwnWords, number: WrittenNumber) -> Figure:
    """Return a number of a quoted sentence as a figure.

    Parameters
    ----------
    words : OwnWords
    number : WrittenNumber

    Returns
    -------
    Figure
    """
    return Figure(
        path=words.path,
        value=number.value,
        unit=number.unit,
        topic="words",
        role="",
        definition="",
        window=words.window,
        grade="a sentence of the results, word for word",
        wording=words.text,
        results=words.results,
    )


def _walk(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _walk(item, f"{path}[{number}]")
    elif isinstance(value, str) and len(value.split()) >= _FEWEST:
        yield path, value
