"""Whether crimes of an upload are kept already, by another version of the same months."""

import polars as pl

from patrolwise.web.records.models import Kind, Upload
from patrolwise.web.records.queries import list_kept_beside
from patrolwise.web.records.stored_files import find_stored

_KEY = ["force", "month", "crime_id"]


def find_double(upload: Upload) -> str | None:
    """Return why an upload would count crimes twice; None when it would not.

    Files that share a month and no id are parts of it, and go together.

    Parameters
    ----------
    upload : Upload

    Returns
    -------
    str or None
        A whole sentence.
    """
    if upload.kind != Kind.CRIMES or not upload.table:
        return None
    mine = _ids(upload)
    for other in list_kept_beside(upload):
        shared = mine.join(_ids(other), on=_KEY, how="semi").select(pl.len()).collect().item()
        if shared:
            return (
                f"{shared:,} crimes of {upload.name} are kept already, from {other.name}: they "
                "are two versions of the same months, and would count twice. Undo the older one "
                "first, then keep this one."
            )
    return None


def _ids(upload: Upload) -> pl.LazyFrame:
    scan = pl.scan_parquet(find_stored(upload.table)).select(_KEY)
    return scan.filter(pl.col("crime_id").is_not_null()).unique()
