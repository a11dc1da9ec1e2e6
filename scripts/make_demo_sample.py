"""Make the demonstration sample that ships with Patrolwise, from the shared data folder.

    python scripts/make_demo_sample.py ../shared/data

Writes src/patrolwise/demo: street files of Leicester city centre, its outline and the force's
offence mix. The same input gives the same bytes. `demo/README.md` is written by hand.
"""

import csv
import gzip
import io
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from patrolwise.files import read_areas, write_areas
from patrolwise.places import areas_from_geometries, to_national_grid
from patrolwise.times import months_between

CLOCK_TOWER = (-1.1331, 52.6369)
RADIUS_M = 2_000
FIRST, LAST = date(2019, 12, 1), date(2022, 6, 1)  # the points moved in July 2022
YEARS = ("2019/20", "2020/21", "2021/22")
DEMO = Path(__file__).resolve().parent.parent / "src" / "patrolwise" / "demo"


def study_area(shared: Path) -> shapely.Geometry:
    """Return the circle round the clock tower, clipped to the city, metres."""
    (x,), (y,) = to_national_grid([CLOCK_TOWER[0]], [CLOCK_TOWER[1]])
    city = read_areas(shared / "geo" / "leicester_lad_2019.geojson.gz", id_property="lad19cd")
    (boundary,) = shapely.from_wkb(city.areas["geometry"].to_list())
    return shapely.Point(x, y).buffer(RADIUS_M, quad_segs=16).intersection(boundary)


def write_street_files(shared: Path, area: shapely.Geometry) -> int:
    """Write one file for each month, rows and values as they were; return how many rows."""
    folder = DEMO / "street"
    folder.mkdir(parents=True, exist_ok=True)
    shapely.prepare(area)
    rows = 0
    for month in months_between(FIRST, LAST):
        name = f"{month:%Y-%m}-leicestershire-street.csv.gz"
        lines = gzip.decompress((shared / "police-uk" / f"{month:%Y-%m}" / name).read_bytes())
        header, *body = lines.decode().splitlines(keepends=True)
        given = pl.read_csv(io.StringIO(header + "".join(body)), infer_schema=False)
        degrees = given.select(pl.col("Longitude", "Latitude").cast(pl.Float64)).to_numpy()
        x, y = to_national_grid(degrees[:, 0], degrees[:, 1])
        inside = np.flatnonzero(shapely.intersects_xy(area, x, y))
        kept = header + "".join(body[i] for i in inside)
        (folder / name).write_bytes(gzip.compress(kept.encode(), compresslevel=9, mtime=0))
        rows += len(inside)
    return rows


def write_offence_mix(shared: Path) -> int:
    """Write the force's recorded offences by financial year and code; return how many rows."""
    keys = ("fy", "offence_code", "offence_description", "offence_group", "offence_subgroup")
    counts: Counter[tuple[str, ...]] = Counter()
    source = shared / "reference" / "prc_leicestershire_quarterly.csv"
    with source.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["fy"] in YEARS:
                counts[tuple(row[key].strip() for key in keys)] += int(row["n"])
    with (DEMO / "offence-mix.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*keys, "n"])
        kept = sorted((key, n) for key, n in counts.items() if n)
        writer.writerows([*key, n] for key, n in kept)
    return len(kept)


def main(shared: Path) -> None:
    """Write the three parts of the sample and say how large they are."""
    area = study_area(shared)
    areas = areas_from_geometries(["leicester-city-centre"], [area], ["Leicester city centre"])
    write_areas(DEMO / "study-area.geojson", areas)
    rows = write_street_files(shared, area)
    codes = write_offence_mix(shared)
    size = sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file())
    sys.stdout.write(f"{rows} rows, {codes} lines of offence mix, {size / 1e6:.2f} MB in all\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
