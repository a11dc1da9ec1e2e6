"""The register of 17 mistakes: each is detected or impossible, in code and page alike."""

import re
from pathlib import Path

import pytest

from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.evaluation.mistake_register import ENTRIES
from patrolwise.evaluation.mistakes import (
    Design,
    MistakeRecord,
    Run,
    State,
    check_mistakes,
    guard_ids,
)
from patrolwise.reporting.mistake_records import MistakesRecord
from patrolwise.reporting.mistake_sections import STATE_WORDS, mistakes_section

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/explanation/guards.md").read_text(encoding="utf-8")
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("evaluation", "study")
    for path in sorted((ROOT / "src/patrolwise" / folder).glob("*.py"))
    if path.name != "mistake_register.py"
)
EVERYTHING = {design: Run(design=design, looked=guard_ids()) for design in Design}


def guard(guard_id, about="", message="It is so."):
    return Guard(id=guard_id, severity=Severity.RED, title="T", message=message, about=about)


def state_of(number, guards=(), run=EVERYTHING[Design.WINDOWS]):
    return check_mistakes(guards, run)[number - 1]


def test_there_are_17_each_with_a_guard_that_some_code_makes():
    assert [entry.number for entry in ENTRIES] == list(range(1, 18))
    assert len({entry.title for entry in ENTRIES}) == 17
    for guard_id in guard_ids():
        assert f'id="{guard_id}"' in SOURCE, guard_id
    assert all(entry.guards for entry in ENTRIES)


@pytest.mark.parametrize("design", list(Design))
def test_every_guard_marks_its_mistake_whatever_the_design(design):
    for entry in ENTRIES:
        for guard_id in entry.guards:
            found = state_of(entry.number, [guard(guard_id)], EVERYTHING[design])
            assert (found.state, found.guards) == (State.FIRED, (guard_id,))
            others = check_mistakes([guard(guard_id)], EVERYTHING[design])
            assert [one.number for one in others if one.state is State.FIRED] == [entry.number]


def test_nothing_is_left_open_where_everything_could_be_looked_at():
    for design in (Design.WINDOWS, Design.CHOSEN_DAYS, Design.DRAWN_DAYS):
        found = check_mistakes((), EVERYTHING[design])
        assert {one.state for one in found} == {State.NOT_FOUND, State.IMPOSSIBLE}


@pytest.mark.parametrize("design", list(Design))
def test_what_could_not_be_looked_at_always_says_why(design):
    found = check_mistakes((), Run(design=design, looked=frozenset()))
    assert {one.state for one in found} <= {State.IMPOSSIBLE, State.NOT_LOOKED_AT}
    assert all(one.detail.endswith(".") for one in found)


def test_a_reason_of_the_run_goes_before_that_of_the_register():
    run = Run(design=Design.WINDOWS, looked=frozenset(), why_not={17: "Only years are known."})
    assert state_of(17, run=run).detail == "Only years are known."
    run = Run(design=Design.WINDOWS, looked=frozenset())
    assert state_of(17, run=run).detail.startswith("Needs crimes with days")
    assert state_of(9, run=run).detail == "Nothing was there to look at."


def test_a_guard_on_several_outcomes_is_told_once_with_the_others_named():
    fired = [
        guard("few-crimes", "a@1", "There were 3."),
        guard("few-crimes", "b@1", "There were 4."),
        guard("few-crimes", "c@1", "Five."),
    ]
    assert state_of(9, fired).detail == "a@1: There were 3. Also of b@1, c@1."
    both = [guard("missing-places", message="One."), guard("recording-break", message="Two.")]
    assert state_of(11, both).detail == "One. Two."
    assert state_of(11, both).guards == ("missing-places", "recording-break")


def test_the_page_holds_the_register_as_it_is():
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", PAGE, re.MULTILINE)
    told = {
        int(number): (title, tuple(re.findall(r"`([^`]+)`", ids)), where.strip())
        for number, title, ids, where in rows
    }
    assert sorted(told) == list(range(1, 18))
    words = {
        "windows": {"windows"},
        "days": {"chosen days", "drawn days"},
        "days drawn by lot": {"drawn days"},
        "plan": {"plan"},
        "": set(),
    }
    for entry in ENTRIES:
        title, ids, where = told[entry.number]
        assert (title, ids) == (entry.title, entry.guards)
        said = set().union(*(words[part] for part in where.split(", ")))
        assert said == set(entry.impossible)


def test_every_guard_that_code_makes_is_on_the_page():
    made = set(re.findall(r'Guard\(\s*id="([a-z-]+)"', SOURCE))
    assert len(made) > 40
    for guard_id in made:
        assert f"`{guard_id}`" in PAGE, guard_id
    assert guard_ids() <= set(re.findall(r"`([a-z-]+)`", PAGE))


def test_the_section_has_one_row_a_mistake_and_counts_the_states():
    found = check_mistakes(
        [guard("few-crimes")], Run(design=Design.WINDOWS, looked=guard_ids() - {"snap-points"})
    )
    section = mistakes_section(found)
    summary, _, grid = section.blocks
    assert summary.text == (
        "Of 17 known mistakes, guards fired for 1; 13 looked for and not found; 2 that cannot be "
        "made with this design; 1 that could not be looked at."
    )
    assert [row[0] for row in grid.rows] == [str(number) for number in range(1, 18)]
    assert grid.rows[8][2:] == ("A guard fired", "It is so.")
    assert grid.rows[0][2:] == (STATE_WORDS[State.NOT_FOUND], ENTRIES[0].looked_for)
    assert grid.rows[14][2:] == ("Could not be looked at", "Nothing was there to look at.")
    record = MistakesRecord(mistakes=found)
    assert [record.count(state) for state in State] == [1, 13, 2, 1]
    assert all(isinstance(one, MistakeRecord) for one in record.mistakes)
