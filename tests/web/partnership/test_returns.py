"""Returns on the site: forms in, nine sheets out, each figure with its rows, released by two."""

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.return_files import list_return_files
from patrolwise.study.return_checking import ReturnComparison
from patrolwise.study.return_demo import write_return_demo
from patrolwise.study.return_making import make_return
from patrolwise.study.return_programme import ReturnProgramme, ReturnQuarter, Returns
from patrolwise.web.audit.models import Event
from patrolwise.web.returns import actions, demo, making, queries, releases
from patrolwise.web.returns.bundles import pack_files, unpack_files
from patrolwise.web.returns.differences import show_differences
from patrolwise.web.returns.models import (
    CompiledReturn,
    PublicUpdate,
    Release,
    ReturnForm,
    ReturnSettings,
)
from patrolwise.web.returns.templatetags.column_words import in_words
from patrolwise.web.returns.waiting import list_todos

from .agency_rows import add_agency, add_shift, keep, new_hours

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
LOOKED = "Looked at sheet 8."


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Return the forms of the worked ledger, with a tenth of its patrols."""
    found = tmp_path_factory.mktemp("forms")
    write_return_demo(found)
    for name in ("hours.csv", "stays.csv"):
        header, *lines = (found / name).read_text(encoding="utf-8").splitlines()
        late = [one for one in lines if "2024-11-0" in one]  # the correction, both its rows
        kept = [one for n, one in enumerate(lines) if n % 10 == 0 or one in late]
        (found / name).write_text("\n".join([header, *kept]), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, folder):
    """Return people, and a return and an update made once for all tests, and undone at the end."""
    from patrolwise.web.accounts.models import Person

    with django_db_blocker.unblock(), transaction.atomic():
        people = {
            key: Person.objects.create(email=f"{key}@made.example", name=f"The {key}", role=key)
            for key in ("analyst", "programme", "commissioner", "evaluator", "agency")
        }
        actions.declare_settings(demo._SETTINGS, people["programme"], NOW)
        sent = [
            actions.SentForm(name=path.name, content=path.read_bytes())
            for path in sorted(folder.glob("*.csv"))
        ]
        actions.keep_forms(sent, people["analyst"], NOW)
        people["made"] = actions.make_return(demo._ask(date(2024, 10, 14)), people["analyst"], NOW)
        people["update"] = actions.write_update(people["made"], demo._TEXT, people["analyst"], NOW)
        yield people
        transaction.set_rollback(True)


@pytest.fixture
def enter(world, client, settings, db):
    """Return a function: role → a client that is signed in."""
    settings.IS_DEMO = True

    def sign_in(role):
        client.force_login(world[role])
        return client

    return sign_in


def release(one, world, by="programme", *, is_let_out=True):
    asked = releases.ask_release(one, "please", world["analyst"], NOW)
    return releases.decide_release(
        asked, is_let_out=is_let_out, reason=LOOKED, by=world[by], now=NOW
    )


def test_the_site_makes_the_bytes_that_the_library_makes(world, folder, db):
    forms = {path.stem.replace("-", "_"): path for path in folder.glob("*.csv")}
    programme = ReturnProgramme(
        title=demo._SETTINGS["title"],
        notice="",
        returns=Returns(
            force="Made-up force", zone="Europe/London",
            definitions=("serious-violence@1", "anti-social-behaviour@1"), harm_index="",
            forms=forms, kinds=tuple(map(tuple, demo._SETTINGS["kinds"])),
            quarters=(
                ReturnQuarter(
                    quarter="2024-Q2", fund_rules="hotspot-response-2024-25@1",
                    cut=date(2024, 10, 14), prepared_by="The analyst",
                ),
            ),
        ),
    )  # fmt: skip
    files = unpack_files(world["made"].files)
    assert files == list_return_files(make_return(programme, "2024-Q2"))
    assert making.check_files(files) == ()


def test_each_figure_leads_to_the_rows_that_it_is_made_of(world, enter):
    client = enter("evaluator")
    page = client.get(reverse("return-sheet", args=[world["made"].pk, 3])).content.decode()
    assert page.count("?cell=3/") + page.count("?cell=3%2F") > 100
    kept = making.read_kept(unpack_files(world["made"].files))
    cell_id = next(key for key in kept.cells if key.startswith("3/H01/2024-07/police/"))
    address = reverse("return-cell", args=[world["made"].pk])
    told = client.get(address, {"cell": cell_id}).content.decode()
    assert all(row in told for row in kept.cells[cell_id][: queries.MOST_ROWS])
    assert client.get(address, {"cell": "3/H01/2024-07/police/none"}).status_code == 404
    assert client.get(reverse("return-sheet", args=[world["made"].pk, 10])).status_code == 404


def test_a_figure_altered_in_what_is_kept_is_found_and_not_let_out(world, db):
    files = unpack_files(world["made"].files)
    told = json.loads(files["return.json"])
    sheet = next(one for one in told["return"]["sheets"] if one["name"] == "3 Patrol")
    at = sheet["rows"][0].index("patrol_min")
    sheet["rows"][1][at] += 60
    files["return.json"] = json.dumps(told).encode()
    made = CompiledReturn.objects.get(pk=world["made"].pk)
    made.files = pack_files(files)
    made.save()
    asked = releases.ask_release(made, "", world["analyst"], NOW)
    with pytest.raises(RefusedError, match="counted again from the rows"):
        releases.decide_release(
            asked, is_let_out=True, reason=LOOKED, by=world["programme"], now=NOW
        )
    assert Release.objects.get(pk=asked.pk).state == "waiting"


def test_a_second_person_lets_out_and_both_names_are_in_what_leaves(world, enter):
    asked = releases.ask_release(world["made"], "please", world["analyst"], NOW)
    for reason, by, told in (
        (LOOKED, "analyst", "A second person decides"),
        (" ", "programme", "Say what you looked at"),
    ):
        with pytest.raises(RefusedError, match=told):
            releases.decide_release(asked, is_let_out=True, reason=reason, by=world[by], now=NOW)
    with pytest.raises(RefusedError, match="already"):
        releases.ask_release(world["made"], "", world["analyst"], NOW)
    assert [todo.number for todo in list_todos(world["programme"], NOW)] == [1]
    assert list(list_todos(world["analyst"], NOW)) == []
    client = enter("programme")
    address = reverse("release", args=[asked.pk])
    assert b"Passed" in client.get(address).content
    client.post(address, {"decision": "out", "reason": LOOKED})
    found = Release.objects.get(pk=asked.pk)
    assert found.state == "released"
    declared = making.read_kept(unpack_files(found.files)).declaration
    assert (declared.prepared_by, declared.approved_by) == ("The analyst", "The programme")
    assert making.check_files(unpack_files(found.files)) == ()
    page = client.get(reverse("return", args=[world["made"].pk])).content.decode()
    assert all(name in page for name in unpack_files(found.files))
    given = client.get(reverse("return-file", args=[world["made"].pk, "return.xlsx"]))
    assert zipfile.is_zipfile(io.BytesIO(given.content))
    assert given["Content-Disposition"] == 'attachment; filename="return.xlsx"'
    with pytest.raises(RefusedError, match="decided on already"):
        releases.decide_release(
            found, is_let_out=False, reason="no", by=world["commissioner"], now=NOW
        )
    assert Event.objects.filter(action="released").last().detail["sha256"] == found.sha256


def test_not_even_the_database_takes_one_person_for_two(world, db):
    asked = releases.ask_release(world["made"], "", world["analyst"], NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=asked.pk).update(decided_by_id=world["analyst"].pk)


def test_an_update_is_out_only_after_its_return_and_is_gone_when_taken_back(world, client, db):
    update = world["update"]
    with pytest.raises(RefusedError, match="the return that it is made of is released"):
        release(update, world)
    release(world["made"], world)
    asked = Release.objects.get(update=update)
    public = reverse("public-update", args=[asked.pk])
    assert client.get(public).status_code == 404
    way = f'href="{reverse("public-updates")}">See how the patrols are doing</a>'
    assert way not in client.get(reverse("account_login")).content.decode()
    releases.decide_release(
        asked, is_let_out=True, reason=LOOKED, by=world["commissioner"], now=NOW
    )
    assert way in client.get(reverse("account_login")).content.decode()
    told = client.get(public).content.decode()
    assert "let out by The commissioner" in told
    assert "Wardens, outreach workers" in told
    assert told.count('class="pw-state') == 6  # at most six figures, each with its verdict
    assert client.get(reverse("public-file", args=[asked.pk, "update.pdf"])).content[:4] == b"%PDF"
    for name in ("update.html", "nothing.csv"):
        assert client.get(reverse("public-file", args=[asked.pk, name])).status_code == 404
    releases.withdraw_release(asked, "A figure was wrong.", world["programme"], NOW)
    assert client.get(public).status_code == 404
    assert way not in client.get(reverse("account_login")).content.decode()
    assert "There is no update yet" in client.get(reverse("public-updates")).content.decode()
    release(update, world, "commissioner")  # it may be let out again


def test_lists_of_returns_ask_as_often_for_many_as_for_one(
    world, enter, django_assert_max_num_queries
):
    asked = release(world["made"], world)
    for version in (7, 8, 9):
        again = CompiledReturn.objects.get(pk=world["made"].pk)
        again.pk, again.version = None, version
        again.save()
        told = PublicUpdate.objects.get(pk=world["update"].pk)
        told.pk, told.compiled = None, again
        told.save()
    client = enter("evaluator")
    with django_assert_max_num_queries(15):
        page = client.get(reverse("returns")).content.decode()
    assert page.count(", version ") == page.count(", on version ") == 4
    assert page.count("Released") == 1
    releases.withdraw_release(asked, "A figure was wrong.", world["programme"], NOW)
    releases.ask_release(world["made"], "", world["analyst"], NOW)
    page = client.get(reverse("returns")).content.decode()
    assert "Waits for a second person" in page  # the newest release is told
    assert "Taken back" not in page
    with django_assert_max_num_queries(15):
        listed = client.get(reverse("releases")).content.decode()
    assert (listed.count("Taken back"), listed.count("Waits for a second person")) == (1, 1)


def test_a_text_that_the_figures_do_not_bear_out_is_refused_with_a_true_wording(world, enter):
    client = enter("analyst")
    address = reverse("update-write", args=[world["made"].pk])
    before = PublicUpdate.objects.count()
    told = client.post(address, {"text": "Patrols caused violence to fall by 45 %."})
    assert b"Write:" in told.content
    assert PublicUpdate.objects.count() == before
    assert b"at most six" in client.get(address).content


def test_a_correction_is_a_new_version_and_says_which_rows_made_the_difference(world, enter):
    client = enter("analyst")
    given = {"quarter": "2024-q2", "fund_rules": "hotspot-response-2024-25@1", "cut": "2024-11-04"}
    assert b"Say why it is made anew" in client.post(reverse("return-make"), given).content
    given |= {"why": "One row was wrong.", "open_queries": "One row.\n\nTwo rows."}
    answer = client.post(reverse("return-make"), given)
    assert answer.status_code == 302
    made = CompiledReturn.objects.get(version=2)
    assert made.open_queries == ["One row.", "Two rows."]
    told = client.get(reverse("return-compare", args=[made.pk])).content.decode()
    assert "One row was wrong" in told
    assert "2024-10-14 → 2024-11-04" in told
    for words in ("Rows added, removed or changed", "Figures that changed", "Sheet 3: H"):
        assert words in told
    assert "delivered_patrols" not in told
    assert b"version 1" in client.get(answer["Location"]).content
    with pytest.raises(RefusedError, match="version 2 is newer"):
        actions.write_update(world["made"], "", world["analyst"], NOW)
    # what was made first is what it was, byte for byte, from the forms that were kept with it
    again = making.ask_again(world["made"], prepared_by="The analyst", approved_by="")
    assert making.compile_files(again) == unpack_files(world["made"].files)


def send(client, *files):
    return client.post(
        reverse("return-forms"), {"sent": [SimpleUploadedFile(*one) for one in files]}
    )


def test_forms_are_kept_all_or_none_and_all_faults_are_told(world, enter, folder):
    client, before = enter("programme"), ReturnForm.objects.count()
    plans = (folder / "plans.csv").read_bytes()
    told = send(client, ("plans.csv", plans), ("notes.csv", b"a"), ("surveys.csv", b"x,y\n1,2\n"))
    page = told.content.decode()
    assert "notes.csv is no form of a return" in page
    assert "surveys.csv" in page
    assert ReturnForm.objects.count() == before
    assert (
        "is there twice"
        in send(client, ("plans.csv", plans), ("plans.csv", plans)).content.decode()
    )
    assert send(client, ("plans.csv", plans)).status_code == 302
    assert ReturnForm.objects.count() == before + 1
    assert b"plans.csv" in client.get(reverse("return-forms")).content


def test_how_returns_are_made_is_checked_whole(world, enter):
    client = enter("programme")
    given = {
        "title": "T", "force": "F", "zone": "Europe/Lundon", "definitions": "none-such@1",
        "agencies": "Police\nCity wardens, wardens",
    }  # fmt: skip
    page = client.post(reverse("return-declare"), given).content.decode()
    assert "Europe/Lundon" in page
    assert "none-such" in page
    assert page.count("lacks its kind") >= 2
    given |= {"zone": "Europe/London", "definitions": "robbery@1", "agencies": "Police, police"}
    assert client.post(reverse("return-declare"), given).status_code == 302
    assert making.current_settings().kinds == [["Police", "police"]]
    assert b"Police, police" in client.get(reverse("return-declare")).content


def test_nothing_is_made_before_it_is_said_how(world, db):
    for model in (PublicUpdate, CompiledReturn, ReturnSettings):
        model.objects.all().delete()
    with pytest.raises(RefusedError, match="Say first how returns are made"):
        actions.keep_forms([], world["programme"], NOW)


def test_an_impossible_return_is_refused_and_none_is_kept(world, enter):
    client, before = enter("analyst"), CompiledReturn.objects.count()
    given = {"quarter": "2025-Q1", "fund_rules": "hotspot-response-2024-25@1", "cut": "2025-07-14"}
    assert client.post(reverse("return-make"), given).status_code == 200
    given["quarter"] = "spring"
    assert b"is no quarter" in client.post(reverse("return-make"), given).content
    assert CompiledReturn.objects.count() == before
    with pytest.raises(InputError):
        making.name_form("hours.pdf")


@pytest.mark.parametrize(
    ("role", "sees", "prepares"),
    [
        ("commissioner", True, True), ("programme", True, True), ("analyst", True, True),
        ("evaluator", True, False), ("agency", False, False),
    ],
)  # fmt: skip
def test_who_sees_and_who_prepares(role, sees, prepares, world, enter):
    client = enter(role)
    made, update = world["made"].pk, world["update"].pk
    for name, args in (
        ("returns", []), ("return", [made]), ("return-sheet", [made, 1]), ("update", [update]),
        ("return-file", [made, "return.json"]), ("update-file", [update, "update.pdf"]),
        ("releases", []),
    ):  # fmt: skip
        assert client.get(reverse(name, args=args)).status_code == (200 if sees else 404), name
    asked = {one: client.get(reverse(one)).status_code for one in ("return-forms", "return-make")}
    assert set(asked.values()) == {200 if prepares else 404}
    if not prepares:
        assert client.post(reverse("return-ask", args=[made])).status_code == 404
        assert not Release.objects.filter(compiled_id=made).exists()


def test_what_waits_already_is_not_asked_for_twice(world, enter):
    client = enter("analyst")
    for _ in range(2):
        asked = client.post(reverse("return-ask", args=[world["made"].pk]))
        assert asked.status_code == 302
    assert Release.objects.filter(compiled=world["made"]).count() == 1
    assert b"already, or is released" in client.get(asked["Location"]).content
    assert "Waits for you" not in client.get(reverse("releases")).content.decode()
    assert "Nothing waits" not in enter("programme").get(reverse("releases")).content.decode()


def test_the_ledger_of_the_site_becomes_the_forms_of_its_return(world, enter, hot_spot):
    client = enter("programme")
    told = client.post(reverse("return-ledger"), follow=True).content.decode()
    assert "has no hours yet" in told
    agency = add_agency()
    add_shift(agency)
    keep(agency, new_hours())
    told = client.post(reverse("return-ledger"), follow=True).content.decode()
    assert "Kept: hours.csv (1 rows)" in told
    held = {form.name: form for form in making.newest_forms()}
    assert b"hs-1" in bytes(held["hours"].content)
    assert (
        "Nothing has changed" in client.post(reverse("return-ledger"), follow=True).content.decode()
    )


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="a backup of the embedded database")
def test_a_return_compiled_again_from_a_backup_is_the_same_bytes(folder, tmp_path):
    script = Path(__file__).with_name("return_backup.py")
    done = subprocess.run(
        [sys.executable, script, folder, tmp_path], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["True", "11"], done.stderr


def test_differences_are_told_whole_also_where_a_sentence_has_other_parts():
    cells = tuple(f"3/H{k:02}/hours: 1 → 2" for k in range(201))
    found = show_differences(
        ReturnComparison(rows=(), cells=("no such sheet", *cells), declared=("version: 1 → 2",))
    )
    assert (found.cells[0].where, found.cells[1].figure) == ("no such sheet", "hours")
    assert (len(found.cells), found.others, found.declared) == (200, 2, ())
    sums = ("3/H01/minutes: 7290 → 60.75; removed A0001",)
    (cell,) = show_differences(ReturnComparison(rows=(), cells=sums, declared=())).cells
    assert (cell.before, cell.now, cell.because) == ("7,290", "60.75", "removed A0001")


def test_columns_and_counts_are_told_in_words_and_years_and_references_are_left():
    told = in_words("funded_person_min 204000; row A12345, 12345-6, hot_spot H01 in 2024")
    assert told == "funded person minutes 204,000; row A12345, 12345-6, hot spot H01 in 2024"
