"""Degrees, minutes and seconds, as systems write them, and a mapping tried on some rows."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files.degree_texts import read_degrees
from patrolwise.files.fix_mapping import FixMapping
from patrolwise.files.fix_trial import try_fix_mapping

COLUMNS = {"device_id": ("d",), "time": ("t",), "x": ("x",), "y": ("y",)}
ROWS = pl.DataFrame(
    [["a", "2026-07-03T13:05:00Z", "1\N{DEGREE SIGN}08'12''W", "N 52 37.753"]] * 3,
    schema=["d", "t", "x", "y"],
    orient="row",
)


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("52\N{DEGREE SIGN}37'45.2\"N", 52.629222222),
        ("W1 08 12", -1.136666667),
        ("1d08m12sW", -1.136666667),
        ("-1:08:12", -1.136666667),
        ("0 30 S", -0.5),
        ("1 60 0 W", None),
        ("1 0 60 W", None),
        ("-1 8 0 W", None),
        ("N 1 8 0 W", None),
        ("52.629", None),
        ("5237.753N", None),
        ("", None),
    ],
)
def test_what_systems_write_is_read_and_nothing_is_guessed(text, degrees):
    assert read_degrees(pl.Series([text])).to_list() == [degrees]


@given(st.integers(-179, 179), st.integers(0, 59), st.integers(0, 5999))
def test_degrees_come_back_as_they_were_written(whole, minutes, hundredths):
    size = abs(whole) + minutes / 60 + hundredths / 360_000
    text = f"{abs(whole)} {minutes:02} {hundredths / 100:05.2f} {'W' if whole < 0 else 'E'}"
    expected = -size if whole < 0 else size
    assert read_degrees(pl.Series([text]))[0] == pytest.approx(expected, abs=1e-8)


def test_rows_are_tried_as_a_whole_file_would_be_read():
    mapping = FixMapping(columns=COLUMNS, degrees="dms")
    tried = try_fix_mapping(ROWS, mapping)
    assert tried.fixes["row"].to_list() == [2, 3, 4]
    assert tried.fixes["x"][0] == pytest.approx(458_500, abs=100)
    assert (tried.dropped, tried.remarks, tried.fault) == ({}, (), "")


def test_all_that_does_not_fit_is_told_at_once():
    tried = try_fix_mapping(ROWS, FixMapping(columns=COLUMNS, time_format="unix"))
    assert tried.fixes.is_empty()
    for column in ("column t is", "column x is", "column y is", "that is no number"):
        assert column in tried.fault.replace("That", "that")
    wrong = FixMapping(columns={**COLUMNS, "x": ("d",)}, degrees="dms")
    assert "degrees, minutes and seconds" in try_fix_mapping(ROWS, wrong).fault
