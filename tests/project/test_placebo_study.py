"""The placebo study in short: no headline cries wolf far too often, and one that does is caught."""

import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from patrolwise.evaluation.estimate import Estimate, TwoPeriods
from patrolwise.evaluation.rates import estimate_exact_ratio

ROOT = Path(__file__).resolve().parents[2]
RUNS = 30
MODULES = ("calibrate_all", "placebo_areas", "placebo_cells", "placebo_days", "placebo_page")


@pytest.fixture(scope="module")
def scripts():
    """Import the scripts as they import each other, and leave nothing behind."""
    known = set(sys.modules)
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        yield {name: import_module(name) for name in MODULES}
    finally:
        sys.path.remove(str(ROOT / "scripts"))
        for name in set(sys.modules) - known:
            if str(ROOT / "scripts") in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


@pytest.fixture(scope="module")
def measured(scripts):
    """Made-up programmes alone: real months are not at hand everywhere."""
    return scripts["calibrate_all"].measure(RUNS, None, processes=1, quick=True)


def find_wolves(scripts, block):
    """Headlines of a block that reject more often than 6 % could by chance, once in a thousand."""
    page = scripts["placebo_page"]
    return [
        (programme.group, test)
        for programme, tallies in zip(block.programmes, block.found, strict=True)
        for test, tally in tallies.by_test.items()
        if page.is_claimed(programme, test, tally)
        and tally.rejected > stats.binom.ppf(0.9999, tally.runs, 0.06)
    ]


def test_no_headline_cries_wolf_far_too_often(scripts, measured):
    kinds = [block.kind for block in measured.blocks]
    assert kinds == ["areas", "days", "costs"]
    claimed = 0
    for block in measured.blocks:
        assert find_wolves(scripts, block) == []
        for programme, tallies in zip(block.programmes, block.found, strict=True):
            claimed += sum(
                scripts["placebo_page"].is_claimed(programme, test, tally)
                for test, tally in tallies.by_test.items()
            )
    assert claimed > 50


def test_intervals_do_not_miss_far_too_often(scripts, measured):
    for block in measured.blocks:
        for programme, tallies in zip(block.programmes, block.found, strict=True):
            for test, tally in tallies.by_test.items():
                if tally.asked and scripts["placebo_page"].is_claimed(programme, test, tally):
                    assert tally.held >= stats.binom.ppf(0.0001, tally.asked, 0.93), (
                        programme.group,
                        test,
                    )


def test_plain_poisson_passed_off_as_a_headline_is_caught(scripts, monkeypatch):
    areas, page = scripts["placebo_areas"], scripts["placebo_page"]

    def pass_off(world, _):
        hot = world.crimes[world.treated]
        totals = TwoPeriods(int(hot[:, :12].sum()), int(hot[:, 12:].sum()))
        found = estimate_exact_ratio(totals)
        return Estimate(id="", name="", value=found.value, p=found.p, headline=True)

    (programme,) = (
        one
        for one in areas.list_made_up()
        if one.dispersion == 3 and one.group == "7 hot spots, 20 other areas"
    )
    monkeypatch.setattr(areas, "list_tests", lambda _: [("Plain Poisson", pass_off)])
    monkeypatch.setattr(areas, "find_truth", lambda *_: None)
    found = areas.run_area_programme(programme, 60, np.random.default_rng(1))
    block = page.Block(kind="areas", programmes=(programme,), found=(found,))
    assert find_wolves(scripts, block) == [(programme.group, "Plain Poisson")]
    study = page.Measured(blocks=(block,), runs=60, cpu_seconds=1.0, seconds=1.0, seed=1)
    (fault,) = page.find_faults(study)
    assert fault.startswith("Plain Poisson; 7 hot spots, 20 other areas, 3: rejects")


def test_real_months_are_split_as_they_are(scripts):
    """With any cube in the place of the real one: cells keep their months, hot spots lose some."""
    areas = scripts["placebo_areas"]
    names = list(scripts["calibrate_all"].OUTCOMES)
    rng = np.random.default_rng(2)
    cubes = {name: rng.poisson(6.0, (200, 31)).astype(float) for name in names}
    cubes[names[0]] += cubes[names[1]]
    real = areas.list_real(names)
    programme = real[0]
    world = areas.draw_real(programme, cubes, rng)
    rows = {tuple(row) for row in cubes[names[0]]}
    for row in world.crimes:
        assert any(
            row.tolist() in ([*full[s : s + 24]], [*full[s + 12 : s + 24], *full[s : s + 12]])
            for full in rows
            for s in range(8)
        )
    fallen = areas.draw_real(programme, cubes, rng, 0.7)
    after = fallen.crimes[fallen.treated, 12:].sum()
    assert fallen.gone == pytest.approx(-0.3 * (after / 0.7), rel=0.15)
    for one in real:
        if one.column in names[:1] + names[3:]:
            tallies = areas.run_area_programme(one, 1, rng, cubes)
            assert tallies.by_test
            assert all(tally.runs == 1 for tally in tallies.by_test.values())


def test_the_page_says_what_was_not_run_and_what_lies_outside(scripts, measured):
    page = scripts["placebo_page"].write_page(measured)
    assert "Not run: no real months were at hand." in page
    assert f"drawn {RUNS} times without effect" in page
    assert "**Days by exchange, crimes**" in page
    assert "Plain ratio of days on and off" in page


def test_a_share_is_outside_only_beyond_monte_carlo_error(scripts):
    cells = scripts["placebo_cells"]
    assert not cells.is_outside(0, 0, cells.REJECTS)
    assert not cells.is_outside(50, 1000, cells.REJECTS)
    assert not cells.is_outside(74, 1000, cells.REJECTS)
    assert cells.is_outside(80, 1000, cells.REJECTS)
    assert cells.is_outside(25, 1000, cells.REJECTS)
    assert not cells.is_outside(30, 1000, cells.REJECTS)


def test_the_written_page_holds_every_programme_of_the_study(scripts):
    written = scripts["calibrate_all"].PAGE.read_text(encoding="utf-8")
    for kind in ("areas", "real", "days", "costs", "power"):
        for programme in scripts["calibrate_all"].list_programmes(kind):
            assert f"| {programme.group} |" in written, programme.group


def test_counts_that_were_kept_give_the_same_page(scripts, measured, tmp_path):
    study, page = scripts["calibrate_all"], scripts["placebo_page"]
    study.keep(measured, tmp_path / "counts.json")
    assert page.write_page(study.read_kept(tmp_path / "counts.json")) == page.write_page(measured)
