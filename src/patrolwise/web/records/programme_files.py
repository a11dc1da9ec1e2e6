"""How a programme comes in: one programme.toml with its forms, held to its own folder."""

import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from patrolwise.errors import InputError, check_faults
from patrolwise.reporting.results import QualityLine
from patrolwise.study.patrol_programme import PatrolProgramme
from patrolwise.study.planning_programme import PlanProgramme
from patrolwise.study.programme import Programme
from patrolwise.study.reading import (
    read_patrol_programme,
    read_plan_programme,
    read_programme,
)
from patrolwise.web.records.outreach_left_out import check_without_outreach
from patrolwise.web.records.packed_files import is_zip, unpack_into

FILE = "programme.toml"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip can tell: the same files give the same bytes
_DEEPEST = 20
_LONGEST_NAME = 255  # bytes, of a file; longer texts are prose
_MOST_LEFT_OUT = 10


def bundle(files: Sequence[tuple[str, Path]], path: Path) -> None:
    """Write files that were sent together as one zip; the same files give the same bytes.

    Parameters
    ----------
    files : sequence of (name, path)
    path : Path
        Of the zip.

    Raises
    ------
    InputError
        Two have one name.
    """
    names = [name for name, _ in files]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"Two files are called {', '.join(twice)}. Give each its own name.")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, source in sorted(files):
            member = zipfile.ZipInfo(name, _EARLIEST)
            with source.open("rb") as given, archive.open(member, "w", force_zip64=True) as taken:
                while data := given.read(1 << 20):
                    taken.write(data)


def unpack_programme(path: Path, folder: Path) -> Path:
    """Unpack a programme and return where its programme.toml is.

    Parameters
    ----------
    path : Path
        A zip, or a programme.toml alone.
    folder : Path
        Empty.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        There is not exactly one programme.toml, or it names a file outside its folder.
    """
    if is_zip(path):
        unpack_into(path, folder)
    else:
        (folder / FILE).write_bytes(path.read_bytes())
    found = sorted(one for one in folder.rglob("*.toml") if one.is_file())
    named = [one for one in found if one.name == FILE] or found
    if len(named) != 1:
        raise InputError(
            f"{path.name} holds {len(named)} programmes, and one is needed: a file called {FILE} "
            "in the folder of its forms. Zip that folder."
        )
    _check_inside(named[0])
    return named[0]


def read_any_programme(path: Path) -> Programme | PatrolProgramme | PlanProgramme:
    """Return what a programme declares: for an evaluation, else for plans, else for patrols.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Programme, PlanProgramme or PatrolProgramme

    Raises
    ------
    InputError
        As the library's readers.
    """
    declared = _load(path)
    if "windows" in declared or "outcomes" in declared:
        return read_programme(path)
    if "planning" in declared:
        return read_plan_programme(path)
    if "tracking" in declared:
        return read_patrol_programme(path)
    return read_programme(path)


def check_programme(programme: Programme | PatrolProgramme | PlanProgramme, path: Path) -> None:
    """Raise when a programme would bring in where outreach was.

    Parameters
    ----------
    programme : Programme, PatrolProgramme or PlanProgramme
    path : Path
        Of its programme.toml.

    Raises
    ------
    InputError
        As `check_without_outreach`.
    """
    check_without_outreach(programme.services, path, has_tracking="tracking" in _load(path))


def drop_unnamed(path: Path, folder: Path) -> list[str]:
    """Delete the files that came with a programme and that it names nowhere; return their names.

    Parameters
    ----------
    path : Path
        Of its programme.toml.
    folder : Path
        Into which all was unpacked: the programme may lie deeper, and others beside its folder.

    Returns
    -------
    list of str
        Relative to the folder.
    """
    named = [path.parent / text for text in _texts(_load(path), _DEEPEST) if _is_name(text)]
    unnamed = [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file != path and not any(_is_below(file, one) for one in named)
    ]
    for file in unnamed:
        file.unlink()
    return [str(file.relative_to(folder)) for file in unnamed]


def describe_programme(
    programme: Programme | PatrolProgramme | PlanProgramme, left_out: Sequence[str] = ()
) -> tuple[QualityLine, ...]:
    """Return what a programme declares, line by line.

    Parameters
    ----------
    programme : Programme, PatrolProgramme or PlanProgramme
    left_out : sequence of str
        Files that it names nowhere.

    Returns
    -------
    tuple of QualityLine
    """
    spots = programme.hot_spots
    source = spots.file.name if spots.file else "chosen by its rule"
    lines = [
        QualityLine(what="Title", note=programme.title),
        QualityLine(what="Services", count=len(programme.services)),
        QualityLine(what="Hot spots", count=spots.expected, note=f"{spots.id}, {source}"),
    ]
    if isinstance(programme, Programme):
        lines.append(QualityLine(what="Before", note=str(programme.before)))
        lines.append(QualityLine(what="After", note=str(programme.after)))
        lines.append(QualityLine(what="Outcomes", note=", ".join(programme.definitions)))
    if programme.notice:
        lines.append(QualityLine(what="Notice", note=programme.notice))
    if left_out:
        named = ", ".join(left_out[:_MOST_LEFT_OUT])
        more = " and others" if len(left_out) > _MOST_LEFT_OUT else ""
        note = f"Named nowhere in {FILE}, so not kept: {named}{more}"
        lines.append(QualityLine(what="Files left out", count=len(left_out), note=note))
    return tuple(lines)


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path.name} is not TOML: {error}. Mend that line.") from error


def _check_inside(path: Path) -> None:
    """Raise when a programme names a file outside its own folder: on the site's own disk."""
    faults = [
        f"It names {text!r}, which is outside its own folder. Put the file beside {FILE}, and "
        "write its name alone."
        for text in _texts(_load(path), _DEEPEST)
        if _leads_out(text)
    ]
    check_faults(path.name, faults[:20])


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one, depth - 1)


def _is_name(text: str) -> bool:
    """Return whether a text may be a path, however unlikely."""
    parts = PurePosixPath(text).parts
    return bool(parts) and "\0" not in text and all(len(p.encode()) <= _LONGEST_NAME for p in parts)


def _is_below(file: Path, named: Path) -> bool:
    """Return whether a file is one that is named, or lies in a folder that is."""
    return file == named or named in file.parents


def _leads_out(text: str) -> bool:
    parts = PurePosixPath(text.replace("\\", "/")).parts
    return text.startswith(("/", "\\", "~")) or ".." in parts
