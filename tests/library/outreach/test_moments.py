"""The funnel: nobody counts twice, and no step is above the one before."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.outreach.moments import STAGES, FunnelRow, count_funnel
from patrolwise.outreach.vocabulary import FunnelStage, MomentSource


def row(row_id, far, engagement_id=None, source=None):
    """Return somebody who came so many stages far."""
    stages = {str(stage): number < far for number, stage in enumerate(STAGES)}
    return FunnelRow(row_id=row_id, engagement_id=engagement_id, source=source, **stages)


def counts(rows):
    return [step.count for step in count_funnel(rows)]


def count_by_sets(rows):
    """Put every person into a set for each stage that any of their rows came to."""
    found = []
    for stage in STAGES:
        people = set()
        for one in rows:
            if getattr(one, stage):
                people.add(f"e:{one.engagement_id}" if one.engagement_id else f"r:{one.row_id}")
        found.append(len(people))
    return found


ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from([None, "e1", "e2", "e3"])), max_size=12
).map(
    lambda drawn: [
        row(f"r{n}", min(far, 2) if e is None else far, e) for n, (far, e) in enumerate(drawn)
    ]
)


@given(ROWS)
def test_counts_are_those_of_sets_of_people(rows):
    steps = count_funnel(rows)
    assert counts(rows) == count_by_sets(rows)
    assert [step.stage for step in steps] == list(FunnelStage)
    for before, after in pairwise(steps):
        assert after.count <= before.count == after.of_before
        assert after.of_eligible == steps[0].count
    assert counts(rows[::-1]) == counts(rows)


def test_a_person_met_in_custody_and_on_the_street_counts_once():
    rows = [row("s1", 3, "e1"), row("c1", 5, "e1", MomentSource.CUSTODY), row("s2", 1)]
    assert counts(rows) == [2, 1, 1, 1, 1, 0]


def test_two_persons_who_were_not_engaged_count_apart():
    assert counts([row("e1", 2), row("s1", 2), row("s2", 0)]) == [2, 2, 0, 0, 0, 0]


def test_a_row_id_is_never_taken_for_an_engagement():
    assert counts([row("x", 2), row("y", 3, "x")]) == [2, 2, 1, 0, 0, 0]


def test_each_step_has_both_denominators():
    rows = [row(f"r{n}", 2) for n in range(7)] + [row("r7", 4, "e7")]
    steps = {step.stage: step for step in count_funnel(rows)}
    assert steps["approached"].share_of_before == 1
    assert steps["engaged"].share_of_before == pytest.approx(1 / 8)
    assert steps["consented"].share_of_before == 1
    assert steps["consented"].share_of_eligible == pytest.approx(1 / 8)
    assert steps["completed"].share_of_before is None


def test_without_rows_all_is_zero_and_no_share_is_made_up():
    steps = count_funnel([])
    assert [step.count for step in steps] == [0] * 6
    assert all(step.share_of_before is None is step.share_of_eligible for step in steps)


def test_every_fault_is_named_with_its_row():
    rows = [
        FunnelRow(row_id="a", approached=False, engaged=True, engagement_id="e"),
        FunnelRow(row_id="b", approached=True, engaged=True),
        FunnelRow(row_id="c", eligible=False, approached=True),
        row("a", 1),
    ]
    with pytest.raises(InputError) as caught:
        count_funnel(rows)
    for part in (
        "Funnel: 4 faults",
        "Row a is engaged and was never approached",
        "Row b is engaged and has no engagement id",
        "Row c is approached and was never eligible",
        "There are two rows a",
    ):
        assert part in str(caught.value)
