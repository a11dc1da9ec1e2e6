"""From recorded crime to a national pack: judged, told, written; on the shipped sample."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from patrolwise.benchmarking.measures import find_measure
from patrolwise.benchmarking.methods import Band, judge_change
from patrolwise.benchmarking.spans import Period, parse_period
from patrolwise.cli.__main__ import main
from patrolwise.demo import demo_recorded_crime
from patrolwise.errors import InputError
from patrolwise.files.recorded_crime import read_recorded_crime
from patrolwise.reporting.benchmark_document import build_benchmark_document
from patrolwise.reporting.benchmark_summaries import summarise_benchmark
from patrolwise.study.benchmark import BenchmarkRequest, benchmark
from patrolwise.study.benchmark_counts import find_overlaps, gather_counts
from patrolwise.study.benchmark_did import NO_EVIDENCE
from patrolwise.study.benchmark_writing import list_forces, list_methods, list_trends

SAMPLE = demo_recorded_crime()
ROBBERY = {"measures": ["robbery", "homicide"], "force": "leicestershire police"}


def ask(**given):
    request = BenchmarkRequest(files=[SAMPLE], **{**ROBBERY, "period": "2023/24", **given})
    return benchmark(request, progress=lambda _: None)


@pytest.fixture(scope="module")
def results():
    return ask()


def own(comparison, force="Leicestershire"):
    return next(one for one in comparison.forces if one.force == force)


def test_periods_are_named_and_reckoned():
    quarter = parse_period("2023/24 Q2")
    assert (quarter.first, quarter.label) == (date(2023, 7, 1), "2023/24 Q2")
    assert (quarter.before().label, quarter.back(1).label) == ("2023/24 Q1", "2022/23 Q2")
    assert Period(first=date(1999, 4, 1), quarters=4).label == "1999/00"
    for text, told in (
        ("2023", "is no period"),
        ("2023/25", "is no financial year"),
        ("2023/24 to 2021/22", "ends before it begins"),
    ):
        with pytest.raises(InputError, match=told):
            parse_period(text)


def test_counts_are_those_of_the_files(results):
    read = read_recorded_crime(SAMPLE).recorded
    robbery = read.filter(
        pl.col("force") == "Leicestershire",
        pl.col("offence_group") == "Robbery",
        pl.col("quarter").is_between(date(2023, 4, 1), date(2024, 1, 1)),
    )["n"].sum()
    measure = results.measures[0]
    assert own(measure.change).observed == own(measure.level).observed == robbery
    trend = next(one for one in measure.trends if one.force == "Leicestershire")
    assert trend.counts[-1] == robbery
    assert measure.trend_periods[-1] == "2023/24"
    assert own(measure.change).expected == pytest.approx(
        trend.counts[-2] * measure.change.target, rel=1e-12
    )


def test_the_headline_is_that_of_the_library_and_a_force_left_out_takes_no_part(results):
    change = results.measures[0].change
    compared = [one for one in change.forces if one.z is not None]
    before = np.array([one.expected / change.target for one in compared])
    after = np.array([one.observed for one in compared])
    judged = judge_change(before, after)
    assert judged.headline == pytest.approx([one.z for one in compared])
    assert {method for one in compared for method, _ in one.z_by_method} >= set(judged.z)
    # Devon and Cornwall changed its records in November 2022, within the baseline
    left = own(change, "Devon and Cornwall")
    assert (left.z, left.flag) == (None, "not judged: its data")
    assert "Niche" in left.faults[0]
    few = own(results.measures[1].change, "Cumbria")
    assert few.flag == Band.UNKNOWN.value
    assert own(results.measures[0].level, "City of London").z is None


def test_q_values_are_of_the_whole_pack(results):
    tests = [
        one
        for measure in results.measures
        for comparison in (measure.level, measure.change)
        if comparison
        for one in comparison.forces
        if one.p is not None
    ]
    assert results.tests == len(tests)
    ranked = sorted(tests, key=lambda one: one.p)
    least = 1.0
    for rank in range(len(ranked), 0, -1):
        least = min(least, ranked[rank - 1].p * len(ranked) / rank)
        assert ranked[rank - 1].q == pytest.approx(least)


def test_a_flag_stands_only_where_all_agree_and_it_lasts():
    """One force records robbery anew at a third, for three years; another in the last year only."""
    recorded = read_recorded_crime(SAMPLE).recorded
    is_robbery = pl.col("offence_group") == "Robbery"
    fall = (
        pl.when(is_robbery & (pl.col("force") == "Kent") & (pl.col("quarter") >= date(2021, 4, 1)))
        .then(pl.col("n") // 4)
        .when(is_robbery & (pl.col("force") == "Essex") & (pl.col("quarter") >= date(2023, 4, 1)))
        .then(pl.col("n") // 4)
        .otherwise("n")
    )
    changed = recorded.with_columns(n=fall)
    from patrolwise.study import benchmark as module

    read = read_recorded_crime(SAMPLE)
    original = module.read_recorded_crime
    module.read_recorded_crime = lambda _: replace(read, recorded=changed)
    try:
        three = ask(period="2022/23", baseline="2020/21", force="")
        one = ask(period="2023/24", baseline="2022/23", force="")
    finally:
        module.read_recorded_crime = original
    kent = own(three.measures[0].change, "Kent")
    assert kent.band == Band.OUTLIER_GOOD.value
    assert kent.agreeing == kent.methods >= 4
    assert (kent.badge, kent.flag) == ("stands", "positive outlier")
    assert "Kent" in summarise_benchmark(three)
    essex = own(one.measures[0].change, "Essex")
    assert essex.band == Band.OUTLIER_GOOD.value
    assert (essex.badge, essex.persistence) == ("", 1)
    assert essex.flag.startswith("positive outlier in this period only")


def test_what_is_asked_is_checked_at_once():
    with pytest.raises(InputError) as told:
        ask(
            period="2030/31",
            baseline="2023/24 Q1",
            measures=["robbery", "burglary-of-cars"],
            force="Narnia",
        )
    for fault in (
        "The period 2030/31 is not in these files, whose quarters go from",
        "are of different quarters",
        "There is no measure burglary-of-cars",
        "There is no force Narnia",
    ):
        assert fault in str(told.value)
    with pytest.raises(InputError, match="does not begin before"):
        ask(period="2022/23", baseline="2022/23")
    with pytest.raises(InputError, match="'soon' is no period"):
        ask(period="soon")


def test_the_newest_whole_year_is_taken_and_a_quarter_can_be_asked_for(tmp_path):
    newest = ask(period="", force="", measures=["violence-with-injury"])
    assert newest.period == newest.measures[0].trend_periods[-1]
    quarter = ask(period="2023/24 Q2", measures=["violence-with-injury"])
    assert (quarter.baseline, quarter.measures[0].trend_periods[-1]) == ("2022/23 Q2", "2023/24 Q2")
    assert any("same quarter" in note for note in quarter.notes)
    table = read_recorded_crime(SAMPLE).recorded.filter(pl.col("quarter") < date(2020, 1, 1))
    path = tmp_path / "part.csv"
    rows = table.with_columns(
        fy=pl.lit("2019/20"), fq=(pl.col("quarter").dt.month() - 1) // 3
    ).filter(pl.col("quarter") >= date(2019, 4, 1))
    rows.select("fy", "fq", "force", *table.columns[2:]).write_csv(path)
    with pytest.raises(InputError, match="No financial year is whole"):
        benchmark(BenchmarkRequest(files=[path]), progress=lambda _: None)


def test_people_and_similar_forces_can_be_given(tmp_path):
    people = tmp_path / "people.csv"
    forces = read_recorded_crime(SAMPLE).recorded["force"].unique().sort().to_list()
    rows = "".join(f'"{one}",{year},500000\n' for one in forces for year in (2023, 2024))
    people.write_text(f"force,year,population\n{rows}")
    pairs = tmp_path / "similar.csv"
    pairs.write_text(
        "force,similar\n"
        + "".join(
            f"Leicestershire,{one}\n"
            for one in ("Nottinghamshire", "Derbyshire", "Northamptonshire", "Kent", "Essex")
        )
    )
    found = ask(populations=people, similar=pairs)
    level = found.measures[0].level
    assert "people.csv" in level.exposure
    assert len({one.expected for one in level.forces if one.z is not None}) == 1
    assert [one.force for one in found.similar][:2] == ["Nottinghamshire", "Derbyshire"]
    assert dict(own(level).z_by_method)["against similar forces alone"] is not None
    assert dict(own(level, "Kent").z_by_method)["against similar forces alone"] is None
    numbers = tmp_path / "numbers.csv"
    numbers.write_text(
        "force,density\n" + "".join(f'"{one}",{k * k}\n' for k, one in enumerate(forces))
    )
    by_number = ask(similar=numbers, similar_by=("density",))
    assert "by density of numbers.csv" in by_number.similar_by
    assert by_number.similar[0].distance > 0


def test_what_a_force_did_stands_beside_what_its_evaluation_says(tmp_path):
    evaluation = tmp_path / "results.json"
    evaluation.write_text(
        json.dumps({"outcomes": [{"title": "Violence", "verdict": "could be chance"}]})
    )
    did = tmp_path / "did.toml"
    did.write_text(
        '[[did]]\nwhat = "Hot spots"\nsince = 2023-04-01\nresults = "results.json"\n'
        '[[did]]\nwhat = "Mentors"\nsince = 2022-01-01\n'
    )
    found = ask(did=did).did
    assert [one.grade for one in found] == ["Violence: could be chance", NO_EVIDENCE]
    evaluation.write_text("{}")
    with pytest.raises(InputError, match=r"no results\.json of patrolwise evaluate"):
        ask(did=did)
    did.write_text("")
    with pytest.raises(InputError, match=r"There is no \[\[did\]\] in it"):
        ask(did=did)
    did.write_text("[[")
    with pytest.raises(InputError, match="cannot be read as TOML"):
        ask(did=did)


def test_measures_that_count_mostly_the_same_are_each_others_variants():
    recorded = read_recorded_crime(SAMPLE).recorded
    chosen = [find_measure(one) for one in ("robbery", "robbery-personal", "homicide")]
    assert find_overlaps(chosen, recorded)["robbery"] == ["robbery-personal"]
    assert find_overlaps(chosen, recorded)["homicide"] == []
    counts = gather_counts(recorded, chosen, ["Kent", "Essex"])
    assert counts.forces == ("Essex", "Kent")
    gone = counts.of_period("robbery", parse_period("1999/00"))
    assert np.isnan(gone).all()


def test_the_pack_is_written_whole(tmp_path, capsys):
    did = tmp_path / "did.toml"
    did.write_text('[[did]]\nwhat = "Hot spots"\nsince = 2023-04-01\n')
    out = tmp_path / "pack"
    arguments = ["benchmark", str(SAMPLE), "--measure", "robbery", "--period"]
    arguments += ["2023/24", "--force", "Leicestershire", "--did", str(did), "--out", str(out)]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "Leicestershire beside all forces, 2023/24" in said
    files = {path.name for path in out.iterdir()}
    assert files == {"benchmark.json", "forces.csv", "benchmark.xlsx", "pack.html", "pack.pdf"}
    page = (out / "pack.html").read_text()
    for words in ("What the force did", "Forces most like it", "By change", "every force"):
        assert words in page
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert main(arguments) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first
    assert main([*arguments[:-2], "--json"]) == 0
    said = capsys.readouterr().out
    document = json.loads(said[said.index("{\n") :])
    assert document["schema"] == "patrolwise.benchmark/1"
    assert json.loads((out / "benchmark.json").read_text()) == document


def test_tables_hold_what_the_pack_tells(results):
    forces = list_forces(results)
    assert forces.height == sum(
        len(one.forces) for m in results.measures for one in (m.level, m.change) if one
    )
    methods = list_methods(results)
    assert methods.group_by("method").len()["len"].min() > 0
    trends = list_trends(results)
    assert trends.filter(pl.col("force") == "Kent", pl.col("measure") == "robbery").height == len(
        results.measures[0].trend_periods
    )


def test_a_pack_of_no_force_and_of_one_measure_too_rare_to_compare(capsys):
    found = ask(force="", period="2023/24 Q1", measures=["homicide"])
    assert found.measures[0].change is None
    page = build_benchmark_document(found, (600,))
    assert "nothing is compared" in str(page)
    assert "Fewer than five forces" in summarise_benchmark(found)
    assert main(["benchmark", "--list"]) == 0
    assert "violence-with-injury" in capsys.readouterr().out
    assert main(["benchmark"]) == 10
    assert "No file is given" in capsys.readouterr().err


def test_a_pack_of_many_measures_is_brief_where_nothing_stands_out():
    many = [
        "violence-with-injury", "homicide", "robbery", "robbery-personal", "robbery-business",
        "possession-of-weapons", "possession-of-blades", "rape", "all-crime",
    ]  # fmt: skip
    found = ask(measures=many)
    page = build_benchmark_document(found, (600,))
    sections = {one.id: one.blocks for one in page.sections}
    robbery = [block.kind for block in sections["robbery"]]
    assert robbery.count("grid") == 1
    assert len(sections["robbery"][-1].rows) == 43
    assert sections["robbery"][-1].columns[:3] == ("Force", "Observed", "Ratio, level")
    multiples = [block for block in sections["force"] if block.kind == "figure"]
    assert "Robbery: " in multiples[0].description
    whole = build_benchmark_document(ask(measures=many[:2]), (600,))
    kinds = [block.kind for one in whole.sections if one.id == many[0] for block in one.blocks]
    assert kinds.count("grid") == 4  # the level's sums, the strongest run; every force, twice
    assert kinds.count("figure") > robbery.count("figure")
