"""How a force's own columns, times and coordinates become those of CRIMES."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from patrolwise.errors import check_faults
from patrolwise.files.mapping_files import (
    find_form_faults,
    find_text_faults,
    find_zone_faults,
    read_mapping_values,
)

MAPPED: tuple[str, ...] = (
    "crime_id",
    "force",
    "month",
    "time_from",
    "time_to",
    "x",
    "y",
    "category",
    "offence_code",
    "place",
    "lsoa",
    "knife",
    "domestic",
    "public_place",
)
_TEXTS = ("force", "zone", "time_format", "month_format", "encoding", "separator", "sheet")
_TYPES: dict[str, type] = {
    **dict.fromkeys(_TEXTS, str),
    "crs": int,
    "true_words": list,
    "false_words": list,
}
_CLOCK = ("%H", "%I", "%T", "%R", "%X", "%c", "%s")


@dataclass(frozen=True, kw_only=True)
class CrimeMapping:
    """What a force's columns hold.

    `columns` leads from a column of CRIMES to the force's column, or to a date and a clock
    column that are joined by a space. `x` is easting or longitude and `y` northing or latitude,
    as `crs` says. `zone` is the time zone the clock was read in: local time happens twice each
    October, so it cannot be left to guess. A `time_format` without hours means whole days.
    """

    columns: Mapping[str, tuple[str, ...]]
    force: str = ""
    crs: int = 27700
    zone: str = ""
    time_format: str = "%Y-%m-%d %H:%M:%S"
    month_format: str = "%Y-%m"
    encoding: str = "utf-8"
    separator: str = ","
    sheet: str = ""  # of an Excel workbook; the first when empty
    true_words: tuple[str, ...] = ("y", "yes", "true", "1")
    false_words: tuple[str, ...] = ("n", "no", "false", "0")
    name: str = field(default="mapping", compare=False)

    def __post_init__(self) -> None:
        check_faults(self.name, _faults(self))

    @property
    def source_columns(self) -> list[str]:
        """The force's columns that are read, each once."""
        return list(dict.fromkeys(column for group in self.columns.values() for column in group))

    @property
    def is_days_only(self) -> bool:
        """Whether times are days without a clock."""
        return not any(part in self.time_format for part in _CLOCK)


def read_mapping(path: str | Path) -> CrimeMapping:
    """Return the mapping that a TOML file holds.

    Parameters
    ----------
    path : str or Path
        See docs/how-to/read-a-force-export.md for what it may say.

    Returns
    -------
    CrimeMapping

    Raises
    ------
    InputError
        The file cannot be read, or a key is unknown, missing or wrong; all are named.
    """
    path = Path(path)
    columns, values = read_mapping_values(path, "mapping", _TYPES)
    return CrimeMapping(columns=columns, name=path.name, **values)


def _faults(mapping: CrimeMapping) -> list[str]:
    given = mapping.columns
    faults = [
        f"Its column {target} is no column of CRIMES; known are {', '.join(MAPPED)}."
        for target in given
        if target not in MAPPED
    ]
    for target, sources in given.items():
        most = 2 if target in ("time_from", "time_to") else 1
        if not 1 <= len(sources) <= most:
            faults.append(f"Its column {target} takes {most} name(s), got {len(sources)}.")
    if "row" in mapping.source_columns:
        faults.append("It maps a column called row, the name of line numbers; rename that column.")
    if ("x" in given) != ("y" in given):
        faults.append("It maps one of x and y; map both, or neither.")
    if mapping.crs not in (4326, 27700):
        faults.append(f"Its crs must be 4326 (degrees) or 27700 (metres), got {mapping.crs}.")
    if bool(mapping.force) == ("force" in given):
        faults.append("Name the force once: by force = '...' or by a column force.")
    if not {"time_from", "month"} & set(given):
        faults.append("It maps neither time_from nor month; a crime needs one of them.")
    if "time_to" in given and "time_from" not in given:
        faults.append("It maps time_to and no time_from; a single time goes to time_from.")
    if "time_from" in given:
        faults += find_zone_faults(mapping.zone) + find_form_faults(mapping.time_format)
    return faults + _text_faults(mapping)


def _text_faults(mapping: CrimeMapping) -> list[str]:
    faults = find_text_faults(mapping.encoding, mapping.separator)
    if both := set(mapping.true_words) & set(mapping.false_words):
        faults.append(f"{', '.join(sorted(both))} is both a true and a false word; choose one.")
    return faults
