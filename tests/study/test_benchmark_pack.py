"""What the pack shows where something stands out, depends on the method, or is not known."""

import sys
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from patrolwise.benchmarking import others
from patrolwise.benchmarking.funnels import judge_ratios
from patrolwise.benchmarking.recorded_crime import RECORDED_CRIME
from patrolwise.benchmarking.spans import parse_period
from patrolwise.demo import demo_recorded_crime
from patrolwise.errors import MissingExtraError
from patrolwise.files.recorded_crime import read_recorded_crime
from patrolwise.files.table_workbooks import make_workbook
from patrolwise.reporting.benchmark_document import build_benchmark_document
from patrolwise.reporting.benchmark_multiples import chart_multiples
from patrolwise.reporting.benchmark_records import OverTimeRecord
from patrolwise.reporting.benchmark_summaries import summarise_benchmark
from patrolwise.study.benchmark import BenchmarkRequest, benchmark
from patrolwise.study.benchmark_quality import OwnBreak, RecordingQuality, learn_quality
from patrolwise.study.benchmark_similar import find_people

SAMPLE = demo_recorded_crime()


@pytest.fixture(scope="module")
def results():
    request = BenchmarkRequest(
        files=[SAMPLE], measures=["robbery"], period="2023/24", force="Leicestershire"
    )
    return benchmark(request, progress=lambda _: None)


def marked(results, **changes):
    """Return results of which every force is changed likewise."""
    (measure,) = results.measures
    level = replace(
        measure.level, forces=tuple(replace(one, **changes) for one in measure.level.forces)
    )
    return replace(results, measures=(replace(measure, level=level),))


def text_of(results, section):
    page = build_benchmark_document(results, (600,))
    return str(next(one for one in page.sections if one.id == section))


def test_flags_that_stand_come_first_and_doubtful_ones_are_no_flags(results):
    standing = marked(results, badge="stands", flag="positive outlier")
    assert "1 flags of Leicestershire stand under every method." in text_of(standing, "findings")
    doubtful = marked(results, badge="method-dependent", flag="method-dependent: 3 of 6")
    told = text_of(doubtful, "findings")
    assert "No flag of Leicestershire stands" in told
    assert "Not flags: these depend on the method" in told
    everybody = summarise_benchmark(replace(standing, force=""))
    assert "and 37 others" in everybody
    with_others = replace(standing, force="")
    assert "43 flags of any force stand" in text_of(with_others, "findings")


def test_a_chart_that_began_anew_says_why_and_a_young_one_says_so(results):
    values = (1.0, 2.0, 9.0)
    chart = OverTimeRecord(
        kind="c",
        unit="a quarter",
        quarters=("2023/24 Q1", "2023/24 Q2", "2023/24 Q3"),
        values=values,
        centre=(1.5, 1.5, 1.5),
        low=(0.0, 0.0, 0.0),
        high=(5.0, 5.0, 5.0),
        signals=(),
        rebases=(("2023/24 Q2", "New system."),),
        is_trial=True,
    )
    (measure,) = results.measures
    charted = replace(results, measures=(replace(measure, over_time=chart),))
    told = text_of(charted, "robbery")
    for words in ("No quarter does more", "from 2023/24 Q2: New system.", "fewer than 12 quarters"):
        assert words in told


def test_forces_without_a_rate_or_anybody_like_them_are_shown_as_they_are(results):
    (measure,) = results.measures
    blank = tuple(replace(one, rates=(None,) * len(one.rates)) for one in measure.trends)
    none = replace(results, measures=(replace(measure, trends=blank),))
    assert "Robbery: no rate" in chart_multiples(none, (600,)).description
    only = tuple(one for one in blank if one.force == "Leicestershire")
    others_known = (*only, *(one for one in measure.trends if one.force != "Leicestershire"))
    some = replace(results, measures=(replace(measure, trends=others_known),))
    assert "Robbery: no rate" in chart_multiples(some, (600,)).description
    alone = marked(replace(results, similar=()), z=None, low=None, high=None, size=None)
    kinds = text_of(alone, "robbery").count("kind='figure'")
    assert kinds == text_of(results, "robbery").count("kind='figure'") - 1


def test_a_quarter_that_is_flagged_is_told_and_the_newest_whole_year_is_found():
    year = parse_period("2023/24")
    flags = {"Kent": {date(2023, 7, 1): "in it", date(2022, 7, 1): "before", date(2019, 4, 1): "x"}}
    own = {"Kent": (OwnBreak(day=date(2023, 8, 1), measures=frozenset({"rape"}), what="rules"),)}
    quality = RecordingQuality(flags=flags, own=own)
    assert list(quality.faults("Kent", "robbery", year, None)) == ["in it"]
    assert list(quality.faults("Kent", "rape", year, year.back(1))) == ["in it", "before", "rules"]
    assert list(quality.faults("Essex", "rape", year, None)) == []
    assert "held for the other years" in find_people(None, year).told


def test_a_quarter_that_is_not_all_in_is_learned_from_the_table():
    rows = [
        ("Kent", date(2023, month, 1), "34B", "Robbery", "Robbery of personal property", n)
        for month, n in ((4, 250), (7, 240), (10, 0))
    ]
    quality = learn_quality(pl.DataFrame(rows, schema=RECORDED_CRIME.schema, orient="row"))
    assert list(quality.flags["Kent"]) == [date(2023, 10, 1)]
    assert list(quality.faults("Kent", "robbery", parse_period("2023/24 Q3"), None))


def test_a_pack_of_many_measures_shows_more_of_the_force_where_it_stands_out(results):
    (measure,) = marked(results, badge="stands", flag="positive outlier").measures
    many = tuple(replace(measure, id=f"robbery-{k}") for k in range(9))
    told = text_of(replace(results, measures=many), "robbery-3")
    assert "which forces stand out" in told
    assert told.count("kind='grid'") == 3  # every force, the level's sums, the strongest run


def test_populations_of_every_year_are_not_held(tmp_path):
    path = tmp_path / "people.csv"
    rows = "".join(f"Kent,{year},1800000\n" for year in (2022, 2023, 2024, 2025))
    path.write_text(f"force,year,population\n{rows}")
    assert find_people(path, parse_period("2023/24")).told.endswith("mid-2022 to 2025")


def test_the_newest_year_that_is_whole_is_taken(monkeypatch):
    from patrolwise.study import benchmark as module

    read = read_recorded_crime(SAMPLE)
    gone = read.recorded.filter(pl.col("quarter") != date(2023, 7, 1))
    monkeypatch.setattr(module, "read_recorded_crime", lambda _: replace(read, recorded=gone))
    newest = gone["quarter"].max()
    found = benchmark(BenchmarkRequest(files=[SAMPLE], measures=["robbery"]), progress=str)
    assert found.period == ("2024/25" if newest >= date(2025, 1, 1) else "2022/23")


def test_spread_that_is_not_found_in_so_many_steps_is_nearly_found(monkeypatch):
    funnel = judge_ratios([90, 130, 70, 100, 160, 60], [100.0] * 6)
    exact = others.hold_against_others(funnel).z
    monkeypatch.setattr(others, "_STEPS", 6)
    assert others.hold_against_others(funnel).z == pytest.approx(exact, abs=0.05)


def test_a_workbook_holds_flags_and_nothing_that_runs(monkeypatch):
    table = pl.DataFrame({"what": ["=1+1", "b"], "is_so": [True, None]})
    book = make_workbook("A title", {"One": table, "None": table.clear()})
    assert book == make_workbook("A title", {"One": table, "None": table.clear()})
    read = pl.read_excel(book, sheet_name="One", engine="calamine")
    assert read["what"].to_list() == ["=1+1", "b"]
    assert read["is_so"].to_list() == [True, None]
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match="Workbooks need xlsxwriter"):
        make_workbook("A title", {})
