"""What a study finds beside its outcomes, from one programme file to results that hold together."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator

from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.evaluation.protocol import Standing
from patrolwise.files.protocols import write_protocol
from patrolwise.reporting.day_results import RefusedDays
from patrolwise.reporting.document import build_document
from patrolwise.study.designs import _find_facts
from patrolwise.study.evaluation import run_evaluation
from patrolwise.study.programme_days import ProgrammeDays
from patrolwise.study.protocol_plan import freeze_programme
from patrolwise.study.reading import read_programme
from patrolwise.study.schema import results_schema
from patrolwise.study.writing import results_document

from .day_worlds import make_world
from .programme_worlds import (
    COSTS,
    HEAD,
    LOT,
    OUTREACH_COSTS,
    OUTREACH_DAYS,
    POLICE_DAYS,
    declare,
    forget_times,
)

DECLARED = (POLICE_DAYS, LOT, OUTREACH_DAYS, COSTS, OUTREACH_COSTS)
PROTOCOL = '\n[protocol]\nfile = "protocol.json"\n'
NO_DAYS = ProgrammeDays()
WHOLE_MONTHS = (
    HEAD.replace("2024-06-03", "2024-06-01")
    .replace("2024-07-28", "2024-07-31")
    .replace("2024-07-29", "2024-08-01")
    .replace("2024-09-22", "2024-09-30")
)


def evaluate(path):
    return run_evaluation(read_programme(path), progress=lambda _: None).results


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(
        tmp_path_factory.mktemp("town"), is_drawn=True, outreach=True, ratio=0.5, seed=4
    )


@pytest.fixture(scope="module")
def frozen(world):
    """Return the results of a programme that was frozen before its days began."""
    programme = read_programme(declare(world, *DECLARED))
    protocol = freeze_programme(
        programme,
        by="A. Analyst",
        now=datetime(2024, 5, 1, tzinfo=UTC),
        days=programme.patrol_days,
    )
    write_protocol(world.folder / "protocol.json", protocol)
    return evaluate(declare(world, *DECLARED, PROTOCOL))


@pytest.fixture(scope="module")
def bare(calm):
    """Return results without comparison areas, so without anything to compare with."""
    return calm.evaluate(comparison=None, harm=None)


# --- days and pounds in an evaluation -------------------------------------------------------------


def test_days_of_an_evaluation_are_compared_and_held_against_its_protocol(frozen):
    police, outreach = frozen.days
    assert (police.service, police.is_drawn) == ("police", True)
    assert (outreach.service, outreach.is_drawn) == ("outreach", False)
    assert police.made.programme_sha256 == frozen.made.programme_sha256
    assert {one.planned.status for one in frozen.days} == {Standing.PLANNED}
    told = [(one.design, one.what, one.planned.status) for one in frozen.protocol.standings]
    assert told == [
        ("Days with patrol", "All recorded crime, police", Standing.PLANNED),
        ("Days with patrol", "All recorded crime, outreach", Standing.PLANNED),
    ]
    assert frozen.days_refused == ()


def test_pounds_are_set_against_the_crimes_of_the_days(frozen):
    assert [one.service for one in frozen.costs.records] == ["police", "outreach"]
    assert frozen.facts.cost_sentence == frozen.costs.records[0].sentence != ""


def test_a_draw_whose_seal_fits_is_told_as_one_and_doses_in_a_sentence_a_service(frozen):
    assert frozen.facts.is_drawn
    assert frozen.facts.is_seal_verified
    police, outreach = frozen.days
    for one, name in ((police, "Police"), (outreach, "Outreach")):
        whole = one.patrolled.days + one.without.days
        minutes = one.charged.minutes / one.charged.days
        assert (
            f"{name} came to {one.patrolled.days} of {whole} hot spot-days that are compared, "
            f"for {minutes:.0f} minutes on each of them."
        ) in frozen.facts.dose_sentence


def test_the_report_has_a_section_for_each_and_the_document_fits_its_schema(frozen):
    ids = [section.id for section in build_document(frozen, (320,)).sections]
    assert {"patrol-days", "costs", "protocol", "mistakes", "robustness"} <= set(ids)
    document = json.loads(json.dumps(results_document(frozen)))
    Draft202012Validator(results_schema()).validate(document)


def test_files_of_doses_and_costs_are_among_what_was_read(frozen):
    names = {one.name for one in frozen.made.inputs}
    assert {"doses.csv", "sealed.json", "unit-costs.csv", "protocol.json"} <= names


def test_days_of_crimes_without_times_are_refused_and_the_evaluation_goes_on(tmp_path):
    made = make_world(tmp_path, is_drawn=True)
    forget_times(made)
    results = evaluate(declare(made, POLICE_DAYS, LOT, head=WHOLE_MONTHS))
    (refused,) = results.days_refused
    assert isinstance(refused, RefusedDays)
    assert (refused.service, refused.definition) == ("police", "all-crime@1")
    assert results.days == ()
    assert not results.facts.is_drawn
    assert results.facts.dose_sentence == ""
    assert refused.reason in str(build_document(results, (320,)))


# --- what is said of the strength of the design ---------------------------------------------------


def fired(guard_id):
    return Guard(id=guard_id, severity=Severity.AMBER, title="A title", message="A message.")


def facts_of(record, *guards, days=NO_DAYS, costs=None):
    return _find_facts(replace(record, guards=tuple(fired(one) for one in guards)), days, costs)


def test_moving_alike_before_is_so_not_so_or_not_known(evaluated):
    first = evaluated.comparators[0]
    assert first.pre_trend is not None
    assert facts_of(first).pre_trend_ok is True
    assert facts_of(first, "pre-trend").pre_trend_ok is False
    for unknown in ("pre-trend-weak", "pre-trend-unchecked"):
        assert facts_of(first, unknown).pre_trend_ok is None
    assert facts_of(replace(first, pre_trend=None)).pre_trend_ok is None
    assert facts_of(replace(first, pre_trend=None), "pre-trend").pre_trend_ok is False


def test_a_blend_is_so_not_so_or_was_not_made(evaluated):
    first = evaluated.comparators[0]
    result = first.synthetic.result

    def blend(*guards, **changes):
        estimate = replace(result.estimate, **{"value": 0.8, "p": 0.04, **changes})
        synthetic = replace(
            first.synthetic,
            guards=tuple(fired(one) for one in guards),
            result=replace(result, estimate=estimate),
        )
        return facts_of(replace(first, synthetic=synthetic)).synthetic_ok

    assert blend() is True
    assert blend("poor-synthetic-fit") is False
    assert blend(p=None) is False
    assert blend(value=None) is False
    assert facts_of(replace(first, synthetic=None)).synthetic_ok is None


def test_minutes_are_left_out_where_nobody_knows_them(frozen, evaluated):
    first = evaluated.comparators[0]
    police = frozen.days[0]
    none = replace(police.charged, days=0)
    for charged in (None, none):
        days = ProgrammeDays(results=(replace(police, charged=charged),))
        told = facts_of(first, days=days).dose_sentence
        assert told.endswith("hot spot-days that are compared.")
    assert told.startswith("Police came to ")


def test_costs_without_a_record_say_nothing(evaluated):
    first = evaluated.comparators[0]
    assert facts_of(first, costs=SimpleNamespace(records=())).cost_sentence == ""
    assert evaluated.facts.cost_sentence == ""


# --- without comparison areas, without a protocol -------------------------------------------------


def test_with_nothing_to_compare_with_each_part_says_so_and_none_is_missing(bare):
    first = bare.comparators[0]
    assert first.synthetic is None
    assert first.uncomputed
    assert bare.facts.pre_trend_ok is None
    assert bare.facts.synthetic_ok is None
    assert len(bare.mistakes) == 17
    assert bare.protocol is None
    assert bare.costs is None
    assert len(bare.robustness) == len(bare.outcomes)


def test_guards_of_every_part_are_among_those_of_the_whole(evaluated):
    ids = {guard.id for guard in evaluated.guards}
    by_mistakes = {one for mistake in evaluated.mistakes for one in mistake.guards}
    assert by_mistakes <= ids
    for record in evaluated.comparators:
        assert {guard.id for guard in record.guards} <= ids
