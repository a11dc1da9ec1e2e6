"""Real months: the counts of the README of the data, and the demonstration sample."""

import gzip
import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import shapely

from patrolwise.demo import demo_folder, demo_offence_mix, demo_street_folder, demo_study_area
from patrolwise.files import read_areas, read_crimes
from patrolwise.places import locate_points, to_longitude_latitude, union_of

REPO = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data"))


def months_of(force):
    paths = sorted(SHARED.glob(f"police-uk/*/*-{force}-street.csv.gz"))
    if not paths:
        pytest.skip(f"needs the shared street files of {force}")
    return paths


@pytest.fixture(scope="module")
def leicestershire():
    return read_crimes(months_of("leicestershire"))


def test_leicestershire_has_the_rows_and_gaps_its_readme_says(leicestershire):
    quality = leicestershire.quality
    assert (len(quality.files), quality.faults) == (41, ())
    assert quality.rows_read == 355_866
    assert sum(quality.missing_coordinates.values()) == 8_952
    assert quality.missing_coordinates[date(2020, 3, 1)] / 8_146 == pytest.approx(0.142, abs=5e-4)
    assert quality.blank_places == 5_286
    assert len(quality.missing_months["Leicestershire Police"]) == 26
    assert quality.snap_point_change


def test_leicestershire_has_the_repetitions_its_readme_says(leicestershire):
    quality = leicestershire.quality
    assert (quality.repeated_ids, quality.repeated_id_rows) == (8, 18)
    assert quality.repeated_id_rows_dropped == 10
    assert (quality.asb_rows, quality.identical_asb_rows) == (40_470, 9_729)
    assert quality.rows_kept == leicestershire.crimes.height == 355_856


def test_a_plain_reader_finds_the_same_rows(leicestershire):
    """The slow twin for one month: the csv module, line by line."""
    import csv

    path = next(p for p in months_of("leicestershire") if "2022-06" in p.name)
    rows = list(csv.DictReader(gzip.decompress(path.read_bytes()).decode().splitlines()))
    crimes = leicestershire.crimes.filter(source=path.name)
    assert crimes.height == len(rows)
    for line, crime in list(enumerate(rows, start=2))[::97]:
        found = crimes.row(by_predicate=pl.col("row") == line, named=True)
        assert found["crime_id"] == (crime["Crime ID"] or None)
        assert found["lsoa"] == (crime["LSOA code"] or None)
        if crime["Longitude"]:
            longitude, latitude = to_longitude_latitude([found["x"]], [found["y"]])
            assert longitude[0] == pytest.approx(float(crime["Longitude"]), abs=1e-6)
            assert latitude[0] == pytest.approx(float(crime["Latitude"]), abs=1e-6)
        else:
            assert found["x"] is None


def test_some_rows_lie_outside_the_force_area():
    borders = SHARED / "geo" / "police_force_areas_2023_buc.geojson.gz"
    paths = months_of("leicestershire")[-1:]
    if not borders.exists():
        pytest.skip("needs the shared force areas")
    document = gzip.decompress(borders.read_bytes()).decode()
    id_property = next(k for k in ("PFA23CD", "pfa23cd", "PFA23NM") if f'"{k}"' in document)
    areas = read_areas(borders, id_property=id_property).areas
    force = areas.filter(pl.col("area_id").is_in(["E23000021", "Leicestershire"]))
    assert force.height == 1
    quality = read_crimes(paths, area=union_of(force)).quality
    assert quality.out_of_area is not None
    assert 0 < quality.out_of_area / quality.rows_read < 0.03
    assert quality.rows_kept == quality.rows_read


def test_lancashire_has_the_repetitions_its_readme_says():
    quality = read_crimes(months_of("lancashire")).quality
    assert (quality.repeated_ids, quality.repeated_id_rows) == (2_275, 4_607)
    assert quality.rows_read == quality.rows_kept + sum(quality.dropped.values())


def test_other_forces_files_in_one_folder_are_read_with_notes():
    if not (SHARED / "police-uk").exists():
        pytest.skip("needs the shared street files")
    for path in sorted((SHARED / "police-uk" / "other").glob("*stop-and-search.csv.gz")):
        with pytest.raises(Exception, match="is a stop-and-search file"):
            read_crimes(path)


# The sample that ships


@pytest.fixture(scope="module")
def demo():
    return read_crimes(demo_street_folder(), area=union_of(read_areas(demo_study_area()).areas))


def test_the_sample_is_small_and_whole(demo):
    size = sum(path.stat().st_size for path in demo_folder().rglob("*") if path.is_file())
    assert size <= 3_000_000
    assert (len(demo.quality.files), demo.quality.faults) == (31, ())
    assert demo.quality.rows_read == 49_564
    assert (demo.quality.first_month, demo.quality.last_month) == (
        date(2019, 12, 1),
        date(2022, 6, 1),
    )
    assert demo.quality.missing_months == {}


def test_the_sample_lies_in_its_study_area(demo):
    assert demo.quality.missing_coordinates == dict.fromkeys(demo.quality.rows_by_month, 0)
    areas = read_areas(demo_study_area()).areas
    crimes = demo.crimes
    inside, _ = locate_points(crimes["x"].to_numpy(), crimes["y"].to_numpy(), areas)
    # 6 decimals of a degree move the outline by 0.1 m
    assert crimes.height - len(set(inside.tolist())) <= 5
    assert shapely.area(union_of(areas)) == pytest.approx(3.14159 * 2_000**2, rel=0.01)


def test_the_sample_is_of_real_rows():
    paths = {p.name: p for p in months_of("leicestershire")}
    for sample in sorted(demo_street_folder().glob("*.gz"))[::10]:
        real = gzip.decompress(paths[sample.name].read_bytes()).splitlines()
        kept = gzip.decompress(sample.read_bytes()).splitlines()
        assert kept[0] == real[0]
        assert set(kept) <= set(real)


def test_the_offence_mix_has_three_years_and_no_zeros():
    mix = pl.read_csv(demo_offence_mix(), infer_schema_length=None)
    assert mix["fy"].unique().sort().to_list() == ["2019/20", "2020/21", "2021/22"]
    assert mix["n"].min() >= 1
    assert mix.select("fy", "offence_code").is_unique().all()
