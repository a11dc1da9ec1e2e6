"""The command of plans as a person runs it: what it says, what it writes, what it refuses."""

import json
import shutil
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from patrolwise.cli.__main__ import main
from patrolwise.cli.plan import ACTIONS
from patrolwise.files.allocations import read_seal
from patrolwise.files.plan_files import read_plan, write_plan
from patrolwise.files.revealed_days import read_revealed_days
from patrolwise.study import plan_changes

PROGRAMME = """[programme]
title = "Two services"
notice = "A test."

[[services]]
name = "outreach"

[[services]]
name = "police"

[hot_spots]
file = "hot-spots.geojson"

[planning]
window = { first = 2024-06-02, last = 2024-06-02 }
staff = "staff.csv"
separated = ["outreach", "police"]
margin_min = 5
effort = 2

[[planning.services]]
service = "outreach"
pounds_an_hour = 20

[[planning.services]]
service = "police"
is_wished = true

[[planning.shifts]]
name = "outreach late"
service = "outreach"
start = 14:00:00
end = 18:00:00
units = 2

[[planning.shifts]]
name = "police late"
service = "police"
start = 14:00:00
end = 18:00:00

[[planning.dose_rules]]
service = "outreach"
first = 2024-04-01
visit_min = 40
visits_a_day = 1
reason = "agreed"
decided = 2024-03-20

[[planning.dose_rules]]
service = "police"
first = 2024-04-01
visit_min = 15
visits_a_day = 1
reason = "agreed"
decided = 2024-03-20

[planning.experiment]
window = { first = 2024-06-02, last = 2024-06-29 }
weekdays = [7, 1, 2, 3, 4]

[[planning.experiment.arms]]
name = "patrol"
services = ["police"]

[[planning.experiment.arms]]
name = "none"

[[planning.experiment.loads]]
service = "police"
most = 4
dose_min = 15
"""
STAFF = (
    "staff_id,service\n"
    + "".join(f"o{n},outreach\n" for n in range(1, 5))
    + "p1,police\np2,police\n"
)


def no_constant(name):
    raise AssertionError(f"{name} is no JSON")


def parsed(text):
    return json.loads(text, parse_constant=no_constant)


@pytest.fixture
def run(capsys):
    """Return a runner: (exit code, standard output, standard error)."""

    def run(*arguments):
        code = main(["plan", *(str(argument) for argument in arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """Return a folder with a week of made-up patrols."""
    folder = tmp_path_factory.mktemp("tracked") / "simulated"
    options = ("--weeks", "1", "--refresh", "60", "--seed", "3")
    assert main(["simulate", "--out", str(folder), *options]) == 0
    return folder


@pytest.fixture(scope="module")
def programme(simulated, tmp_path_factory):
    """Return a programme file to plan one day from, in the hot spots of the made-up town."""
    folder = tmp_path_factory.mktemp("planned")
    shutil.copy(simulated / "hot-spots.geojson", folder)
    (folder / "staff.csv").write_text(STAFF, encoding="utf-8")
    (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    return folder / "programme.toml"


@pytest.fixture(scope="module")
def made(programme):
    """Return the folder of a plan that was made, with a rota beside it."""
    out = programme.parent / "plan"
    assert main(["plan", "make", str(programme), "--out", str(out), "--effort", "0.5"]) == 0
    return out


@pytest.fixture(scope="module")
def settled(programme, made):
    """Return the programme with the rota that was made, which it then keeps."""
    shutil.copy(made / "rota.csv", programme.parent / "rota.csv")
    return with_line(programme, "settled.toml", 'rota = "rota.csv"')


def with_line(programme, name, line):
    """Return a programme file beside another, with a further line below [planning]."""
    text = programme.read_text(encoding="utf-8").replace("effort = 2", f"effort = 0.5\n{line}")
    path = programme.parent / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def sealed(programme, tmp_path_factory):
    """Return the folders of a seal and of what was published."""
    folder = tmp_path_factory.mktemp("sealed")
    seal, public = folder / "seal", folder / "public"
    options = ("--sealed", str(seal), "--out", str(public), "--count", "12")
    assert main(["plan", "allocate", str(programme), *options]) == 0
    return seal, public


# --- missing options ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "missing"),
    [
        ("make", "--out"),
        ("replan", "--plan and --unit and --at and --out"),
        ("compare", "--plan"),
        ("allocate", "--sealed and --out"),
        ("reveal", "--role and --first and --last and --out"),
        ("propose", "--by and --service and --about and --text and --why"),
        ("decide", "--id and --by and --decision and --why"),
        ("reply", "--id and --by and --text"),
        ("effect", "--id and --by and --text and --before and --after"),
        ("verify", "--published"),
    ],
)
def test_what_an_action_needs_is_said_before_any_file_is_read(run, tmp_path, action, missing):
    code, told, err = run(action, tmp_path / "gone.toml")
    assert (code, told) == (10, "")
    assert f"plan {action} needs {missing}. See --help." in err


def test_help_says_what_every_action_does(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["plan", "--help"])
    told = capsys.readouterr().out
    assert caught.value.code == 0
    for name, what in ACTIONS.items():
        assert f"  {name:9} {what}" in told
        assert f"patrolwise plan {name} " in told


# --- make and check -------------------------------------------------------------------------------


def test_make_writes_a_plan_and_says_where(run, settled, tmp_path):
    out = tmp_path / "plan"
    code, told, err = run("make", settled, "--out", out)
    assert (code, err) == (0, "")
    summary, _, named = told.partition("\nWritten:\n")
    assert "outreach" in summary
    assert sorted(named.split()) == sorted(str(path) for path in out.iterdir())
    assert read_plan(out / "plan.csv").height > 7


def test_make_as_json_is_the_report_with_the_effort_that_was_asked_for(run, settled, tmp_path):
    options = ("--out", tmp_path / "plan", "--effort", "0.3", "--json")
    code, told, _ = run("make", settled, *options)
    document = parsed(told)
    assert code == 0
    assert document["schema"].startswith("patrolwise.plan")
    assert document["is_feasible"] is True
    assert (tmp_path / "plan" / "plan.csv").exists()


def test_make_without_that_much_effort_is_refused(run, settled, tmp_path):
    code, _, err = run("make", settled, "--out", tmp_path / "plan", "--effort", "0")
    assert code == 10
    assert "effort must be above 0" in err


def test_check_of_what_can_be_done_writes_nothing(run, settled):
    before = sorted(settled.parent.iterdir())
    code, told, err = run("check", settled)
    assert (code, err) == (0, "")
    assert "outreach" in told
    assert "Written" not in told
    assert sorted(settled.parent.iterdir()) == before


def test_check_says_with_exit_code_11_what_cannot_be_done(run, settled):
    text = settled.read_text(encoding="utf-8").replace('rota = "rota.csv"\n', "")
    scarce = settled.parent / "scarce.toml"
    scarce.write_text(text.replace("units = 2", "units = 1\nleast_units = 1"), encoding="utf-8")
    code, told, err = run("check", scarce)
    assert (code, err) == (11, "")
    assert "Not feasible: no plan can keep every rule." in told.splitlines()


def test_check_of_a_plan_that_keeps_every_rule_gives_0(run, settled, made):
    code, _, err = run("check", settled, "--plan", made / "plan.csv")
    assert (code, err) == (0, "")


def test_check_of_a_plan_that_was_spoilt_by_hand_gives_11(run, settled, made, tmp_path):
    planned = read_plan(made / "plan.csv")
    first = pl.int_range(pl.len()) == 0
    longer = pl.when(first).then(pl.col("end") + timedelta(minutes=200)).otherwise(pl.col("end"))
    write_plan(tmp_path / "plan.csv", planned.with_columns(longer.alias("end")))
    code, told, _ = run("check", settled, "--plan", tmp_path / "plan.csv", "--json")
    assert code == 11
    assert parsed(told)["is_feasible"] is False


# --- replan ---------------------------------------------------------------------------------------


@pytest.fixture
def _short_search(monkeypatch):
    monkeypatch.setattr(plan_changes, "REPLAN_EFFORT", 0.1)


@pytest.mark.usefixtures("_short_search")
def test_replan_tells_what_changes_and_writes_the_changed_plan(run, settled, made, tmp_path):
    options = ("--plan", made / "plan.csv", "--unit", "outreach-1", "--at", "2024-06-02T15:00")
    code, told, err = run("replan", settled, *options, "--out", tmp_path / "text")
    assert (code, err) == (0, "")
    changes, _, written = told.partition("\n\nWritten:\n")
    said = (tmp_path / "text" / "changes.txt").read_text(encoding="utf-8")
    assert changes.splitlines() == said.splitlines()
    assert sorted(written.split()) == [
        str(tmp_path / "text" / name) for name in ("changes.txt", "plan.csv")
    ]
    code, told, _ = run("replan", settled, *options, "--out", tmp_path / "json", "--json")
    assert code == 0
    assert parsed(told) == {"schema": "patrolwise.replan/1", "changes": said.splitlines()}


@pytest.mark.usefixtures("_short_search")
def test_replan_says_when_nothing_changes(run, settled, made, tmp_path):
    planned = read_plan(made / "plan.csv")
    police = pl.col("service") == "police"
    write_plan(tmp_path / "plan.csv", planned.filter(~police))
    options = ("--plan", tmp_path / "plan.csv", "--unit", "police-1", "--at", "2024-06-02T17:50")
    code, told, _ = run("replan", settled, *options, "--out", tmp_path / "changed")
    assert code == 0
    assert told.startswith("Nothing changes: the unit had no visit left.\n")


def test_replan_refuses_what_is_no_time(run, settled, made, tmp_path):
    options = ("--plan", made / "plan.csv", "--unit", "outreach-1", "--at", "soon")
    code, _, err = run("replan", settled, *options, "--out", tmp_path)
    assert code == 10
    assert "--at is 'soon'. Write it as 2024-06-03T16:10." in err


# --- compare --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept_plan(simulated):
    """Return a plan as somebody would have made it for the stays of the first day."""
    stays = pl.read_csv(simulated / "truth" / "stays.csv", infer_schema=False)
    rows = stays.filter(pl.col("start").str.starts_with("2024-06-04"))
    path = simulated.parent / "kept.csv"
    rows.select(
        pl.lit("2024-06-04").alias("day"),
        pl.lit("late").alias("shift"),
        "service",
        "unit_id",
        "area_id",
        pl.col("start").str.replace(r":\d\dZ$", ":00Z"),
        pl.col("end").str.replace(r":\d\dZ$", ":00Z"),
        pl.lit("no").alias("is_locked"),
    ).write_csv(path)
    return path


def test_compare_says_what_became_of_a_plan(run, simulated, kept_plan):
    code, told, err = run("compare", simulated / "programme.toml", "--plan", kept_plan)
    assert (code, err) == (0, "")
    assert told.startswith("! SIMULATED DATA")
    assert "outreach: " in told
    assert "visits planned: " in told
    assert "Written" not in told


def test_compare_writes_tables_when_it_is_given_a_folder(run, simulated, kept_plan, tmp_path):
    options = ("--plan", kept_plan, "--out", tmp_path / "done")
    code, told, _ = run("compare", simulated / "programme.toml", *options)
    assert code == 0
    named = told.partition("\nWritten:\n")[2].split()
    assert sorted(named) == sorted(str(path) for path in (tmp_path / "done").iterdir())
    code, told, _ = run("compare", simulated / "programme.toml", *options, "--json")
    document = parsed(told)
    assert (code, document["schema"]) == (0, "patrolwise.plan-done/1")
    assert document["is_simulated"] is True
    assert {one["service"] for one in document["services"]} == {"outreach", "police"}


def test_compare_names_files_of_trackers_that_could_not_be_read(
    run, simulated, kept_plan, tmp_path
):
    own = shutil.copytree(simulated, tmp_path / "copy")
    (own / "bad.gpx").write_text("no", encoding="utf-8")
    text = (own / "programme.toml").read_text(encoding="utf-8")
    text = text.replace('["fixes.parquet"]', '["fixes.parquet", "bad.gpx"]')
    (own / "programme.toml").write_text(text, encoding="utf-8")
    code, told, err = run("compare", own / "programme.toml", "--plan", kept_plan)
    assert code == 13
    assert err.startswith("patrolwise plan: bad.gpx: ")
    assert "visits planned: " in told


# --- allocate -------------------------------------------------------------------------------------


def test_allocate_seals_and_publishes_and_tells_no_day(run, programme, tmp_path):
    seal, public = tmp_path / "seal", tmp_path / "public"
    options = ("--sealed", seal, "--out", public, "--count", 12)
    code, told, err = run("allocate", programme, *options)
    assert (code, err) == (0, "")
    lines = told.splitlines()
    assert lines[0] == f"Allocation sealed: {read_seal(seal / 'sealed.json').sha256}"
    assert any(line.startswith("  Give --crimes-a-day, or [planning.power],") for line in lines)
    assert lines[-5:] == [
        "Written, the first for the seal keeper alone:",
        str(seal / "sealed.json"),
        str(public / "published.json"),
        str(public / "could-have-been-drawn.csv.gz"),
        str(public / "experiment.json"),
    ]


def test_allocate_tells_the_fall_that_can_be_found(run, programme, tmp_path):
    options = ("--sealed", tmp_path / "seal", "--out", tmp_path / "public", "--count", 12)
    code, told, _ = run("allocate", programme, *options, "--crimes-a-day", 3, "--fall", "0.4")
    assert code == 0
    assert "a true fall of 40% on days with patrol would be found in" in told
    assert "Give --crimes-a-day" not in told


def test_allocate_as_json_has_the_hash_and_the_files(run, programme, tmp_path):
    options = ("--sealed", tmp_path / "seal", "--out", tmp_path / "public", "--count", 12)
    document = parsed(run("allocate", programme, *options, "--json")[1])
    assert document == {
        "schema": "patrolwise.allocated/1",
        "sha256": read_seal(tmp_path / "seal" / "sealed.json").sha256,
        "hot_spot_days": 140,
        "could_have_been_drawn": 12,
        "written": [
            str(tmp_path / "seal" / "sealed.json"),
            str(tmp_path / "public" / "published.json"),
            str(tmp_path / "public" / "could-have-been-drawn.csv.gz"),
            str(tmp_path / "public" / "experiment.json"),
        ],
    }


def test_allocate_refuses_one_folder_for_both_and_a_second_draw(run, programme, sealed, tmp_path):
    count = ("--count", 12)
    code, _, err = run("allocate", programme, "--sealed", tmp_path, "--out", tmp_path, *count)
    assert code == 11
    assert "must not be in one folder" in err
    before = (sealed[0] / "sealed.json").read_bytes()
    code, _, err = run("allocate", programme, "--sealed", sealed[0], "--out", tmp_path, *count)
    assert code == 11
    assert "An allocation is drawn once" in err
    assert (sealed[0] / "sealed.json").read_bytes() == before


def test_two_draws_are_not_alike(run, programme, sealed, tmp_path):
    options = ("--sealed", tmp_path / "seal", "--out", tmp_path / "public", "--count", 12)
    assert run("allocate", programme, *options)[0] == 0
    found = [read_seal(one / "sealed.json") for one in (sealed[0], tmp_path / "seal")]
    assert found[0].seed != found[1].seed
    assert found[0].nonce != found[1].nonce


# --- reveal ---------------------------------------------------------------------------------------

FORTNIGHT = ("--first", "2024-06-02", "--last", "2024-06-15")


def test_a_coordinator_gets_the_days_of_the_next_rota(run, sealed, tmp_path):
    out = tmp_path / "revealed.csv"
    options = ("--role", "coordinator", *FORTNIGHT, "--rota-until", "2024-06-15", "--out", out)
    code, told, err = run("reveal", sealed[0] / "sealed.json", *options)
    assert (code, err) == (0, "")
    assert told == f"70 hot spot-days from 2024-06-02 to 2024-06-15: {out}\n"
    days = read_revealed_days(out)
    assert days.height == 70
    assert days["day"].max() <= date(2024, 6, 15)
    assert set(days["arm"]) == {"patrol", "none"}


@pytest.mark.parametrize("role", ["trial statistician", "seal keeper", "evaluator"])
def test_who_may_see_days_that_are_past_gets_them(run, sealed, tmp_path, role):
    options = ("--role", role, *FORTNIGHT, "--out", tmp_path / "revealed.csv")
    assert run("reveal", sealed[0] / "sealed.json", *options)[0] == 0
    assert read_revealed_days(tmp_path / "revealed.csv").height == 70


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--role", "coordinator", *FORTNIGHT), "Say until when the next rota runs"),
        (
            ("--role", "planner", *FORTNIGHT, "--rota-until", "2024-06-08"),
            "The next rota ends on 2024-06-08",
        ),
        (
            ("--role", "evaluator", "--first", "2024-06-02", "--last", "2999-01-01"),
            "are past",
        ),
        (("--role", "analyst", *FORTNIGHT), "It needs nothing of the allocation"),
        (("--role", "commander", *FORTNIGHT), "It needs nothing of the allocation"),
        (("--role", "partner", *FORTNIGHT), "It needs nothing of the allocation"),
        (("--role", "public", *FORTNIGHT), "It needs nothing of the allocation"),
    ],
)
def test_who_asks_for_more_than_its_role_may_see_gets_nothing(run, sealed, tmp_path, options, told):
    out = tmp_path / "revealed.csv"
    code, said, err = run("reveal", sealed[0] / "sealed.json", *options, "--out", out)
    assert (code, said) == (11, "")
    assert told in err
    assert "stays sealed" in err
    assert not out.exists()


def test_a_unit_must_name_itself_and_its_plan(run, sealed, tmp_path):
    options = ("--role", "unit", "--out", tmp_path / "revealed.csv")
    code, _, err = run("reveal", sealed[0] / "sealed.json", *options)
    assert code == 10
    assert "plan reveal needs --plan and --unit. See --help." in err


def test_a_unit_gets_the_hot_spots_of_its_own_plan_of_today_alone(run, programme, tmp_path):
    # two days, in case that midnight passes between here and there
    today = datetime.now(ZoneInfo("Europe/London")).date()
    text = programme.read_text(encoding="utf-8").replace(
        "window = { first = 2024-06-02, last = 2024-06-29 }\nweekdays = [7, 1, 2, 3, 4]",
        f"window = {{ first = {today}, last = {today + timedelta(days=27)} }}",
    )
    path = programme.parent / "now.toml"
    path.write_text(text, encoding="utf-8")
    seal = tmp_path / "seal"
    options = ("--sealed", seal, "--out", tmp_path / "public", "--count", 12)
    assert run("allocate", path, *options)[0] == 0
    rows = "".join(
        f"{day},late,police,police-1,{area_id},{day} 14:00,{day} 14:15\n"
        for day in (today, today + timedelta(days=1))
        for area_id in ("saltgate", "mill-race")
    )
    plan = tmp_path / "plan.csv"
    plan.write_text(f"day,shift,service,unit_id,area_id,start,end\n{rows}", encoding="utf-8")
    out = tmp_path / "revealed.csv"
    own = ("--role", "unit", "--plan", plan, "--unit", "police-1", "--out", out)
    code, told, err = run("reveal", seal / "sealed.json", *own)
    assert (code, err) == (0, "")
    assert told.startswith("2 hot spot-days from ")
    assert set(read_revealed_days(out)["area_id"]) == {"saltgate", "mill-race"}
    code, told, _ = run("reveal", seal / "sealed.json", *own, "--hot-spots", "mill-race")
    assert code == 0
    assert told.startswith("1 hot spot-day from ")
    out.unlink()
    code, _, err = run("reveal", seal / "sealed.json", *own, "--hot-spots", "mill-race,tannery-row")
    assert code == 11
    assert "Its hot spots today are " in err
    assert not out.exists()


def test_a_role_that_is_not_known_is_no_role(run, sealed, tmp_path):
    options = ("--role", "mayor", *FORTNIGHT, "--out", tmp_path / "revealed.csv")
    code, _, err = run("reveal", sealed[0] / "sealed.json", *options)
    assert code == 10
    assert "There is no role 'mayor'" in err


def test_days_outside_the_experiment_are_no_days_to_reveal(run, sealed, tmp_path):
    out = tmp_path / "revealed.csv"
    options = ("--role", "evaluator", "--first", "2020-01-01", "--last", "2020-01-31")
    code, _, err = run("reveal", sealed[0] / "sealed.json", *options, "--out", out)
    assert code == 10
    assert "has no day from 2020-01-01 to 2020-01-31" in err
    assert not out.exists()


# --- verify ---------------------------------------------------------------------------------------


def test_verify_of_the_seal_that_was_published_says_its_hash(run, sealed):
    seal, public = sealed[0] / "sealed.json", sealed[1] / "published.json"
    code, told, err = run("verify", seal, "--published", public)
    assert (code, err) == (0, "")
    assert told == f"The seal is the one that was published: {read_seal(seal).sha256}\n"


def test_verify_of_a_seal_that_was_changed_is_refused(run, sealed, tmp_path):
    record = json.loads((sealed[0] / "sealed.json").read_text(encoding="utf-8"))
    digit = "1" if record["nonce"][0] != "1" else "2"
    record["nonce"] = digit + record["nonce"][1:]
    (tmp_path / "sealed.json").write_text(json.dumps(record), encoding="utf-8")
    options = ("--published", sealed[1] / "published.json")
    code, told, err = run("verify", tmp_path / "sealed.json", *options)
    assert (code, told) == (11, "")
    assert "changed after the hash" in err


def test_verify_of_another_experiment_is_refused(run, programme, sealed, tmp_path):
    options = ("--sealed", tmp_path / "seal", "--out", tmp_path / "public", "--count", 12)
    run("allocate", programme, *options)
    other = ("--published", tmp_path / "public" / "published.json")
    code, _, err = run("verify", sealed[0] / "sealed.json", *other)
    assert code == 11
    assert "another experiment" in err


# --- proposals ------------------------------------------------------------------------------------


def test_a_proposal_is_made_decided_answered_and_in_effect(run, programme, tmp_path):
    book = tmp_path / "book.jsonl"
    own = ("--book", book)
    by = ("--by", "coordinator", "--id", "p1")
    steps = [
        (
            "propose",
            (
                *("--by", "o1", "--service", "outreach", "--about", "dose"),
                *("--text", "2 x 20 min", "--why", "Few are in.", "--at", "2024-06-03T10:00"),
            ),
            "proposed",
        ),
        ("decide", (*by, "--decision", "accepted", "--why", "As many minutes."), "accepted"),
        ("reply", (*by, "--text", "Yes, from Monday."), "told of acceptance"),
        ("effect", (*by, "--text", "A rule.", "--before", "40", "--after", "2 x 20"), "effective"),
    ]
    for action, options, status in steps:
        code, told, err = run(action, programme, *own, *options)
        assert (code, err) == (0, "")
        assert told == f"Proposal p1: {status}. Written to {book}\n"
    assert len(book.read_text(encoding="utf-8").splitlines()) == 4
    code, told, _ = run("proposals", programme, *own)
    assert code == 0
    assert told.startswith("1 proposal, 0 overdue\np1: effective since ")
    again = (*by, "--decision", "refused", "--why", "No.", "--at", "2999-01-01")
    code, _, err = run("decide", programme, *own, *again)
    assert code == 11
    assert "Proposal p1 is effective" in err


def test_proposals_are_kept_beside_the_programme_and_told_as_json(run, programme):
    own = ("--by", "planner", "--service", "police", "--about", "shift", "--text", "Later")
    options = (*own, "--why", "Few are in.", "--at", "2024-06-03T23:30", "--json")
    code, told, _ = run("propose", programme, *options)
    path = programme.parent / "proposals.jsonl"
    assert (code, parsed(told)) == (
        0,
        {
            "schema": "patrolwise.proposal-event/1",
            "proposal_id": "p1",
            "status": "proposed",
            "written": str(path),
        },
    )
    when = ("--at", "2024-06-10T12:00", "--within-days", "5")
    document = parsed(run("proposals", programme, *when, "--json")[1])
    path.unlink()
    assert (document["schema"], document["today"]) == ("patrolwise.proposals/1", "2024-06-10")
    (one,) = document["proposals"]
    assert (one["status"], one["due"], one["days_late"]) == ("proposed", "2024-06-08", 2)
    assert one["made_on"] == "2024-06-03"
    assert one["since"] == "2024-06-03T22:30:00+00:00"
