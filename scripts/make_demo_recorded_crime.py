"""Make the sample of recorded crime that ships with Patrolwise, from the shared data folder.

    python scripts/make_demo_recorded_crime.py ../shared/data

Writes src/patrolwise/demo/recorded-crime: one file a financial year, the 43 territorial forces, and
the offences of four measures. Rows and values as they were. The same input gives the same bytes.
"""

import gzip
import sys
from pathlib import Path

import polars as pl

from patrolwise.benchmarking.forces import find_force, territorial_forces
from patrolwise.benchmarking.measures import find_measure
from patrolwise.benchmarking.recorded_crime import rename_subgroups

YEARS = ("2019/20", "2020/21", "2021/22", "2022/23", "2023/24")
MEASURES = ("homicide", "violence-with-injury", "robbery", "possession-of-weapons")
FOLDER = Path(__file__).resolve().parent.parent / "src" / "patrolwise" / "demo" / "recorded-crime"


def main() -> None:
    """Write the files."""
    source = Path(sys.argv[1]) / "reference" / "prc_pfa_quarterly_2012-2025.csv.gz"
    given = pl.read_csv(source, infer_schema=False)
    measures = [find_measure(one) for one in MEASURES]
    key = ["offence_code", "offence_group", "offence_subgroup"]
    kinds = rename_subgroups(given.select(key)).rows()
    is_in = [any(measure.takes(*kind) for measure in measures) for kind in kinds]
    known = [find_force(name) in territorial_forces() for name in given["force"]]
    kept = given.filter(pl.Series(is_in) & pl.Series(known))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for year in YEARS:
        text = kept.filter(pl.col("fy") == year).write_csv().encode()
        packed = gzip.compress(text, compresslevel=9, mtime=0)
        name = f"recorded-crime-{year.replace('/', '-')}.csv.gz"
        (FOLDER / name).write_bytes(packed)


if __name__ == "__main__":
    main()
