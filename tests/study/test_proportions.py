"""Shares of forces from a small table to a pack: read, judged, charted, told, written."""

import json

import numpy as np
import polars as pl
import pytest

from patrolwise.benchmarking.control_charts import chart_shares
from patrolwise.benchmarking.forces import territorial_forces
from patrolwise.benchmarking.limits import wilson_share_interval
from patrolwise.benchmarking.proportions import judge_proportion
from patrolwise.cli.__main__ import main
from patrolwise.reporting.proportion_document import (
    build_proportion_document,
    describe_share,
    summarise_proportions,
)
from patrolwise.study.proportion_writing import write_proportions
from patrolwise.study.proportions import ProportionRequest, compare_proportions

OTHERS = [one for one in territorial_forces() if one not in ("Kent", "Cumbria", "Gwent")]
FORCES = ("Kent", *OTHERS[:18], "Cumbria")
YEARS = tuple(f"{year}/{year + 1 - 2000:02}" for year in range(2014, 2024))
TITLE = "Robbery charged, of robbery recorded"


def simulate(gain=0.0, seed=4):
    """Twenty forces over ten years; Kent charges more from the eighth on; Cumbria has few."""
    rng = np.random.default_rng(seed)
    rows = []
    for number, force in enumerate(FORCES):
        of = 40 if force == "Cumbria" else 500 + 60 * number
        for k, year in enumerate(YEARS):
            share = 0.15 + (gain if force == "Kent" and k >= 7 else 0.0)
            rows.append((force, year, int(rng.binomial(of, share)), of))
    return rows


def write(folder, rows, header="force,period,events,of"):
    path = folder / "charged.csv"
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def ask(path, **given):
    request = ProportionRequest(file=path, title=TITLE, **{"direction_good": "up", **given})
    return compare_proportions(request, progress=lambda _: None)


def test_a_force_that_charges_more_for_three_years_stands_out(tmp_path, capsys):
    rows = simulate(gain=0.15)
    path = write(tmp_path, rows)
    results = ask(path, force="kent police")
    now = {force: (events, of) for force, year, events, of in rows if year == YEARS[-1]}
    judged_forces = sorted(set(FORCES) - {"Cumbria"})
    part, whole = (np.array([now[one][k] for one in judged_forces], float) for k in (0, 1))
    direct = judge_proportion(part, whole)
    found = {one.force: one for one in results.forces}
    assert [found[one].z for one in judged_forces] == pytest.approx(direct.headline)
    kent, cumbria = found["Kent"], found["Cumbria"]
    assert (kent.badge, kent.flag) == ("stands", "positive outlier")
    assert (kent.persistence, kent.periods) == (3, 4)
    assert (cumbria.z, cumbria.flag) == (None, "too few to say")
    low, high = wilson_share_interval([now["Kent"][0]], [now["Kent"][1]])
    assert (kent.wilson_low, kent.wilson_high) == (low[0], high[0])
    everybody = sum(events for events, _ in now.values()) / sum(of for _, of in now.values())
    assert results.share == pytest.approx(everybody)
    own = [(events, of) for force, _, events, of in rows if force == "Kent"]
    chart = chart_shares(*zip(*own, strict=True), is_widened=True)
    assert results.chart.high == pytest.approx(chart.limits()[1])
    assert results.chart.is_trial
    assert {one.force for one in results.forces if one.q is None} == {"Cumbria"}
    told = summarise_proportions(results)
    assert "Kent: " in told
    assert "Cumbria" not in told
    assert "Kent" in summarise_proportions(ask(path))
    out = tmp_path / "pack"
    words = ["proportions", str(path), "--title", TITLE, "--good", "up", "--force", "Kent"]
    assert main([*words, "--out", str(out)]) == 0
    assert "positive outlier" in capsys.readouterr().out
    assert {one.name for one in out.iterdir()} == {
        "proportions.json", "proportions.xlsx", "forces.csv", "pack.html", "pack.pdf",
    }  # fmt: skip
    page = (out / "pack.html").read_text()
    assert "Kent over time" in page
    assert page.count("<svg") == 4  # funnel and periods, wide and narrow
    table = pl.read_excel(out / "proportions.xlsx", sheet_name="Periods", engine="calamine")
    assert table["shares"].to_list() == pytest.approx(chart.values.tolist())
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["force"] == "Kent"


def test_where_nothing_differs_nothing_stands_and_similar_forces_are_a_method(tmp_path):
    path = write(tmp_path, simulate())
    listed = tmp_path / "similar.csv"
    pairs = [(a, b) for a in FORCES for b in FORCES if a != b]
    listed.write_text("force,similar\n" + "".join(f"{a},{b}\n" for a, b in pairs))
    results = ask(path, force="Essex", similar=listed, period="2019/20")
    assert not any(one.badge == "stands" for one in results.forces)
    essex = next(one for one in results.forces if one.force == "Essex")
    assert essex.methods == 6
    assert results.chart is None  # six years up to then
    told = str(build_proportion_document(results, (600,)).sections[0])
    assert "No flag of Essex stands under every method." in told
    assert "No flag stands" in summarise_proportions(ask(path, period="2014/15"))


def test_a_flag_that_depends_on_the_method_is_none_and_few_forces_are_not_compared(tmp_path):
    rows = [row for row in simulate(seed=6) if row[1] == "2023/24"]
    last = [(*row[:2], row[3] // 3 if row[0] == "Kent" else row[2], row[3]) for row in rows]
    results = ask(write(tmp_path, last[:8]), force="Kent")  # of so few, one rules the spread
    kent = next(one for one in results.forces if one.force == "Kent")
    assert kent.badge == "method-dependent"
    assert "Not flags" in str(build_proportion_document(results, (600,)).sections[0])
    few = ask(write(tmp_path, last[:3]), direction_good="neutral")
    assert (few.limits, few.forces[0].z) == ((), None)
    assert describe_share(few.forces[0]).endswith("too few to say")
    written = write_proportions(few, tmp_path / "few", progress=lambda _: None)
    assert len(written) == 5
    page = build_proportion_document(few, (600,))
    assert "Fewer than 5 forces can be judged" in str(page.sections[1])


def test_a_chart_of_twelve_periods_is_no_trial_and_one_with_a_gap_is_none(tmp_path):
    periods = [f"{year}/{year - 1999:02} Q{q}" for year in (2020, 2021, 2022) for q in (1, 2, 3, 4)]
    rows = [(force, one, 30, 200) for force in FORCES for one in periods]
    chart = ask(write(tmp_path, rows), force="Kent").chart
    assert (chart.is_trial, chart.signals) == (False, ())
    page = build_proportion_document(ask(write(tmp_path, rows), force="Kent"), (600,))
    assert "No period does more" in str(page.sections[2])
    gap = [row for row in rows if row[1] != periods[9]]
    assert ask(write(tmp_path, gap), force="Kent").chart is None
    late = [row for row in rows if row[:2] != ("Kent", periods[9])]
    assert ask(write(tmp_path, late), force="Kent").chart is None


def test_all_that_is_wrong_is_told_at_once(tmp_path, capsys):
    rows = [
        ("Kent", "2023/24", 5, 4),
        ("Fife", "2023/24", 1, 4),
        ("Kent", "2023/24", 1, 4),
        ("Essex", "2023/24 Q1", 1, 4),
        ("Essex", "2023", 1, 4),
    ]
    words = ["proportions", str(write(tmp_path, rows)), "--title", " ", "--good", "up"]
    assert main(words) == 10
    told = capsys.readouterr().err
    for fault in ("5 of 4", "'Fife'", "comes 2 times", "another length", "is no period"):
        assert fault in told
    words[1] = str(write(tmp_path, simulate()))
    assert main([*words, "--period", "2030/31", "--force", "Gwent"]) == 10
    told = capsys.readouterr().err
    for fault in ("2030/31 is not in the file", "no row of Gwent", "has no title"):
        assert fault in told
    assert main([*words, "--period", "soon"]) == 10
    assert "is no period" in capsys.readouterr().err
    with pytest.raises(Exception, match="it is one of down, up, neutral"):
        ask(write(tmp_path, simulate()), direction_good="sideways")
