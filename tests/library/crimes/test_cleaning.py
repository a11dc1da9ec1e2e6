"""Cleaning: names become slugs, codes become the Home Office's, and ids are compared."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.crimes import (
    clean_categories,
    clean_offence_codes,
    count_identical_asb,
    find_repeated_ids,
)
from patrolwise.definitions import OPEN_DATA_CATEGORIES, known_offence_codes
from patrolwise.tables import CRIMES, make_table

MONTHS = [date(2022, m, 1) for m in (1, 2, 3)]


def crimes_of(rows):
    """Rows are (crime_id, month, category, place, x)."""
    names = ("crime_id", "month", "category", "place", "x")
    frame = pl.DataFrame(
        rows,
        schema=dict(
            zip(names, (pl.String, pl.Date, pl.String, pl.String, pl.Float64), strict=True)
        ),
        orient="row",
    )
    return make_table(
        CRIMES,
        frame.with_columns(force=pl.lit("A"), source=pl.lit("f"), y="x").with_row_index("row", 2),
    )


def copies_by_hand(rows):
    """The slow twin: walk the rows, and look for the same crime in an earlier month."""
    return [
        crime_id is not None
        and any(other[0] == crime_id and other[2:] == rest and other[1] < month for other in rows)
        for crime_id, month, *rest in ((r[0], r[1], *r[2:]) for r in rows)
        for rest in [tuple(rest)]
    ]


ROW = st.tuples(
    st.sampled_from(["a", "b", None]),
    st.sampled_from(MONTHS),
    st.sampled_from(["robbery", "drugs", "anti-social-behaviour"]),
    st.sampled_from(["Road", None]),
    st.sampled_from([1.0, 2.0, None]),
)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Violence and sexual offences", "violence-and-sexual-offences"),
        ("Anti-social behaviour", "anti-social-behaviour"),
        ("Theft from the person", "theft-from-the-person"),
        ("Criminal damage and arson", "criminal-damage-and-arson"),
        ("criminal-damage-arson", "criminal-damage-and-arson"),
        ("Violent crime", "violence-and-sexual-offences"),
        ("Public disorder and weapons", "public-order"),
        ("  BURGLARY ", "burglary"),
        ("Piracy", None),
        ("", None),
    ],
)
def test_category_names_become_slugs(name, slug):
    assert clean_categories(pl.Series([name])).to_list() == [slug]


def test_slugs_stay_slugs():
    assert clean_categories(pl.Series(OPEN_DATA_CATEGORIES)).to_list() == list(OPEN_DATA_CATEGORIES)


def test_no_names_give_no_slugs():
    assert clean_categories(pl.Series([], dtype=pl.String)).to_list() == []


def test_every_known_code_is_left_alone():
    codes = list(known_offence_codes())
    assert clean_offence_codes(pl.Series(codes)).to_list() == codes


@pytest.mark.parametrize(
    ("given_code", "code"),
    [("08n", "8N"), ("037/2", "37.2"), (" 34b ", "34B"), ("0", None), (" ", None), ("ZZ9", "ZZ9")],
)
def test_codes_written_otherwise_become_the_home_offices(given_code, code):
    assert clean_offence_codes(pl.Series([given_code])).to_list() == [code]


def test_the_earliest_month_of_a_repeated_crime_is_kept():
    crimes = crimes_of(
        [("a", m, "robbery", "Road", 1.0) for m in (MONTHS[1], MONTHS[0], MONTHS[2])]
    )
    repeats = find_repeated_ids(crimes)
    assert (repeats.ids, repeats.rows) == (1, 3)
    assert repeats.later_copies.to_list() == [True, False, True]


@pytest.mark.parametrize(
    "other",
    [
        ("a", MONTHS[1], "drugs", "Road", 1.0),
        ("a", MONTHS[1], "robbery", "Street", 1.0),
        ("a", MONTHS[1], "robbery", "Road", 2.0),
        ("a", MONTHS[0], "robbery", "Road", 1.0),
    ],
)
def test_another_type_or_place_or_the_same_month_is_no_copy(other):
    repeats = find_repeated_ids(crimes_of([("a", MONTHS[0], "robbery", "Road", 1.0), other]))
    assert (repeats.ids, repeats.rows, repeats.later_copies.sum()) == (1, 2, 0)


def test_rows_without_id_are_never_copies():
    row = (None, MONTHS[0], "anti-social-behaviour", "Road", 1.0)
    later = (None, MONTHS[1], *row[2:])
    repeats = find_repeated_ids(crimes_of([row, row, later]))
    assert (repeats.ids, repeats.rows, repeats.later_copies.sum()) == (0, 0, 0)


@settings(deadline=None, max_examples=50)
@given(st.lists(ROW, max_size=12))
def test_copies_are_those_a_person_would_find(rows):
    found = find_repeated_ids(crimes_of(rows))
    ids = [row[0] for row in rows if row[0] is not None]
    assert found.later_copies.to_list() == copies_by_hand(rows)
    assert found.ids == sum(ids.count(i) > 1 for i in set(ids))
    assert found.rows == sum(ids.count(i) for i in set(ids) if ids.count(i) > 1)


@settings(deadline=None, max_examples=50)
@given(st.lists(ROW, max_size=12))
def test_identical_asb_rows_are_those_equal_to_an_earlier_one(rows):
    asb = [r for r in rows if r[2] == "anti-social-behaviour"]
    nameless = [r for r in asb if r[0] is None]
    repeated = sum(row in nameless[:i] for i, row in enumerate(nameless))
    assert count_identical_asb(crimes_of(rows)) == (len(asb), repeated)
