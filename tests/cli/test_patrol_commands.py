"""The commands of patrols as a person runs them: what they say, in text and in JSON, and write."""

import json
import shutil

import polars as pl
import pytest

from patrolwise.cli.__main__ import main
from patrolwise.files import fix_streams
from patrolwise.files.hot_spot_sets import read_hot_spot_set
from patrolwise.patrols import visit_rows
from patrolwise.study import patrol_writing
from patrolwise.tables import VISIT_PIECES, VISITS

FILES = ["compliance.csv", "copresence.csv", "device-days.csv", "doses.csv", "patrols.json",
         "report.html", "report.pdf", "unit-visits.csv", "visits.csv"]  # fmt: skip


def no_constant(name):
    raise AssertionError(f"{name} is no JSON")


def parsed(text):
    return json.loads(text, parse_constant=no_constant)


@pytest.fixture
def run(capsys):
    """Return a runner: (exit code, standard output, standard error)."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("commands") / "simulated"
    options = ("--weeks", "1", "--refresh", "60", "--seed", "3")
    assert main(["simulate", "--out", str(folder), *options]) == 0
    return folder


@pytest.fixture
def own_copy(simulated, tmp_path):
    """Return a programme folder that a test may spoil."""
    return shutil.copytree(simulated, tmp_path / "copy")


@pytest.fixture
def quick(monkeypatch):
    """Leave out the drawing of reports, which takes most of the time; other tests look at it."""
    monkeypatch.setattr(patrol_writing, "lay_out_html", lambda document: "<p>report</p>")
    monkeypatch.setattr(patrol_writing, "lay_out_pdf", lambda document: b"%PDF")


# --- simulate -------------------------------------------------------------------------------------


def test_simulate_says_that_it_is_simulated_and_what_to_do_next(run, tmp_path):
    out = tmp_path / "made"
    code, told, err = run("simulate", "--out", out, "--weeks", 1, "--refresh", 300)
    assert (code, err) == (0, "")
    lines = told.splitlines()
    assert lines[0].startswith("! SIMULATED DATA")
    assert "  fixes.parquet" in lines
    assert lines[-1] == f"Now: patrolwise dose {out / 'programme.toml'} --out report"


def test_simulate_as_json_lists_what_was_written(run, tmp_path):
    areas = ("--areas", tmp_path / "spots.geojson")
    folder = tmp_path / "first"
    run("simulate", "--out", folder, "--weeks", 1, "--refresh", 300, "--police-pairs", 0)
    shutil.copy(folder / "hot-spots.geojson", tmp_path / "spots.geojson")
    out = tmp_path / "second"
    code, told, _ = run("simulate", "--out", out, *areas, "--weeks", 1, "--refresh", 300, "--json")
    document = parsed(told)
    assert code == 0
    assert document["schema"] == "patrolwise.simulated/1"
    assert document["is_simulated"]
    assert document["window"] == {"first": "2024-06-03", "last": "2024-06-09"}
    assert sorted(document["written"]) == sorted(
        path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()
    )
    sets = [read_hot_spot_set(one / "hot-spots.geojson").hash for one in (folder, out)]
    assert sets[0] == sets[1]


def test_simulate_refuses_areas_that_are_no_set(run, tmp_path):
    (tmp_path / "areas.geojson").write_text("{}", encoding="utf-8")
    code, _, err = run("simulate", "--out", tmp_path / "o", "--areas", tmp_path / "areas.geojson")
    assert code == 10
    assert "areas.geojson is no hot spot set." in err


# --- visits ---------------------------------------------------------------------------------------


def test_visits_of_a_fix_store_say_what_was_found_and_that_it_is_simulated(
    run, simulated, tmp_path
):
    store, areas = simulated / "fixes.parquet", simulated / "hot-spots.geojson"
    out, pieces = tmp_path / "visits.csv", tmp_path / "pieces.parquet"
    code, told, err = run("visits", store, "--areas", areas, "--out", out, "--pieces", pieces)
    assert (code, err) == (0, "")
    assert told.startswith("! SIMULATED DATA")
    assert "With a fix every 60 s, visits under 0.9 min cannot be relied on to be seen." in told
    assert told.endswith(f"Written: {out}\nWritten: {pieces}\n")
    table = pl.read_csv(out, infer_schema=False)
    assert table.columns == [*VISITS.names, "simulated"]
    assert pl.read_parquet(pieces).columns == [*VISIT_PIECES.names, "simulated"]


def test_visits_that_are_written_in_parts_are_those_written_at_once(
    run, simulated, tmp_path, monkeypatch
):
    store, areas = simulated / "fixes.parquet", simulated / "hot-spots.geojson"
    told = []
    for chunk, name in ((10**9, "whole"), (1, "parts")):
        monkeypatch.setattr(visit_rows, "_CHUNK", chunk)
        monkeypatch.setattr(fix_streams, "_ROWS", 500)
        paths = [tmp_path / f"{name}{ending}" for ending in ("-v.parquet", "-p.csv")]
        out = ("--out", paths[0], "--pieces", paths[1])
        told.append(parsed(run("visits", store, "--areas", areas, *out, "--json")[1]))
    assert told[0].keys() == told[1].keys()
    assert told[0]["visits"] == told[1]["visits"] > 1
    for one, other in zip(told[0]["areas"], told[1]["areas"], strict=True):
        assert one == pytest.approx(other)
    one, other = (pl.read_parquet(tmp_path / f"{name}-v.parquet") for name in ("whole", "parts"))
    assert one.equals(other)
    assert (tmp_path / "whole-p.csv").read_bytes() == (tmp_path / "parts-p.csv").read_bytes()


def test_visits_of_files_are_those_of_the_store(run, simulated, tmp_path):
    areas = simulated / "hot-spots.geojson"
    (tmp_path / "both").mkdir()
    shutil.copy(simulated / "fixes.parquet", tmp_path / "both")
    store = parsed(run("visits", simulated / "fixes.parquet", "--areas", areas, "--json")[1])
    files = parsed(run("visits", tmp_path / "both", "--areas", areas, "--json")[1])
    assert store == files
    assert store["schema"] == "patrolwise.visits/1"
    assert store["visits"] == sum(area["visits"] for area in store["areas"]) > 0


def test_visits_to_areas_drawn_elsewhere_name_files_that_could_not_be_read(run, tmp_path):
    rows = "".join(
        f'<trkpt lat="52.6369" lon="-1.1331"><time>2024-06-01T12:{n:02d}:00Z</time></trkpt>'
        for n in range(5)
    )
    gpx = f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{rows}</trkseg></trk></gpx>'
    (tmp_path / "walk.gpx").write_text(gpx, encoding="utf-8")
    (tmp_path / "bad.gpx").write_text("no", encoding="utf-8")
    ring = [[-1.14, 52.63], [-1.12, 52.63], [-1.12, 52.64], [-1.14, 52.64], [-1.14, 52.63]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"area_id": "square"}, "geometry": geometry}
    (tmp_path / "areas.geojson").write_text(json.dumps(feature), encoding="utf-8")
    files = (tmp_path / "walk.gpx", tmp_path / "bad.gpx")
    out = tmp_path / "visits.parquet"
    code, told, err = run("visits", *files, "--areas", tmp_path / "areas.geojson", "--out", out)
    assert code == 13
    assert err.startswith("patrolwise visits: bad.gpx: ")
    assert told.startswith("1 visits by 1 devices")
    assert pl.read_parquet(out).columns == VISITS.names


def test_a_table_with_an_unknown_ending_is_refused_before_any_work(run, simulated, tmp_path):
    areas = simulated / "hot-spots.geojson"
    code, told, err = run(
        "visits", tmp_path / "gone", "--areas", areas, "--out", tmp_path / "v.xls"
    )
    assert (code, told) == (10, "")
    assert "must end in .parquet or .csv" in err


# --- dose -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_dose_writes_the_whole_study_and_says_where(run, simulated, tmp_path):
    out = tmp_path / "report"
    code, told, err = run("dose", simulated / "programme.toml", "--out", out)
    assert (code, err) == (0, "")
    assert told.splitlines()[0].startswith("! SIMULATED DATA")
    assert "1. Outreach: " in told
    assert sorted(path.name for path in out.iterdir()) == FILES
    named = told.partition("Written:\n")[2].split()
    assert sorted(named) == [str(out / name) for name in FILES]


def test_dose_without_a_folder_only_says(run, simulated, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, told, _ = run("dose", simulated / "programme.toml")
    assert code == 0
    assert "Written" not in told
    assert list(tmp_path.iterdir()) == []


def test_dose_of_one_day_puts_the_short_ones_first(run, simulated):
    code, told, _ = run("dose", simulated / "programme.toml", "--day", "2024-06-04")
    assert code == 0
    lines = [line for line in told.splitlines() if line.startswith("  ")]
    verdicts = ["short" in line for line in lines[1:]]
    assert any(verdicts)
    assert not all(verdicts)
    assert verdicts == sorted(verdicts, reverse=True)
    assert "Patrol day Tuesday 4 June 2024" in told
    assert "simulated-police-1" in told


def test_dose_says_that_tracks_go_with_files(run, simulated):
    code, _told, faults = run("dose", simulated / "programme.toml", "--tracks")
    assert code == 10
    assert "--tracks goes with --out FOLDER or --json" in faults


def test_dose_as_json_is_the_document_or_the_day(run, simulated):
    programme = simulated / "programme.toml"
    whole = parsed(run("dose", programme, "--json")[1])
    day = parsed(run("dose", programme, "--day", "2024-06-04", "--json")[1])
    assert (whole["schema"], day["schema"]) == ("patrolwise.patrols/1", "patrolwise.patrol-day/1")
    assert whole["is_simulated"]
    assert day["is_simulated"]
    assert {line["area_id"] for line in day["lines"]} <= {one["area_id"] for one in whole["doses"]}


def test_dose_tells_tracks_only_when_asked(run, simulated):
    programme = simulated / "programme.toml"
    assert parsed(run("dose", programme, "--json")[1])["tracks"] == []
    shown = parsed(run("dose", programme, "--tracks", "--json")[1])
    assert {track["service"] for track in shown["tracks"]} == {"outreach", "police"}


def test_dose_of_fewer_days_holds_only_those(run, simulated):
    days = ("--first", "2024-06-04", "--last", "2024-06-05")
    whole = parsed(run("dose", simulated / "programme.toml", *days, "--json")[1])
    assert {day["day"] for day in whole["days"]} == {"2024-06-04", "2024-06-05"}
    assert {stay["day"] for stay in whole["stays"]} == {"2024-06-04", "2024-06-05"}


def test_days_outside_the_programme_are_refused(run, simulated):
    code, _, err = run("dose", simulated / "programme.toml", "--first", "2024-05-01")
    assert code == 10
    assert "2024-05-01 lies outside the programme's tracking window" in err
    code, _, err = run("dose", simulated / "programme.toml", "--day", "2024-05-01")
    assert code == 10
    assert "2024-05-01 lies outside the window" in err


def test_dose_names_files_that_could_not_be_read(run, own_copy):
    (own_copy / "bad.gpx").write_text("no", encoding="utf-8")
    path = own_copy / "programme.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('["fixes.parquet"]', '["fixes.parquet", "bad.gpx"]'), "utf-8")
    code, told, err = run("dose", path)
    assert code == 13
    assert err.startswith("patrolwise dose: bad.gpx: ")
    assert "1. Outreach" in told


# --- cost -----------------------------------------------------------------------------------------


def test_cost_tells_ledger_minutes_and_pounds_a_minute(run, simulated):
    code, told, err = run("cost", simulated / "programme.toml")
    assert (code, err) == (0, "")
    assert told.splitlines()[0].startswith("! SIMULATED DATA")
    assert "  outreach, pay: £" in told
    assert "minute per pair (or other unit) in hot spot" in told
    assert "(95 % interval £" in told
    assert "less by outreach than by police" in told


def test_cost_as_json_holds_the_same(run, simulated):
    document = parsed(run("cost", simulated / "programme.toml", "--json")[1])
    assert document["schema"] == "patrolwise.costs/1"
    assert [cost["service"] for cost in document["costs"]] == ["outreach", "police"]
    assert document["difference"]["difference_percent"] < 0
    assert document["ledger"][0]["first"] == "2024-06-03"


def test_cost_refuses_a_ledger_of_other_days_with_the_librarys_sentence(run, own_copy):
    ledger = own_copy / "ledger.csv"
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text.replace("2024-06-09", "2024-06-30").replace("true", "no"), "utf-8")
    code, told, err = run("cost", own_copy / "programme.toml")
    assert (code, told) == (11, "")
    assert "covers 2024-06-03 to 2024-06-30 and the minutes cover 2024-06-03 to 2024-06-09" in err


def test_cost_of_fewer_days_splits_what_may_be_split(run, simulated):
    days = ("--first", "2024-06-03", "--last", "2024-06-04")
    whole = parsed(run("cost", simulated / "programme.toml", "--json")[1])
    part = parsed(run("cost", simulated / "programme.toml", *days, "--json")[1])
    for one, other in zip(part["costs"], whole["costs"], strict=True):
        assert one["pounds"] == pytest.approx(other["pounds"] * 2 / 7)
