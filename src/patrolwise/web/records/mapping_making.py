"""How a mapping is made from what somebody chose for each column, and tried on a few rows."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from patrolwise.crimes import FileFault
from patrolwise.errors import InputError
from patrolwise.files.force_export import read_export
from patrolwise.files.mapping import CrimeMapping, read_mapping
from patrolwise.web.records.samples import Sample

SHOWN = 20  # rows of a preview
_FILE = "mapping.toml"
# what a column may be called, in lower case, letters and digits only
_HINTS: dict[str, tuple[str, ...]] = {
    "crime_id": ("crimeref", "crimereference", "crimeno", "crimenumber", "crimeid", "reference"),
    "time_from": ("committedfrom", "datefrom", "timefrom", "fromdate", "occurredfrom", "startdate",
                  "commitedfrom", "firstcommitted", "datecommitted"),
    "time_to": ("committedto", "dateto", "timeto", "todate", "occurredto", "enddate",
                "lastcommitted"),
    "month": ("month",),
    "x": ("easting", "eastings", "x", "longitude", "lon", "long", "gridx", "osx"),
    "y": ("northing", "northings", "y", "latitude", "lat", "gridy", "osy"),
    "offence_code": ("hocode", "homeofficecode", "offencecode", "hooffencecode", "hoclass"),
    "category": ("crimetype", "category"),
    "place": ("location", "address", "place", "street"),
    "lsoa": ("lsoa", "lsoacode", "lsoa21cd", "lsoa11cd"),
    "knife": ("knife", "knifeflag", "knifeenabled"),
    "domestic": ("domestic", "domesticabuse", "daflag", "domesticflag"),
    "public_place": ("publicplace", "public", "inpublic"),
    "force": ("force", "forcename"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a mapping made of the first rows: rows as they would be kept, or why there are none."""

    rows: pl.DataFrame | None  # columns of CRIMES; at most SHOWN
    fault: str
    remarks: tuple[str, ...] = ()


def guess_columns(columns: Sequence[str]) -> dict[str, str]:
    """Return which column probably holds what, from names alone.

    Parameters
    ----------
    columns : sequence of str

    Returns
    -------
    dict of column of CRIMES to the file's column
        Never one column twice.
    """
    plain = {"".join(c for c in name.casefold() if c.isalnum()): name for name in reversed(columns)}
    guessed: dict[str, str] = {}
    for target, hints in _HINTS.items():
        name = next((plain[hint] for hint in hints if hint in plain), None)
        if name is not None and name not in guessed.values():
            guessed[target] = name
    return guessed


def write_mapping(columns: Mapping[str, Sequence[str]], values: Mapping[str, Any]) -> str:
    """Return a mapping as TOML.

    Parameters
    ----------
    columns : mapping of column of CRIMES to one or two columns of the file
    values : mapping
        The other keys; blank ones are left out.

    Returns
    -------
    str
    """
    lines = [f"{key} = {_toml(value)}" for key, value in values.items() if value not in ("", [])]
    lines += ["", "[columns]"]
    for target, sources in columns.items():
        lines.append(f"{target} = {_toml(sources[0] if len(sources) == 1 else list(sources))}")
    return "\n".join(lines) + "\n"


def parse_mapping(text: str) -> CrimeMapping:
    """Return a mapping from its TOML.

    Parameters
    ----------
    text : str

    Returns
    -------
    CrimeMapping

    Raises
    ------
    InputError
        All that is wrong with it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _FILE
        path.write_text(text, encoding="utf-8")
        return read_mapping(path)


def try_mapping(sample: Sample, text: str) -> Trial:
    """Return what a mapping makes of the first rows of a file.

    Parameters
    ----------
    sample : Sample
    text : str
        The mapping's TOML.

    Returns
    -------
    Trial
        With the library's own sentences.
    """
    try:
        mapping = parse_mapping(text)
    except InputError as error:
        return Trial(rows=None, fault=str(error))
    read = read_export(sample.as_parquet(), sample.name, mapping)
    if isinstance(read, FileFault):
        return Trial(rows=None, fault=read.message)
    counted = [*read.dropped.items(), *read.remarks.items()]
    remarks = tuple(
        f"{count} of the first {read.rows_read} rows: {what}" for what, count in counted
    )
    return Trial(rows=read.rows.head(SHOWN), fault="", remarks=remarks)


def _toml(value: Any) -> str:
    # a quoted text, a whole number and a list of texts are written alike in JSON and in TOML
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
