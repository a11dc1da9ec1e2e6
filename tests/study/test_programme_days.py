"""Patrol days of a programme file: read with all faults, compared, and refused with the reason."""

from dataclasses import replace
from datetime import date

import pytest

from patrolwise.errors import InputError
from patrolwise.evaluation.day_comparison import DayComparisonRule
from patrolwise.reporting.day_document import build_day_document, build_days_document
from patrolwise.study.assessing import assess_outcome
from patrolwise.study.day_study import DayRequest, read_day_data, study_days
from patrolwise.study.day_writing import write_programme_days
from patrolwise.study.evaluation import open_study
from patrolwise.study.programme_days import (
    compare_programme_days,
    data_of_study,
    study_programme_days,
)
from patrolwise.study.reading import read_programme

from .day_worlds import WINDOW, make_world
from .programme_worlds import (
    HARM,
    HEAD,
    LOT,
    OUTREACH_DAYS,
    POLICE_DAYS,
    declare,
    forget_times,
)

EVENTS = """day,first,last,event
2024-08-26,,,bank holiday
,2024-06-28,2024-06-30,carnival
2014-01-01,,,long ago
"""


def silent(_step):
    return None


def compare(path):
    parts = read_programme(path)
    return study_programme_days(parts, parts.patrol_days, progress=silent)[0]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(
        tmp_path_factory.mktemp("town"), is_drawn=True, outreach=True, ratio=0.5, seed=4
    )


@pytest.fixture(scope="module")
def found(world):
    (world.folder / "events.csv").write_text(EVENTS, encoding="utf-8")
    path = declare(
        world, POLICE_DAYS, LOT, 'hours = [14, 22]\nevents = "events.csv"\n', OUTREACH_DAYS, HARM
    )
    return compare(path)


def test_each_declared_comparison_is_made_with_the_programmes_crimes_and_seed(world, found):
    police, outreach = found.results
    assert found.refused == ()
    assert (police.service, police.is_drawn, police.hours) == ("police", True, (14, 22))
    assert (outreach.service, outreach.is_drawn, outreach.hours) == ("outreach", False, None)
    assert police.harm_index == outreach.harm_index != ""
    assert police.hot_spots == "hot-spots@1"
    assert len(police.made.programme_sha256) == 64
    by_hand, _ = study_days(
        DayRequest(
            crimes=(world.crimes,),
            mapping=world.mapping,
            areas=world.areas,
            doses=(world.doses,),
            definition="all-crime",
            rule=DayComparisonRule(service="outreach"),
            seed=5,
        ),
        progress=silent,
    )
    assert by_hand.headline == outreach.headline
    assert by_hand.beside == outreach.beside


def test_the_truth_lies_in_the_interval_of_days_that_were_drawn(world):
    (police,) = compare(declare(world, POLICE_DAYS, LOT)).results
    assert police.headline.id == "patrol-days-ratio-randomisation"
    delivered = {one.id: one for one in police.beside}["patrol-days-delivered"]
    assert delivered.low < 0.5 < delivered.high
    assert police.headline.value > delivered.value  # who came is fewer than who was sent
    assert police.headline.p < 0.05


def test_events_are_allowed_for_in_the_model_and_those_outside_the_window_are_told(found):
    police, outreach = found.results
    assert police.events == ("bank holiday", "carnival")
    assert outreach.events == ()
    left_out = [line for line in police.quality if line.what == "Event long ago"]
    assert left_out[0].note.startswith("no day of it in the window")
    assert "bank holiday, carnival" in str(build_day_document(police))
    assert "Events" not in str(build_day_document(outreach))


def test_events_change_the_model_beside_and_not_the_headline(world):
    declared = 'events = "events.csv"\n'
    (world.folder / "events.csv").write_text(EVENTS, encoding="utf-8")
    (with_events,) = compare(declare(world, POLICE_DAYS, LOT, declared)).results
    (without,) = compare(declare(world, POLICE_DAYS, LOT)).results
    assert with_events.headline == without.headline

    def model(results):
        return next(one for one in results.beside if one.id == "panel-patrol")

    assert model(with_events).value != model(without).value


def test_what_is_costed_is_what_was_drawn_for_patrol_or_else_what_was_patrolled(found):
    police, outreach = found.results
    charged = police.charged
    assert (charged.days, charged.crimes) == (police.patrolled.days, police.patrolled.crimes)
    assert charged.minutes == charged.all_minutes  # nobody patrolled on other days
    assert charged.error_min == 0
    assert charged.harm > 0
    other = outreach.charged
    assert other.days >= outreach.patrolled.days
    assert other.minutes == other.all_minutes == 40 * other.days


def test_edges_and_errors_of_doses_are_those_of_their_intervals(world):
    import polars as pl

    from patrolwise.files.areas import read_areas
    from patrolwise.patrols.minutes_totals import total_minutes
    from patrolwise.study.day_doses import read_doses
    from patrolwise.tables import DOSES, make_table

    doses = pl.read_csv(world.doses, try_parse_dates=True).with_columns(
        patrol_low_min=pl.col("patrol_min") * 0.9 - 1, patrol_high_min=pl.col("patrol_min") * 1.2
    )
    doses = doses.with_columns(pl.col("patrol_low_min").clip(0))
    path = world.folder / "unsure.csv"
    doses.write_csv(path)
    read = read_doses([path], read_areas(world.areas).areas, None)
    total = total_minutes(make_table(DOSES, doses), "police", WINDOW, "patrol")
    assert read.minutes["police"].sum() == pytest.approx(total.minutes)
    assert read.edges["police"].sum() == pytest.approx(total.edge_min)
    assert read.variances["police"].sum() == pytest.approx(total.variance_min2)


def test_a_study_that_is_open_gives_the_same_as_the_part_alone(world):
    parts = read_programme(declare(world, POLICE_DAYS, LOT, OUTREACH_DAYS, HARM))
    opened = open_study(parts, progress=silent)
    data = data_of_study(opened.study, opened.spots.key, opened.quality)
    within = compare_programme_days(parts, parts.patrol_days, data)
    alone = study_programme_days(parts, parts.patrol_days, progress=silent)[0]
    for one, other in zip(within.results, alone.results, strict=True):
        assert replace(one, quality=()) == replace(other, quality=())
    assert assess_outcome(opened.study, "all-crime@1").outcome.definition == "all-crime@1"


def test_crimes_with_months_only_are_refused_with_the_reason_and_stop_nothing(tmp_path):
    world = make_world(tmp_path)
    forget_times(world)
    found = compare(declare(world, POLICE_DAYS))
    assert found.results == ()
    (refused,) = found.refused
    assert (refused.service, refused.definition, refused.hours) == ("police", "all-crime@1", None)
    assert "only a month" in refused.reason
    document = build_days_document(found.results, found.refused, "A town", (700,))
    assert [section.id for section in document.sections] == ["patrol-days"]
    assert "only a month" in str(document)


def test_doses_may_be_a_folder_that_is_empty_until_there_are_any(world):
    folder = world.folder / "doses"
    folder.mkdir()
    path = declare(world, POLICE_DAYS.replace("doses.csv", "doses"), LOT)
    (refused,) = compare(path).refused
    assert "holds no doses yet" in refused.reason
    (folder / "june.csv").write_bytes(world.doses.read_bytes())
    (results,) = compare(path).results
    assert "june.csv" in [file.name for file in results.made.inputs]


def test_a_report_has_the_table_and_the_json_all_comparisons(found, tmp_path):
    written = write_programme_days(found, "A town", tmp_path / "out", progress=silent)
    assert sorted(path.name for path in written) == ["days.json", "report.html", "report.pdf"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "T5. Crime on days with patrol" in page
    assert "SIMULATED" in page


def test_without_patrol_days_there_is_nothing_to_compare(world):
    with pytest.raises(InputError, match=r"has no \[\[patrol_days\]\]"):
        compare(declare(world))


def test_a_request_needs_hot_spots_unless_a_programme_has_placed_them(world):
    rule = DayComparisonRule(service="police")
    given = DayRequest(
        crimes=(world.crimes,), doses=(world.doses,), definition="all-crime", rule=rule
    )
    with pytest.raises(InputError, match="Give the hot spots"):
        read_day_data(given)


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("hours = [14]", "Give two whole hours"),
        ("hours = [14.5, 20]", "Give two whole hours"),
        ("hours = 14", "Give a list of numbers"),
        ("hours = [20, 14]", "hours must rise"),
        ('seal = "sealed.json"', "seal and published go together"),
        ("least_min = 0", "least_min must be above 0"),
        ('definitions = ["weather"]', r"patrol_days\[1\].definitions"),
        ('events = "none.csv"', "no such file"),
        ("washing = 2", "washing is not known"),
        ("window = { first = 2024-06-03 }", "lacks last"),
    ],
)
def test_a_fault_of_a_part_is_told_with_its_place(world, more, told):
    with pytest.raises(InputError, match=told):
        read_programme(declare(world, POLICE_DAYS, f"{more}\n"))


def test_faults_of_all_parts_are_told_at_once(world):
    wrong = POLICE_DAYS.replace('"police"', '"polise"').replace('["doses.csv"]', "[]")
    with pytest.raises(InputError) as told:
        read_programme(declare(world, wrong, OUTREACH_DAYS.replace("outreach", "outrich")))
    assert "patrol_days[1].doses" in str(told.value)
    assert "patrol_days[2].service names 'outrich'" in str(told.value)


def test_the_same_comparison_twice_is_refused_and_another_window_is_another(world):
    with pytest.raises(InputError, match="compares all-crime@1 of police twice"):
        read_programme(declare(world, POLICE_DAYS, POLICE_DAYS))
    other = "window = { first = 2024-06-03, last = 2024-08-31 }\n"
    parts = read_programme(declare(world, POLICE_DAYS, POLICE_DAYS, other))
    assert parts.patrol_days[0].window is None
    assert parts.patrol_days[1].window.last == date(2024, 8, 31)


def test_defaults_are_the_programmes_outcomes_and_all_day(world):
    two = HEAD.replace('["all-crime"]', '["all-crime", "violence-and-sexual-offences"]')
    (days,) = read_programme(declare(world, POLICE_DAYS, LOT, head=two)).patrol_days
    assert days.definitions == ("all-crime@1", "violence-and-sexual-offences@1")
    assert (days.hours, days.washout_days, days.least_min) == (None, 2, 1.0)
    assert [path.name for path in days.files] == [
        "doses.csv",
        "sealed.json",
        "published.json",
        "could-have-been-drawn.csv.gz",
    ]
    own = 'definitions = ["violence-and-sexual-offences"]\n'
    (days,) = read_programme(declare(world, POLICE_DAYS, own)).patrol_days
    assert days.definitions == ("violence-and-sexual-offences@1",)
    with pytest.raises(InputError, match=r"doses is empty.*|2 faults"):
        replace(days, doses=(), definitions=())
