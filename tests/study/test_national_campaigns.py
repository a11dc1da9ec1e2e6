"""Campaigns of a whole force on its charts over time, from the command to the pack."""

from dataclasses import replace

import pytest

from patrolwise.cli.__main__ import main
from patrolwise.demo import demo_recorded_crime
from patrolwise.errors import InputError
from patrolwise.reporting.benchmark_charts import campaigns_of_years
from patrolwise.reporting.benchmark_document import build_benchmark_document
from patrolwise.reporting.benchmark_level_charts import campaigns_of_gaps, chart_gaps
from patrolwise.reporting.benchmark_records import GapsRecord
from patrolwise.reporting.benchmark_time_sections import tell_over_time
from patrolwise.reporting.blocks import Bullets, Figure
from patrolwise.study.benchmark import BenchmarkRequest, benchmark
from patrolwise.study.campaigns_reading import read_force_campaigns

TEXT = """
[[campaigns]]
name = "Winter of action"
first = 2023-12-01
last = 2024-01-31

[[campaigns]]
name = "Operation Sceptre"
first = 2022-11-14
last = 2022-11-20

[[campaigns]]
name = "After all tables"
first = 2024-04-01
last = 2024-04-07
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    place = tmp_path_factory.mktemp("campaigns") / "force.toml"
    place.write_text(TEXT, encoding="utf-8")
    return place


def ask(path, force="Kent"):
    request = BenchmarkRequest(
        files=[demo_recorded_crime()],
        measures=["robbery"],
        period="2023/24",
        force=force,
        campaigns=read_force_campaigns(path),
    )
    return benchmark(request, progress=lambda _: None)


@pytest.fixture(scope="module")
def results(path):
    return ask(path)


def test_a_force_is_held_with_the_campaigns_of_its_quarters(results):
    assert [(one.number, one.name, one.where) for one in results.campaigns] == [
        (1, "Operation Sceptre", "Kent"),
        (2, "Winter of action", "Kent"),
    ]


def test_the_charts_by_year_and_by_quarter_in_the_pack_mark_and_list_them(results):
    sections = build_benchmark_document(results, (320,)).sections
    (blocks,) = [one.blocks for one in sections if one.id == "robbery"]
    figures = [one for one in blocks if isinstance(one, Figure)]
    marked = [one for one in figures if "Campaigns marked" in one.description]
    assert len(marked) == 3
    assert "recorded for every 1,000 people a year" in marked[0].caption
    for figure in marked:
        assert figure.caption.endswith("Numbered bands: campaigns, listed below.")
        assert "Campaigns marked: 1: Operation Sceptre, 14 November 2022" in figure.description
        listed = next(one for one in blocks[blocks.index(figure) :] if isinstance(one, Bullets))
        assert listed.items[1] == "2: Winter of action, 1 December 2023 to 31 January 2024, Kent"
    plain = tell_over_time("Kent", results.measures[0], (320,))
    assert "ampaigns marked" not in str(plain)


def test_the_small_charts_by_year_have_their_campaigns_in_a_sentence(results):
    def told_in_force(given):
        (blocks,) = [
            one.blocks for one in build_benchmark_document(given, (320,)).sections
            if one.id == "force"
        ]  # fmt: skip
        below = blocks[next(k for k, one in enumerate(blocks) if isinstance(one, Figure)) + 1]
        return getattr(below, "text", "")

    assert told_in_force(results).startswith(
        "Campaigns in these years, marked on each measure’s own charts: 1: Operation Sceptre, "
        "14 November 2022 to 20 November 2022, Kent; 2: Winter of action"
    )
    assert "ampaigns" not in told_in_force(replace(results, campaigns=()))


def test_a_year_without_a_campaign_is_not_marked(results):
    measure = results.measures[0]
    early = replace(measure, trend_periods=measure.trend_periods[:1], trends=())
    assert campaigns_of_years(early, results.campaigns) == ()
    assert campaigns_of_years(replace(early, trend_periods=()), results.campaigns) == ()
    assert len(campaigns_of_years(measure, results.campaigns)) == 2


def test_days_between_crimes_mark_the_gaps_in_which_a_campaign_was(results):
    gaps = GapsRecord(
        kind="t", dates=("2022-11-13", "2022-11-25", "2023-11-30"), days=(9, 12, 370), centre=20.0,
        low=1.0, high=400.0, signals=(), is_trial=False, told="Three gaps.",
    )  # fmt: skip
    found = campaigns_of_gaps(gaps.dates, gaps.days, results.campaigns)
    assert [one.name for one in found] == ["Operation Sceptre"]  # the winter began a day later
    on_the_day = ("2022-11-13", "2022-11-25", "2023-12-01")
    assert len(campaigns_of_gaps(on_the_day, gaps.days, results.campaigns)) == 2
    measure = replace(results.measures[0], gaps=gaps)
    blocks = tell_over_time("Kent", measure, (320,), results.campaigns)
    figure = next(one for one in blocks if "from each to the next" in getattr(one, "caption", ""))
    assert "Campaigns marked: 1: Operation Sceptre" in figure.description
    assert "Winter of action" not in figure.description
    listed = next(one for one in blocks[blocks.index(figure) :] if isinstance(one, Bullets))
    assert listed.items[0].startswith("1: Operation Sceptre")
    plain = chart_gaps("Kent", measure, gaps, (320,))
    assert "ampaign" not in plain.caption + plain.description
    assert plain.drawings != figure.drawings  # the gap is drawn as a band, not only told


def test_without_a_force_there_is_no_chart_to_mark(path):
    with pytest.raises(InputError, match="charts of one force: name it, with --force"):
        ask(path, force="")


def test_the_command_takes_a_file_of_campaigns(path, capsys):
    asked = [str(demo_recorded_crime()), "--measure", "robbery", "--force", "Kent", "--json"]
    assert main(["benchmark", *asked, "--campaigns", str(path)]) == 0
    assert '"name": "Operation Sceptre"' in capsys.readouterr().out
