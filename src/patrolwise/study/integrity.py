"""Whether a results document is still as it was written, to the last digit.

The hash finds slips and careless edits. It is no signature: who can write a file can hash it
again, and only making the results again from the data (`reproducing`) finds that.
"""

import hashlib
import json
from typing import Any

INTEGRITY = "integrity"


class Numeral(str):
    """A number as it is written: two that differ in a last digit may be one number to a computer.

    Seventeen digits can say more than a binary fraction holds. It equals the text of its digits:
    who must tell a number from a text asks for the type.
    """

    __slots__ = ()


def read_numerals(text: str) -> Any:
    """Return a JSON document with each number as it is written.

    Parameters
    ----------
    text : str

    Returns
    -------
    dict, list, str, Numeral, bool or None

    Raises
    ------
    ValueError
        It is no JSON.

    Examples
    --------
    >>> read_numerals('{"p": 0.050}')["p"]
    '0.050'
    >>> type(read_numerals('{"p": 0.050}')["p"]).__name__
    'Numeral'
    """
    return json.loads(text, parse_float=Numeral, parse_int=Numeral, parse_constant=Numeral)


def seal_document(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with the hash of all its other members.

    Parameters
    ----------
    document : dict
        Plain lists and dicts, with a member `integrity` or without.

    Returns
    -------
    dict
        A new one.

    Examples
    --------
    >>> sealed = seal_document({"before": 416})
    >>> is_intact(json.dumps(sealed)), is_intact(json.dumps(sealed).replace("416", "417"))
    (True, False)
    """
    text = json.dumps({**document, INTEGRITY: ""}, ensure_ascii=False, allow_nan=False)
    return {**document, INTEGRITY: _hash(text)}


def is_intact(text: str) -> bool:
    """Return whether a sealed document is as it was when it was sealed.

    Parameters
    ----------
    text : str
        JSON. Spacing does not matter; each digit and each letter does, and so does the order.

    Returns
    -------
    bool
        False also where there is no hash.

    Raises
    ------
    ValueError
        It is no JSON.
    """
    document = json.loads(text)
    told = document.get(INTEGRITY) if isinstance(document, dict) else None
    return bool(told) and isinstance(told, str) and told == _hash(text)


def _hash(text: str) -> str:
    """Return the sha256 of a document's members as written, but for its own hash."""
    pairs = json.loads(
        text,
        parse_float=_written,
        parse_int=_written,
        parse_constant=_written,
        object_pairs_hook=_in_order,
    )
    members = [[key, "" if key == INTEGRITY else value] for key, value in pairs["members"]]
    canonical = json.dumps(members, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _written(numeral: str) -> dict[str, str]:
    return {"number": numeral}


def _in_order(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members as a list: one that is there twice must not hide."""
    return {"members": [[key, value] for key, value in pairs]}
