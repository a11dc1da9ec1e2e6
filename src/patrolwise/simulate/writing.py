"""How a simulated programme is written, with the word simulated in every file."""

import json
from pathlib import Path

import polars as pl
import shapely

from patrolwise.errors import InputError
from patrolwise.places import area_geometries, to_longitude_latitude
from patrolwise.simulate.programme import SimulatedProgramme

NOTES_NAME = "SIMULATED.md"

# the keys by which patrolwise.files knows a fix store, and whether it is simulated
_PARQUET_NOTES = {"simulated": "true"}
_FIX_STORE_NOTES = {"schema": "patrolwise.fixes/1", "simulated": "true"}
_NO_TIME_ZONE = "%Y-%m-%d %H:%M:%S"
_NOTES = """# Simulated

Everything in this folder was made up by a program (`patrolwise.simulate`). No person was tracked,
no crime happened, and the town does not exist, unless areas of a real one were given. No number
here says anything about any place, service or person. Do not publish it without these words.

| file | holds |
|---|---|
| `areas.geojson` | the hot spots, and the ring round them if there is one |
| `fixes.parquet` | what the trackers would have reported |
| `assignments.csv` | who carried which tracker, and when |
| `abstractions.csv` | when a unit was called away, and why |
| `crimes.csv` | the crimes, as a force's export would have them; times are UTC |
| `crimes-mapping.toml` | what the columns of `crimes.csv` hold |
| `truth/true-visits.csv` | when each unit truly was in each area |
| `truth/stays.csv` | where each unit had decided to go |
| `truth/place-days.csv` | true minutes, expected crimes and crimes of each area and day |
| `truth/paths.parquet` | where each unit truly was, each second; only if paths were kept |
| `truth/record.json` | the rule and the seed that make the same folder again |

Files under `truth/` hold what no real programme knows. Whatever is being tested must not read it.
"""
_CRIME_MAPPING = """# What the columns of crimes.csv hold. The crimes are simulated.
crs = 27700
zone = "UTC"
time_format = "%Y-%m-%d %H:%M:%S"
true_words = ["yes"]
false_words = ["no"]

[columns]
crime_id = "Crime Number"
force = "Force"
time_from = "Time From"
time_to = "Time To"
x = "Easting"
y = "Northing"
category = "Category"
offence_code = "HO Class"
place = "Location"
knife = "Knife Flag"
domestic = "DA Flag"
public_place = "Public Place"
"""
_CRIME_COLUMNS = {
    "crime_id": "Crime Number",
    "force": "Force",
    "time_from": "Time From",
    "time_to": "Time To",
    "x": "Easting",
    "y": "Northing",
    "category": "Category",
    "offence_code": "HO Class",
    "place": "Location",
    "knife": "Knife Flag",
    "domestic": "DA Flag",
    "public_place": "Public Place",
}


def write_programme(folder: str | Path, programme: SimulatedProgramme) -> list[Path]:
    """Write a simulated programme as files that say so: each CSV in a column, each Parquet inside.

    Parameters
    ----------
    folder : str or Path
        Made when it is not there; it must be empty, so that no real file is mixed with these.
    programme : SimulatedProgramme

    Returns
    -------
    list of Path
        The files written, in order of name.

    Raises
    ------
    InputError
        The folder holds something, or the disk refuses.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(
                f"{folder} is not empty. Simulated files are not put beside others: name another."
            )
        (folder / "truth").mkdir()
        _write_seen(folder, programme)
        _write_truth(folder / "truth", programme)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}. Name another.") from error
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write_seen(folder: Path, programme: SimulatedProgramme) -> None:
    (folder / NOTES_NAME).write_text(_NOTES, encoding="utf-8")
    (folder / "areas.geojson").write_text(_geojson(programme.areas), encoding="utf-8")
    fixes = programme.fixes.drop("row")
    fixes.write_parquet(folder / "fixes.parquet", compression="zstd", metadata=_FIX_STORE_NOTES)
    _write_csv(folder / "assignments.csv", programme.assignments)
    _write_csv(folder / "abstractions.csv", programme.abstractions)
    (folder / "crimes-mapping.toml").write_text(_CRIME_MAPPING, encoding="utf-8")
    flags = pl.col("knife", "domestic", "public_place")
    words = pl.when(flags).then(pl.lit("yes")).otherwise(pl.lit("no"))
    export = programme.crimes.with_columns(
        words.name.keep(), pl.col("time_from", "time_to").dt.strftime(_NO_TIME_ZONE)
    )
    _write_csv(folder / "crimes.csv", export.select(*_CRIME_COLUMNS).rename(_CRIME_COLUMNS))


def _write_truth(folder: Path, programme: SimulatedProgramme) -> None:
    _write_csv(folder / "true-visits.csv", programme.true_visits)
    _write_csv(folder / "stays.csv", programme.stays)
    _write_csv(folder / "place-days.csv", programme.place_days)
    record = json.dumps(programme.record, indent=2, ensure_ascii=False)
    (folder / "record.json").write_text(record + "\n", encoding="utf-8")
    if programme.paths is not None:
        programme.paths.write_parquet(
            folder / "paths.parquet", compression="zstd", metadata=_PARQUET_NOTES
        )


def _write_csv(path: Path, table: pl.DataFrame) -> None:
    table.select(pl.lit("true").alias("simulated"), pl.all()).write_csv(
        path, datetime_format="%Y-%m-%dT%H:%M:%SZ"
    )


def _geojson(areas: pl.DataFrame) -> str:
    shapes = shapely.transform(area_geometries(areas), to_longitude_latitude, interleaved=False)
    features = [
        {
            "type": "Feature",
            "properties": {"area_id": area_id, "name": name, "simulated": True},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for area_id, name, shape in zip(areas["area_id"], areas["name"], shapes, strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "simulated": True, "features": features})
    return text + "\n"
