"""Where definitions come from: the shipped files, or a user's own."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from patrolwise.definitions.definition import FLAGS, Definition
from patrolwise.errors import InputError, check_faults

_TYPES: dict[str, type] = {
    "id": str,
    "version": int,
    "valid_from": date,
    "title": str,
    "source": str,
    "offence_codes": list,
    "unlisted_codes": list,
    "categories": list,
    "place_types": list,
    "flags": dict,
    "counting_rule_notes": str,
}
_TYPE_WORDS: dict[type, str] = {
    str: "quoted text",
    int: "a whole number",
    date: "a date such as 2022-04-01",
    list: "a list of quoted words",
    dict: "a table",
}
_NEEDED = ("id", "version", "valid_from", "title", "source")
_FLAG_WORDS = ("require", "exclude")


def load_definitions() -> dict[str, Definition]:
    """Return the definitions that come with Patrolwise, by key.

    Returns
    -------
    dict of key to Definition
        Sorted by key, such as "robbery@1". A new dict each time.

    Examples
    --------
    >>> sorted(load_definitions())[0]
    'all-crime@1'
    """
    return dict(_shipped())


def find_definition(name: str, definitions: Mapping[str, Definition] | None = None) -> Definition:
    """Return the definition of that name.

    Parameters
    ----------
    name : str
        "id@version", or "id" alone for its latest version.
    definitions : mapping of key to Definition, optional
        Where to look; the shipped ones when None.

    Returns
    -------
    Definition

    Raises
    ------
    InputError
        There is none of that name; the message lists those there are.

    Examples
    --------
    >>> find_definition("anti-social-behaviour").key
    'anti-social-behaviour@1'
    >>> find_definition("violence@9")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    patrolwise.errors.InputError: There is no definition violence@9. Known are all-crime@1, ...
    """
    known = load_definitions() if definitions is None else dict(definitions)
    if name in known:
        return known[name]
    versions = [definition for definition in known.values() if definition.id == name]
    if not versions:
        raise InputError(
            f"There is no definition {name}. Known are {', '.join(sorted(known)) or 'none'}. "
            "Choose one, or write your own file and read it."
        )
    return max(versions, key=lambda definition: definition.version)


def read_definition(path: str | Path) -> Definition:
    """Return the definition that a TOML file holds.

    Parameters
    ----------
    path : str or Path
        A file as those in `patrolwise/definitions/data`.

    Returns
    -------
    Definition

    Raises
    ------
    InputError
        The file cannot be read, a key is missing, unknown or of the wrong type, or a code,
        category or flag is not known; all are named.
    RefusedError
        It is called serious and counts open data categories.
    """
    path = Path(path)
    try:
        return _definition_from(path.read_text("utf-8"), path.name)
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}. Check its path."
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from error


@cache
def _shipped() -> dict[str, Definition]:
    folder = files("patrolwise.definitions") / "data"
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".toml")}
    made = [_definition_from(text, name) for name, text in texts.items()]
    return {one.key: one for one in sorted(made, key=lambda definition: definition.key)}


def _definition_from(text: str, name: str) -> Definition:
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is not TOML: {error}. Mend that line.") from error
    check_faults(name, _key_faults(given))
    flags: dict[str, str] = given.pop("flags", {})
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in given.items()
    }
    return Definition(
        **values,
        required_flags=tuple(flag for flag, word in flags.items() if word == "require"),
        excluded_flags=tuple(flag for flag, word in flags.items() if word == "exclude"),
    )


def _key_faults(given: Mapping[str, Any]) -> list[str]:
    faults = [f"It lacks {key}." for key in _NEEDED if key not in given]
    for key, value in given.items():
        if key not in _TYPES:
            faults.append(f"It has {key}, which is no key of a definition; take it out.")
        elif type(value) is not _TYPES[key]:
            faults.append(f"Its {key} must be {_TYPE_WORDS[_TYPES[key]]}, got {value!r}.")
        elif isinstance(value, list) and not all(isinstance(item, str) for item in value):
            faults.append(f"Its {key} must be a list of quoted words, got {value!r}.")
    flags = given.get("flags", {})
    if isinstance(flags, dict):
        faults += [
            f"Its flag {flag} is {word!r}; a flag is one of {', '.join(FLAGS)}, "
            f"and says {' or '.join(_FLAG_WORDS)}."
            for flag, word in flags.items()
            if flag not in FLAGS or word not in _FLAG_WORDS
        ]
    return faults
