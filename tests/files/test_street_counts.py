"""Street files of forces become counts by whole quarters, and can be compared."""

import csv
import zipfile
from datetime import date

import numpy as np
import polars as pl
import pytest

from patrolwise.benchmarking.forces import territorial_forces
from patrolwise.errors import InputError
from patrolwise.files.crimes import read_crimes
from patrolwise.files.street_counts import (
    PART,
    are_street_files,
    group_by_force,
    read_street_counts,
)
from patrolwise.study.benchmark import BenchmarkRequest, benchmark

TERRITORIAL = territorial_forces()
HEADER = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]
FORCES = ("Kent Police", "Essex Police", "Surrey Police", "Sussex Police", "Dorset Police",
          "Leicestershire Police")  # fmt: skip


def write(folder, month, force, robberies, nuisance=3):
    path = folder / month
    path.mkdir(exist_ok=True)
    slug = force.lower().replace(" police", "").replace(" ", "-")
    kinds = ["Robbery"] * robberies + ["Anti-social behaviour"] * nuisance
    with (path / f"{month}-{slug}-street.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for k, kind in enumerate(kinds):
            crime = f"{slug}{month}{k:058}" if kind == "Robbery" else ""
            rows.writerow([crime, month, force, force, -1.1, 52.6, "On or near A Street",
                           "E01000001", "A", kind, "", ""])  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(1)
    for month in ("2022-04", "2022-05", "2022-06", "2023-04", "2023-05", "2023-06"):
        for k, force in enumerate(FORCES):
            write(tmp_path, month, force, int(rng.poisson(12 + 4 * k)))
    write(tmp_path, "2023-07", "Kent Police", 5)
    return tmp_path


def test_whole_quarters_are_counted_by_category_and_the_rest_is_accounted_for(folder):
    assert are_street_files([folder])
    read = read_street_counts([folder])
    months = pl.concat(
        [pl.read_csv(path, infer_schema=False) for path in sorted(folder.rglob("*.csv"))]
    )
    expected = months.filter(
        pl.col("Reported by") == "Kent Police",
        pl.col("Crime type") == "Robbery",
        pl.col("Month").is_in(["2023-04", "2023-05", "2023-06"]),
    ).height
    robbery = read.recorded.filter(
        pl.col("force") == "Kent", pl.col("offence_code") == "street-robbery"
    )
    assert robbery["quarter"].to_list() == [date(2022, 4, 1), date(2023, 4, 1)]
    assert robbery["n"].to_list()[1] == expected
    assert robbery["offence_group"][0] == "Street-level: robbery"
    quality = read.quality
    assert quality.rows_read == months.height
    assert quality.dropped[PART] == 8
    assert quality.rows_kept + sum(quality.dropped.values()) == quality.rows_read
    assert read.recorded["n"].sum() == quality.rows_kept


def test_forces_are_compared_by_street_files_alone(folder):
    request = BenchmarkRequest(
        files=[folder], period="2023/24 Q1", baseline="2022/23 Q1", force="Leicestershire"
    )
    found = benchmark(request, progress=lambda _: None)
    assert {one.id for one in found.measures} == {
        "all-crime", "street-robbery", "street-anti-social-behaviour",
    }  # fmt: skip
    robbery = next(one for one in found.measures if one.id == "street-robbery")
    assert sum(one.z is not None for one in robbery.change.forces) == len(FORCES)
    crime = next(one for one in found.measures if one.id == "all-crime")
    observed = {one.force: one.observed for one in robbery.change.forces}
    assert {one.force: one.observed for one in crime.change.forces} == observed
    assert found.similar == ()
    assert "6 forces are too few" in found.similar_by


def test_kinds_are_not_mixed_and_what_cannot_be_counted_is_told(folder, tmp_path):
    other = tmp_path / "table.csv"
    other.write_text("fy,fq\n")
    street = next(folder.rglob("*kent-street.csv"))
    with pytest.raises(InputError, match="Their counts cannot be compared"):
        are_street_files([other, street])
    assert not are_street_files([other])
    with pytest.raises(InputError, match="all three months of a quarter"):
        read_street_counts([folder / "2023-07"])
    write(folder, "2023-08", "Narnia Police", 2)
    with pytest.raises(InputError, match="known as 'Narnia Police'"):
        read_street_counts([folder / "2023-08"])


def test_forces_are_counted_one_at_a_time_with_the_counts_of_all_at_once(folder):
    (folder / "2023-04" / "2023-04-kent-outcomes.csv").write_text("x\n")
    groups = group_by_force([folder])
    assert [len(group) for group in groups.groups] == [6, 6, 7, 6, 6, 6]
    together = read_crimes([folder]).crimes
    quarters = pl.col("month").dt.truncate("1q") != date(2023, 7, 1)
    read = read_street_counts([folder])
    assert read.recorded["n"].sum() == together.filter(quarters).height
    assert read.quality.notes[0] == "1 other files were not read."
    packed = folder / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.rglob("*-street.csv"):
            archive.write(path, path.name)
    assert len(group_by_force([packed]).groups) == 1
    assert read_street_counts([packed]).recorded.equals(read.recorded)


def test_a_month_that_could_be_counted_twice_is_refused_and_each_fault_is_told(folder):
    kent = folder / "2023-04" / "2023-04-kent-street.csv"
    copy = kent.with_name("2023-04-durham-street.csv")
    copy.write_bytes(kent.read_bytes())
    with pytest.raises(InputError, match="Kent 2023-04 is in files that are named for different"):
        read_street_counts([folder])
    copy.write_text("no header\n")
    kent.write_text("nor here\n")
    with pytest.raises(InputError) as told:
        read_street_counts([folder, folder / "gone"])
    for name in ("2023-04-kent-street.csv", "2023-04-durham-street.csv", "gone"):
        assert name in str(told.value)
    with pytest.raises(InputError, match="There is no street file"):
        read_street_counts([])


def test_notes_of_many_forces_are_not_all_listed(tmp_path):
    for month in ("2023-04", "2023-05", "2023-06"):
        for k in range(14):
            write(tmp_path, month, f"{TERRITORIAL[k]} Police", 3)
            path = (
                tmp_path / month / f"{month}-{TERRITORIAL[k].lower().replace(' ', '-')}-street.csv"
            )
            path.write_text(path.read_text().replace("-1.1,52.6", ","))
    notes = read_street_counts([tmp_path]).quality.notes
    assert notes[0].startswith("Avon")
    assert notes[-1].startswith("And ")
