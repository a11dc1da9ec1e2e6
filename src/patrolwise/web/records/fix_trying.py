"""A mapping of fixes as TOML, and what it makes of the first rows of its table."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import shapely

from patrolwise.errors import InputError
from patrolwise.files.fix_mapping import FixMapping, read_fix_mapping
from patrolwise.files.fix_trial import try_fix_mapping
from patrolwise.places import union_of
from patrolwise.web.records.fix_examples import RowRead, tell_rows
from patrolwise.web.records.models import Kind
from patrolwise.web.records.previews import Preview, preview_table
from patrolwise.web.records.queries import set_in_force
from patrolwise.web.records.samples import Sample
from patrolwise.web.records.trackers import tracker_book

_FILE = "the mapping"  # what messages of the library call it
_MOST_NAMED = 10
_FAR_M = 50_000  # from the hot spots: a force's area is smaller


@dataclass(frozen=True, kw_only=True)
class FixTried:
    """What a mapping made of the first rows, as the page shows it."""

    faults: tuple[str, ...]  # why the whole file cannot be read by it; all that are known
    rows: tuple[RowRead, ...] = ()
    remarks: tuple[str, ...] = ()
    preview: Preview | None = None


def parse_fix_mapping(text: str) -> FixMapping:
    """Return a mapping from its TOML.

    Parameters
    ----------
    text : str

    Returns
    -------
    FixMapping

    Raises
    ------
    InputError
        All that is wrong with it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _FILE
        path.write_text(text, encoding="utf-8")
        return read_fix_mapping(path)


def try_fixes(sample: Sample, text: str) -> FixTried:
    """Return what a mapping makes of the first rows of a table.

    Parameters
    ----------
    sample : Sample
    text : str
        The mapping's TOML.

    Returns
    -------
    FixTried
    """
    try:
        mapping = parse_fix_mapping(text)
    except InputError as error:
        return FixTried(faults=(str(error),))
    rows = tuple(tell_rows(sample.rows, mapping))
    tried = try_fix_mapping(sample.rows, mapping)
    count = sample.rows.height
    remarks = [f"{lost} of the first {count} rows: {why}" for why, lost in tried.dropped.items()]
    if tried.fault:
        return FixTried(faults=(tried.fault,), rows=rows)
    if tried.fixes.is_empty():
        return FixTried(
            faults=(f"None of the first {count} rows can be used.", *remarks), rows=rows
        )
    return FixTried(
        faults=_unknown_trackers(tried.fixes["device_id"].unique().sort().to_list()),
        rows=rows,
        remarks=(*remarks, *tried.remarks, *_far_off(tried.fixes)),
        preview=preview_table(tried.fixes.lazy(), Kind.FIXES.value),
    )


def _far_off(fixes: pl.DataFrame) -> tuple[str, ...]:
    """Return what to look at when no fix is anywhere near the hot spots in force."""
    found = set_in_force()
    if found is None:
        return ()
    points = shapely.points(fixes["x"].to_numpy(), fixes["y"].to_numpy())
    nearest_m = shapely.distance(union_of(found[1].areas), points).min()
    if nearest_m < _FAR_M:
        return ()
    return (
        f"The nearest of these rows is {nearest_m / 1000:,.0f} km from every hot spot in force. "
        "Are easting and northing, or latitude and longitude, the right way round?",
    )


def _unknown_trackers(devices: list[str]) -> tuple[str, ...]:
    """Return the fault of devices that are not known here: of such a file nothing may be kept."""
    known = tracker_book().list_known(devices)
    unknown = [device for device in devices if device not in known]
    if not unknown:
        return ()
    more = f" and {len(unknown) - _MOST_NAMED} others" if len(unknown) > _MOST_NAMED else ""
    return (
        f"No tracker of this site is called {', '.join(unknown[:_MOST_NAMED])}{more}. Is it the "
        "right column? If they are trackers of the police or a partner, give each under Devices "
        "by this name first; the file waits here. Fixes of outreach are not taken in.",
    )
