"""Whether fixes come as a table whose columns must be told, and which saved mapping tells them."""

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from patrolwise.files.fix_formats import CSV, START_BYTES, WORKBOOK, find_format, is_fix_name
from patrolwise.files.sources import first_bytes
from patrolwise.web.accounts.models import Person
from patrolwise.web.records.fix_trying import parse_fix_mapping
from patrolwise.web.records.models import SavedMapping, Upload
from patrolwise.web.records.samples import FIX_ENDINGS, take_sample
from patrolwise.web.records.stored_files import sample_of

_MOST_LOOKED_AT = 50  # saved mappings, the newest
_SEPARATORS = (b",", b";", b"\t", b"|")


def is_fix_table(path: Path) -> bool:
    """Return whether a file of fixes is a table, CSV or Excel, and no tracker's own format.

    Parameters
    ----------
    path : Path
        That `check_packed` let pass.

    Returns
    -------
    bool
        Of a zip, whether it holds tables and nothing else that could be fixes.
    """
    name = path.name.casefold()
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            held = [one for one in archive.namelist() if is_fix_name(one)]
        return bool(held) and all(one.casefold().endswith(FIX_ENDINGS) for one in held)
    with path.open("rb") as file:
        start = first_bytes(file.read(1 << 16))[:START_BYTES]
    found = find_format(path.name, start)
    if found is WORKBOOK:
        return name.endswith(".xlsx")
    return found is CSV or (found is None and _looks_like_table(start))


def fit_mapping(upload: Upload, path: Path) -> str:
    """Return the saved mapping that an upload is to be read by, and keep it with the upload.

    Parameters
    ----------
    upload : Upload
        Of a table of fixes. Changed when a saved mapping fits: one with the very same columns.
    path : Path
        Of its file.

    Returns
    -------
    str
        TOML; blank when none fits.

    Raises
    ------
    InputError
        It is no table, whatever its name says.
    """
    columns = list(take_sample(path, kept=sample_of(upload.stored)).columns)
    saved = next((one for one in SavedMapping.objects.all() if one.columns == columns), None)
    if saved is not None:
        upload.mapping, upload.mapping_name = saved.text, saved.name
        upload.save(update_fields=["mapping", "mapping_name"])
    return upload.mapping


def find_usable(columns: Sequence[str]) -> list[SavedMapping]:
    """Return the saved mappings whose columns a table has, the newest first.

    Parameters
    ----------
    columns : sequence of str
        Of the table.

    Returns
    -------
    list of SavedMapping
    """
    known = set(columns)
    return [
        one
        for one in SavedMapping.objects.all()[:_MOST_LOOKED_AT]
        if set(parse_fix_mapping(one.text).source_columns) <= known
    ]


def save_mapping(*, by: Person, name: str, text: str, columns: Sequence[str]) -> SavedMapping:
    """Save a mapping under a name; one that had the name is replaced. Call it in a transaction.

    Parameters
    ----------
    by : Person
    name, text : str
    columns : sequence of str
        All that the table has.

    Returns
    -------
    SavedMapping
    """
    given = {
        "text": text,
        "columns": list(columns),
        "saved": datetime.now(UTC),
        "saved_by_id": by.pk,
    }
    saved, _ = SavedMapping.objects.update_or_create(name=name, defaults=given)
    return saved


def _looks_like_table(start: bytes) -> bool:
    lines = start.split(b"\n")[:2]
    counts = [{mark: line.count(mark) for mark in _SEPARATORS} for line in lines]
    return len(counts) == 2 and any(
        counts[0][mark] >= 2 and counts[0][mark] == counts[1][mark] for mark in _SEPARATORS
    )
