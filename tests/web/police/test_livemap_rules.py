"""What the programme in force asks for is read once, from whatever its upload is."""

import shutil
import zipfile
from datetime import date, timedelta

import polars as pl
import pytest

from patrolwise.files.fix_store import write_fixes
from patrolwise.tables import FIXES, make_table
from patrolwise.web.livemap.models import RuleBook
from patrolwise.web.livemap.rules import (
    find_book,
    is_outreach,
    ledger_of,
    pair_of,
    refresh_book,
    rules_for,
    rules_of,
)
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.records.actions import add_upload, keep_upload
from patrolwise.web.records.incoming import ArrivedFile
from patrolwise.web.records.jobs import read_upload
from patrolwise.web.records.queries import find_programme_file, kept_tables

from .patrol_rows import NOON, make_book, make_set, make_upload

TRACKED = """
[programme]
title = "Two streets"
[[services]]
name = "police"
[[services]]
name = "wardens"
kind = "partner"
[hot_spots]
file = "squares.geojson"
id = "squares"
definition = "all-crime"
method = "drawn"
chosen_on = { first = 2023-01-01, last = 2023-12-31 }
[tracking]
window = { first = 2026-03-01, last = 2026-03-31 }
fixes = ["fixes.parquet"]
crews = "crews.csv"
ledger = "ledger.csv"
cost_kinds = { police = ["overtime"] }
separated = ["police", "wardens"]
margin_min = 10
[[tracking.dose_rules]]
service = "police"
first = 2026-03-01
visit_min = 15
visits_a_day = 2
weekdays = [5, 6]
from_clock = 14:00:00
until_clock = 22:00:00
areas = ["a", "z"]
reason = "as agreed"
decided = 2026-02-01
"""
BARE = """
[programme]
title = "Only counts"
[windows]
before = { first = 2024-01-01, last = 2024-12-31 }
after = { first = 2025-01-01, last = 2025-12-31 }
"""


@pytest.fixture
def folder(tmp_path, settings):
    settings.DATA_FOLDER = tmp_path
    made = tmp_path / "uploads" / "p"
    made.mkdir(parents=True)
    (made / "programme.toml").write_text(TRACKED)
    (made / "crews.csv").write_text(
        "unit_id,service,start,end,device_id,people\n"
        "P1,police,2026-03-01T08:00:00Z,2026-03-31T20:00:00Z,d,2\n"
    )
    (made / "ledger.csv").write_text(
        "service,first,last,kind,pounds,may_split,note\n"
        "police,2026-03-01,2026-03-31,overtime,3100,yes,\n"
    )
    fix = {"device_id": ["d"], "time": [NOON], "x": [458_000.0], "y": [304_000.0]}
    write_fixes(made / "fixes.parquet", make_table(FIXES, pl.DataFrame(fix)))
    (made / "squares.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    return made


def make_programme(folder, **more):
    return make_upload(table=f"uploads/{folder}/programme.toml", **more)


def test_a_folder_is_read_with_rules_ledger_and_who_keeps_apart(db, folder):
    make_programme("p")
    book = refresh_book(now=NOON)
    assert (book.fault, book.title) == ("", "Two streets")
    (rule,) = rules_of(book)
    assert (rule.service, rule.visits_a_day, rule.weekdays) == ("police", 2, (5, 6))
    assert str(rule.from_clock) == "14:00:00"
    assert ledger_of(book)["pounds"].to_list() == [3100.0]
    assert ledger_of(book)["last"].to_list() == [date(2026, 3, 31)]
    assert (book.separated, book.margin_min) == (["police", "wardens"], 10.0)
    assert is_outreach("wardens", book)
    assert not is_outreach("police", book)
    assert find_book() == book


def test_a_programme_is_read_once(db, folder):
    make_programme("p")
    first = refresh_book(now=NOON)
    (folder / "programme.toml").unlink()
    assert refresh_book(now=NOON + timedelta(hours=1)) == first


def test_a_programme_that_is_gone_is_a_fault_with_what_to_do(db, folder):
    make_programme("none")
    assert "are not there. Upload it again." in refresh_book(now=NOON).fault
    assert rules_of(find_book()) == ()


def test_a_programme_that_only_evaluates_does_not_hide_that_of_the_patrols(db, folder):
    evaluates = folder.with_name("evaluates")
    evaluates.mkdir()
    (evaluates / "programme.toml").write_text(BARE)
    make_programme("evaluates")
    assert refresh_book(now=NOON) is None
    assert find_book() is None
    make_programme("p", uploaded=NOON + timedelta(hours=1))
    book = refresh_book(now=NOON)
    make_programme("evaluates", uploaded=NOON + timedelta(hours=2))
    assert refresh_book(now=NOON) == find_book() == book
    assert RuleBook.objects.count() == 1


def test_the_newest_programme_of_patrols_that_is_still_kept_is_in_force(db, folder):
    make_programme("p")
    first = refresh_book(now=NOON)
    second = make_programme("p", uploaded=NOON + timedelta(hours=1))
    assert find_book() == first  # until the newer one has been read
    book = refresh_book(now=NOON)
    assert (book.upload_id, find_book()) == (second.pk, book)
    second.state = "undone"
    second.save()
    assert find_book() == refresh_book(now=NOON) == first


def test_a_zip_that_records_read_is_found_where_they_unpacked_it(people, folder, tmp_path):
    files = tmp_path / "files" / "incoming"
    files.mkdir(parents=True)
    with zipfile.ZipFile(files / "p", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"ours/{file.name}")
    shutil.rmtree(folder)
    arrived = ArrivedFile(name="p.zip", stored="files/incoming/p", sha256="ab" * 32, size=1)
    upload = add_upload(by=people["analyst"], kind="programme", file=arrived)
    read_upload.call(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "preview", upload.reason
    assert refresh_book(now=NOON) is None
    keep_upload(by=people["analyst"], upload=upload)
    assert refresh_book(now=NOON).fault == ""
    assert [find_programme_file(upload)] == kept_tables("programme")


def test_without_a_programme_there_is_no_rule_and_names_tell_outreach(db):
    assert refresh_book(now=NOON) is None
    assert find_book() is None
    assert rules_of(None) == ()
    assert is_outreach("Outreach North", None)
    assert not is_outreach("police", None)


@pytest.mark.parametrize(
    ("separated", "hidden"),
    [
        (["outreach", "police"], ["outreach"]),
        (["police", "outreach"], ["outreach"]),
        (["police", "wardens"], ["wardens"]),
        (["wardens", "police"], ["wardens"]),
        (["north", "south"], ["north", "south"]),
    ],
)
def test_outreach_is_known_whichever_way_round_the_programme_names_the_two(separated, hidden):
    book = RuleBook(separated=separated)
    assert [one for one in separated if is_outreach(one, book)] == hidden
    assert pair_of(book)[1] in hidden
    assert set(pair_of(book)) == set(separated)
    assert pair_of(RuleBook(separated=[])) is None


def test_rules_are_cut_to_the_areas_of_the_set(db):
    make_set()
    areas = find_spots().areas
    rule = make_book().rules[0]
    book = RuleBook(rules=[rule | {"areas": ["a", "z"]}])
    assert [one.areas for one in rules_for(book, areas)] == [("a",)]
    assert rules_for(RuleBook(rules=[rule | {"areas": ["z"]}]), areas) == ()
    assert [one.areas for one in rules_for(RuleBook(rules=[rule]), areas)] == [None]


PLANNED = """
[programme]
title = "Two services"
[[services]]
name = "outreach"
[[services]]
name = "police"
[hot_spots]
file = "squares.geojson"
id = "squares"
definition = "all-crime"
method = "drawn"
chosen_on = { first = 2023-01-01, last = 2023-12-31 }
[planning]
window = { first = 2026-03-01, last = 2026-03-07 }
staff = "staff.csv"
separated = ["police", "outreach"]
margin_min = 15
[[planning.services]]
service = "outreach"
pounds_an_hour = 20
[[planning.services]]
service = "police"
[[planning.shifts]]
name = "late"
service = "outreach"
start = 14:00:00
end = 20:00:00
[[planning.shifts]]
name = "police late"
service = "police"
start = 14:00:00
end = 20:00:00
[[planning.dose_rules]]
service = "police"
first = 2026-03-01
visit_min = 15
visits_a_day = 1
reason = "agreed"
decided = 2026-02-20
"""


@pytest.mark.parametrize("is_apart", [True, False])
def test_a_programme_of_plans_alone_has_its_rules_too(db, folder, is_apart):
    text = PLANNED
    if not is_apart:
        text = text.replace('separated = ["police", "outreach"]\nmargin_min = 15\n', "")
    (folder / "programme.toml").write_text(text)
    (folder / "staff.csv").write_text(
        "staff_id,service,weekdays\no1,outreach,Sun-Thu\np1,police,\n"
    )
    make_programme("p")
    book = refresh_book(now=NOON)
    assert book.fault == ""
    assert [rule.visit_min for rule in rules_of(book)] == [15.0]
    assert (book.separated, book.margin_min) == (
        (["police", "outreach"], 15.0) if is_apart else ([], 0.0)
    )
