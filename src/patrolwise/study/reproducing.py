"""Whether a results document comes out again, to the byte, from what it says that it came from."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patrolwise.demo import demo_programme
from patrolwise.errors import InputError, PatrolwiseError, RefusedError
from patrolwise.reporting.results import SCHEMA
from patrolwise.study.campaigns import add_campaigns, recall_site_campaigns
from patrolwise.study.evaluation import run_evaluation
from patrolwise.study.integrity import Numeral, is_intact, read_numerals
from patrolwise.study.reading import read_programme
from patrolwise.study.result_source import find_versions, hash_file
from patrolwise.study.writing import results_text

_ABSENT = "absent"
LONGEST = 80  # characters of a value in a list of differences


@dataclass(frozen=True)
class Difference:
    """One value that is not what it was."""

    path: str  # in the document, such as outcomes[0].before
    then: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Reproduction:
    """What came of making results again."""

    is_intact: bool  # whether the file is as it was written, by its own hash
    programme: Path | None  # that was run; None for a quick look
    inputs: tuple[str, ...] = ()  # sentences: files changed or missing
    versions: tuple[Difference, ...] = ()
    differences: tuple[Difference, ...] = ()
    refused: str = ""  # why it could not be run
    is_same: bool | None = None  # byte for byte; None: it was not run

    @property
    def is_reproduced(self) -> bool:
        """Whether nothing at all was found: for a quick look, that the file is intact."""
        return self.is_intact and self.is_same is not False and not self.refused


def look_at_results(path: Path) -> Reproduction:
    """Return whether a results file is as it was written, without running anything.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Reproduction

    Raises
    ------
    InputError
        It cannot be read, or is no JSON.
    RefusedError
        It is no results document.
    """
    text, _ = _read(path)
    return Reproduction(is_intact=is_intact(text), programme=None)


def reproduce_results(
    path: Path, programme: Path | None = None, *, progress: Callable[[str], None]
) -> Reproduction:
    """Return what differs when the results are made again from their programme and its data.

    Parameters
    ----------
    path : Path
        results.json.
    programme : Path, optional
        When None it is looked for by its name: beside the results, in the folder above, where the
        command is run, and in the demonstration.
    progress : callable
        Told of each step of the evaluation.

    Returns
    -------
    Reproduction

    Raises
    ------
    InputError
        It cannot be read, does not say what it came from, or the programme is not found.
    RefusedError
        It is no results document.
    """
    text, document = _read(path)
    source = _source_of(document, path.name)
    found = programme or _find_programme(path, source)
    inputs = tuple(_check_files(source, found))
    versions = tuple(_check_versions(source))
    whole = is_intact(text)
    try:
        declared = add_campaigns(read_programme(found), recall_site_campaigns(document))
        evaluated = run_evaluation(declared, progress=progress)
    except PatrolwiseError as error:
        return Reproduction(
            is_intact=whole,
            programme=found,
            inputs=inputs,
            versions=versions,
            refused=str(error),
        )
    again = results_text(evaluated.results)
    return Reproduction(
        is_intact=whole,
        programme=found,
        inputs=inputs,
        versions=versions,
        differences=compare_texts(text, again),
        is_same=text == again,
    )


def compare_texts(then: str, now: str) -> tuple[Difference, ...]:
    """Return every value in which two JSON documents differ, by its path.

    Parameters
    ----------
    then, now : str
        Numbers are compared as they are written.

    Returns
    -------
    tuple of Difference
        Empty where only spacing and order differ, or nothing.

    Examples
    --------
    >>> compare_texts('{"a": [{"b": 416}]}', '{"a": [{"b": 417}]}')
    (Difference(path='a[0].b', then='416', now='417'),)
    """
    return tuple(_differ(read_numerals(then), read_numerals(now), ""))


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_bytes().decode("utf-8")
        document = json.loads(text)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.name} is no JSON ({error}). Fetch it again.") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        raise RefusedError(
            f"{path.name} is no results.json of patrolwise evaluate: its schema is {schema!r}, "
            f"and {SCHEMA} is wanted. Only those can be reproduced."
        )
    return text, document


def _source_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    source = document.get("source")
    if isinstance(source, dict) and _is_source(source):
        return source
    raise InputError(
        f"{name} does not say from what it was made. Make it again with patrolwise evaluate."
    )


def _is_source(source: dict[str, Any]) -> bool:
    """Return whether the record of the source is whole enough to be followed."""
    if not isinstance(source.get("programme"), str):
        return False
    pairs = {"files": ("path", "sha256"), "versions": ("name", "version")}
    return all(
        isinstance(source.get(member), list)
        and all(isinstance(one, dict) and set(one) == set(keys) for one in source[member])
        and all(isinstance(value, str) for one in source[member] for value in one.values())
        for member, keys in pairs.items()
    )


def _find_programme(path: Path, source: dict[str, Any]) -> Path:
    name = Path(source["programme"]).name
    places = [path.resolve().parent, path.resolve().parent.parent, Path.cwd()]
    candidates = [place / name for place in places] + [demo_programme()]
    there = [one for one in candidates if one.is_file() and one.name == name]
    wanted = {one["sha256"] for one in source["files"] if one["path"] == source["programme"]}
    same = [one for one in there if hash_file(one) in wanted]
    beside = [one for one in there if one != demo_programme()]
    for one in (*same, *beside):
        return one
    raise InputError(
        f"The programme {name} is neither beside {path.name}, nor in the folder above, nor here. "
        "Name it with --programme."
    )


def _check_files(source: dict[str, Any], programme: Path) -> Iterator[str]:
    folder = programme.resolve().parent
    for one in source["files"]:
        path = programme if one["path"] == source["programme"] else folder / one["path"]
        if not path.is_file():
            yield f"{one['path']} is missing."
        elif (now := hash_file(path)) != one["sha256"]:
            yield f"{one['path']} was changed: sha256 {one['sha256'][:16]} then, {now[:16]} now."


def _check_versions(source: dict[str, Any]) -> Iterator[Difference]:
    then = {one["name"]: one["version"] for one in source["versions"]}
    now = {one.name: one.version for one in find_versions()}
    for name in dict.fromkeys([*then, *now]):
        if then.get(name) != now.get(name):
            yield Difference(name, then.get(name, _ABSENT), now.get(name, _ABSENT))


def _differ(then: Any, now: Any, path: str) -> Iterator[Difference]:
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*then, *now]):
            place = f"{path}.{key}" if path else key
            if key in then and key in now:
                yield from _differ(then[key], now[key], place)
            else:
                yield Difference(place, _show(then, key), _show(now, key))
    elif isinstance(then, list) and isinstance(now, list):
        if len(then) != len(now):
            yield Difference(f"{path} (entries)", str(len(then)), str(len(now)))
        for number, (one, other) in enumerate(zip(then, now, strict=False)):
            yield from _differ(one, other, f"{path}[{number}]")
    elif type(then) is not type(now) or then != now:
        yield Difference(path, _tell(then), _tell(now))


def _show(members: dict[str, Any], key: str) -> str:
    return _tell(members[key]) if key in members else _ABSENT


def _tell(value: Any) -> str:
    text = str(value) if isinstance(value, Numeral) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
