"""What the force's own mix says of categories, and when it says nothing."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.harm import (
    HARM_WEIGHTS,
    RECORDED_MIX,
    HarmIndex,
    coverage_of,
    estimate_category_weights,
    find_categories,
    leicestershire_mix,
    read_found_by,
    starting_points_index,
)
from patrolwise.tables import make_table

SLUGS = {
    "bicycle-theft",
    "burglary",
    "criminal-damage-and-arson",
    "drugs",
    "other-crime",
    "other-theft",
    "possession-of-weapons",
    "public-order",
    "robbery",
    "shoplifting",
    "theft-from-the-person",
    "vehicle-crime",
    "violence-and-sexual-offences",
}
VIOLENCE, ROBBERY, DRUGS = "Violence against the person", "Robbery", "Drug offences"


def mix_of(*rows):
    """Return a mix of: year, code, group, number."""
    fy, codes, groups, n = zip(*rows, strict=True) if rows else ((), (), (), ())
    text = {"fy": fy, "offence_code": codes, "offence_description": codes}
    text |= {"offence_group": groups, "offence_subgroup": ["some sub-group"] * len(rows)}
    data = {name: pl.Series(values, dtype=pl.String) for name, values in text.items()}
    return make_table(RECORDED_MIX, data | {"n": pl.Series(n, dtype=pl.Int64)})


def index_of(**days):
    """Return an index of invented weights; low is half, high is double."""
    weights = {
        "offence_code": [code.strip("_") for code in days],
        "offence": list(days),
        "days": [float(d) for d in days.values()],
        "low": [d / 2 for d in days.values()],
        "high": [d * 2.0 for d in days.values()],
        "rows": [3] * len(days),
    }
    return HarmIndex(
        name="invented",
        title="Invented",
        version="2024",
        weights=make_table(HARM_WEIGHTS, weights),
        source="a test",
        licence="none",
    )


INDEX = index_of(_8N=10, _1=1000, _34B=40, _92E=3)


def row_of(found, category):
    return found.weights.filter(category=category).row(0, named=True)


def test_coverage_counts_offences_and_names_what_is_missing():
    mix = mix_of(
        ("2021/22", "8N", VIOLENCE, 6),
        ("2021/22", "8U", VIOLENCE, 3),
        ("2021/22", "8T", VIOLENCE, 1),
        ("2021/22", "8V", VIOLENCE, 0),
    )
    coverage = coverage_of(mix, INDEX)
    assert (coverage.weighed, coverage.offences, coverage.share) == (6, 10, 0.6)
    assert coverage.missing["offence_code"].to_list() == ["8U", "8T"]


def test_nothing_recorded_is_covered_by_nothing():
    coverage = coverage_of(mix_of(), INDEX)
    assert (coverage.share, coverage.missing.height) == (0.0, 0)


def test_a_category_weighs_the_mean_of_its_offences():
    mix = mix_of(("2021/22", "8N", VIOLENCE, 99), ("2021/22", "1", VIOLENCE, 1))
    row = row_of(estimate_category_weights(mix, INDEX), "violence-and-sexual-offences")
    assert row["days"] == pytest.approx(19.9)
    assert (row["rule_low"], row["rule_high"]) == (pytest.approx(9.95), pytest.approx(39.8))
    assert (row["coverage"], row["offences"], row["found_by"]) == (1.0, 100, None)


def test_the_range_over_years_is_apart_from_that_of_the_rule():
    mix = mix_of(
        ("2020/21", "8N", VIOLENCE, 1),
        ("2021/22", "8N", VIOLENCE, 1),
        ("2021/22", "1", VIOLENCE, 1),
        ("2022/23", "8N", VIOLENCE, 3),
        ("2022/23", "1", VIOLENCE, 1),
    )
    found = estimate_category_weights(mix, INDEX, fy="2022/23")
    row = row_of(found, "violence-and-sexual-offences")
    assert (row["mix_low"], row["days"], row["mix_high"]) == (10.0, 257.5, 505.0)
    assert (row["rule_low"], row["rule_high"]) == (128.75, 515.0)
    assert found.years == ("2020/21", "2021/22", "2022/23")


def test_the_last_year_gives_the_weights_unless_another_is_named():
    mix = mix_of(("2020/21", "8N", VIOLENCE, 1), ("2021/22", "1", VIOLENCE, 1))
    assert estimate_category_weights(mix, INDEX).fy == "2021/22"
    named = estimate_category_weights(mix, INDEX, fy="2020/21")
    assert row_of(named, "violence-and-sexual-offences")["days"] == 10.0
    assert named.label == "estimate from the force's offence mix of 2020/21 (invented@2024)"
    assert named.is_estimate


@pytest.mark.parametrize(("known", "stands"), [(50, True), (49, False)])
def test_a_category_of_which_less_than_half_is_weighed_has_no_weight(known, stands):
    mix = mix_of(("2021/22", "8N", VIOLENCE, known), ("2021/22", "8U", VIOLENCE, 100 - known))
    mix = pl.concat([mix, mix_of(("2020/21", "8N", VIOLENCE, 5))])
    row = row_of(estimate_category_weights(mix, INDEX), "violence-and-sexual-offences")
    assert row["coverage"] == known / 100
    filled = [row[name] is not None for name in ("days", "mix_low", "mix_high", "rule_low")]
    assert filled == [stands] * 4


def test_an_unweighed_category_is_not_in_the_lookup():
    found = estimate_category_weights(mix_of(("2021/22", "34B", ROBBERY, 5)), INDEX)
    assert found.weights.height == 13
    assert found.lookup["key"].to_list() == ["robbery"]


def test_a_category_found_by_police_throughout_says_so_even_where_a_code_has_no_weight():
    mix = mix_of(("2021/22", "92E", DRUGS, 9), ("2021/22", "92C", DRUGS, 1))
    assert row_of(estimate_category_weights(mix, INDEX), "drugs")["found_by"] == "police"


def test_a_category_found_by_police_in_part_is_not_left_out():
    mix = mix_of(("2021/22", "92E", DRUGS, 9), ("2021/22", "8N", DRUGS, 1))
    assert row_of(estimate_category_weights(mix, INDEX), "drugs")["found_by"] is None


def test_a_year_that_the_mix_lacks_is_refused_with_those_it_has():
    mix = mix_of(("2021/22", "8N", VIOLENCE, 1))
    with pytest.raises(InputError, match="no year 2030/31; it has 2021/22"):
        estimate_category_weights(mix, INDEX, fy="2030/31")


def test_an_empty_mix_is_refused():
    with pytest.raises(InputError, match="it has none"):
        estimate_category_weights(mix_of(), INDEX)


def test_fraud_has_no_category():
    mix = mix_of(("2021/22", "AF", "Fraud offences", 5))
    assert find_categories(mix).to_list() == [None]


def test_every_offence_that_leicestershire_recorded_has_a_category():
    found = find_categories(leicestershire_mix())
    assert set(found) == SLUGS


def test_no_category_is_left_out_in_part():
    # `score_categories` leaves a category out whole, so the declared lists must agree.
    mix = leicestershire_mix()
    codes = mix.with_columns(find_categories(mix)).join(
        read_found_by().select("offence_code", "found_by"), on="offence_code", how="left"
    )
    kinds = codes.group_by("category").agg(pl.col("found_by").fill_null("public").unique())
    assert kinds["found_by"].list.len().max() == 1


def test_the_shipped_index_and_mix_weigh_all_13_categories():
    found = estimate_category_weights(leicestershire_mix(), starting_points_index(), fy="2021/22")
    assert set(found.lookup["key"]) == SLUGS
    left_out = found.weights.drop_nulls("found_by")["category"].to_list()
    assert left_out == ["drugs", "possession-of-weapons", "shoplifting"]


def test_the_shipped_index_covers_what_its_page_says():
    mix, index = leicestershire_mix(), starting_points_index()
    covered = coverage_of(mix.filter(fy="2021/22"), index)
    assert (covered.weighed, covered.offences) == (92_871, 100_581)


ROWS = st.tuples(
    st.sampled_from(["2020/21", "2021/22"]),
    st.sampled_from(["8N", "1", "34B", "8U"]),
    st.sampled_from([VIOLENCE, ROBBERY]),
    st.integers(0, 50),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(ROWS, min_size=1, max_size=15))
def test_estimates_are_those_of_a_plain_loop(rows):
    days = {"8N": 10.0, "1": 1000.0, "34B": 40.0}
    found = estimate_category_weights(mix_of(*rows), INDEX)
    for group, slug in ((VIOLENCE, "violence-and-sexual-offences"), (ROBBERY, "robbery")):
        mine = [(code, n) for fy, code, g, n in rows if g == group and fy == found.fy]
        everything = sum(n for _, n in mine)
        known = sum(n for code, n in mine if code in days)
        harm = sum(n * days[code] for code, n in mine if code in days)
        row = row_of(found, slug)
        assert row["offences"] == everything
        if known and known / everything >= 0.5:
            assert row["days"] == pytest.approx(harm / known)
            assert row["mix_low"] <= row["days"] <= row["mix_high"]
        else:
            assert row["days"] is None
