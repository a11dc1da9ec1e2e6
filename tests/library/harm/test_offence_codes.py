"""How offence codes are brought into one spelling."""

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.harm.offence_codes import is_code, normalise_codes


def one(code: str | None) -> str | None:
    return normalise_codes(pl.Series([code], dtype=pl.String))[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("8N", "8N"),
        (" 8 n ", "8N"),
        ("008N", "8N"),
        ("4/3", "4.3"),
        ("4.3", "4.3"),
        ("37/2", "37.2"),
        ("4.10", "4.10"),
        ("4/03", "4.3"),
        ("46.0", "46"),
        ("001/01", "001/01"),
        ("00200", "002/00"),
        ("00806", "008/06"),
        ("802", "802"),
        ("UK Finance", "UKFINANCE"),
        ("1/4.1/4.10/4.2", "1/4.1/4.10/4.2"),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_every_way_of_writing_a_code_has_one_spelling(written, meant):
    assert one(written) == meant


def test_a_short_code_and_a_full_classification_never_meet():
    assert one("4/3") != one("004/03")


def test_the_name_and_the_order_of_the_series_stay():
    codes = normalise_codes(pl.Series("offence_code", ["9a", None, "1"]))
    assert codes.name == "offence_code"
    assert codes.to_list() == ["9A", None, "1"]


def test_no_codes_give_no_codes():
    assert normalise_codes(pl.Series([], dtype=pl.String)).len() == 0


def by_hand(code: str) -> str | None:
    code = re.sub(r"\s", "", code).upper()
    if not code:
        return None
    digits = code.replace("/", "", 1)
    if len(digits) == 5 and digits.isdecimal() and (code == digits or code[3] == "/"):
        return f"{digits[:3]}/{digits[3:]}"
    while len(code) > 1 and code[0] == "0" and code[1].isdecimal():
        code = code[1:]
    parts = re.split(r"[./]", code)
    if len(parts) == 2 and parts[1].isdecimal() and re.fullmatch(r"\d+[A-Z]?", parts[0]):
        sub = str(int(parts[1]))
        return parts[0] if sub == "0" else f"{parts[0]}.{sub}"
    return code


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(alphabet="0012348AN/. ", max_size=7)))
def test_codes_are_spelt_as_a_person_would_by_the_rule(codes):
    found = normalise_codes(pl.Series(codes, dtype=pl.String)).to_list()
    assert found == [by_hand(code) for code in codes]


PARTS = (("0", "4", "08", "008", "105"), ("", "N", "a"), ("", "/3", ".10", "/06", ".0"))


@settings(deadline=None, max_examples=50)
@given(st.builds("{}{}{}".format, *map(st.sampled_from, PARTS)))
def test_a_spelling_is_its_own_spelling(code):
    assert one(one(code)) == one(code)


def test_what_is_no_code_is_told_apart():
    codes = pl.Series(["8N", "4.10", "105A", "008/06", "UKFINANCE", "8NN", "1234", None])
    assert is_code(codes).to_list() == [True] * 4 + [False] * 4
