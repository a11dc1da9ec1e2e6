"""What a programme freezes, and how an evaluation's results stand to it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from patrolwise.errors import InputError
from patrolwise.evaluation.protocol import PARTS, Standing
from patrolwise.files.protocols import write_protocol
from patrolwise.study.evaluation import evaluate_programme
from patrolwise.study.protocol_lines import describe_changes, describe_protocol, summarise_changes
from patrolwise.study.protocol_plan import (
    ALONE,
    freeze_programme,
    hold_against_protocol,
    plan_programme,
)
from patrolwise.study.reading import read_programme

BEFORE_DATA = datetime(2020, 12, 1, 9, 30, 15, 400, tzinfo=UTC)
CHANGE = """
[[protocol.change]]
date = 2021-02-01
what = "{what}"
reason = "Cells were redrawn"
"""


@pytest.fixture
def world(fallen, own_copy, tmp_path):
    return own_copy(fallen, tmp_path)


def freeze(world, now=BEFORE_DATA, **changes):
    """Freeze a programme of the world; return its protocol."""
    protocol = freeze_programme(read_programme(world.declare(**changes)), by="A. Analyst", now=now)
    path = world.folder / "protocol.json"
    path.unlink(missing_ok=True)
    write_protocol(path, protocol)
    return protocol


def evaluate(world, change="", **changes):
    protocol = f'file = "protocol.json"\n{change}'
    programme = read_programme(world.declare(protocol=protocol, **changes))
    results, _ = evaluate_programme(programme, progress=lambda what: None)
    return results


def standings(results):
    return {one.definition: one.planned.status for one in results.outcomes}


def ids(results):
    return {guard.id for guard in results.guards}


def test_without_a_protocol_all_is_exploratory(fallen):
    results = fallen.evaluate()
    assert results.protocol is None
    assert set(standings(results).values()) == {Standing.EXPLORATORY}
    assert results.harm[0].planned.status is Standing.EXPLORATORY


def test_what_was_frozen_and_not_changed_is_planned(world):
    protocol = freeze(world)
    results = evaluate(world)
    assert set(standings(results).values()) == {Standing.PLANNED}
    assert results.harm[0].planned.status is Standing.PLANNED
    assert results.protocol.sha256 == protocol.sha256
    assert results.protocol.frozen_at == "2020-12-01T09:30:15+00:00"
    assert results.protocol.changes == ()
    assert not {one for one in ids(results) if one.startswith("protocol")}
    assert any(file.name == "protocol.json" for file in results.made.inputs)


def test_the_figures_do_not_depend_on_there_being_a_protocol(world, fallen):
    freeze(world)
    planned, plain = evaluate(world), fallen.evaluate()
    for one, other in zip(planned.outcomes, plain.outcomes, strict=True):
        assert replace(one, planned=other.planned) == other


def test_a_change_that_nobody_declared_is_a_guard_and_makes_results_exploratory(world):
    freeze(world)
    results = evaluate(world, comparison="match = 6\napart_m = 100\ndeclared = 2020-12-01")
    assert set(standings(results).values()) == {Standing.EXPLORATORY}
    assert "comparison (8 areas" in results.outcomes[0].planned.reason
    (change,) = results.protocol.changes
    assert (change.part, change.declared_on, change.reason) == ("comparison", None, "")
    assert "protocol-departed" in ids(results)


def test_a_change_with_a_reason_is_told_with_it(world):
    freeze(world)
    results = evaluate(
        world,
        CHANGE.format(what="comparison"),
        comparison="match = 6\napart_m = 100\ndeclared = 2020-12-01",
    )
    assert set(standings(results).values()) == {Standing.CHANGED}
    assert results.outcomes[0].planned.reason == (
        "comparison, declared on 2021-02-01: Cells were redrawn."
    )
    assert results.protocol.changes[0].reason == "Cells were redrawn"
    assert "protocol-departed" not in ids(results)


def test_an_outcome_that_was_added_is_exploratory_and_the_others_are_planned(world):
    freeze(
        world, outcomes='definitions = ["violence-and-sexual-offences"]\nrings_m = [0, 100, 200]'
    )
    assert standings(evaluate(world)) == {
        "violence-and-sexual-offences@1": Standing.PLANNED,
        "all-crime@1": Standing.EXPLORATORY,
    }


def test_another_harm_index_touches_harm_alone(world):
    freeze(world, harm=None)
    results = evaluate(world)
    assert set(standings(results).values()) == {Standing.PLANNED}
    assert results.harm[0].planned.status is Standing.EXPLORATORY


@pytest.mark.parametrize(
    ("now", "guard", "standing"),
    [
        (datetime(2021, 6, 1, tzinfo=UTC), "protocol-during-data", Standing.PLANNED),
        (datetime(2021, 12, 31, tzinfo=UTC), "protocol-during-data", Standing.PLANNED),
        (datetime(2022, 1, 1, tzinfo=UTC), "protocol-after-data", Standing.EXPLORATORY),
    ],
)
def test_a_late_protocol_is_said_to_be_late(world, now, guard, standing):
    freeze(world, now)
    results = evaluate(world)
    assert {one for one in ids(results) if one.startswith("protocol")} == {guard}
    assert set(standings(results).values()) == {standing}


def test_a_plan_names_its_areas_tests_and_exclusions(world, geojson_of):
    station = world.folder / "station.geojson"
    station.write_text(geojson_of([(9, 9)]), encoding="utf-8")
    select = """
window = { first = 2019-01-01, last = 2019-12-31 }
definition = "violence-and-sexual-offences"
study_area = "study-area.geojson"
count = 4
exclude = "station.geojson"
small_areas_reason = "Alleys."
"""
    plan, until = plan_programme(
        read_programme(
            world.declare(
                hot_spots__select=select,
                crimes='files = ["street"]\nforce_area = "study-area.geojson"',
                windows=(
                    "before = { first = 2020-01-01, last = 2020-12-31 }\n"
                    'after = { first = 2021-01-01, last = 2021-12-31 }\noverride = "Agreed."'
                ),
                harm='offence_mix = "mix.csv"\nmix_years = ["2020/21"]',
            )
        )
    )
    assert until == date(2021, 12, 1)
    assert len(plan.hot_spots.areas) == 4
    assert len(plan.comparison.areas) == 8
    assert len({area.sha256 for area in plan.comparison.areas}) == 8
    assert plan.tests[0].id == "ratio-of-ratios-robust"
    told = " ".join(plan.exclusions)
    for words in ("station.geojson (sha256 ", "Alleys.", "force area is that of", "Agreed."):
        assert words in told
    assert plan.harm.startswith("shipped index, offence mix mix.csv (sha256 ")
    assert plan.harm.endswith(" of 2020/21")


def test_areas_of_a_file_are_frozen_before_there_is_any_crime(world, geojson_of):
    (world.folder / "own.geojson").write_text(geojson_of([(2, 2), (6, 6)]), encoding="utf-8")
    (world.folder / "cchi.xlsx").write_bytes(b"not looked into")
    (world.folder / "empty").mkdir()
    spots = """
file = "own.geojson"
chosen_on = { first = 2019-01-01, last = 2019-12-31 }
definition = "all-crime@1"
"""
    protocol = freeze(
        world,
        hot_spots=spots,
        hot_spots__select=None,
        comparison=None,
        crimes='files = ["empty"]',
        harm='weights = "cchi.xlsx"\nversion = "2020-10"',
    )
    assert protocol.data_until is None
    assert protocol.plan.comparison.areas == ()
    assert tuple(test.id for test in protocol.plan.tests) == ALONE
    assert protocol.plan.harm.endswith(" 2020-10")
    moved = geojson_of([(2, 2), (6, 7)])
    (world.folder / "own.geojson").write_text(moved, encoding="utf-8")
    plan, _ = plan_programme(
        read_programme(
            world.declare(
                hot_spots=spots,
                hot_spots__select=None,
                comparison=None,
                crimes='files = ["empty"]',
                harm='weights = "cchi.xlsx"\nversion = "2020-10"',
            )
        )
    )
    same = [
        one.sha256 == other.sha256
        for one, other in zip(plan.hot_spots.areas, protocol.plan.hot_spots.areas, strict=True)
    ]
    assert same == [True, False]


def test_results_without_data_are_held_against_the_after_window(world):
    protocol = freeze(world, datetime(2021, 6, 1, tzinfo=UTC))
    programme = read_programme(world.declare(protocol='file = "protocol.json"'))
    held = hold_against_protocol(programme, protocol.plan, None, [], [])
    assert [guard.id for guard in held.guards] == ["protocol-during-data"]
    assert held.record.changes == ()


def test_a_change_needs_a_protocol_and_all_its_keys(world):
    for text, told in (
        (CHANGE.format(what="comparison"), "needs protocol.file"),
        ('[[protocol.change]]\nwhat = "seed"\nreason = "x"', "protocol.change\\[1\\].date"),
        (CHANGE.format(what="weather"), "what is 'weather'. Give one of question, outcomes"),
        ("[[protocol.change]]\nday = 2021-01-01", "4 faults|5 faults"),
    ):
        with pytest.raises(InputError, match=told):
            read_programme(world.declare(protocol=text))


def test_a_protocol_is_told_in_lines_and_says_when_results_could_be_known(world):
    protocol = freeze(world)
    told = describe_protocol(protocol)
    assert "Frozen by A. Analyst at 2020-12-01T09:30:15+00:00" in told
    assert "the first is the primary one" in told
    assert f"SHA-256, to publish: {protocol.sha256}" in told
    assert "! The crime files already reach 2021-12" in told
    assert "!" not in describe_protocol(replace(protocol, data_until="2020-12-01"))
    assert "!" not in describe_protocol(replace(protocol, data_until=None))


def test_what_changed_is_told_with_its_reason_and_what_did_not_is_told_too(world):
    protocol = freeze(world)
    programme = read_programme(
        world.declare(
            protocol='file = "protocol.json"'
            + CHANGE.format(what="rings_m")
            + CHANGE.format(what="seed"),
            outcomes='definitions = ["violence-and-sexual-offences", "all-crime"]\n'
            "rings_m = [0, 150]",
            programme='title = "T"\nseed = 7\nquestion = "Another?"',
        )
    )
    from patrolwise.evaluation.protocol import find_plan_changes

    plan, _ = plan_programme(programme)
    declared = programme.protocol.changes
    changes = find_plan_changes(protocol.plan, plan, declared)
    told = describe_changes(protocol, changes, declared).splitlines()
    assert "rings_m: 0, 100, 200 then, 0, 150 now" in told
    assert "  declared on 2021-02-01: Cells were redrawn" in told
    assert "question: Did violence fall? then, Another? now" in told
    assert "  not declared: add [[protocol.change]] with date, what and reason" in told
    assert told[-1] == "seed: declared on 2021-02-01 as changed, and is as it was frozen"
    document = summarise_changes(protocol, changes)
    assert [(one["part"], one["declared_on"]) for one in document["changes"]] == [
        ("question", None),
        ("rings_m", "2021-02-01"),
    ]
    assert describe_changes(protocol, (), ()).splitlines()[1] == "Nothing has changed since."
    assert {one["part"] for one in document["changes"]} <= set(PARTS)
