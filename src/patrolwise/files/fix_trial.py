"""What a mapping makes of the first rows of a tracker's table, before the whole is read by it."""

from dataclasses import dataclass

import polars as pl

from patrolwise.files.avl_rows import read_rows
from patrolwise.files.fix_frames import Placing, place_fixes
from patrolwise.files.fix_mapping import FixMapping
from patrolwise.files.fix_parts import FixTally, NotThisFormatError
from patrolwise.tables import FIXES, make_table


@dataclass(frozen=True, kw_only=True)
class FixTrial:
    """Fixes as they would be kept, and what became of the other rows."""

    fixes: pl.DataFrame  # FIXES in the order of the rows
    dropped: dict[str, int]  # reason → rows
    remarks: tuple[str, ...]
    fault: str = ""  # why the mapping does not fit; then there are no fixes


def try_fix_mapping(rows: pl.DataFrame, mapping: FixMapping, *, first_row: int = 2) -> FixTrial:
    """Return what a mapping makes of some rows.

    Parameters
    ----------
    rows : (n, c) frame
        All columns as the file has them: text, or of a workbook its cells.
    mapping : FixMapping
    first_row : int
        Line of the file that the first row is.

    Returns
    -------
    FixTrial
    """
    tally = FixTally("the file")
    lines = pl.Series("row", range(first_row, first_row + rows.height), dtype=pl.UInt32)
    given = rows.select(mapping.source_columns).with_columns(lines)
    placing = Placing(source="", device_id=mapping.device, is_metric=mapping.is_metric)
    try:
        frames = list(place_fixes(read_rows([given], mapping, tally), tally, placing))
    except NotThisFormatError as error:
        return FixTrial(fixes=make_table(FIXES), dropped={}, remarks=(), fault=str(error))
    return FixTrial(
        fixes=pl.concat(frames).sort("row"),
        dropped=dict(tally.dropped),
        remarks=tuple(tally.remarks),
    )
