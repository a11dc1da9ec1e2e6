"""Similar forces and populations: distances, lists, ties, and what is refused."""

from datetime import date, timedelta
from math import sqrt
from statistics import mean, stdev

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.benchmarking.populations import (
    POPULATIONS,
    find_population_faults,
    load_populations,
    populations_of_quarters,
)
from patrolwise.benchmarking.recorded_crime import RECORDED_CRIME
from patrolwise.benchmarking.similar_forces import describe_by_crime, find_similar, take_list
from patrolwise.errors import InputError
from patrolwise.files.populations import read_populations
from patrolwise.files.similar_forces import read_force_columns, read_similar_forces
from patrolwise.tables import make_table

WHOLE = st.integers(0, 30)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=3, max_size=8), st.floats(0.1, 5))
def test_the_nearest_are_those_that_a_loop_over_pairs_finds(rows, weight):
    columns = pl.DataFrame(rows, schema=["a", "b"], orient="row").with_columns(
        force=pl.Series([f"F{at}" for at in range(len(rows))])
    )
    if any(columns[name].n_unique() == 1 for name in "ab"):
        return
    k = len(rows) - 1
    found = find_similar(columns.sort("a"), k, {"b": weight})
    spread = [(mean(column), stdev(column)) for column in zip(*rows, strict=True)]
    z = [[(v - m) / s for v, (m, s) in zip(one, spread, strict=True)] for one in rows]
    for at in range(len(rows)):
        by_hand = sorted(
            (round(sqrt((z[at][0] - o[0]) ** 2 + weight * (z[at][1] - o[1]) ** 2), 9), f"F{to}")
            for to, o in enumerate(z)
            if to != at
        )
        own = found.filter(force=f"F{at}")
        assert own["distance"].to_list() == pytest.approx([d for d, _ in by_hand], abs=1e-8)
        assert own["rank"].to_list() == list(range(1, k + 1))
        if len({d for d, _ in by_hand}) == k:
            assert own["similar"].to_list() == [name for _, name in by_hand]


def test_forces_equally_far_come_by_name():
    columns = pl.DataFrame({"force": ["C", "B", "A", "D"], "x": [3.0, 2.0, 1.0, 2.0]})
    assert find_similar(columns, 2).filter(force="A")["similar"].to_list() == ["B", "D"]
    assert find_similar(columns, 1).filter(force="B")["similar"].to_list() == ["D"]


def test_all_that_is_wrong_with_columns_is_told():
    columns = pl.DataFrame(
        {"force": ["A", "A", "B"], "same": [1, 1, 1], "hole": [1.0, None, 2.0], "word": list("xyz")}
    )
    with pytest.raises(InputError) as caught:
        find_similar(columns, 3, {"other": 1.0, "same": 0.0})
    for part in (
        "A is there more than once",
        "k must be 1 to 2 of 3 forces, got 3",
        "Column same is the same for all",
        "Column hole has no number for A",
        "Column word is String, no number",
        "Weight other names no column",
        "Weight same must be above 0",
    ):
        assert part in str(caught.value)
    with pytest.raises(InputError, match="It has force; give force and numbers"):
        find_similar(columns.select("force"), 1)


def test_a_list_keeps_its_order_and_is_checked():
    pairs = pl.DataFrame({"force": ["A", "B", "A"], "similar": ["C", "A", "B"]})
    assert take_list(pairs).rows() == [
        ("A", "C", 1, None), ("B", "A", 1, None), ("A", "B", 2, None)]  # fmt: skip
    wrong = pl.DataFrame({"force": ["A", "B", "B"], "similar": ["A", "C", "C"]})
    with pytest.raises(InputError, match=r"(?s)A is listed as similar to itself.*B and C are"):
        take_list(wrong)


def test_crime_alone_describes_forces_that_are_whole_in_the_window():
    def rows(force, days, robberies, thefts):
        return [
            (force, day, *kind, n)
            for day in days
            for kind, n in (
                (("34B", "Robbery", "Robbery of personal property"), robberies),
                (("46", "Theft offences", "Shoplifting"), thefts),
                (("53C", "Fraud offences", "Fraud: Action Fraud"), 999),
            )
        ]

    days = [date(2019, 4, 1), date(2019, 7, 1)]
    table = pl.DataFrame(
        rows("Kent", days, 10, 90)
        + rows("Essex", days, 20, 180)
        + rows("Sussex", days[:1], 1, 1)
        + rows("Action Fraud", days, 1, 1),
        schema=RECORDED_CRIME.schema,
        orient="row",
    )
    described = describe_by_crime(table, date(2019, 4, 1), date(2020, 4, 1))
    assert described["force"].to_list() == ["Essex", "Kent"]
    assert described["Robbery"].to_list() == [0.1, 0.1]
    assert described.columns == ["force", "Robbery", "Theft offences", "log of all crime"]
    with pytest.raises(InputError, match="No force has recorded crime"):
        describe_by_crime(table, date(2000, 4, 1), date(2001, 4, 1))


def test_files_of_columns_and_lists_name_forces_as_we_do(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text(
        "Force,Density\nLondon, City of,1\n".replace("London, City of", '"London, City of"')
    )
    assert read_force_columns(path, ["density"]).rows() == [("City of London", 1.0)]
    path.write_text("force,density\nAction Fraud,1\nFife,2\n")
    with pytest.raises(InputError, match=r"(?s)Row 2, column force is 'Action Fraud'.*Row 3"):
        read_force_columns(path, ["density"])
    path.write_text("force,similar\nKent,Fife\nRutland,Essex\n")
    with pytest.raises(InputError, match=r"(?s)Row 3, column force.*Row 2, column similar"):
        read_similar_forces(path)
    path.write_text("force,similar\nKent,Kent\n")
    with pytest.raises(InputError, match=r"places.csv: List of similar forces: Kent is listed"):
        read_similar_forces(path)


def test_shipped_populations_add_up_to_what_was_published():
    shipped = load_populations()
    assert (shipped.height, shipped["year"].unique().to_list()) == (43, [2024])
    assert shipped["population"].sum() == 61_806_682  # ONS, England and Wales, mid-2024
    assert find_population_faults(shipped) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1000, 1050), min_size=1, max_size=4))
def test_people_of_a_quarter_lie_straight_between_two_junes(people):
    years = list(range(2019, 2019 + len(people)))
    table = make_table(
        POPULATIONS, {"force": ["Kent"] * len(people), "year": years, "population": people}
    )
    quarters = [date(year, month, 1) for year in range(2018, 2024) for month in (1, 4, 7, 10)]
    for _, day, found, is_held in populations_of_quarters(table, quarters).rows():
        middle = day + timedelta(days=45)
        junes = [date(year, 6, 30) for year in years]
        if not junes[0] <= middle <= junes[-1]:
            assert (found, is_held) == (people[0] if middle < junes[0] else people[-1], True)
            continue
        at = max(k for k, june in enumerate(junes) if june <= middle)
        share = 0 if middle == junes[at] else (middle - junes[at]) / (junes[at + 1] - junes[at])
        step = people[at + 1] - people[at] if share else 0
        assert (found, is_held) == (pytest.approx(people[at] + share * step), False)


def test_all_that_is_wrong_with_populations_is_told(tmp_path):
    rows = {"force": ["Kent"] * 3, "year": [2020, 2020, 2021], "population": [5, 6, 0]}
    with pytest.raises(InputError, match=r"(?s)Kent has 0 people in 2021.*Kent has 2020 more"):
        populations_of_quarters(make_table(POPULATIONS, rows), [])
    assert populations_of_quarters(make_table(POPULATIONS), []).is_empty()
    city = {"force": ["City of London"] * 2, "year": [2020, 2021], "population": [9_000, 15_000]}
    assert find_population_faults(make_table(POPULATIONS, city)) == []
    path = tmp_path / "people.csv"
    path.write_text("force,year,population\nKent,24,1000\nFife,2024,10.5\n")
    with pytest.raises(InputError) as caught:
        read_populations(path)
    for part in ("column force is 'Fife'", "column year is 24", "column population is 10.5"):
        assert part in str(caught.value)
    path.write_text('force,year,population\nKent Police,2024,"1,000"\n')
    assert read_populations(path).rows() == [("Kent", 2024, 1000)]
    path.write_text("force,year,population\nKent,2022,1000\nKent,2024,1500\n")
    with pytest.raises(InputError, match=r"people.csv: Kent has 1,000 people in 2022 and 1,500"):
        read_populations(path)
