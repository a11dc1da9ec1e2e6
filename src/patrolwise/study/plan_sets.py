"""How the files of a plan replace those of the plan before, so that no stale card is printed.

A list of what was written, with its hashes, stays in the folder. What it lists and the next plan
has not is taken away; a file that is not listed, or was changed since, never is.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.files.whole_files import write_whole
from patrolwise.study.writing import write_folder

LIST = "plan-files.sha256"
_HEAD = "# Written by patrolwise plan make: the next plan in this folder takes these files away."


def write_set(
    contents: Mapping[str, bytes], out: Path, lasting: tuple[str, ...] = ()
) -> tuple[Path, ...]:
    """Write the files of a plan into a folder, and take away those of the plan before.

    Parameters
    ----------
    contents : mapping of name to bytes
    out : Path
        Made when absent.
    lasting : tuple of str
        Names among them that a later plan leaves.

    Returns
    -------
    tuple of Path
        The files written; last the list of them, which `sha256sum --check` reads.

    Raises
    ------
    RefusedError
        A file of the plan before, which this one has not, was changed since: nothing is written.
    InputError
        The folder cannot be written to.
    """
    before = _read_list(out)
    stale = [name for name in before if name not in contents and (out / name).is_file()]
    changed = [name for name in stale if _hash((out / name).read_bytes()) not in before[name]]
    check_faults(
        str(out),
        [
            f"{name} is of the plan before, and was changed since. Move it elsewhere: beside the "
            "new plan it could be taken for a part of it."
            for name in changed
        ],
        RefusedError,
    )
    now = {name: [_hash(data)] for name, data in contents.items() if name not in lasting}
    if before:  # whatever stops the work in between, all that is of either plan is listed
        both = {name: [*before.get(name, []), *now.get(name, [])] for name in {**before, **now}}
        write_whole(out / LIST, _tell_list(both))
    written = write_folder(contents, out)
    for name in stale:
        (out / name).unlink(missing_ok=True)
    write_whole(out / LIST, _tell_list(now))
    return (*written, out / LIST)


def check_no_set(out: Path) -> None:
    """Raise when a folder holds a plan with its cards: changed rows beside them would mislead.

    Parameters
    ----------
    out : Path

    Raises
    ------
    InputError
        It does.
    """
    if (out / LIST).exists():
        raise InputError(
            f"{out} holds a plan with its cards, which the change makes out of date. Give another "
            "folder with --out."
        )


def _read_list(out: Path) -> dict[str, list[str]]:
    """Return the hashes of each file that the plan before wrote; a list of others is not ours."""
    try:
        lines = (out / LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    found: dict[str, list[str]] = {}
    for line in lines[1:] if lines[:1] == [_HEAD] else []:
        sha256, _, name = line.partition("  ")
        if name and Path(name).name == name:
            found.setdefault(name, []).append(sha256)
    return found


def _tell_list(hashes: Mapping[str, list[str]]) -> bytes:
    lines = [f"{one}  {name}" for name in sorted(hashes) for one in hashes[name]]
    return "\n".join([_HEAD, *lines, ""]).encode()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
