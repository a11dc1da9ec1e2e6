"""Whether results beside the outcomes were planned: other places, rings, days."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from patrolwise.evaluation.protocol import PlanStatus, Standing
from patrolwise.files.protocols import write_protocol
from patrolwise.reporting.document import build_document
from patrolwise.reporting.results import StandingRecord
from patrolwise.study.other_standings import stand_others
from patrolwise.study.protocol_plan import freeze_programme, plan_programme
from patrolwise.study.protocol_standing import hold_plan
from patrolwise.study.reading import read_programme

PROTOCOL = 'file = "protocol.json"'


@pytest.fixture(scope="module")
def world(fallen, own_copy, tmp_path_factory):
    made = own_copy(fallen, tmp_path_factory.mktemp("frozen"))
    protocol = freeze_programme(
        read_programme(made.declare()), by="A. Analyst", now=datetime(2020, 12, 1, tzinfo=UTC)
    )
    write_protocol(made.folder / "protocol.json", protocol)
    return made


@pytest.fixture(scope="module")
def held(world):
    programme = read_programme(world.declare(protocol=PROTOCOL))
    plan, last = plan_programme(programme)
    return hold_plan(programme, plan, last)


@pytest.fixture(scope="module")
def others(held, evaluated):
    return stand_others(held, evaluated.comparators, evaluated.displacement, ())


def test_without_a_protocol_nothing_is_said(held, evaluated):
    none = replace(held, protocol=None)
    assert stand_others(none, evaluated.comparators, evaluated.displacement, ()) == ()


def test_frozen_tests_of_other_places_are_planned(others, evaluated):
    told = [one for one in others if one.design == "Other places"]
    names = [
        (one.definition, f"{one.title}: {compared.estimate.name}")
        for one in evaluated.comparators
        for compared in (one.permutation, one.synthetic.result if one.synthetic else None)
        if compared is not None
    ]
    assert [(one.definition, one.what) for one in told] == names
    assert {one.planned.status for one in told} == {Standing.PLANNED}


def test_each_ring_stands_for_itself_and_harm_is_told_apart(others, evaluated):
    told = [one for one in others if one.design == "Displacement"]
    rings = [ring for one in evaluated.displacement.outcomes for ring in one.rings]
    assert len(told) == len(rings) > 0
    counted = [one for one in told if ", harm, " not in one.what]
    assert {one.planned.status for one in counted} == {Standing.PLANNED}
    assert [one.what for one in told if ", harm, " in one.what] == [
        "All recorded crime, harm, 0 to 100 m",
        "All recorded crime, harm, 100 to 200 m",
    ]


def test_rings_that_were_widened_are_exploratory_and_other_places_stay_planned(world, evaluated):
    outcomes = 'definitions = ["violence-and-sexual-offences", "all-crime"]\nrings_m = [0, 100]'
    programme = read_programme(world.declare(protocol=PROTOCOL, outcomes=outcomes))
    plan, last = plan_programme(programme)
    told = stand_others(
        hold_plan(programme, plan, last), evaluated.comparators, evaluated.displacement, ()
    )
    by_design = {one.design: one.planned.status for one in told}
    assert by_design == {
        "Other places": Standing.PLANNED,
        "Displacement": Standing.EXPLORATORY,
    }


def test_what_could_not_be_computed_has_no_standing(held, evaluated):
    bare = [replace(one, permutation=None, synthetic=None) for one in evaluated.comparators]
    empty = replace(evaluated.displacement, outcomes=())
    assert stand_others(held, bare, empty, ()) == ()


def test_days_bring_their_own_standing_and_tell_their_hours(held, evaluated):
    class Days:
        outcome, service, definition = "All recorded crime", "police", "all-crime@1"
        planned = PlanStatus(status=Standing.CHANGED, reason="Fridays were added.")
        hours = (14, 20)

    class AllDay(Days):
        hours = None

    empty = replace(evaluated.displacement, outcomes=())
    assert stand_others(held, (), empty, (Days(), AllDay())) == (
        StandingRecord(
            design="Days with patrol",
            what="All recorded crime, police, 14:00 to 20:00",
            definition="all-crime@1",
            planned=Days.planned,
        ),
        StandingRecord(
            design="Days with patrol",
            what="All recorded crime, police",
            definition="all-crime@1",
            planned=Days.planned,
        ),
    )


def test_an_evaluation_tells_them_in_the_report_beside_outcomes_and_harm(world, others):
    results = world.evaluate(protocol=PROTOCOL)
    assert results.protocol.standings == others
    assert results.protocol.changes == ()
    section = next(one for one in build_document(results, (320,)).sections if one.id == "protocol")
    told = str(section)
    for one in others:
        assert f"{one.design}: {one.what}" in told
    assert held_until(results) == date(2021, 12, 31)


def held_until(results):
    return date.fromisoformat(results.after.last)
