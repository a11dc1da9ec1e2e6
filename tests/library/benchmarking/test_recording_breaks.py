"""Changes of recording, and quarters that cannot be trusted."""

from datetime import date
from math import log

import polars as pl
import pytest

from patrolwise.benchmarking.forces import territorial_forces
from patrolwise.benchmarking.measures import load_measures
from patrolwise.benchmarking.recorded_crime import ALL_GROUPS, RECORDED_CRIME
from patrolwise.benchmarking.recording_breaks import (
    JumpRule,
    check_recording,
    load_recording_breaks,
)
from patrolwise.errors import InputError
from patrolwise.tables import make_table

QUARTERS = [date(year, month, 1) for year in (2018, 2019, 2020) for month in (4, 7, 10)]
QUARTERS = sorted([*QUARTERS, *(date(year, 1, 1) for year in (2019, 2020, 2021))])
STEADY = {"Kent": 1000, "Essex": 900, "Sussex": 800, "Greater Manchester": 3000}
KINDS = [(group, group, group) for group in ALL_GROUPS]  # of the others there are none


def recorded(changes=(), forces=STEADY):
    """Return twelve quarters of forces that stand still but for changes; None takes out."""
    changed = {(force, QUARTERS[at]): n for force, at, n in changes}
    rows = [
        (force, day, *kind, changed.get((force, day), n) if kind is KINDS[0] else 0)
        for force, n in forces.items()
        for day in QUARTERS
        for kind in KINDS
        if changed.get((force, day), n) is not None
    ]
    return pl.DataFrame(rows, schema=RECORDED_CRIME.schema, orient="row")


def flags(table, **rule):
    return check_recording(table, JumpRule(**rule)).select("force", "quarter", "flag").rows()


def test_nothing_is_flagged_where_nothing_happens():
    assert flags(recorded()) == []
    assert check_recording(make_table(RECORDED_CRIME)).is_empty()


def test_a_quarter_that_is_missing_or_nought_or_less_is_flagged_and_the_last_is_incomplete():
    changes = [("Kent", 3, None), ("Kent", 11, None), ("Essex", 4, 0), ("Sussex", 5, -2)]
    assert set(flags(recorded(changes))) >= {
        ("Kent", QUARTERS[3], "missing"),
        ("Kent", QUARTERS[11], "incomplete"),
        ("Essex", QUARTERS[4], "nought"),
        ("Sussex", QUARTERS[5], "below nought"),
    }
    late = recorded([("Kent", at, None) for at in range(3)])
    assert flags(late) == []  # a force is looked at from its first quarter


def test_a_jump_is_told_against_the_own_year_before_and_the_other_forces():
    doubled = [(force, 8, 2 * n) for force, n in STEADY.items()]
    assert flags(recorded(doubled)) == []  # everybody moved
    one = recorded([("Kent", 8, 1300)])
    found = check_recording(one)
    assert found.row(0) == (
        "Kent",
        QUARTERS[8],
        "jump",
        "All crime in the quarter from 1 April 2020 is 30 % above what its last year and the "
        "others lead to.",
    )
    assert found.height == 1
    assert flags(one, largest=0.31) == []
    some = one.filter(pl.col("offence_group") != "Robbery")
    assert flags(some) == []  # not all crime: the jump may be what is judged
    assert "38 % below" in check_recording(recorded([("Kent", 8, 625)]))["what"][0]


def test_jumps_are_those_that_a_loop_finds():
    changes = [("Kent", 5, 1400), ("Kent", 7, 700), ("Essex", 9, 1100), ("Sussex", 2, None)]
    table = recorded(changes)
    n = {(force, day): count for force, day, code, *_, count in table.rows() if code == KINDS[0][0]}
    by_hand = []
    for force in sorted(STEADY):
        for at, day in enumerate(QUARTERS):
            back = QUARTERS[max(0, at - 4) : at + 1]
            whole = [f for f in STEADY if all((f, d) in n for d in back) and len(back) == 5]
            if force not in whole:
                continue
            sums = {f: sum(n[f, d] for d in back[:-1]) / 4 for f in whole}
            others = [f for f in whole if f != force]
            nation = sum(n[f, day] for f in others) / sum(sums[f] for f in others)
            if abs(log(n[force, day] / sums[force] / nation)) > log(1.2):
                by_hand.append((force, day, "jump"))
    found = [one for one in flags(table, largest=0.2) if one[2] == "jump"]
    assert found == by_hand
    assert len(by_hand) >= 2


def test_bodies_that_record_only_fraud_come_and_go_and_do_not_move_the_nation():
    fraud = [
        ("UK Finance", day, "UK Finance", "Fraud offences", "Fraud: UK Finance", 10 ** (at % 4))
        for at, day in enumerate(QUARTERS[:-3])
    ]
    frame = pl.DataFrame(fraud, schema=RECORDED_CRIME.schema, orient="row")
    assert flags(pl.concat([recorded(), frame])) == []
    last = frame.head(1).with_columns(quarter=QUARTERS[-1], n=pl.lit(0, pl.Int64))
    assert flags(pl.concat([recorded(), last])) == [("UK Finance", QUARTERS[-1], "incomplete")]


def test_a_rule_that_flags_everything_is_refused():
    with pytest.raises(InputError, match="above 0, got 0"):
        JumpRule(largest=0)


def test_breaks_have_a_source_and_touch_what_they_name():
    breaks = load_recording_breaks()
    assert breaks["first_day"].is_sorted()
    assert breaks.select(pl.col("source", "what", "how_sure").str.len_chars().min() > 5).row(0) == (
        True, True, True)  # fmt: skip
    known = {None, *territorial_forces()}
    assert set(breaks["force"]) <= known
    named = set(breaks["measures"].explode().drop_nulls()) - {""}
    assert named <= set(load_measures())
