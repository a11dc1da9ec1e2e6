"""From what a results document came: the command, the files on disk and the programs."""

import hashlib
import os
import platform
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path, PurePath

from patrolwise import __version__
from patrolwise.reporting.results import Source, SourceFile, SourceVersion
from patrolwise.study.programme import Programme

_LIBRARIES = ("h3", "numpy", "polars", "pyproj", "scipy", "shapely")  # that figures pass through


def find_source(programme: Programme, crime_files: Sequence[str]) -> Source:
    """Return what is needed to make the same results again.

    Parameters
    ----------
    programme : Programme
    crime_files : sequence of str
        Names of the crime files that were read; of a member of a zip, the zip's name comes first.

    Returns
    -------
    Source
        Its paths are relative to the programme's folder, so that nothing of a machine is in it.
    """
    paths = [*_crime_paths(programme, crime_files), *programme.other_files]
    files = {_relative(path, programme.folder): hash_file(path) for path in paths}
    own = SourceFile(path=programme.file_name, sha256=programme.sha256)
    return Source(
        command=f"patrolwise evaluate {programme.file_name} --out FOLDER",
        programme=programme.file_name,
        files=(own, *(SourceFile(path=path, sha256=sha) for path, sha in files.items())),
        versions=tuple(find_versions()),
    )


def find_versions() -> Iterator[SourceVersion]:
    """Yield the versions of the programs that figures pass through.

    Yields
    ------
    SourceVersion
    """
    yield SourceVersion(name="patrolwise", version=__version__)
    yield SourceVersion(name="python", version=platform.python_version())
    for name in _LIBRARIES:
        yield SourceVersion(name=name, version=metadata.version(name))


def hash_file(path: Path) -> str:
    """Return the sha256 of a file's bytes.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _crime_paths(programme: Programme, names: Sequence[str]) -> Iterator[Path]:
    """Yield the files on disk that hold the crime files read."""
    wanted = {name.split("/")[0] for name in names}
    for path in programme.crimes.files:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in found if one.name in wanted and one.is_file())


def _relative(path: Path, folder: Path) -> str:
    """Return a path from a folder, with forward slashes on every system."""
    return PurePath(os.path.relpath(path, folder)).as_posix()
