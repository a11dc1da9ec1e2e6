"""The quarterly return from forms to files: the same bytes again, checked, compared, told."""

import csv
import dataclasses
import io
import json
import re
import shutil
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.cli.__main__ import main
from patrolwise.errors import InputError, RefusedError
from patrolwise.files.return_files import HASH_SHEET, list_return_files, read_kept_return
from patrolwise.files.return_forms import read_return_form, return_form
from patrolwise.files.table_workbooks import make_workbook
from patrolwise.partnership.fund_rules import find_fund_rules
from patrolwise.reporting import return_compiling
from patrolwise.reporting.return_compiling import compile_return
from patrolwise.study import return_checking
from patrolwise.study.reading import read_programme, read_return_programme
from patrolwise.study.return_checking import check_return, find_digit
from patrolwise.study.return_demo import write_return_demo
from patrolwise.study.return_making import make_return, write_return

RULES = find_fund_rules("hotspot-response-2024-25@1")
QUARTER = "2024-Q2"
ROOT = Path(__file__).resolve().parents[2]
SPOT, KEPT = re.compile(r"\bH\d\d\b"), ("H01", "H02", "H18")


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """The worked programme, and the folder of its first return."""
    folder = tmp_path_factory.mktemp("worked")
    path = write_return_demo(folder)
    write_return(make_return(read_return_programme(path), QUARTER, 1), folder / "v1")
    return path


@pytest.fixture(scope="module")
def small(worked, tmp_path_factory):
    """Three hot spots of it, and its first return."""
    folder = tmp_path_factory.mktemp("small") / "own"
    shutil.copytree(worked.parent, folder, ignore=shutil.ignore_patterns("v1"))
    for path in folder.glob("*.csv"):
        lines = path.read_text("utf-8").splitlines()
        kept = [x for x in lines[1:] if not SPOT.search(x) or SPOT.search(x)[0] in KEPT]
        path.write_text("\n".join([lines[0], *kept]) + "\n", encoding="utf-8")
    path = folder / worked.name
    write_return(make_return(read_return_programme(path), QUARTER, 1), folder / "v1")
    return path


@pytest.fixture
def copied(small, tmp_path):
    """A copy of that which a test may spoil."""
    shutil.copytree(small.parent, tmp_path / "own")
    return tmp_path / "own" / small.name


@pytest.fixture
def run(capsys):
    def run(*arguments):
        code = main(["return", *(str(one) for one in arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def change(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def sheet_of(folder, number):
    (path,) = folder.glob(f"{number}-*.csv")
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


# --- made -----------------------------------------------------------------------------------------


def test_an_old_quarter_comes_again_byte_for_byte_from_a_ledger_that_grew(worked, tmp_path, run):
    shutil.copytree(worked.parent, tmp_path / "own")
    copied = tmp_path / "own" / worked.name
    hours = copied.parent / "hours.csv"
    with hours.open("a", encoding="utf-8") as file:  # came after the cut of both
        file.write(
            "Z1,H01,Police,P1,2,2024-09-30T20:00:00+00:00,2024-09-30T21:00:00+00:00,routine,patrol,"
            "overtime,police uniform,tracker,,,2025-01-05,\n"
        )
    code, out, err = run("make", copied, "--quarter", QUARTER, "--version", 1, "--out",
                         copied.parent / "again")  # fmt: skip
    assert (code, err) == (0, "")
    names = sorted(path.name for path in (copied.parent / "v1").iterdir())
    assert len(names) == 12
    for name in names:
        one, two = ((copied.parent / f / name).read_bytes() for f in ("v1", "again"))
        assert one == two, name
    assert "6,800 person-hours" in out
    assert "(outreach 80, partner 120, police 6,600)" in out
    assert "cannot tell: hours are at most those rostered (1492 rows are; City wardens" in out


def test_a_return_that_was_made_is_never_overwritten_by_another(copied, run):
    words = ("make", copied, "--quarter", QUARTER, "--out", copied.parent / "v1")
    told = json.loads(run(*words, "--version", 1, "--json")[1])
    assert (told["version"], told["cut"], len(told["files"])) == (1, "2024-10-14", 12)
    assert told["hours"][-1]["by_kind"].keys() == {"outreach", "partner", "police"}
    code, _, err = run(*words)
    assert code == 11
    assert "is another return, and one that was made is never overwritten" in err


def test_every_cell_names_its_rows_and_codes_of_staff_stay_at_home(copied):
    change(copied.parent / "hours.csv", "tracker,HR24,,2024-07", "tracker,HR24,W7 W8,2024-07")
    made = make_return(read_return_programme(copied), QUARTER, 1)
    contents = list_return_files(made)
    assert b"W7 W8" not in b"".join(contents.values())
    lines = list(csv.DictReader(io.StringIO(contents["cells.csv"].decode("utf-8-sig"))))
    named = {line["row_id"] for line in lines if line["source"] == "hours"}
    assert named == set(made.parts.sources["hours"]["row_id"])
    content = json.loads(contents["return.json"])["return"]
    known = {row[0] for rows in content["sources"].values() for row in rows}
    assert all(set(one["rows"]) <= known for one in content["cells"].values())
    of_cell = content["cells"]["3/H01/2024-07/police/patrol_min"]
    assert (of_cell["source"], len(of_cell["rows"])) == ("hours", 27)
    book = fastexcel.read_excel(contents["return.xlsx"])
    assert book.sheet_names == [*(sheet.name for sheet in made.sheets), HASH_SHEET]
    told = book.load_sheet(HASH_SHEET).to_polars()["sha256"][0]
    assert told == json.loads(contents["return.json"])["sha256"]


def test_counts_of_few_are_hidden_in_rows_as_well_as_sheets(worked):
    folder = worked.parent / "v1"
    first = sheet_of(folder, 4)[0]
    assert (first["arrests"], first["stop-and-search"], first["safeguarding"]) == ("2", "10", "*")
    assert (first["find_rate"], first["drugs-seized"]) == ("*", "")
    kept = read_kept_return(folder / "return.json")
    hidden = [one.id for one in RULES.activities if one.is_suppressed]
    shown = kept.sources["activities"].filter(pl.col("activity").is_in(hidden))["shown"]
    assert set(shown) <= {"0", "*", *(str(n) for n in range(10, 100, 5))}
    few = kept.sources["surveys"].row(1, named=True)
    assert (few["base"], few["feel_safe"], few["seen_patrol"]) == (15, None, None)
    assert sheet_of(folder, 9)[1]["note"] == "fewer than 20 answers"


def test_the_fund_is_told_what_is_not_published_and_pounds_meet_their_own_minutes(worked):
    folder = worked.parent / "v1"
    spots = {row["hot_spot"]: row for row in sheet_of(folder, 2)}
    assert (spots["H01"]["published"], spots["H01"]["lsoa"]) == ("no", "E01000000")
    assert spots["H02"]["lsoa"] == "E01000001"
    (money,) = sheet_of(folder, 7)
    assert money["verified_patrol_min"] == "198000"
    assert float(money["pounds_per_verified_min"]) == round(298_000 / 198_000, 2)


def test_pounds_without_verified_minutes_and_searches_without_finds_stay_blank(copied):
    folder = copied.parent
    change(folder / "finances.csv", "HR24,Police,", "HR24,Street outreach,")
    change(
        folder / "hours.csv", "partner brand,tracker,HR24", "partner brand,self-reported,HR24", 99
    )
    for month, searches in (("07", 0), ("08", 12)):
        for name in ("stop-and-search", "stop-and-search-finds"):
            with (folder / "activities.csv").open("a", encoding="utf-8") as file:
                found = searches if name == "stop-and-search" else searches * 3 // 4
                file.write(f"H01,2024-{month}-01,Street outreach,{name},{found},2024-10-01,\n")
    made = make_return(read_return_programme(copied), QUARTER, 1)
    write_return(made, folder / "other")
    (money,) = sheet_of(folder / "other", 7)
    assert (money["pounds_per_verified_min"], money["note"]) == (
        "", "no minutes that trackers verified",
    )  # fmt: skip
    rates = [r["find_rate"] for r in sheet_of(folder / "other", 4) if r["agency"] != "Police"]
    assert rates == ["", "100%"]  # 9 of 12, each shown as 10


def test_forms_that_are_not_named_are_empty_and_a_fund_may_ask_for_fewer_sheets(
    copied, monkeypatch
):
    text = copied.read_text(encoding="utf-8")
    for name in ("stays", "planned", "activities", "plans", "finances", "surveys"):
        text = text.replace(f'{name} = "{name}.csv"\n', "")
    copied.write_text(text, encoding="utf-8")
    made = make_return(read_return_programme(copied), QUARTER, 1)
    assert [len(made.sheet(n).rows) for n in (4, 6, 7, 9)] == [0, 0, 0, 0]
    few = dataclasses.replace(RULES, sheets=(3, 8))
    monkeypatch.setattr(return_compiling, "find_fund_rules", lambda _: few)
    made = compile_return(made.parts.declaration, made.parts.sources)
    assert [sheet.name for sheet in made.sheets] == ["3 Patrol", "8 Assurance"]
    assert "the fund asks for no sheet 5" in str(made.sheet(8).rows)
    with pytest.raises(InputError, match="asks for no sheet 5"):
        made.sheet(5)


def test_a_quarter_of_which_nothing_was_known_yet_is_zeros(copied, run):
    folder = copied.parent
    for name in ("hours", "activities"):
        text = (folder / f"{name}.csv").read_text("utf-8")
        text = re.sub(r"202[34]-\d\d-\d\d,(2024-10-20)?$", "2024-11-03,", text, flags=re.MULTILINE)
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with (folder / "activities.csv").open("a", encoding="utf-8") as file:
        file.write("H01,2024-07-01,Police,events,3,2024-10-01,\n")
    change(copied, 'streams = "streams.csv"\n', "")
    change(copied, 'finances = "finances.csv"\n', "")
    made = make_return(read_return_programme(copied), QUARTER, 1)
    assert made.sheet(8).rows[0][1][1].value.startswith("patrol_min 0; person_min 0;")
    ((_, cells),) = made.sheet(4).rows
    assert [cell.value for cell in cells if cell.value is not None] == [3]
    out = run("figures", copied, "--quarter", QUARTER, "--version", 1)[1]
    assert "Refused" not in out
    assert "0 → 0, no change" in out


# --- refused --------------------------------------------------------------------------------------


def test_hours_in_a_spot_that_was_not_live_and_unknown_quarters_are_refused(copied, run):
    change(copied.parent / "hot-spots.csv", "2023-04-01,,no", "2024-08-01,,no")
    code, _, err = run("make", copied, "--quarter", QUARTER, "--out", copied.parent / "x")
    assert code == 10
    assert "the hot spot was not live on that day" in err
    assert not (copied.parent / "x").exists()
    code, _, err = run("make", copied, "--quarter", "2024-Q3", "--out", copied.parent / "x")
    assert code == 10
    assert "No return of 2024-Q3 is declared; there are 2024-Q2 version 1, 2024-Q2" in err


def test_an_hour_claimed_twice_makes_no_return(copied, run):
    hours = copied.parent / "hours.csv"
    line = next(x for x in hours.read_text("utf-8").splitlines() if x.startswith("A1473"))
    with hours.open("a", encoding="utf-8") as file:
        file.write(line.replace("A1473", "TWICE").replace("H18", "H02") + "\n")
    for words in (("make", copied, "--quarter", QUARTER, "--out", copied.parent / "x"),
                  ("figures", copied, "--quarter", QUARTER)):  # fmt: skip
        code, _, err = run(*words)
        assert code == 11
        assert "Rows A1473 and TWICE: Unit P1 of Police is in both at once." in err


def test_a_form_with_notes_and_a_negative_count_are_refused(tmp_path):
    path = tmp_path / "activities.csv"
    header = ",".join(return_form("activities").names)
    path.write_text(f"{header},notes\nA,2024-07-01,P,arrests,1,2024-07-01,,x\n", encoding="utf-8")
    with pytest.raises(RefusedError, match="needs no names and no notes on people"):
        read_return_form("activities", path, RULES, "")
    path.write_text(f"{header}\nA,2024-07-01,P,arrests,-1,2024-07-01,\n", encoding="utf-8")
    with pytest.raises(InputError, match="Row A/2024-07-01/P/arrests: -1 is no count"):
        read_return_form("activities", path, RULES, "")


def test_what_a_programme_declares_wrongly_is_told_all_at_once(copied):
    text = copied.read_text(encoding="utf-8")
    for old, new in (
        ('kind = "partner"', ""),
        ('hours = "hours.csv"\n', ""),
        ("version = 2\n", "version = 1\n"),
        ("earlier_cut = 2024-10-14\n", ""),
    ):
        text = text.replace(old, new)
    copied.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_return_programme(copied)
    for expected in ("hours is missing. Give the path of a form.",
                     "Service City wardens needs its kind: police, outreach, partner.",
                     "2024-Q2, version 1 is there twice."):  # fmt: skip
        assert expected in str(caught.value)
    copied.write_text(
        text.replace("cut = 2024-10-14", "cut = 2024-09-01\nearlier_cut = 2024-09-02")
        .replace("cut = 2024-11-04", "cut = 2024"), encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_return_programme(copied)
    for expected in ("cut is 2024-09-01, before the quarter has ended",
                     "earlier_cut is 2024-09-02. Give a day before cut.",
                     "version 2 and later need earlier_cut",
                     "returns.quarters[2].cut is 2024"):  # fmt: skip
        assert expected in str(caught.value)
    for part in ("[[services]]", "[returns]"):
        copied.write_text("[programme]\ntitle = 'T'\n" + f"{part}\n", "utf-8")
        with pytest.raises(InputError, match="is missing"):
            read_return_programme(copied)
    copied.write_text("[programme]\ntitle = 'T'\n[returns]\nforce = 'F'\nhours='hours.csv'\n"
                      "definitions=['all-crime']\nhot_spots='hot-spots.csv'\n"
                      "outcomes='outcomes.csv'\n", encoding="utf-8")  # fmt: skip
    with pytest.raises(InputError, match=r"There is no \[\[services\]\]"):
        read_return_programme(copied)
    with pytest.raises(InputError, match=r"There is no \[\[services\]\]"):
        read_programme(copied)  # one file serves all: evaluate checks the part too


# --- checked --------------------------------------------------------------------------------------


def test_an_altered_digit_is_named_in_the_json_the_workbook_and_the_csv(copied, run):
    folder = copied.parent / "v1"
    assert run("check", folder) == (0, "All is as it was made: every figure is what its rows "
                                    "make.\n", "")  # fmt: skip
    total = '["all hot spots","quarter","police",246,246,'
    made = re.search(re.escape(total) + r"(\d+)", (folder / "return.json").read_text())[1]
    change(folder / "return.json", f"{total}{made}", f"{total}9{made[1:]}")
    change(folder / "5-outcomes.csv", "H01,2024-07,serious-violence@1,28,",
           "H01,2024-07,serious-violence@1,18,")  # fmt: skip
    code, out, _ = run("check", folder / "return.json")
    assert code == 1
    assert "The hash is not that of what the file holds" in out
    assert (f"3 Patrol, all hot spots/quarter/police, patrol_min: it says 9{made[1:]}, and its "
            f"rows make {made} (digit 1 is 9 and should be {made[0]}). Either the figure was "
            "altered, or one of its rows: A0001, A0") in out  # fmt: skip
    assert ("5-outcomes.csv: 5-outcomes.csv, H01/2024-07/serious-violence@1, crimes: it says 18, "
            "and its rows make 28 (digit 1 is 1 and should be 2).") in out  # fmt: skip
    code, out, _ = run("check", folder, "--json")
    assert (code, len(json.loads(out)["altered"])) == (1, 3)


def test_a_workbook_saved_again_is_no_alteration_and_one_with_a_figure_changed_is(copied):
    folder = copied.parent / "v1"
    made = make_return(read_return_programme(copied), QUARTER, 1)
    sheets = {sheet.name: sheet.table() for sheet in made.sheets}
    (folder / "return.xlsx").write_bytes(make_workbook("saved again", sheets))
    assert check_return(folder / "return.xlsx") == ()
    sheets["7 Finance"] = sheets["7 Finance"].with_columns(spent=pl.lit(298001.0))
    (folder / "return.xlsx").write_bytes(make_workbook("saved again", sheets))
    (told,) = check_return(folder)
    assert told == ("return.xlsx: 7 Finance, HR24/Police/2024-09-30, spent: it says 298001, and "
                    "its rows make 298000 (digit 6 is 1 and should be 0).")  # fmt: skip
    (folder / "return.xlsx").write_bytes(b"PK\x03\x04 no more")
    with pytest.raises(InputError, match=r"return\.xlsx is no workbook any more"):
        check_return(folder)
    (folder / "return.xlsx").unlink()
    (folder / "cells.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"cells\.csv is no CSV in UTF-8 any more"):
        check_return(folder)


@pytest.mark.parametrize("number", ["3", "5", "7"])
def test_rows_added_to_or_taken_from_a_sheet_are_seen(copied, number):
    (path,) = (copied.parent / "v1").glob(f"{number}-*.csv")
    whole = path.read_text("utf-8-sig")
    path.write_text(whole + whole.splitlines()[1] + ",9\n", encoding="utf-8-sig")
    assert "beyond" in check_return(path)[-1]
    path.write_text("\n".join(whole.splitlines()[:-1]), encoding="utf-8-sig")
    assert "it says blank, and its rows make" in check_return(path)[0]


def alter(path, how):
    document = json.loads(path.read_bytes())
    how(document["return"])
    path.write_text(json.dumps(document), encoding="utf-8")


def test_altered_rows_that_make_no_return_and_drills_that_lie_are_told(copied):
    path = copied.parent / "v1" / "return.json"
    alter(path, lambda told: told["cells"]["3/H01/2024-07/police/visits"].update(rows=["x"]))
    told = check_return(path)
    assert told[1] == ("Cell 3/H01/2024-07/police/visits: the rows that it names are not those "
                       "that it is made of.")  # fmt: skip
    alter(path, lambda told: told["sources"]["hours"].append(told["sources"]["hours"][0]))
    assert "Its rows make no return: " in check_return(path)[-1]
    for spoil in (
        lambda told: told.update(schema="other"),
        lambda told: told["sources"].pop("hours"),
        lambda told: told["declaration"].update(cut="soon"),
    ):
        document = path.read_bytes()
        alter(path, spoil)
        with pytest.raises(InputError, match=r"return\.json is no return of patrolwise"):
            check_return(path)
        path.write_bytes(document)
    with pytest.raises(InputError, match="cannot be read"):
        check_return(copied.parent)


@pytest.fixture(scope="module")
def recounted(small):
    kept = read_kept_return(small.parent / "v1" / "return.json")
    return compile_return(kept.declaration, kept.sources), kept


@settings(max_examples=25)
@given(st.data())
def test_whichever_figure_of_the_sheets_is_altered_it_is_named(recounted, data):
    made, kept = recounted
    kept = dataclasses.replace(kept, sheets={n: list(rows) for n, rows in kept.sheets.items()})
    name = data.draw(st.sampled_from(["3 Patrol", "5 Outcomes", "7 Finance"]))
    at = data.draw(st.integers(1, len(kept.sheets[name]) - 1))
    row = kept.sheets[name][at]
    numbers = [n for n, v in enumerate(row) if isinstance(v, int | float)]
    column = data.draw(st.sampled_from(numbers))
    kept.sheets[name][at] = [v + 1 if n == column else v for n, v in enumerate(row)]
    (told,) = return_checking._compare_sheets(made, kept)
    label = "/".join(row[: kept.keys[name]])
    assert told.startswith(f"{name}, {label}, {kept.sheets[name][0][column]}: it says ")


def test_digits_are_counted_without_what_stands_between():
    assert find_digit("6,900", "6,800") == "digit 2 is 9 and should be 8"
    assert find_digit("12", "123") == find_digit("12", "12") == ""


# --- compared, and told ---------------------------------------------------------------------------


def test_two_versions_differ_by_rows_that_were_added_late_and_removed(copied, run):
    folder = copied.parent
    run("make", copied, "--quarter", QUARTER, "--out", folder / "v2")
    code, out, _ = run("compare", folder / "v1", folder / "v2" / "return.json")
    assert code == 0
    for line in (
        "Declared otherwise: cut: 2024-10-14 → 2024-11-04",
        "hours: 1 of these recorded after the earlier cut: A1473",
        "hours: 1 removed: A0001",
        "3/H01/2024-07/police/patrol_min: 3645 → 3510; removed A0001",
        "3/H18/2024-07/police/patrol_min: 3780 → 3915; added A1473",
    ):
        assert line in out
    assert "all hot spots" not in out  # the totals stand, though made of other rows
    assert "added" not in run("compare", folder / "v1", folder / "v1")[1]
    assert run("compare", folder / "v1", folder / "v1")[1] == (
        "The two say the same, and are made of the same rows.\n"
    )
    told = json.loads(run("compare", folder / "v1", folder / "v2", "--json")[1])
    assert told["rows"][0]["late"] == ["A1473"]


def test_rows_changed_in_place_are_found_out(copied, run):
    folder = copied.parent
    hours = (folder / "hours.csv").read_text("utf-8").replace("targeted", "extra-funded")
    (folder / "hours.csv").write_text(hours, encoding="utf-8")
    text = (folder / "outcomes.csv").read_text("utf-8")
    text = re.sub(r"(?<=hot spot,)\d", "4", text)
    (folder / "outcomes.csv").write_text(text.replace("ring,", "ring,1"), encoding="utf-8")
    write_return(make_return(read_return_programme(copied), QUARTER, 1), folder / "other")
    out = run("compare", folder / "v1", folder / "other")[1]
    assert "changed in place, which makes an old return differ: A0001, A00" in out
    assert ("5/H01/2024-07/serious-violence@1/crimes: 28 → 48; changed "
            "H01/2024-07-01/serious-violence@1/hot spot") in out  # fmt: skip
    assert "more cells; --json tells them all." in out


def test_the_figures_that_were_told_come_with_counts_interval_and_verdict(worked, run):
    code, out, err = run("figures", worked, "--quarter", QUARTER, "--version", 1)
    assert (code, err) == (0, "")
    for line in (
        "4,056 → 6,800, 67.7 % higher: not judged.",
        "1,190 → 1,090, 8.4 % lower (95 % interval −25.5 % to +12.7 %): could be chance.",
        "1,500 → 1,272, 15.2 % lower (95 % interval −28.0 % to −0.1 %): clear fall.",
        "1,000 → 1,472, 47.2 % higher (95 % interval +23",
        "14 → 50, 36 more (too few for a percentage): too few to say.",
        "4 → 9, 5 more (too few for a percentage): too few to say.",
        "3,300 patrol-hours (hours that units were there; a pair counts once) of Police",
        "£1,570,000 of HR24 over 6,800 hours: Pounds an hour: 2 faults.",
    ):
        assert line in out
    told = json.loads(run("figures", worked, "--quarter", QUARTER, "--json")[1])
    assert [one["verdict"] for one in told["figures"]] == [
        "not judged", "could be chance", "clear fall", "clear rise", "too few to say",
        "too few to say",
    ]  # fmt: skip


def test_bare_percentages_and_faulty_command_lines_are_answered(tmp_path, run):
    code, out, _ = run("bare", "-8.4", "257%")
    assert code == 0
    assert "A change, −8.4 %: refused. No counts are given; with fewer than 1,044 before" in out
    assert json.loads(run("bare", "-15.2", "--json")[1])[0]["least_base"] == 308
    for words, told in (
        (("bare", "much"), "much: write per cent"),
        (("bare",), "bare needs changes in per cent"),
        (("make", "a", "b"), "make takes 1 paths, got 2"),
        (("figures", "a"), "figures needs --quarter"),
    ):
        code, _, err = run(*words)
        assert code == 10
        assert told in err
    code, out, _ = run("demo", "--out", tmp_path / "w")
    assert "Every number in it is made up." in out
    told = json.loads(run("demo", "--out", tmp_path / "w", "--json")[1])
    assert told["programme"].endswith("programme.toml")


def test_a_programme_of_police_alone_that_does_without_much(copied, run):
    text = copied.read_text(encoding="utf-8").replace(
        '[[services]]\nname = "Street outreach"\nkind = "outreach"\n', ""
    ).replace('[[services]]\nname = "City wardens"\nkind = "partner"\n', "").replace(
        f'notice = "{text_of_notice(copied)}"', ""
    )  # fmt: skip
    copied.write_text(text, encoding="utf-8")
    folder = copied.parent
    hours = [x for x in (folder / "hours.csv").read_text("utf-8").splitlines()
             if x[0] in "Ar"]  # fmt: skip
    (folder / "hours.csv").write_text("\n".join(hours) + "\n", encoding="utf-8")
    for name in ("rostered", "streams"):
        other = (folder / f"{name}.csv").read_text("utf-8").replace("Police; Street outreach",
                                                                    "Police")  # fmt: skip
        kept = [x for x in other.splitlines() if not x.startswith("Street outreach")]
        (folder / f"{name}.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    code, out, err = run("make", copied, "--quarter", QUARTER, "--out", folder / "alone")
    assert (code, err) == (0, "")
    assert "passed: hours are at most those rostered" in out
    assert out.count("person-hours") == 1
    out = run("figures", copied, "--quarter", QUARTER)[1]
    assert "Extra patrols (person-hours, all agencies)\n  0 → 1," in out
    assert "by partners" not in out


def text_of_notice(path):
    return path.read_text("utf-8").splitlines()[0].removeprefix("# ")


def test_the_cut_is_declared_and_no_clock_is_asked(worked):
    programme = read_return_programme(worked)
    assert [one.cut for one in programme.returns.quarters] == [
        date(2024, 10, 14), date(2024, 11, 4),
    ]  # fmt: skip


def test_the_page_on_hours_and_returns_shows_what_is_printed(worked, run, monkeypatch):
    page = (ROOT / "docs/explanation/hours-and-returns.md").read_text(encoding="utf-8")
    monkeypatch.chdir(worked.parent)
    shown = re.findall(r"```text\n\$ patrolwise return (.*)\n((?:(?!```).*\n)*)```", page)
    assert [line.split()[0] for line, _ in shown] == ["bare", "figures"]
    for line, printed in shown:
        assert run(*line.replace("worked/", "").split())[1] == printed
