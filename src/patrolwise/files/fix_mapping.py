"""How the columns of a tracker's own table become those of FIXES."""

import math
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

MAPPED: tuple[str, ...] = ("device_id", "time", "x", "y", "accuracy_m", "speed", "valid")
ISO = "iso"
UNIX = "unix"
UNIX_MS = "unix_ms"
SPEED_UNITS: dict[str, float] = {  # metres a second
    "m/s": 1.0,
    "km/h": 1 / 3.6,
    "mph": 0.44704,
    "knots": 1852 / 3600,
}
LENGTH_UNITS: dict[str, float] = {"m": 1.0, "ft": 0.3048}  # metres
DECIMAL, SEXAGESIMAL = "decimal", "dms"  # how degrees are written
USUAL_SHARE = 0.68  # of the fixes that lie within the radius that a receiver reports
_TEXTS = (
    "device",
    "zone",
    "time_format",
    "speed_unit",
    "accuracy_unit",
    "id_salt",
    "degrees",
    "decimal",
    "encoding",
    "separator",
    "sheet",
)
_TYPES: dict[str, type] = {
    **dict.fromkeys(_TEXTS, str),
    "crs": int,
    "accuracy_share": float,
    "valid_words": list,
}


@dataclass(frozen=True, kw_only=True)
class FixMapping:
    """What the columns of an AVL, Airwave or tracker export hold.

    `columns` leads from device_id, time, x, y, accuracy_m, speed and valid to the column of the
    file; time may be a date and a clock column. `x` is easting or longitude and `y` northing or
    latitude, as `crs` says. `zone` is the time zone of times that carry no offset.

    With `id_salt`, devices are named by a hash of salt and id, so that a table can be shared
    without the radios' numbers. The salt is a secret: no message shows it.
    """

    columns: Mapping[str, tuple[str, ...]]
    device: str = ""  # of a file that holds one device and no column for it
    zone: str = ""
    crs: int = 4326
    degrees: str = DECIMAL  # or "dms": degrees, minutes and, if any, seconds
    time_format: str = ISO  # or "unix", "unix_ms", or as strptime writes it
    speed_unit: str = "m/s"
    accuracy_unit: str = "m"
    accuracy_share: float = USUAL_SHARE  # of fixes within the radius that the file gives
    valid_words: tuple[str, ...] = ("1", "true", "yes", "y", "valid", "a")
    id_salt: str = field(default="", repr=False)
    decimal: str = "."
    encoding: str = "utf-8"
    separator: str = ","
    sheet: str = ""  # of an Excel workbook; the first when empty
    name: str = field(default="mapping", compare=False)

    def __post_init__(self) -> None:
        check_faults(self.name, [*_column_faults(self), *_value_faults(self)])

    @property
    def source_columns(self) -> list[str]:
        """The file's columns that are read, each once."""
        return list(dict.fromkeys(column for group in self.columns.values() for column in group))

    @property
    def is_metric(self) -> bool:
        """Whether x and y are metres of British National Grid."""
        return self.crs == 27700

    @property
    def metres_of_accuracy(self) -> float:
        """What the file's radius is multiplied by to give metres that hold 68 fixes of 100.

        The error east and north is taken as normal, so that the distance is Rayleigh's.
        """
        scale = LENGTH_UNITS[self.accuracy_unit]
        if self.accuracy_share == USUAL_SHARE:
            return scale
        return scale * math.sqrt(math.log(1 - USUAL_SHARE) / math.log(1 - self.accuracy_share))


def read_fix_mapping(path: str | Path) -> FixMapping:
    """Return the mapping that a TOML file holds.

    Parameters
    ----------
    path : str or Path
        See docs/how-to/read-tracker-files.md for what it may say.

    Returns
    -------
    FixMapping

    Raises
    ------
    InputError
        The file cannot be read, or a key is unknown, missing or wrong; all are named.
    """
    path = Path(path)
    columns, values = read_mapping_values(path, "mapping of fixes", _TYPES, unshown="id_salt")
    return FixMapping(columns=columns, name=path.name, **values)


def _column_faults(mapping: FixMapping) -> list[str]:
    given = mapping.columns
    faults = [
        f"Its column {target} is none that a mapping of fixes has; known are {', '.join(MAPPED)}."
        for target in given
        if target not in MAPPED
    ]
    for target, sources in given.items():
        most = 2 if target == "time" else 1
        if not 1 <= len(sources) <= most:
            faults.append(f"Its column {target} takes {most} name(s), got {len(sources)}.")
    faults += [
        f"It maps no {needed}; a fix needs one."
        for needed in ("time", "x", "y")
        if needed not in given
    ]
    if "row" in mapping.source_columns:
        faults.append("It maps a column called row, the name of line numbers; rename that column.")
    if bool(mapping.device) == ("device_id" in given):
        faults.append("Name the device once: by device = '...' or by a column device_id.")
    return faults


def _value_faults(mapping: FixMapping) -> list[str]:
    faults = [
        f"Its {key} must be {' or '.join(map(str, allowed))}, got {value!r}."
        for key, value, allowed in (
            ("crs", mapping.crs, (4326, 27700)),
            ("degrees", mapping.degrees, (DECIMAL, SEXAGESIMAL)),
            ("speed_unit", mapping.speed_unit, tuple(SPEED_UNITS)),
            ("accuracy_unit", mapping.accuracy_unit, tuple(LENGTH_UNITS)),
            ("decimal", mapping.decimal, (".", ",")),
        )
        if value not in allowed
    ]
    if mapping.is_metric and mapping.degrees == SEXAGESIMAL:
        faults.append("Its crs is 27700, metres, and its degrees are 'dms'; take out the one.")
    if not 0 < mapping.accuracy_share < 1:
        faults.append(f"Its accuracy_share must lie between 0 and 1, got {mapping.accuracy_share}.")
    faults += find_text_faults(mapping.encoding, mapping.separator)
    return faults + _time_faults(mapping)


def _time_faults(mapping: FixMapping) -> list[str]:
    form = mapping.time_format
    # ISO times may carry an offset; whether they do is seen row by row
    has_own = form in (ISO, UNIX, UNIX_MS) or "%z" in form or "%#z" in form
    faults = [] if form in (ISO, UNIX, UNIX_MS) else find_form_faults(form)
    return faults if has_own and not mapping.zone else faults + find_zone_faults(mapping.zone)
