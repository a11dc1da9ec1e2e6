"""What every mapping file is: TOML with a [columns] table, each of its faults told at once."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from patrolwise.errors import InputError, check_faults

_TYPE_WORDS: dict[type, str] = {
    str: "quoted text",
    int: "a whole number",
    float: "a number with a decimal point",
    list: "a list of quoted words",
    dict: "a table",
}


def read_mapping_values(
    path: Path, what: str, types: Mapping[str, type], unshown: str = ""
) -> tuple[dict[str, tuple[str, ...]], dict[str, Any]]:
    """Return what a mapping file says: its columns, and its other keys.

    Parameters
    ----------
    path : Path
    what : str
        What it is a mapping of, for the message: "mapping" or "mapping of fixes".
    types : mapping of key to type
        The other keys that are known.
    unshown : str
        A key whose value no message may show.

    Returns
    -------
    columns : dict of target to one or more of the file's columns
    values : dict
        Lists are of words in lower case.

    Raises
    ------
    InputError
        The file cannot be read, or a key is unknown, missing or of the wrong type; all are named.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}. Check its path."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path.name} is not TOML: {error}. Mend that line.") from error
    faults = [] if "columns" in given else ["It has no [columns] table; add one."]
    for key, value in given.items():
        wanted = dict if key == "columns" else types.get(key)
        shown = "" if key == unshown else f", got {value!r}"
        if wanted is None:
            faults.append(f"It has {key}, which is no key of a {what}; take it out.")
        elif type(value) is not wanted or (wanted is list and not _are_texts(value)):
            faults.append(f"Its {key} must be {_TYPE_WORDS[wanted]}{shown}.")
    check_faults(path.name, [*faults, *_column_faults(given.get("columns"))])
    columns = {
        target: (source,) if isinstance(source, str) else tuple(source)
        for target, source in given.pop("columns").items()
    }
    return columns, {
        key: tuple(word.casefold() for word in value) if isinstance(value, list) else value
        for key, value in given.items()
    }


def find_text_faults(encoding: str, separator: str) -> list[str]:
    """Return what is wrong with how a text file is said to be written.

    Parameters
    ----------
    encoding, separator : str

    Returns
    -------
    list of str
        Whole sentences; none when both can be used.
    """
    faults = []
    try:
        "".encode(encoding)
    except LookupError:
        faults.append(f"Its encoding {encoding!r} is not known; try 'windows-1252'.")
    if len(separator.encode()) != 1:
        faults.append(f"Its separator must be one character, got {separator!r}.")
    return faults


def find_zone_faults(zone: str) -> list[str]:
    """Return what is wrong with a time zone.

    Parameters
    ----------
    zone : str
        Blank when none was given.

    Returns
    -------
    list of str
        One sentence, or none.
    """
    if not zone:
        return ["It has no zone; write 'Europe/London' for local time, or 'UTC'."]
    try:
        pl.Series([datetime(2022, 1, 1)]).dt.replace_time_zone(zone)
    except pl.exceptions.PolarsError:
        return [f"Its zone {zone!r} is not known; write 'Europe/London' or 'UTC'."]
    return []


def find_form_faults(time_format: str) -> list[str]:
    """Return what is wrong with how times are said to be written.

    Parameters
    ----------
    time_format : str
        As strptime writes it.

    Returns
    -------
    list of str
        One sentence, or none: whether it fits the times is seen when they are read.
    """
    try:
        pl.Series([""]).str.strptime(pl.Datetime("us"), time_format, strict=False)
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0].rsplit(": ", maxsplit=1)[-1]
        return [f"Its time_format {time_format!r} cannot be used: {reason[:1].lower()}{reason[1:]}"]
    return []


def _column_faults(columns: object) -> list[str]:
    if not isinstance(columns, dict):
        return []
    return [
        f"Its column {target} must be a quoted name, or a list of two, got {source!r}."
        for target, source in columns.items()
        if not (isinstance(source, str) or (isinstance(source, list) and _are_texts(source)))
    ]


def _are_texts(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)
