"""How forms on this site become what the library makes returns and updates of."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.return_files import (
    JSON_NAME,
    KeptReturn,
    list_return_files,
    read_kept_return,
)
from patrolwise.files.return_forms import read_return_form
from patrolwise.partnership.fund_rules import load_fund_rules
from patrolwise.partnership.return_tables import LATER_TABLES, RETURN_TABLES
from patrolwise.reporting.return_compiling import compile_return
from patrolwise.study.public_update import make_update, write_update
from patrolwise.study.return_checking import ReturnComparison, check_return, compare_returns
from patrolwise.study.return_making import make_return
from patrolwise.study.return_programme import ReturnProgramme, ReturnQuarter, Returns
from patrolwise.web.returns.bundles import unpack_files
from patrolwise.web.returns.models import CompiledReturn, ReturnForm, ReturnSettings

SECOND = "a second person, not yet"
_SUFFIXES = (".csv", ".xlsx")
Files = dict[str, bytes]


@dataclass(frozen=True, kw_only=True)
class QuarterAsked:
    """Which return is to be made."""

    quarter: str
    declared: ReturnQuarter
    settings: ReturnSettings
    forms: Sequence[ReturnForm]


def name_form(file_name: str) -> str:
    """Return which form a file is, by its name: hot-spots.csv is hot_spots.

    Parameters
    ----------
    file_name : str

    Returns
    -------
    str
        A key of `RETURN_TABLES`.

    Raises
    ------
    InputError
        It is none.
    """
    path = Path(file_name)
    name = path.stem.casefold().replace("-", "_").replace(" ", "_")
    if name in RETURN_TABLES and path.suffix.casefold() in _SUFFIXES:
        return name
    known = ", ".join(one.replace("_", "-") for one in RETURN_TABLES if one not in LATER_TABLES)
    raise InputError(
        f"{path.name} is no form of a return. Call it by what it holds, as CSV or xlsx: {known}."
    )


def count_rows(file_name: str, content: bytes, zone: str) -> int:
    """Return how many rows a form has, once each of them was read.

    Parameters
    ----------
    file_name : str
    content : bytes
    zone : str

    Returns
    -------
    int

    Raises
    ------
    InputError
        The form cannot be read; all its faults are named.
    RefusedError
        It has a column that no return carries.
    """
    newest = max(load_fund_rules().values(), key=lambda rules: rules.key)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file_name).name
        path.write_bytes(content)
        return read_return_form(name_form(file_name), path, newest, zone).height


def compile_files(asked: QuarterAsked) -> Files:
    """Return the files of a return.

    Parameters
    ----------
    asked : QuarterAsked

    Returns
    -------
    dict of name to bytes

    Raises
    ------
    InputError, RefusedError
        As the library's `make_return`.
    """
    with _open_programme(asked) as programme:
        return list_return_files(make_return(programme, asked.quarter))


def approve_files(files: Files, name: str) -> Files:
    """Return a return's files with who let it out on its cover; all else is counted again.

    Parameters
    ----------
    files : dict of name to bytes
    name : str

    Returns
    -------
    dict of name to bytes
    """
    kept = read_kept(files)
    declaration = replace(kept.declaration, approved_by=name)
    return list_return_files(compile_return(declaration, kept.sources))


def draft_update(asked: QuarterAsked, text: str) -> Files:
    """Return the files of a public update.

    Parameters
    ----------
    asked : QuarterAsked
        With both names: who prepared it, and who lets it out.
    text : str
        What the partners say; may be empty.

    Returns
    -------
    dict of name to bytes

    Raises
    ------
    RefusedError
        The text says what the figures do not bear out; all faults with a wording that is true.
    """
    with _open_programme(asked) as programme, tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "text.md"
        said.write_text(text, encoding="utf-8")
        update = make_update(programme, asked.quarter, None, said if text.strip() else None)
        written = write_update(update, Path(folder) / "update")
        return {path.name: path.read_bytes() for path in written}


def check_files(files: Files) -> tuple[str, ...]:
    """Return what is not as it should be in a return's files; everything is counted again."""
    with _in_folder(files) as folder:
        return check_return(folder)


def compare_files(old: Files, new: Files) -> ReturnComparison:
    """Return how two returns differ, each difference with the rows that explain it."""
    with _in_folder(old) as first, _in_folder(new) as second:
        return compare_returns(first, second)


def read_kept(files: Files) -> KeptReturn:
    """Return what the JSON of a return says."""
    with _in_folder({JSON_NAME: files[JSON_NAME]}) as folder:
        return read_kept_return(folder / JSON_NAME)


def hash_of(files: Files) -> str:
    """Return the hash that a return's JSON tells of what it holds."""
    return str(json.loads(files[JSON_NAME])["sha256"])


def ask_again(compiled: CompiledReturn, *, prepared_by: str, approved_by: str) -> QuarterAsked:
    """Return what a return was made of, to make something more of it.

    Parameters
    ----------
    compiled : CompiledReturn
    prepared_by, approved_by : str
        Names.

    Returns
    -------
    QuarterAsked
    """
    declared = read_kept(unpack_files(compiled.files)).declaration
    return QuarterAsked(
        quarter=compiled.quarter,
        declared=ReturnQuarter(
            quarter=declared.quarter,
            fund_rules=declared.fund_rules,
            cut=declared.cut,
            earlier_cut=declared.earlier_cut,
            version=declared.version,
            prepared_by=prepared_by,
            approved_by=approved_by,
            open_queries=declared.open_queries,
        ),
        settings=compiled.settings,
        forms=list(compiled.forms.all()),
    )


def newest_forms() -> list[ReturnForm]:
    """Return the form of each name that holds now."""
    found: dict[str, ReturnForm] = {}
    for form in ReturnForm.objects.order_by("sent_at", "id"):
        found[form.name] = form
    return list(found.values())


def current_settings() -> ReturnSettings:
    """Return how returns are made now.

    Raises
    ------
    RefusedError
        Nobody has said so yet.
    """
    found = ReturnSettings.objects.first()
    if found is None:
        raise RefusedError("Say first how returns are made: force, definitions and agencies.")
    return found


@contextmanager
def _open_programme(asked: QuarterAsked) -> Iterator[ReturnProgramme]:
    given = asked.settings
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for form in asked.forms:
            path = Path(folder) / f"{form.name}{Path(form.file_name).suffix.casefold()}"
            path.write_bytes(bytes(form.content))
            paths[form.name] = path
        yield ReturnProgramme(
            title=given.title,
            notice=given.notice,
            returns=Returns(
                force=given.force,
                zone=given.zone,
                definitions=tuple(given.definitions),
                harm_index=given.harm_index,
                forms=paths,
                quarters=(asked.declared,),
                kinds=tuple((agency, kind) for agency, kind in given.kinds),
            ),
        )


@contextmanager
def _in_folder(files: Files) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        yield Path(folder)
