"""Each command as a person runs it: what it says, in text and in JSON, and what it writes."""

import json

import polars as pl
import pytest

from patrolwise import __version__
from patrolwise.cli.__main__ import COMMANDS, main, make_parser
from patrolwise.files.hot_spot_sets import read_hot_spot_set
from patrolwise.study import simulated_plan
from patrolwise.tables import CRIMES


def no_constant(name):
    raise AssertionError(f"{name} is no JSON")


@pytest.fixture
def run(capsys):
    """Return a runner: (exit code, standard output, standard error)."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def parsed(text):
    return json.loads(text, parse_constant=no_constant)


def street(world):
    return world.folder / "street"


def spots_of(world, *more):
    area = ("--study-area", world.folder / "study-area.geojson")
    days = ("--first", "2019-01-01", "--last", "2019-12-31")
    return ("hot-spots", street(world), *area, *days, "--count", "4", *more)


# --- crimes ---------------------------------------------------------------------------------------


def test_crimes_reports_on_quality_line_by_line(calm, run):
    code, out, err = run("crimes", street(calm))
    assert (code, err) == (0, "")
    told = {line.split("  ")[0]: line.split()[-1] for line in out.splitlines()}
    assert told["Files read"] == "36"
    assert f"{len(calm.rows):,}" in out
    assert "2019-01 to 2021-12" in out


def test_crimes_as_json_accounts_for_every_row(calm, run):
    area = calm.folder / "study-area.geojson"
    code, out, err = run("crimes", street(calm), "--area", area, "--json")
    document = parsed(out)
    assert (code, err) == (0, "")
    assert document["schema"] == "patrolwise.quality/1"
    assert document["rows_read"] == document["rows_kept"] + sum(document["dropped"].values())
    assert document["first_month"] == "2019-01-01"
    assert sum(document["rows_by_month"].values()) == document["rows_read"]
    assert document["out_of_area"] == 0


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_crimes_writes_the_table_for_other_programs(calm, run, tmp_path, ending):
    path = tmp_path / f"crimes.{ending}"
    code, out, _ = run("crimes", street(calm), "--out", path)
    assert code == 0
    assert out.endswith(f"Written: {path}\n")
    table = pl.read_parquet(path) if ending == "parquet" else pl.read_csv(path, infer_schema=False)
    assert table.columns == CRIMES.names
    assert table.height == len(calm.rows)
    assert list(tmp_path.iterdir()) == [path]


# --- harm -----------------------------------------------------------------------------------------


def test_harm_of_open_data_is_an_estimate_and_adds_up(calm, run):
    mix = calm.folder / "mix.csv"
    code, out, err = run("harm", street(calm), "--mix", mix, "--json")
    assert (code, err) == (0, "")
    document = parsed(out)
    kinds = [row["Crime type"] for row in calm.rows]
    violence, robbery = kinds.count("Violence and sexual offences"), kinds.count("Robbery")
    assert document["total"] == 10 * violence + 365 * robbery
    assert document["incidents"] == kinds.count("Anti-social behaviour")
    assert document["left_out"] == kinds.count("Shoplifting") + kinds.count("Drugs")
    assert document["is_estimate"]
    assert document["total_without_worst"] == 10 * violence


def test_harm_in_text_names_the_estimate_its_coverage_and_what_drives_it(calm, run):
    code, out, _ = run("harm", street(calm), "--mix", calm.folder / "mix.csv")
    assert code == 0
    assert "estimate from the force's offence mix of 2020/21" in out
    assert "over the years' mixes" in out
    assert "100.0% with a weight" in out
    assert "without the largest (robbery)" in out
    assert any(line.startswith("  robbery") and "×    365.0" in line for line in out.splitlines())


@pytest.fixture
def export(tmp_path):
    (tmp_path / "force.toml").write_text(
        'force = "F"\n[columns]\nmonth = "month"\noffence_code = "code"\ncrime_id = "id"\n',
        encoding="utf-8",
    )
    (tmp_path / "export.csv").write_text(
        "id,month,code\na,2022-01,8N\nb,2022-01,8N\nc,2022-02,34B\nd,2022-02,ZZ\n",
        encoding="utf-8",
    )
    return tmp_path


def test_harm_by_offence_code_with_the_shipped_table_has_no_range_of_mixes(export, run):
    arguments = ("harm", export / "export.csv", "--mapping", export / "force.toml")
    code, out, _ = run(*arguments)
    assert code == 0
    assert "Harm score 385 days" in out
    assert "over the years' mixes" not in out
    assert "75.0% with a weight" in out


def test_harm_by_the_users_own_workbook_needs_its_version(export, run):
    book = export / "made-up.csv"
    book.write_text("offence_title,days,classification_code\nHat,7,8N\n", encoding="utf-8")
    arguments = ("harm", export / "export.csv", "--mapping", export / "force.toml")
    code, out, err = run(*arguments, "--weights", book)
    assert (code, out) == (10, "")
    assert "needs its version" in err
    code, out, _ = run(*arguments, "--weights", book, "--weights-version", "2024", "--json")
    assert code == 0
    assert (parsed(out)["total"], parsed(out)["index"]) == (14.0, "cchi@2024")


def test_a_range_is_told_where_one_code_holds_several_offences(export, run):
    book = export / "made-up.csv"
    book.write_text(
        "offence_title,days,classification_code\nHat,7,8N\nCoat,21,8N\nBad,few,8N\n",
        encoding="utf-8",
    )
    arguments = ("harm", export / "export.csv", "--mapping", export / "force.toml")
    code, out, err = run(*arguments, "--weights", book, "--weights-version", "2024")
    assert "range 14 to 42, as one code holds several offences" in out
    assert code == 13  # a row of the workbook could not be used
    assert "made-up.csv: row 4, column days: 'few' is no number above 0" in err


def test_harm_of_crimes_whose_codes_the_index_lacks_is_refused_and_not_zero(export, run):
    (export / "export.csv").write_text("id,month,code\nd,2022-02,ZZ\n", encoding="utf-8")
    code, out, err = run("harm", export / "export.csv", "--mapping", export / "force.toml")
    assert (code, out) == (10, "")
    assert "has a weight for none of the 1 crimes" in err
    assert "look like ZZ, the index's like" in err


# --- hot-spots ------------------------------------------------------------------------------------


def test_hot_spots_writes_a_set_that_can_be_read_back(calm, run, tmp_path):
    path = tmp_path / "set.geojson"
    code, out, err = run(*spots_of(calm, "--out", path, "--id", "made"))
    assert (code, err) == (0, "")
    assert out.endswith(f"Written: {path}\n")
    spots = read_hot_spot_set(path)
    assert (spots.key, spots.areas.height, spots.definition) == ("made@1", 4, "all-crime@1")
    assert f"Hot spot set made@1 ({spots.hash[:12]})" in out


def test_hot_spots_as_json_is_the_same_twice_and_follows_the_seed(calm, run):
    first, second, other = (
        run(*spots_of(calm, "--json", "--seed", seed))[1] for seed in ("1", "1", "2")
    )
    assert first == second
    document = parsed(first)
    assert document["schema"] == "patrolwise.hot-spots/1"
    assert len(document["hot_spots"]) == 4
    assert parsed(other)["hash"] == document["hash"]


def test_hexagons_and_nudging_are_at_hand(calm, run):
    code, out, _ = run(*spots_of(calm, "--shape", "hexagon", "--size", "250", "--nudge", "--json"))
    assert code == 0
    assert "hexagon 250 m" in parsed(out)["method"]
    assert "nudged" in parsed(out)["method"]


def test_small_areas_need_a_reason_on_open_data(calm, run):
    code, out, err = run(*spots_of(calm, "--size", "100"))
    assert (code, out) == (11, "")
    assert "less than 200 m" in err
    code, _, _ = run(*spots_of(calm, "--size", "100", "--small-areas-reason", "One street."))
    assert code == 0


def test_h3_cells_and_merged_areas_are_at_hand(calm, run):
    reason = ("--small-areas-reason", "Tests.")
    code, out, _ = run(*spots_of(calm, "--shape", "h3", "--resolution", "9", "--json", *reason))
    assert code == 0
    assert "H3 resolution 9" in parsed(out)["method"]
    code, out, _ = run(*spots_of(calm, "--merge-to", "400", "--apart", "0", "--json"))
    assert code == 0
    assert "merged up to 400 m" in parsed(out)["method"]
    assert max(spot["cells"] for spot in parsed(out)["hot_spots"]) > 1


def test_a_set_changed_by_hand_is_accepted_as_the_next_version_with_its_reason(calm, run, tmp_path):
    path, again = tmp_path / "set.geojson", tmp_path / "v2.geojson"
    assert run(*spots_of(calm, "--out", path))[0] == 0
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"] = document["features"][:3]
    path.write_text(json.dumps(document), encoding="utf-8")
    accept = ("hot-spots", "--edited", path, "--reason", "one is a station", "--out", again)
    code, out, err = run(*accept)
    assert (code, err) == (0, "")
    spots = read_hot_spot_set(again)
    assert (spots.key, spots.areas.height) == ("hot-spots@2", 3)
    assert spots.edits[0].reason == "one is a station"
    assert out.startswith(f"Hot spot set hot-spots@2 ({spots.hash[:12]}): one is a station\n")
    assert parsed(run(*accept, "--json")[1])["hash"] == spots.hash


# --- evaluate -------------------------------------------------------------------------------------

WRITTEN = [
    "results.json",
    "report.html",
    "report.pdf",
    "plain.html",
    "plain.pdf",
    "practice-bank.docx",
]


@pytest.fixture(scope="module")
def evaluated(fallen, tmp_path_factory):
    """The made programme evaluated once: its folder, what was said, and its exit code."""
    import contextlib
    import io

    out = tmp_path_factory.mktemp("cli") / "report"
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main(["evaluate", str(fallen.declare()), "--out", str(out)])
    return out, said.getvalue(), code


def test_evaluate_writes_six_files_and_says_which(evaluated):
    out, said, code = evaluated
    assert code == 0
    assert all((out / name).stat().st_size > 1000 for name in WRITTEN)
    assert said.splitlines()[-7:] == ["Written:", *(f"  {out / name}" for name in WRITTEN)]


def test_evaluate_says_the_verdict_beside_the_counts(evaluated):
    out, said, _ = evaluated
    results = parsed((out / "results.json").read_text(encoding="utf-8"))
    outcome = results["outcomes"][0]
    assert f"{outcome['before']:,} → {outcome['after']:,}" in said
    assert "Crime fell more than in the comparison areas, beyond chance." in said


def test_evaluate_as_json_prints_what_it_writes(fallen, run, tmp_path, quick_reports):
    code, out, err = run("evaluate", fallen.declare(), "--out", tmp_path / "r", "--json")
    assert (code, err) == (0, "")
    assert parsed(out) == parsed((tmp_path / "r" / "results.json").read_text(encoding="utf-8"))


def test_a_broken_crime_file_is_named_and_the_exit_code_tells(
    fallen, own_copy, run, tmp_path, quick_reports
):
    world = own_copy(fallen, tmp_path)
    bad = street(world) / "2018-12-leicestershire-street.csv"
    bad.write_text("<html>", encoding="utf-8")
    for arguments in (
        ("evaluate", world.declare(), "--out", tmp_path / "r"),
        ("crimes", street(world)),
        ("harm", street(world), "--mix", world.folder / "mix.csv"),
        spots_of(world),
    ):
        code, out, err = run(*arguments)
        assert code == 13
        assert out
        assert err.startswith(f"patrolwise {arguments[0]}: {bad.name}: It is a web page")
        assert err.count("\n") == 1


def test_counts_alone_need_no_data(run):
    code, out, err = run("evaluate", "--counts", "416", "252", "--harm", "60314", "38421")
    assert (code, err) == (0, "")
    assert "Crimes 416 → 252: −39.42 %" in out
    assert "average harm per crime rose" in out


def test_counts_as_json(run):
    code, out, _ = run("evaluate", "--counts", "102", "150", "--days", "94", "235", "--json")
    assert code == 0
    assert parsed(out)["estimates"][0]["value"] == pytest.approx(0.5882, abs=5e-5)
    assert parsed(run("evaluate", "--counts", "0", "3", "--json")[1])["change_percent"] is None


def test_demo_evaluates_the_shipped_programme_and_tracks_a_week_in_its_hot_spots(
    run, tmp_path, quick_reports, planned_monday, monkeypatch
):
    folder = tmp_path / "demo"
    code, out, err = run("demo", "--out", folder)
    assert (code, err) == (0, "")
    assert out.startswith("Seven hot spots in Leicester city centre: a worked example")
    names = sorted(["patrols", *WRITTEN])
    assert sorted(path.name for path in folder.iterdir()) == names
    patrols = parsed((folder / "patrols/report/patrols.json").read_text(encoding="utf-8"))
    assert patrols["is_simulated"]
    evaluated = parsed((folder / "results.json").read_text(encoding="utf-8"))
    assert patrols["hot_spot_hash"] == evaluated["hot_spot_hash"]
    assert patrols["window"]["days"] == 7
    assert {total["service"] for total in patrols["totals"]} == {"outreach", "police"}
    told = out.splitlines()[-7:]
    assert told[0].startswith("! SIMULATED DATA: no patrol in this report took place.")
    assert told[2].startswith(f"  Written to {folder / 'patrols'}: ")
    assert told[4].startswith("The week after was planned, ")
    assert told[5].startswith(f"  Patrol cards: {folder / 'patrols' / 'plan'}")
    assert list((folder / "patrols" / "plan").glob("cards-*.pdf"))
    # again, into the same folder, with no solver; for a program the evaluation is all that is
    # printed
    monkeypatch.setattr(simulated_plan, "SOLVER", "no_such_solver")
    code, out, err = run("demo", "--out", folder, "--json")
    assert (code, err, parsed(out)) == (0, "", evaluated)
    assert sorted(path.name for path in folder.iterdir()) == names


def test_demo_writes_nothing_where_real_patrols_may_lie(run, tmp_path):
    (tmp_path / "patrols").mkdir()
    (tmp_path / "patrols/fixes.parquet").write_bytes(b"real")
    code, out, err = run("demo", "--out", tmp_path)
    assert (code, out) == (10, "")
    assert "patrols holds files that are not marked as simulated" in err
    assert [path.name for path in tmp_path.iterdir()] == ["patrols"]


# --- the program itself ---------------------------------------------------------------------------


@pytest.mark.parametrize("command", list(COMMANDS))
def test_each_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: patrolwise {command}")
    assert "--json" in said


def test_help_lists_every_command_and_exit_code(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    for name, (_, summary) in COMMANDS.items():
        assert name in said
        assert summary.split(",")[0] in said
    for code in ("0 ", "2 ", "10 ", "11 ", "12 ", "13 "):
        assert f"\n  {code}" in said


def test_version_is_the_packages(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"patrolwise {__version__}\n"


def test_without_a_command_no_arguments_of_any_are_loaded():
    assert "--counts" not in make_parser().format_help()
    with pytest.raises(SystemExit):
        make_parser().parse_args(["evaluate", "--counts", "1", "2"])


def test_arguments_are_those_of_the_process_when_none_are_given(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["patrolwise", "evaluate", "--counts", "30", "20"])
    assert main() == 0
    assert "Crimes 30 → 20" in capsys.readouterr().out


def test_an_offence_mix_that_codes_make_needless_is_said_to_be_unused(export, calm, run):
    words = ("--mapping", export / "force.toml", "--mix", calm.folder / "mix.csv")
    code, out, err = run("harm", export / "export.csv", *words)
    assert code == 0
    assert "Harm score 385 days" in out
    assert err == "patrolwise harm: --mix is not used: these crimes have offence codes.\n"
