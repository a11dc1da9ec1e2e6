"""How long records are kept, leap days and the later of two ends too."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.outreach.retention import RetentionClass, due_date, load_retention

CLASSES = load_retention()
HEADER = "key,what,clock,keep,then,basis,tag\n"


def made(keep):
    return RetentionClass(key="x", what="x", clock="x", keep=keep, then="x", basis="x", tag="x")


@pytest.mark.parametrize(
    ("key", "start", "born", "due"),
    [
        ("contact", date(2024, 2, 29), None, date(2026, 2, 28)),
        ("call-back-slip", date(2026, 12, 25), None, date(2027, 1, 8)),
        ("case-adult", date(2024, 2, 29), None, date(2030, 2, 28)),
        ("case-child", date(2026, 6, 1), date(2012, 2, 29), date(2037, 3, 1)),
        ("case-child", date(2026, 6, 1), date(2004, 2, 29), date(2032, 6, 1)),
        ("case-child", date(2026, 6, 1), date(2007, 6, 1), date(2032, 6, 1)),
        ("case-child", date(2026, 6, 1), date(2007, 6, 2), date(2032, 6, 2)),
        ("safeguarding-concern", date(2026, 6, 1), date(2016, 1, 9), date(2041, 1, 9)),
        ("safeguarding-staff-allegation", date(2026, 6, 1), date(1990, 5, 5), date(2058, 5, 5)),
        ("safeguarding-staff-allegation", date(2026, 6, 1), date(1960, 5, 5), date(2036, 6, 1)),
        ("safeguarding-csa", date(2024, 2, 29), None, date(2099, 2, 28)),
        ("disclosure", date(2026, 3, 31), None, date(2032, 3, 31)),
        ("device-cache", date(2026, 12, 31), None, date(2027, 1, 1)),
        ("istv-location-text", date(2026, 1, 1), None, date(2026, 4, 1)),
        ("asb-order", date(2024, 2, 29), None, date(2026, 2, 28)),
        ("consent", date(2026, 1, 1), None, None),
        ("police-reference", date(2026, 1, 1), None, None),
        ("evaluation-extract", date(2026, 1, 1), None, None),
    ],
)
def test_a_record_is_due_on_its_day(key, start, born, due):
    assert due_date(CLASSES[key], start, born) == due


@given(st.dates(date(2015, 1, 1), date(2040, 1, 1)), st.integers(0, 40 * 365), st.integers(1, 90))
def test_a_childs_case_is_kept_until_both_ends_are_past(start, days_old, years):
    born = start - timedelta(days=days_old)
    due = due_date(made(f"25th birthday or {years} years"), start, born)

    def is_over(day):
        birthday = (day.year - born.year, day.month, day.day) >= (25, born.month, born.day)
        kept = (day.year - start.year, day.month, day.day) >= (years, start.month, start.day)
        leap = start.month == 2 and start.day == 29 and (day.month, day.day) == (2, 28)
        kept = kept or (day.year - start.year >= years and leap)
        return birthday and kept

    assert is_over(due)
    assert not is_over(due - timedelta(days=1))


def test_hours_are_made_whole_days_upwards():
    assert due_date(made("25 hours"), date(2026, 1, 1)) == date(2026, 1, 3)


def test_every_class_of_the_list_has_a_day_or_says_whose_it_is():
    assert len(CLASSES) == 26
    for one in CLASSES.values():
        due = due_date(one, date(2026, 1, 1), date(2010, 1, 1))
        assert (due is None) == (one.keep in ("with the case", "per protocol", "force schedule"))
        assert one.needs_birth_date == ("birthday" in one.keep)
        assert "confirm" in one.tag


def test_a_birth_that_is_not_known_or_after_the_start_is_refused():
    with pytest.raises(InputError, match="Give the latest one that is possible"):
        due_date(CLASSES["case-child"], date(2026, 1, 1))
    with pytest.raises(InputError, match="after the clock's start"):
        due_date(CLASSES["contact"], date(2026, 1, 1), date(2026, 1, 2))
    with pytest.raises(InputError, match="'a while' is no period"):
        due_date(made("a while"), date(2026, 1, 1))


def test_a_list_of_ones_own_is_read(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(f"\ufeff{HEADER}a,A,closure,1 year,delete,ours,signed\n", encoding="utf-8")
    (only,) = load_retention(path).values()
    assert (only.key, due_date(only, date(2026, 1, 1))) == ("a", date(2027, 1, 1))


def test_every_fault_of_a_list_is_named(tmp_path):
    path = tmp_path / "mine.csv"
    lines = [
        "a,A,closure,1 year,delete,ours,signed",
        "a,A,closure,1 year,delete,ours,signed",
        "b,B,,2 years,delete,ours",
        "c,C,closure,for ever or 2 years,delete,ours,signed",
    ]
    path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_retention(path)
    for part in (
        "mine.csv: 3 faults",
        "Line 3 has the key a again",
        "Line 4 has nothing in clock, tag",
        "Line 5: 'for ever or 2 years' is no period",
    ):
        assert part in str(caught.value)


def test_a_file_that_is_no_list_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv cannot be read"):
        load_retention(tmp_path / "none.csv")
    path = tmp_path / "bad.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="Give a CSV file in UTF-8"):
        load_retention(path)
    for text in ("key,what\n", ""):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=r"bad\.csv lacks .*keep"):
            load_retention(path)
