"""Forces, sub-groups, measures and periods: what counts where, and what is not known."""

import itertools
import random
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from patrolwise.benchmarking.forces import find_force, load_forces, territorial_forces
from patrolwise.benchmarking.measures import (
    count_measure,
    count_measures,
    find_measure,
    load_measures,
)
from patrolwise.benchmarking.period_counts import (
    MEASURE_COUNTS,
    PERIOD_COUNTS,
    counts_of_periods,
)
from patrolwise.benchmarking.recorded_crime import (
    RECORDED_CRIME,
    load_subgroup_changes,
    rename_subgroups,
)
from patrolwise.errors import InputError
from patrolwise.tables import make_table

KINDS = (
    ("34B", "Robbery", "Robbery of personal property"),
    ("34A", "Robbery", "Robbery of business property"),
    ("8N", "Violence against the person", "Violence with injury"),
    ("28I", "Theft offences", "Residential burglary"),
    ("53C", "Fraud offences", "Fraud: Action Fraud"),
)
FORCES = ("Kent", "Essex", "Leicestershire", "Action Fraud")
QUARTERS_AROUND = [date(year, month, 1) for year in range(2018, 2027) for month in (1, 4, 7, 10)]
QUARTERS = QUARTERS_AROUND[4:28]  # 2019 to 2024


def made_up(seed=1):
    draw = random.Random(seed)
    rows = [
        (force, quarter, *kind, draw.randrange(-1, 50))
        for force, quarter, kind in itertools.product(FORCES, QUARTERS, KINDS)
        if draw.random() < 0.4
    ]
    return pl.DataFrame(rows, schema=RECORDED_CRIME.schema, orient="row")


def test_a_force_is_known_by_any_of_its_names():
    forces = load_forces()
    assert forces["force"].n_unique() == 48
    assert len(territorial_forces()) == 43
    assert forces.filter("is_territorial")["region"].n_unique() == 10
    assert forces.filter("is_territorial")["area_code"].n_unique() == 43
    for spelling, force in {
        "City of London Police": "City of London",
        "london city of": "City of London",
        "Metropolitan": "Metropolitan Police",
        "Metropolitan Police Service": "Metropolitan Police",
        "Dyfed Powys": "Dyfed-Powys",
        "hampshire-and-isle-of-wight constabulary": "Hampshire",
        "CIFAS": "Cifas",
        "BTP": "British Transport Police",
    }.items():
        assert find_force(spelling) == force
    assert find_force("Police") is None


def test_a_sub_group_that_is_not_in_the_list_stays_as_it_is():
    rows = pl.DataFrame(
        {
            "offence_code": ["8N", "4.4", "30A", None],
            "offence_subgroup": ["Violence with injury"] * 2 + ["Non-domestic burglary", None],
        }
    )
    assert rename_subgroups(rows)["offence_subgroup"].to_list() == [
        "Violence with injury",
        "Death or serious injury - unlawful driving",
        "Non-residential burglary",
        None,
    ]
    same = rows.head(1)
    assert rename_subgroups(same) is same
    assert (
        load_subgroup_changes()
        .null_count()
        .select(pl.exclude("offence_code"))
        .sum_horizontal()
        .item()
        == 0
    )


def test_counts_are_those_that_a_loop_over_rows_gives():
    recorded = made_up()
    measures = [*load_measures().values()]
    found = count_measures(recorded, measures)
    by_hand = {}
    for measure in measures:
        for force, quarter, *kind, n in recorded.rows():
            if force in territorial_forces() and quarter >= (measure.starts or date.min):
                cell = (measure.id, force, quarter)
                by_hand[cell] = by_hand.get(cell, 0) + (n if measure.takes(*kind) else 0)
    assert {row[:3]: row[3] for row in found.rows()} == by_hand
    assert found.height == len(by_hand)


def test_a_quarter_without_rows_is_not_known_and_one_without_the_offence_is_nought():
    recorded = made_up().filter(force="Kent").filter(pl.col("offence_code") == "34B").head(1)
    assert count_measure(recorded, find_measure("robbery")).height == 1
    assert count_measure(recorded, find_measure("homicide"))["n"].to_list() == [0]
    assert count_measure(recorded, find_measure("robbery"), ["Essex"]).is_empty()
    assert count_measures(recorded, []).is_empty()
    with pytest.raises(InputError, match="recorded lacks force"):
        count_measure(pl.DataFrame({"n": [1]}), find_measure("robbery"))


def test_the_registry_has_what_the_design_asks_for():
    measures = load_measures()
    assert len(measures) >= 24
    assert measures["possession-of-weapons"].direction_good == "neutral"
    assert measures["all-crime"].takes("8N", "Violence against the person", "Violence with injury")
    assert not measures["all-crime"].takes("AF", "Fraud offences", "Fraud: Action Fraud")
    assert measures["burglary-of-a-home"].baseline_days == (date(2023, 4, 1), date(2024, 4, 1))
    injury = replace(measures["violence-with-injury"], not_codes=("8N",))
    assert not injury.takes("8N", "Violence against the person", "Violence with injury")
    with pytest.raises(InputError, match=r"no measure knives. Choose one of violence-with-injury"):
        find_measure("knives")
    assert find_measure("mine", {"mine": injury}) is injury


def test_a_measure_refuses_to_be_wrong():
    measure = find_measure("robbery")
    with pytest.raises(InputError) as caught:
        replace(measure, direction_good="left", min_count=-1, lag_months=-1, baseline=("2019", "x"))
    for part in ("direction_good is 'left'", "min_count is -1", "lag_months is -1", "two years"):
        assert part in str(caught.value)
    with pytest.raises(InputError, match="first year comes after"):
        replace(measure, baseline=("2020/21", "2019/20"))


def test_periods_are_whole_or_have_no_count():
    counts = count_measures(
        made_up(3), [find_measure("robbery"), find_measure("burglary-of-a-home")]
    )
    cells = {row[:3]: row[3] for row in counts.rows()}
    for kind, length in (("financial year", 4), ("quarter", 1), ("rolling year", 4)):
        found = counts_of_periods(counts, kind)
        assert found.schema == make_table(PERIOD_COUNTS).schema
        for measure, force, _, first, last, quarters, is_whole, n in found.rows():
            at = QUARTERS_AROUND.index(first)
            days = QUARTERS_AROUND[at : at + length]
            known = [cells[cell] for day in days if (cell := (measure, force, day)) in cells]
            assert (quarters, is_whole) == (len(known), len(known) == length)
            assert n == (sum(known) if is_whole else None)
            assert (last - first).days in ((364, 365) if length == 4 else (89, 90, 91))
    years = counts_of_periods(counts, "financial year").filter(measure="robbery", force="Kent")
    assert years["period"].to_list()[:2] == ["2018/19", "2019/20"]
    rolling = counts_of_periods(counts, "rolling year").filter(measure="robbery", force="Kent")
    assert rolling["period"][0] == "year to 31 December 2019"
    assert rolling["last"].max() == date(2024, 12, 31)
    quarter = counts_of_periods(counts, "quarter").filter(first=date(2020, 1, 1))
    assert quarter["period"].unique().to_list() == ["2019/20 Q4"]


def test_a_period_is_of_a_kind_and_nothing_has_no_periods():
    nothing = make_table(MEASURE_COUNTS)
    assert counts_of_periods(nothing, "quarter").is_empty()
    with pytest.raises(InputError, match="A period is one of financial year"):
        counts_of_periods(nothing, "month")
