"""Guards of design on whole studies, and which of the 17 mistakes could be looked for there."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from patrolwise.crimes.quality import QualityReport
from patrolwise.definitions import find_definition
from patrolwise.demo import demo_programme
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.mistakes import State
from patrolwise.evaluation.national_trend import RecordingBreak
from patrolwise.files.crimes import read_crimes
from patrolwise.reporting.results import HarmDriver
from patrolwise.study.assessing import assess_outcome
from patrolwise.study.day_study import DayRequest, study_days
from patrolwise.study.design_guarding import (
    Judged,
    guard_day_design,
    guard_judged,
    guard_many_days,
    guard_windows,
    record_day_mistakes,
    record_mistakes,
    record_plan_mistakes,
)
from patrolwise.study.evaluation import open_study
from patrolwise.study.programme import Service
from patrolwise.study.reading import read_programme
from patrolwise.study.recording_programme import Recording
from patrolwise.study.recording_reading import read_recording
from patrolwise.study.toml_reader import TomlReader
from patrolwise.times import Window, months_between

from .day_worlds import WINDOW, make_world

DATED = Recording(extracted=date(2022, 9, 1))


@pytest.fixture(scope="module")
def opened():
    return open_study(read_programme(demo_programme()), progress=lambda _: None)


@pytest.fixture(scope="module")
def judged(opened):
    found = [assess_outcome(opened.study, key) for key in opened.study.programme.definitions]
    return Judged(
        outcomes=[one.outcome for one in found],
        harm=[one.harm for one in found if one.harm is not None],
        has_sizes=True,
    )


@pytest.fixture(scope="module")
def day_world(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("guarded-days"))


@pytest.fixture(scope="module")
def day_results(day_world):
    from patrolwise.evaluation.day_comparison import DayComparisonRule

    request = DayRequest(
        crimes=(day_world.crimes,),
        mapping=day_world.mapping,
        areas=day_world.areas,
        doses=(day_world.doses,),
        definition="all-crime",
        rule=DayComparisonRule(service="police", draws=199),
    )
    return study_days(request, progress=lambda _: None)[0]


def guard_design(study, quality, recording, judged):
    return (*guard_windows(study, quality, recording), *guard_judged(judged))


def ids(guards):
    return [guard.id for guard in guards]


def with_months(quality, counts, last=date(2022, 6, 1)):
    """Return a report of months up to the last, with these counts."""
    first = date(last.year - 10, last.month, 1)
    months = list(months_between(first, last))[-len(counts) :]
    return replace(quality, rows_by_month=dict(zip(months, counts, strict=True)), last_month=last)


def timed(study, shift=timedelta()):
    """Return the study with its crimes spread over the days of their months, at noon."""
    days = pl.int_range(pl.len()) % 30
    noon = pl.col("month").cast(pl.Datetime("us")).dt.offset_by("12h") + pl.duration(days=days)
    crimes = study.crimes.with_columns(time_from=(noon + shift).dt.replace_time_zone("UTC"))
    return replace(study, crimes=crimes)


# --- guards of a study ---------------------------------------------------------------------------


def test_the_demonstration_has_no_date_of_extract(opened, judged):
    fired = guard_design(opened.study, opened.quality, Recording(), judged)
    assert ids(fired) == ["extract-date-missing"]
    assert ids(guard_design(opened.study, opened.quality, DATED, judged)) == []


def test_one_finding_among_three_tests_is_told(opened, judged):
    outcomes = [
        replace(outcome, estimates=(replace(outcome.estimates[0], p=p),))
        for outcome, p in zip(judged.outcomes, (0.03, 0.4, 0.6), strict=True)
    ]
    found = replace(judged, outcomes=outcomes)
    guards = guard_design(opened.study, opened.quality, DATED, found)
    assert "many-tests" in ids(guards)
    states = {
        one.number: one.state
        for one in record_mistakes(opened.study, opened.quality, found, guards)
    }
    assert states[8] is State.FIRED


def test_a_last_month_of_half_its_crimes_is_seen(opened, judged):
    counts = [float(n) for n in opened.quality.rows_by_month.values()]
    half = with_months(opened.quality, [*counts[:-1], counts[-1] / 2])
    fired = ids(guard_design(opened.study, half, DATED, judged))
    assert fired == ["last-month-incomplete"]


def test_a_half_month_that_another_month_follows_is_not_unfinished(opened, judged):
    counts = [1000.0] * 30 + [300.0, 1000.0]
    later = with_months(opened.quality, counts, last=date(2022, 7, 1))
    assert "last-month-incomplete" not in ids(guard_design(opened.study, later, DATED, judged))
    state = record_mistakes(opened.study, later, judged, ())[16].state
    assert state is State.NOT_FOUND


def test_months_before_a_gap_are_no_run_to_learn_from(opened, judged):
    counts = [1000.0] * 30
    gapped = with_months(opened.quality, counts)
    del gapped.rows_by_month[date(2022, 3, 1)]
    found = record_mistakes(opened.study, gapped, judged, ())[16]
    assert found.state is State.NOT_LOOKED_AT
    assert "24 months" in found.detail
    assert found.number == 17


def test_crimes_with_days_that_stop_early_are_seen(opened, judged):
    study = timed(opened.study)
    cut = replace(study, crimes=study.crimes.filter(pl.col("month") < date(2022, 6, 1)))
    fired = guard_design(cut, opened.quality, DATED, judged)
    assert "data-end-early" in ids(fired)
    assert "The last crime is of 2022-05-30" in fired[0].message
    assert "data-end-early" not in ids(guard_design(study, opened.quality, DATED, judged))
    later = timed(opened.study, timedelta(days=4000))
    assert "data-end-early" not in ids(guard_design(later, opened.quality, DATED, judged))


def test_the_week_of_the_crimes_themselves_is_used_where_they_have_days(opened, judged):
    study = opened.study
    windows = {
        "before": Window("before", date(2021, 6, 7), date(2021, 6, 11)),  # Monday to Friday
        "after": Window("after", date(2022, 6, 8), date(2022, 6, 12)),  # Wednesday to Sunday
    }
    short = replace(study, programme=replace(study.programme, **windows))
    fired = {g.id: g for g in guard_design(short, opened.quality, DATED, judged)}
    assert "If Friday to Sunday" in fired["calendar-unbalanced"].message
    saturdays = [date(2022, 6, 11)] * 1500 + [date(2021, 6, 9)] * 500
    crimes = pl.concat([study.crimes[:1]] * 2000).with_columns(
        time_from=pl.Series(saturdays).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        + pl.duration(hours=10)
    )
    own = replace(short, crimes=crimes)
    fired = {g.id: g for g in guard_design(own, opened.quality, DATED, judged)}
    assert "By the week's own shape" in fired["calendar-unbalanced"].message


def test_a_declared_change_in_recording_between_the_windows_is_red(opened, judged):
    changes = (RecordingBreak(month=date(2021, 4, 1), what="stalking was moved"),)
    recording = replace(DATED, changes=changes)
    (guard,) = guard_design(opened.study, opened.quality, recording, judged)
    assert guard.id == "recording-break"
    assert "April 2021: stalking was moved" in guard.message
    assert guard.about == ""
    old = replace(DATED, changes=(replace(changes[0], month=date(2019, 4, 1)),))
    assert ids(guard_design(opened.study, opened.quality, old, judged)) == []


def test_guards_of_one_outcome_or_score_name_it(opened, judged):
    outcome = judged.outcomes[0]
    wrong = Estimate(
        id="rate-ratio-exact", name="Exact", value=0.8, low=0.6, high=1.1, p=0.03, headline=True
    )
    harm = replace(
        judged.harm[0],
        before=1000.0,
        after=2000.0,
        drivers=(HarmDriver(name="homicide", before=0.0, after=1100.0),),
    )
    bad = Judged(outcomes=[replace(outcome, estimates=(wrong,))], harm=[harm], has_sizes=True)
    fired = guard_design(opened.study, opened.quality, DATED, bad)
    assert [(g.id, g.about) for g in fired] == [
        ("headline-not-calibrated", outcome.definition),
        ("p-and-interval-disagree", outcome.definition),
        ("harm-turned-by-one", harm.definition),
    ]


# --- the register --------------------------------------------------------------------------------


def test_the_register_of_the_demonstration_says_what_could_not_be_looked_at(opened, judged):
    guards = guard_design(opened.study, opened.quality, Recording(), judged)
    found = record_mistakes(opened.study, opened.quality, judged, guards)
    states = {one.number: one.state for one in found}
    assert states[5] is State.NOT_LOOKED_AT  # no service is declared
    assert found[4].detail == "No service is declared with the day it began."
    assert states[11] is State.FIRED
    assert {states[number] for number in (1, 4, 8, 13, 16, 17)} == {State.NOT_FOUND}
    assert {states[number] for number in (2, 7)} == {State.IMPOSSIBLE}


def test_what_was_not_there_is_not_said_to_have_been_looked_at(opened, judged):
    bare = Judged(
        outcomes=[replace(one, estimates=()) for one in judged.outcomes], harm=(), has_sizes=False
    )
    few = with_months(opened.quality, [1000.0] * 12)
    found = record_mistakes(opened.study, few, bare, ())
    unseen = [one.number for one in found if one.state is State.NOT_LOOKED_AT]
    assert unseen == [4, 5, 13, 16, 17]
    empty = replace(few, last_month=None, rows_by_month={})
    assert record_mistakes(opened.study, empty, bare, ())[16].state is State.NOT_LOOKED_AT


def test_a_declared_service_and_crimes_with_days_open_two_more(opened, judged):
    services = (Service(name="police", began=date(2021, 7, 1)),)
    study = timed(opened.study)
    study = replace(study, programme=replace(study.programme, services=services))
    few = with_months(opened.quality, [1000.0] * 12)
    found = record_mistakes(study, few, judged, ())
    assert {found[4].state, found[16].state} == {State.NOT_FOUND}


def test_days_that_somebody_chose_are_said_to_be_so(day_results):
    found = record_day_mistakes(day_results, day_results.guards)
    assert found[1].state is State.FIRED
    assert "days-not-drawn" in found[1].guards
    assert {found[n - 1].state for n in (1, 7, 10, 15)} == {State.IMPOSSIBLE}
    assert found[12].state is State.NOT_LOOKED_AT  # no harm was asked for
    assert found[15].state is State.NOT_LOOKED_AT  # hot spots cannot be resized
    assert found[16].state is State.NOT_FOUND


def test_days_drawn_by_lot_make_two_more_mistakes_impossible(day_results):
    drawn = replace(day_results, is_drawn=True, lags=(), worst_share=0.1, beside=())
    found = record_day_mistakes(drawn, ())
    assert {found[n - 1].state for n in (2, 3)} == {State.IMPOSSIBLE}
    assert found[12].state is State.NOT_FOUND
    assert found[3].state is State.NOT_LOOKED_AT
    assert found[4].detail == "No days after patrol could be told from others."


def test_guards_of_design_on_days(day_world, day_results):
    crimes = read_crimes([day_world.crimes], mapping=day_world.mapping).crimes
    plain = find_definition("all-crime@1")
    dated = Recording(extracted=date(2025, 1, 1))
    args = (crimes, WINDOW, plain)
    assert ids(guard_day_design(*args, dated, day_results.headline)) == ["patrol-generated"]
    longer = replace(WINDOW, last=WINDOW.last + timedelta(days=60))
    fired = guard_day_design(crimes, longer, plain, Recording(), day_results.headline)
    assert ids(fired) == ["patrol-generated", "data-end-early", "extract-date-missing"]
    nothing = guard_day_design(crimes[:0], WINDOW, plain, dated, day_results.headline)
    assert ids(nothing) == ["patrol-generated"]


def test_several_comparisons_of_days_are_judged_together(day_results):
    weak = replace(day_results, headline=replace(day_results.headline, p=0.03))
    night = replace(day_results, hours=(18, 24), headline=replace(day_results.headline, p=0.6))
    assert guard_many_days([weak]) == ()
    (guard,) = guard_many_days([weak, night])
    assert "all-crime@1, police, all day (p 0.030, q 0.060)" in guard.message
    both = replace(night, headline=weak.headline, hours=(14, 20))
    assert guard_many_days([weak, both]) == ()


def test_a_plan_says_what_its_draw_makes_impossible():
    found = record_plan_mistakes()
    impossible = [one.number for one in found if one.state is State.IMPOSSIBLE]
    assert impossible == [1, 2, 3, 7, 8, 10]
    assert all(one.detail for one in found)


# --- what is declared ----------------------------------------------------------------------------


def read(table, tmp_path):
    faults = []
    return read_recording(TomlReader(table, "", tmp_path, faults), faults), faults


def test_a_recording_may_be_declared_in_full_or_not_at_all(tmp_path):
    assert read({}, tmp_path) == (Recording(), [])
    change = {"first": date(2021, 4, 15), "what": "stalking was moved"}
    table = {"extracted": date(2022, 9, 1), "changes": [change]}
    found, faults = read({"recording": table}, tmp_path)
    assert faults == []
    assert found == Recording(
        extracted=date(2022, 9, 1),
        changes=(RecordingBreak(month=date(2021, 4, 1), what="stalking was moved"),),
    )


def test_every_fault_of_a_recording_is_told_at_once(tmp_path):
    changes = [{"first": date(2021, 4, 1), "what": " "}, {"what": "x", "who": "y"}]
    found, faults = read({"recording": {"changes": changes, "taken": 1}}, tmp_path)
    assert found is None
    told = " ".join(faults)
    for part in (
        "does not say what changed",
        "changes[2].first",
        "who is not known",
        "recording.taken is not known",
    ):
        assert part in told, part


def test_a_quality_report_is_what_the_months_are_read_from(opened):
    assert isinstance(opened.quality, QualityReport)
    assert opened.quality.last_month == opened.study.programme.after.months[-1]
