"""A seed gives one allocation; the set comes from another stream of the same mechanism."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.planning.allocation import (
    Allocation,
    draw_allocation,
    draw_allocations,
    hash_codes,
    tabulate_allocation,
)
from patrolwise.planning.design import FOUR_ARMS, ServiceLoad
from patrolwise.planning.drawing import OUT
from patrolwise.planning.plan_tables import ALLOCATIONS
from patrolwise.tables import check_columns

from .trial_worlds import SUNDAY, away, make_design_of

BOTH = (ServiceLoad("police", most=50), ServiceLoad("outreach", most=50))


def test_the_same_seed_gives_the_same_allocation_and_another_another():
    design = make_design_of(areas=7, weeks=8)
    one, same, other = (draw_allocation(design, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.codes, same.codes)
    assert one.sha256 == same.sha256
    assert (one.codes != other.codes).any()
    assert one.sha256 != other.sha256


def test_what_a_seed_gives_does_not_change_from_version_to_version():
    design = make_design_of(areas=3, weeks=4)
    assert draw_allocation(design, 7).codes.tolist() == [
        [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0],
        [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1],
    ]
    assert draw_allocations(design, 2, 7).sha256.startswith("3d3fd5873fc7e640")


def test_the_set_of_a_seed_does_not_hold_the_allocation_of_that_seed():
    design = make_design_of(areas=7, weeks=12)
    used, drawn = draw_allocation(design, 9), draw_allocations(design, 300, 9)
    assert drawn.count == 300
    assert not (drawn.codes == used.codes).all(axis=(1, 2)).any()


def test_the_set_comes_from_the_mechanism_that_drew_the_allocation():
    design = make_design_of(areas=3, weeks=2, weekdays=(1,))
    drawn = draw_allocations(design, 3000, 1).codes[:, :, 0] @ [1, 2, 4]
    used = np.array([draw_allocation(design, seed).codes[:, 0] for seed in range(1500)])
    table = [np.bincount(values, minlength=8)[1:7] for values in (drawn, used @ [1, 2, 4])]
    assert stats.chi2_contingency(table).pvalue > 0.001


@pytest.mark.parametrize("draw", [draw_allocation, lambda d, s: draw_allocations(d, 3, s)])
def test_a_negative_seed_is_refused(draw):
    with pytest.raises(InputError, match="seed must be 0 or more, got -1"):
        draw(make_design_of(), -1)


def test_the_table_has_a_row_for_each_day_in_play_with_its_arm_and_block():
    design = make_design_of(
        areas=3, weeks=8, arms=FOUR_ARMS, loads=BOTH, unavailable=away(("b", 1, None, "fair"))
    )
    allocation = draw_allocation(design, 3)
    table = tabulate_allocation(allocation)
    check_columns(table, ALLOCATIONS, name="table")
    assert table.height == design.in_play.sum() == 3 * 40 - 4
    names = [arm.name for arm in FOUR_ARMS]
    for area_id, day, block, arm, _ in table.iter_rows():
        area, column = design.area_ids.index(area_id), design.days.index(day)
        assert arm == names[allocation.codes[area, column]]
        late = "2024-06-30" if (day - SUNDAY).days >= 28 else "2024-06-02"
        assert block == f"{area_id} from {late}"
    assert table.select("area_id", "day").is_unique().all()
    assert table["is_washout"].sum() == 0
    assert table["arm"].value_counts(sort=True)["count"].to_list() == [29] * 4


def test_the_hash_changes_with_one_code_one_name_and_one_day():
    design = make_design_of(areas=2)
    codes = draw_allocation(design, 1).codes
    flipped = codes.copy()
    flipped[1, 3] = 1 - flipped[1, 3]
    others = [
        hash_codes(design, flipped),
        hash_codes(make_design_of(areas=2, weekdays=(5, 1, 2, 3, 4)), codes),
        hash_codes(design, codes[None]),
    ]
    assert len({hash_codes(design, codes), *others}) == 4
    assert hash_codes(design, codes[:, ::-1][:, ::-1]) == hash_codes(design, codes)


def test_days_out_of_play_have_no_row():
    design = make_design_of(areas=2, unavailable=away((None, 2, None, "x")))
    codes = draw_allocation(design, 1).codes
    table = tabulate_allocation(Allocation(design=design, codes=codes))
    out = [design.days[column] for column in np.flatnonzero((codes == OUT).all(axis=0))]
    assert table.filter(pl.col("day").is_in(out)).is_empty()
    assert len(out) == 2
