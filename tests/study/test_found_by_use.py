"""What people who tried to break it found; each was wrong once."""

import json

import numpy as np
import polars as pl
import pytest

from patrolwise.demo import demo_street_folder, demo_study_area
from patrolwise.errors import InputError
from patrolwise.evaluation.robust import AreaPeriods, estimate_ratio_of_ratios
from patrolwise.files.areas import read_outline
from patrolwise.reporting.pdf import make_report_pdf
from patrolwise.study.writing import results_document


def boxes(*corners):
    """GeoJSON of squares by their (west, south) corners, 0.003 of a degree wide."""
    features = []
    for k, (west, south) in enumerate(corners):
        ring = [(0, 0), (0.003, 0), (0.003, 0.003), (0, 0.003), (0, 0)]
        places = [[west + x, south + y] for x, y in ring]
        geometry = {"type": "Polygon", "coordinates": [places]}
        features.append(
            {"type": "Feature", "properties": {"area_id": str(k)}, "geometry": geometry}
        )
    return json.dumps({"type": "FeatureCollection", "features": features})


def drawn(name):
    return (
        f'id = "drawn"\nfile = "{name}"\ndefinition = "all-crime"\n'
        "chosen_on = { first = 2019-01-01, last = 2019-12-31 }"
    )


def test_hot_spots_that_overlap_are_refused_with_their_names(calm, own_copy, tmp_path):
    world = own_copy(calm, tmp_path)
    (world.folder / "two.geojson").write_text(boxes((-1.13, 52.63), (-1.129, 52.631)), "utf-8")
    with pytest.raises(InputError, match="overlap: 0 and 1"):
        world.evaluate(hot_spots=drawn("two.geojson"), hot_spots__select=None, comparison="")


def test_hot_spots_far_from_every_crime_ask_about_the_coordinates(calm, own_copy, tmp_path):
    world = own_copy(calm, tmp_path)
    (world.folder / "far.geojson").write_text(boxes((-4.2, 55.8)), "utf-8")
    with pytest.raises(InputError, match="lies near the hot spots"):
        world.evaluate(hot_spots=drawn("far.geojson"), hot_spots__select=None, comparison="")


def test_no_crime_in_a_group_leaves_the_ratio_of_ratios_undefined():
    nothing = AreaPeriods(
        before=[0, 0, 0], after=[0, 0, 0], comparison_before=[3, 4, 5], comparison_after=[2, 4, 6]
    )
    assert estimate_ratio_of_ratios(nothing).value is None


def test_a_fault_that_quotes_a_row_goes_into_no_results(calm, own_copy, tmp_path):
    world = own_copy(calm, tmp_path)
    street = next(iter(sorted((world.folder / "street").glob("*.csv"))))
    bad = street.read_text("utf-8").splitlines()
    bad[1] = bad[1].replace("Violence and sexual offences", "Jane Victim told me", 1)
    if "Jane Victim" not in bad[1]:
        values = bad[1].split(",")
        values[9] = "Jane Victim told me"
        bad[1] = ",".join(values)
    (world.folder / "street" / "2023-01-made-street.csv").write_text("\n".join(bad), "utf-8")
    results = world.evaluate()
    assert any(guard.id == "file-faults" for guard in results.guards)
    assert "Jane" not in json.dumps(results_document(results))


def test_an_ordinary_boundary_file_without_ids_serves_as_an_outline(tmp_path):
    document = json.loads(demo_study_area().read_text("utf-8"))
    for feature in document["features"]:
        feature["properties"] = {"lad19nm": "Leicester"}
        feature.pop("id", None)
    path = tmp_path / "boundary.geojson"
    path.write_text(json.dumps(document), "utf-8")
    assert read_outline(path).shape.equals(read_outline(demo_study_area()).shape)


def test_fewer_comparison_cells_than_asked_for_are_told(calm):
    results = calm.evaluate(comparison="match = 99999\ndeclared = 2019-01-01")
    told = [guard.message for guard in results.guards if guard.id == "areas-changed"]
    assert len(told) == 1
    assert told[0].startswith("99999 comparison cells were asked for; ")


def test_a_size_does_not_go_with_h3(calm):
    with pytest.raises(InputError, match="size_m does not go with h3"):
        calm.evaluate(
            hot_spots__select=(
                'shape = "h3"\nsize_m = 9\ndefinition = "all-crime"\n'
                "window = { first = 2019-01-01, last = 2019-12-31 }\n"
                'study_area = "study-area.geojson"'
            )
        )


def test_a_repaired_polygon_is_told(calm, own_copy, tmp_path):
    world = own_copy(calm, tmp_path)
    area = json.loads((world.folder / "study-area.geojson").read_text("utf-8"))
    ring = area["features"][0]["geometry"]["coordinates"][0]
    (x1, y1), (x2, y2) = ring[0], ring[1]
    # a loop half way along the first side, crossing it
    middle_x, middle_y = (x1 + x2) / 2, (y1 + y2) / 2
    along_x, along_y = (x2 - x1) / 50, (y2 - y1) / 50
    ring.insert(1, [middle_x + along_x, middle_y + along_y])
    ring.insert(2, [middle_x + along_y, middle_y - along_x])
    ring.insert(3, [middle_x - along_y, middle_y + along_x])
    (world.folder / "study-area.geojson").write_text(json.dumps(area), "utf-8")
    if not read_outline(world.folder / "study-area.geojson").notes:
        pytest.fail("the ring was meant to cross itself")
    results = world.evaluate()
    assert any(guard.id == "areas-changed" for guard in results.guards)


def test_letters_that_the_pdf_fonts_lack_do_not_lose_the_report(make_any_results):
    pdf = make_report_pdf(make_any_results("Hot spots of 中山路 😀 and Łódź Street"))
    assert pdf.startswith(b"%PDF")


@pytest.fixture
def make_any_results(calm):
    from dataclasses import replace

    results = calm.evaluate()
    return lambda title: replace(results, title=title)


def test_points_on_edges_of_neighbouring_cells_are_counted_once():
    from patrolwise.files.crimes import read_crimes
    from patrolwise.places import Grid, areas_from_geometries, locate_points

    crimes = read_crimes(demo_street_folder()).crimes.head(3000)
    x = crimes["x"].to_numpy().round(-2)  # to 100 m: half of them lie on the lines of the grid
    y = crimes["y"].to_numpy().round(-2)
    grid = Grid()
    cells = np.unique(grid.cells_at(x, y))
    around = np.unique(
        np.concatenate([grid.cells_at(x + dx, y + dy) for dx in (-1, 0) for dy in (-1, 0)])
    )
    areas = areas_from_geometries([str(c) for c in around], list(grid.polygons(around)))
    points, _ = locate_points(x, y, areas)
    assert len(points) == len(x)
    assert len(cells) > 0
    assert pl.Series(points).n_unique() == len(x)


def test_hot_spots_whose_few_crimes_lack_a_weight_are_coverage_and_no_refusal():
    from patrolwise.harm import starting_points_index
    from patrolwise.study.harm_scores import check_weighed, score_with
    from patrolwise.tables import CRIMES, make_table

    codes = ["8N", "ZZ", "ZZ"]
    crimes = make_table(
        CRIMES,
        pl.DataFrame(
            {"force": "A", "offence_code": codes, "source": "f", "row": [2, 3, 4]}
        ).with_columns(month=pl.lit("2024-01-01").str.to_date()),
    )
    index = starting_points_index()
    check_weighed(crimes, index)  # some have one
    check_weighed(crimes.clear(), index)
    there = score_with(crimes.filter(pl.col("offence_code") == "ZZ"), index)
    assert (there.total, there.coverage) == (0.0, 0.0)
    with pytest.raises(InputError, match="none of the 2 crimes"):
        check_weighed(crimes.filter(pl.col("offence_code") == "ZZ"), index)
