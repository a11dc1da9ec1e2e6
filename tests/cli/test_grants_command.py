"""`patrolwise grants`: a folder of forms is checked, ranked, held, and published."""

import json
from pathlib import Path

import pytest

from patrolwise.cli.__main__ import main
from patrolwise.files.grant_forms import GRANT_FORMS
from patrolwise.partnership.grant_rounds import parse_grant_round

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "run-a-grant-round.md"

FILES = {
    "round.toml": """id = "fund"
version = 1
title = "Communities fund"
opens = 2026-04-01
closes = 2026-05-15
budget = 40000
most = 20000
top_score = 5
assessors = 2
widest_spread = 20
least_total = 50
days_to_report = 28
[funder]
org_id = "GB-CHC-1000147"
name = "Example Fund"
prefix = "360G-example"
[[criteria]]
key = "need"
title = "Need"
weight = 1
""",
    "applications.csv": """application_id,organisation_ref,organisation,kind,charity_number,title,summary,asked,first,last,areas,young_people,safeguarding_policy,designed_with_young_people,state,submitted
1,O1,Made-up Boxing Club,charity,1000148,Boxing on Fridays,Two sessions a week.,18000,2026-07-01,2027-03-31,A; B,60,yes,yes,awarded,2026-05-01
2,O2,Made-up Youth Theatre,community group,,A play about the bus station,Ten workshops.,20000,2026-07-01,2026-12-31,A,30,yes,yes,scored,2026-05-02
3,O3,Made-up Football,community group,,Football,Weekly.,20000,2026-07-01,2026-12-31,A,30,yes,yes,screening,2026-05-03
4,,,,,,,,,,,,,,draft,
""",  # noqa: E501
    "assessments.csv": """application_id,assessor,conflict,criterion,score,completed
1,A1,no,need,5,2026-05-20
1,A2,no,need,4,2026-05-21
2,A1,no,need,4,2026-05-20
2,A2,no,need,2,2026-05-22
3,A1,no,need,4,2026-05-20
3,A2,yes,,,
""",
    "moderations.csv": "application_id,note\n2,One had not seen the budget.\n",
    "awards.csv": """award_id,application_id,pounds,awarded,first,last,place,place_code,place_code_type
A1,1,18000,2026-06-10,2026-07-01,2027-03-31,Leicester,E06000016,UA
""",  # noqa: E501
    "instalments.csv": """award_id,number,due,pounds
A1,1,2026-07-01,6000
A1,2,2026-11-01,6000.50
A1,3,2027-02-01,5999.50
""",
    "reports.csv": """award_id,quarter,received,spent,underspend,sessions_planned,sessions_held,unique_young_people,attendances,areas,referrals_received,referrals_accepted,measure,asked,answered,mean,risks
A1,2026-Q2,2026-10-20,5000,0,24,22,41,310,A,5,4,feels safe,30,20,3.5,
""",  # noqa: E501
    "payments.csv": "award_id,number,paid,pounds\nA1,1,2026-07-02,6000\n",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "round"
    made.mkdir()
    for name, text in FILES.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


def change(folder, name, before, after):
    text = FILES[name]
    assert before in text
    (folder / name).write_text(text.replace(before, after), encoding="utf-8")


def test_a_round_is_told_as_it_stands_on_the_last_day_in_its_forms(folder, capsys):
    assert main(["grants", "check", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "fund@1 on 2026-10-20",
        "Applications: draft 1, screening 1, scored 1, awarded 1",
        "Application 3: 1 of 2 assessments are in. Totals are told when all are; those with a "
        "conflict of interest do not count.",
        "1. 1: 90.0 per cent, asks for £18,000, within the budget",
        "2. 2: 60.0 per cent, asks for £20,000, within the budget",
        "Budget £40,000: awarded £18,000, not awarded £22,000",
        "Of awards: paid £6,000, due £0, held £0, later £12,000",
    ]


def test_on_a_later_day_money_is_held_for_the_report_that_is_late(folder, capsys):
    assert main(["grants", "check", str(folder), "--on", "2027-02-01", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["money"] == {
        "budget_pence": 4_000_000, "awarded_pence": 1_800_000, "paid_pence": 600_000,
        "due_pence": 0, "held_pence": 1_200_000, "later_pence": 0,
    }  # fmt: skip
    assert [one["late"] for one in told["instalments"]] == [[], ["2026-Q3"], ["2026-Q3"]]
    assert main(["grants", "check", str(folder), "--on", "2027-02-01"]) == 0
    assert "A1, instalment 2: £6,000.50 held: a report is late (2026-Q3)" in capsys.readouterr().out


def test_awards_are_published_and_applicants_who_were_not_awarded_are_not(folder, tmp_path, capsys):
    out = tmp_path / "grants.json"
    words = ["grants", "publish", str(folder), "--out", str(out), "--issued", "2026-12-01",
             "--source", "https://fund.example.org/awards"]  # fmt: skip
    assert main(words) == 0
    assert "Awards: 1. Written" in capsys.readouterr().out
    text = out.read_text("utf-8")
    (grant,) = json.loads(text)["grants"]
    assert grant["amountDisbursed"] == 6000
    assert grant["dataSource"] == "https://fund.example.org/awards"
    for untold in ("Theatre", "Football", "feels safe", '"A1"', "budget"):
        assert untold not in text
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["awards"] == 1


@pytest.mark.parametrize(
    ("name", "before", "after", "code", "told"),
    [
        ("applications.csv", "organisation_ref", "contact_email", 11, "nobody's name"),
        ("applications.csv", "scored,2026-05-02", "scored,2026-05-16", 10, "2: The round closed"),
        ("applications.csv", "scored,2026-05-02", "scored,", 10, "2 is at scored and was not sub"),
        ("applications.csv", "scored,2026-05-02", "odd,2026-05-02", 10, "state is 'odd'. Write"),
        ("applications.csv", "O2,Made-up Youth Theatre", "O2,", 10, "row 3: It has organis"),
        ("applications.csv", "\n2,", "\n1,", 10, "application_id 1 is there twice"),
        ("applications.csv", ",18000,", ",18000.001,", 10, "row 2: 18000.001 pounds has a part"),
        ("applications.csv", "screening,", "decided,", 11, "It is at decided all the same"),
        ("assessments.csv", "3,A1,no,need,4,2026-05-20\n3,A2,yes,,,\n", "", 0, "90.0"),
        ("assessments.csv", "2,A1,no,need,4,2026-05-20\n2,A2,no,need,2,2026-05-22\n", "", 11,
         "2: no assessment is in"),
        ("assessments.csv", "3,A2,yes,,,", "3,A2,no,,,", 10, "no conflict of interest either"),
        ("assessments.csv", "need,2,", "need,,", 10, "goes with its score"),
        ("assessments.csv", "2,A2,no", "2,A1,no", 10, "A1 has that line of 2 twice"),
        ("assessments.csv", "3,A1,no", "9,A1,no", 10, "there is no application_id '9'"),
        ("assessments.csv", "1,A1,no,need,5", "1,A1,no,need,6", 10, "6 is no score"),
        ("moderations.csv", "2,One had not seen the budget.", "3,None.", 11, "Moderate, and write"),
        ("awards.csv", "18000", "17999", 10, "come to £18,000, not to £17,999"),
        ("reports.csv", "2026-Q2", "Q2", 10, "row 2: 'Q2' is no quarter"),
        ("payments.csv", "6000", "6000.01", 11, "Never pay more than was awarded"),
        ("payments.csv", "A1,1,", "A9,1,", 10, "there is no award_id 'A9'"),
        ("round.toml", "weight = 1", "weight = 0", 10, "Criterion need has the weight 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_not_published(
    folder, tmp_path, capsys, name, before, after, code, told
):
    change(folder, name, before, after)
    assert main(["grants", "check", str(folder)]) == code
    said = capsys.readouterr()
    assert told in said.out + said.err
    out = tmp_path / "grants.json"
    assert main(["grants", "publish", str(folder), "--out", str(out)]) == code
    assert out.exists() == (code == 0)


def test_only_the_round_and_its_applications_must_be_there(folder, capsys):
    for name in FILES:
        if name not in ("round.toml", "applications.csv"):
            (folder / name).unlink()
    change(folder, "applications.csv", "awarded,2026", "submitted,2026")
    (folder / "applications.csv").write_text(
        FILES["applications.csv"]
        .replace("awarded,", "submitted,")
        .replace("scored,", "submitted,"),
        encoding="utf-8",
    )
    assert main(["grants", "check", str(folder)]) == 0
    assert "submitted 2" in capsys.readouterr().out
    (folder / "applications.csv").rename(folder / "applications.xlsx")
    (folder / "payments.csv").write_text("", encoding="utf-8")
    (folder / "payments.xlsx").write_text("", encoding="utf-8")
    (folder / "round.toml").write_bytes(b"\xff")
    assert main(["grants", "check", str(folder)]) == 10
    told = capsys.readouterr().err
    assert "payments is there as CSV and as workbook" in told
    assert "round.toml cannot be read: it is not UTF-8" in told
    (folder / "applications.xlsx").unlink()
    (folder / "round.toml").unlink()
    assert main(["grants", "check", str(folder)]) == 10
    told = capsys.readouterr().err
    assert "applications.csv is not there" in told
    assert "round.toml cannot be read: No such file" in told


def test_arguments_go_with_their_action(folder, capsys):
    assert main(["grants", "publish", str(folder), "--on", "2026-12-01"]) == 10
    told = capsys.readouterr().err
    assert "publish needs --out" in told
    assert "--on does not go with publish" in told
    assert main(["grants", "check", str(folder), "--out", "x.json"]) == 10


def test_the_how_to_tells_every_form_and_column_and_its_round_can_be_read():
    text = HOW_TO.read_text("utf-8")
    assert parse_grant_round(text.split("```toml\n")[1].split("```")[0]).highest_total == 25
    for name, form in GRANT_FORMS.items():
        assert f"`{name}.csv`" in text
        for column in form.names:
            assert f"`{column}`" in text, f"{name}: {column}"
