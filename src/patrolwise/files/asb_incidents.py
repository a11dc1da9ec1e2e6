"""What a Sentinel or ECINS-style export of anti-social behaviour holds, read part by part.

Incidents name nobody; victims and subjects come as two tables of their own. No message repeats a
value of a row: lines are named, and heads of columns.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

import polars as pl

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.asb_mapping import AsbMapping
from patrolwise.files.asb_rows import RowTally, make_incidents, make_people
from patrolwise.files.csv_faults import list_columns, look_at_start
from patrolwise.files.person_columns import holds_people, is_person_head
from patrolwise.partnership.asb_cases import ASB_INCIDENTS, ASB_SUBJECTS, ASB_VICTIMS
from patrolwise.tables import make_table

_ROWS = 20_000  # of a part
_LOOKED_AT = 200  # values of a column in each part, when people are looked for
_NOT_READ_BY_VALUE = ("incident_id", "case_id", "reported_at", "happened_from", "happened_to")
_PLACED = ("x", "y")


@dataclass(frozen=True, kw_only=True)
class AsbPart:
    """Some rows of an export, in order."""

    incidents: pl.DataFrame  # ASB_INCIDENTS
    victims: pl.DataFrame  # ASB_VICTIMS, each once in a part
    subjects: pl.DataFrame  # ASB_SUBJECTS, each once in a part


@dataclass
class AsbRead:
    """A whole export: its three tables, and what became of its rows."""

    incidents: pl.DataFrame
    victims: pl.DataFrame
    subjects: pl.DataFrame
    tally: RowTally
    not_read: list[str] = field(default_factory=list)  # heads of columns that nothing maps


def read_asb(path: str | Path, mapping: AsbMapping) -> AsbRead:
    r"""Return the incidents of an export, its victims and its subjects, three tables apart.

    Parameters
    ----------
    path : str or Path
        CSV.
    mapping : AsbMapping

    Returns
    -------
    AsbRead

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or is no CSV.
    RefusedError
        A column holds people, and goes neither to victims nor to subjects.

    Examples
    --------
    >>> import tempfile
    >>> mapping = AsbMapping(
    ...     columns={"incident_id": ("Ref",), "reported_at": ("Reported",)}, zone="UTC")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "asb.csv"
    ...     _ = path.write_text("Ref,Reported\nA1,01/06/2026 14:30\nA2,soon\n")
    ...     found = read_asb(path, mapping)
    >>> found.incidents.height, list(found.tally.dropped)
    (1, ['a time of report that does not fit time_format'])
    """
    tally = RowTally()
    parts = list(stream_asb(path, mapping, tally))
    empty = AsbPart(
        incidents=make_table(ASB_INCIDENTS),
        victims=make_table(ASB_VICTIMS),
        subjects=make_table(ASB_SUBJECTS),
    )
    whole = [empty, *parts]
    return AsbRead(
        incidents=pl.concat([part.incidents for part in whole]),
        victims=_each_once([part.victims for part in whole], "victim_id"),
        subjects=_each_once([part.subjects for part in whole], "subject_id"),
        tally=tally,
        not_read=[head for head in tally.heads if head not in mapping.source_columns],
    )


def stream_asb(path: str | Path, mapping: AsbMapping, tally: RowTally) -> Iterator[AsbPart]:
    """Yield the rows of an export part by part, so that it need not fit into memory.

    Parameters
    ----------
    path : str or Path
    mapping : AsbMapping
    tally : RowTally
        What became of the rows is added to it.

    Yields
    ------
    AsbPart

    Raises
    ------
    InputError, RefusedError
        As `read_asb`; people in a later part are found when it comes.
    """
    path = Path(path)
    _check_start(path)
    with _open(path, mapping) as file:
        lines = csv.reader(file, delimiter=mapping.separator, strict=True)
        try:
            heads = tally.heads = [head.strip() for head in next(lines, [])]
            _check_heads(path.name, heads, mapping)
            numbered = ((lines.line_num, line) for line in lines if any(map(str.strip, line)))
            while part := list(islice(numbered, _ROWS)):
                rows = _as_frame(part, heads, tally)
                _check_values(path.name, rows, mapping)
                incidents, kept = make_incidents(rows, mapping, tally, path.name)
                victims, subjects = make_people(kept, mapping)
                yield AsbPart(incidents=incidents, victims=victims, subjects=subjects)
        except UnicodeDecodeError as error:
            raise InputError(
                f"{path.name}: After line {lines.line_num} it is not {mapping.encoding}. Correct "
                f"encoding in {mapping.name}; try 'windows-1252'."
            ) from error
        except csv.Error as error:
            raise InputError(
                f"{path.name}: Line {lines.line_num} cannot be taken apart ({error}). Export it "
                "again."
            ) from error


def _check_start(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(65_536)
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}. Check its path."
        ) from error
    if (message := look_at_start(start)) is not None:
        raise InputError(f"{path.name}: {message}")


def _open(path: Path, mapping: AsbMapping) -> TextIO:
    encoding = "utf-8-sig" if mapping.encoding.casefold() in ("utf-8", "utf8") else mapping.encoding
    return path.open(encoding=encoding, newline="")


def _check_heads(name: str, heads: Sequence[str], mapping: AsbMapping) -> None:
    if missing := [column for column in mapping.source_columns if column not in heads]:
        # what it has instead is not told: without a header that is somebody's row
        raise InputError(
            f"{name}: Line 1 (the header) lacks {', '.join(missing)}. Correct {mapping.name}, its "
            "separator too, or export the file with its header."
        )
    if twice := [column for column in dict.fromkeys(heads) if heads.count(column) > 1]:
        raise InputError(
            f"{name}: Line 1 (the header) has {list_columns(twice)} more than once. Rename or "
            "delete the others."
        )
    _refuse_people(
        name,
        [head for head in heads if head not in mapping.people_columns and is_person_head(head)],
    )


def _check_values(name: str, rows: pl.DataFrame, mapping: AsbMapping) -> None:
    unlooked = {
        column
        for target in (*_NOT_READ_BY_VALUE, *_PLACED)
        for column in mapping.columns.get(target, ())
    }
    looked_at = [
        column
        for column in rows.columns
        if column not in unlooked and column not in mapping.people_columns and column != "row"
    ]
    _refuse_people(
        name,
        [column for column in looked_at if holds_people(_first_values(rows[column]))],
    )


def _first_values(column: pl.Series) -> list[str]:
    return column.drop_nulls().unique(maintain_order=True).head(_LOOKED_AT).to_list()


def _refuse_people(name: str, columns: Sequence[str]) -> None:
    if columns:
        raise RefusedError(
            f"{name}: {list_columns(columns)} hold(s) people's names or numbers, and an incident "
            "names nobody. Take the column out of the export, or map it to [victims] or "
            "[subjects]."
        )


def _as_frame(
    part: Sequence[tuple[int, list[str]]], heads: Sequence[str], tally: RowTally
) -> pl.DataFrame:
    """Return lines as a frame of texts with `row`; lines of another width are dropped."""
    tally.rows_read += len(part)
    whole = [(number, line) for number, line in part if len(line) == len(heads)]
    tally.drop(
        "more or fewer values than the header has columns",
        [number for number, line in part if len(line) != len(heads)],
    )
    columns = {
        head: pl.Series([line[place].strip() or None for _, line in whole], dtype=pl.String)
        for place, head in enumerate(heads)
    }
    return pl.DataFrame(
        {**columns, "row": pl.Series([number for number, _ in whole], dtype=pl.UInt32)}
    )


def _each_once(parts: Sequence[pl.DataFrame], code: str) -> pl.DataFrame:
    return pl.concat(parts).unique([code, "case_id"], keep="first", maintain_order=True)
