"""A force beside all others: from tables that are sent to a page that can be trusted."""

import gzip
import io
import json
import os
import zipfile
from datetime import UTC, datetime
from itertools import zip_longest

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from patrolwise.demo import demo_recorded_crime
from patrolwise.errors import InputError, RefusedError
from patrolwise.study.benchmark import BenchmarkRequest, benchmark
from patrolwise.study.writing import make_plain
from patrolwise.web.audit.models import Event
from patrolwise.web.insight import national_actions, national_jobs
from patrolwise.web.insight.models import NationalRun
from patrolwise.web.records import force_tables
from patrolwise.web.records.models import Upload
from patrolwise.web.records.reading import Reading, read_stored
from patrolwise.web.tasking.models import PlaceEvent

from .patrol_rows import NOON, make_upload

HEADER = "fy,fq,force,offence_group,offence_subgroup,offence_code,n\n"
ROW = "2023/24,4,Kent,Robbery,Robbery of personal property,34B,250\n"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path / "data"
    settings.DATA_FOLDER.mkdir()
    return settings.DATA_FOLDER


@pytest.fixture(scope="module")
def real():
    """Return what benchmark.json holds of two measures of the shipped sample."""
    request = BenchmarkRequest(
        files=[demo_recorded_crime()], force="Wiltshire", measures=("homicide", "robbery")
    )
    return make_plain(benchmark(request, progress=lambda _: None))


def make_run(data, document=None, **more):
    """Return a comparison that is done, with its benchmark.json where one is given."""
    number = NationalRun.objects.count()
    given = {
        "title": f"Wiltshire {number}",
        "key": str(number),
        "uploads": [],
        "force": "Wiltshire",
        "state": "done",
        "folder": f"runs/national-{number}",
        "asked": NOON,
        "asked_by_id": 1,
        **more,
    }
    place = data / given["folder"]
    place.mkdir(parents=True)
    if document:
        (place / "benchmark.json").write_text(json.dumps(document))
        (place / "pack.html").write_text("<script>alert(1)</script>")
    return NationalRun.objects.create(**given)


def flagged(document, *badges):
    """Return a copy in which the force has these badges and no others, homicide by level first."""
    made = json.loads(json.dumps(document))
    comparisons = [m[kind] for m in made["measures"] for kind in ("level", "change") if m[kind]]
    for comparison, badge in zip_longest(comparisons, badges, fillvalue=""):
        own = next(one for one in comparison["forces"] if one["force"] == "Wiltshire")
        own.update(badge=badge, flag="better, to watch", z=-2.5, ratio=0.8)
    return made


def text_of(answer):
    return answer.content.decode().replace("&#x27;", "'").replace("\xa0", " ")


def page_of(client, name, *numbers):
    return text_of(client.get(reverse(name, args=numbers)))


def test_tables_are_sent_kept_and_compared_and_the_same_request_is_the_same_run(
    sign_in, data_folder, django_capture_on_commit_callbacks
):
    client = sign_in("analyst")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(demo_recorded_crime().glob("*.csv.gz")):
            archive.write(path, path.name)
    with django_capture_on_commit_callbacks(execute=True):
        sent = SimpleUploadedFile("years.zip", packed.getvalue())
        client.post(reverse("upload-new"), {"kind": "recorded", "sent": sent})
    upload = Upload.objects.get()
    assert (upload.state, upload.rows, upload.reason) == ("preview", 17_372, "")
    assert (str(upload.first_day), str(upload.last_day)) == ("2019-04-01", "2024-03-31")
    page = page_of(client, "upload", upload.pk)
    assert all(told in page for told in ("Recorded crime of all forces", "Rows kept", "Sub-group"))
    assert "No table of recorded crime" in page_of(client, "national-start")  # none is kept yet
    client.post(reverse("upload-keep", args=[upload.pk]))
    assert "years.zip: Apr 2019 to Mar 2024" in page_of(client, "national-start")
    assert "No force was compared yet" in page_of(client, "national")

    pairs = SimpleUploadedFile("alike.csv", b"force,similar\nWiltshire,Dorset\nDorset,Wiltshire\n")
    days = {"first": datetime(2023, 11, 13, tzinfo=UTC), "last": datetime(2023, 11, 20, tzinfo=UTC)}
    PlaceEvent.objects.create(kind="campaign", title="Operation Sceptre", made_by_id=1, **days)
    PlaceEvent.objects.create(
        kind="campaign", title="Market nights", area_ids=["a"], made_by_id=1, **days
    )
    assert "Untick it for a force that is not this site's" in page_of(client, "national-start")
    asked = {"uploads": [upload.pk], "force": "Wiltshire", "measures": ["homicide"]}
    asked["campaigns"] = "on"
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("national-start"), {**asked, "similar": pairs})
    run = NationalRun.objects.get()
    assert answer["Location"] == reverse("national-result", args=[run.pk])
    assert (run.state, run.reason, run.doing) == ("done", "", "")
    assert str(run) == "Wiltshire beside all forces, 2023/24"
    events = Event.objects.filter(subject=f"national run {run.pk}").values_list("action", flat=True)
    assert set(events) == {"comparison started", "comparison done"}
    pairs.seek(0)
    client.post(reverse("national-start"), {**asked, "similar": pairs})
    assert NationalRun.objects.count() == 1
    client.post(reverse("national-start"), asked)  # without the list it is another
    assert NationalRun.objects.count() == 2
    assert 'value="Wiltshire" selected' in page_of(client, "national-start")

    assert [one for one in os.listdir(data_folder / "runs") if one.startswith(".")] == []  # noqa: PTH208
    result = page = page_of(client, "national-result", run.pk)
    assert "Nothing about Wiltshire stands out under every method" in page
    assert "Dorset" in page
    assert "as listed in alike.csv" in page
    page = page_of(client, "national-measure", run.pk, "homicide")
    told = "<li>1: Operation Sceptre, 13 November 2023 to 19 November 2023, Wiltshire</li>"
    assert page.count(told) == 3  # by year, by quarter, and whether the level moved
    assert "Market nights" not in page
    assert "Every force, by level" in page
    assert "Wiltshire and the forces most like it" in page
    assert "The forces most like it, by level" in page
    assert "Wiltshire, quarter by quarter" in page
    assert "As a table: Wiltshire, whether its level moved" in page
    assert "Wiltshire, its strongest run" in page
    pictures = sorted((data_folder / run.folder).glob("*.svg"))
    assert len(pictures) >= 8  # trend, funnel, similar forces and map, each for two widths
    for path in pictures:
        address = reverse("national-picture", args=[run.pk, path.name])
        assert address in (page if path.name.startswith("homicide") else result)
        answer = client.get(address)
        assert answer["Content-Type"] == "image/svg+xml"
        assert b"".join(answer.streaming_content).startswith(b"<svg")
    for name in ("pack.html", "pack.pdf", "benchmark.xlsx", "benchmark.json", "forces.csv"):
        address = reverse("national-file", args=[run.pk, name])
        answer = client.get(address)
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert len(b"".join(answer.streaming_content)) > 1_000


def test_a_file_is_given_by_its_own_address_alone(sign_in, data_folder, real):
    run = make_run(data_folder, real)
    client = sign_in("commissioner")
    (data_folder / "runs" / "secret").write_text("x")
    for kind, names in (
        ("files", ("..", "pictures.json", "pack.pdf", "a.svg")),
        ("pictures", ("benchmark.json", "pack.html", "..%2Fsecret", "none.svg")),
    ):
        for name in names:
            assert client.get(f"/insight/national/{run.pk}/{kind}/{name}").status_code == 404
    assert client.get(f"/insight/national/{run.pk}/measures/arson/").status_code == 404


def test_the_page_says_first_what_stands_and_apart_what_depends(sign_in, data_folder, real):
    client = sign_in("commissioner")
    once = make_run(data_folder, flagged(real, "stands", "method-dependent"))
    page = page_of(client, "national-result", once.pk)
    assert "Wiltshire stands out once, whichever method is used" in page
    assert page.index("stands out once") < page.index("What changed") < page.index("all measures")
    assert "Homicide, by level: better, to watch, 80 % of what its people lead to expect." in page
    assert "these depend on the method (1)" in page
    assert "<strong>better, to watch</strong>" in page
    assert '<span aria-hidden="true">■</span>' in page
    twice = make_run(data_folder, flagged(real, "stands", "stands", "stands"))
    assert "stands out 3 times" in page_of(client, "national-result", twice.pk)

    few = json.loads(json.dumps(real))
    robbery = few["measures"][1]
    own = next(one for one in robbery["level"]["forces"] if one["force"] == "Wiltshire")
    own.update(z=None, flag="not judged: its data", faults=["Quarter 2 is missing."])
    other = next(one for one in robbery["level"]["forces"] if one["force"] == "Kent")
    other.update(z=4.0)
    robbery["change"] = None
    robbery["trends"] = []
    few["breaks"] = [{"force": "Wiltshire", "day": "2023-05-01", "what": "New.", "source": "S"}]
    run = make_run(data_folder, few)
    page = page_of(client, "national-result", run.pk)
    assert "not judged: its data. Quarter 2 is missing." in page
    assert "too few forces to compare" in page
    assert "Wiltshire, from 2023-05-01: New." in page
    page = page_of(client, "national-measure", run.pk, "robbery")
    assert "Fewer than five forces had" in page
    assert "Wiltshire: not judged: its data. Quarter 2 is missing." in page
    assert '<span aria-hidden="true">▲</span>' in page
    robbery["level"]["forces"] = [other]
    page = page_of(client, "national-measure", make_run(data_folder, few).pk, "robbery")
    assert "Wiltshire is not in it" in page


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"state": "waiting"}, "Waiting for its turn"),
        ({"state": "running", "doing": "Judging forces"}, "Judging forces"),
        ({"state": "refused", "reason": "A year is missing."}, "A year is missing."),
        ({"folder": "runs/gone"}, "are gone"),
    ],
)
def test_a_comparison_says_how_far_it_is(more, told, sign_in, data_folder):
    run = make_run(data_folder, **more)
    assert told in page_of(sign_in("commissioner"), "national-result", run.pk)
    assert "Start it again" not in page_of(sign_in("commissioner"), "national-result", run.pk)
    assert "Start it again" in page_of(sign_in("analyst"), "national-result", run.pk)


def test_figures_of_another_version_are_not_guessed_at(sign_in, data_folder, real):
    run = make_run(data_folder, {**real, "schema": "patrolwise.benchmark/9"})
    client = sign_in("commissioner")
    assert "another version" in page_of(client, "national-result", run.pk)
    assert client.get(reverse("national-measure", args=[run.pk, "robbery"])).status_code == 404


def test_the_form_says_all_that_is_wrong_at_once(sign_in):
    client = sign_in("analyst")
    make_upload("recorded", first_day=NOON, last_day=NOON)
    asked = {"force": "Wiltshire", "period": "2023", "baseline": "2023/25"}
    wrong = SimpleUploadedFile("a.csv", b"force,similar\nKent,Atlantis\n")
    page = text_of(client.post(reverse("national-start"), {**asked, "similar": wrong}))
    assert "This field is required" in page
    assert "'2023' is no period" in page
    assert "2023/25 is no financial year" in page
    assert "Atlantis" in page
    binary = SimpleUploadedFile("a.xlsx", b"\xff\xfe\x00")
    page = text_of(client.post(reverse("national-start"), {**asked, "similar": binary}))
    assert "no text in UTF-8" in page
    large = SimpleUploadedFile("a.csv", bytes(1_000_001))
    answer = client.post(reverse("national-start"), {**asked, "similar": large})
    assert answer.status_code == 400
    assert "None of it was read" in text_of(answer)
    assert not NationalRun.objects.exists()


def test_what_goes_wrong_is_told_and_can_be_started_again(
    people, sign_in, data_folder, monkeypatch, real, django_capture_on_commit_callbacks
):
    run = make_run(data_folder, state="refused", uploads=[99])
    client = sign_in("analyst")
    address = reverse("national-again", args=[run.pk])

    def start():
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(address).status_code == 302
        run.refresh_from_db()
        return run.state, run.reason

    assert client.get(address).status_code == 302
    assert "no longer kept" in start()[1]

    def fail(error):
        def make(*_):
            raise error

        return make

    monkeypatch.setattr(national_jobs, "_make", fail(ZeroDivisionError()))
    assert "ended with ZeroDivisionError" in start()[1]
    monkeypatch.setattr(
        national_jobs, "_make", lambda *_: {"benchmark.json": json.dumps(real).encode()}
    )
    with monkeypatch.context() as full:
        full.setattr(national_jobs, "sync_tree", fail(OSError(28, "No space left on device")))
        assert "No space left on device" in start()[1]
    assert start() == ("done", "")
    assert client.post(address).status_code == 409
    national_jobs.compare_nationally.call(run.pk)  # what is done stays
    with pytest.raises(RefusedError, match="stays as it is"):
        national_actions.restart_national(by=people["analyst"], run=run)


def test_the_list_has_none_one_and_many_within_few_queries(
    sign_in, data_folder, django_assert_max_num_queries
):
    client = sign_in("commissioner")
    page = page_of(client, "national")
    assert "No table of recorded crime of all forces is kept yet" in page
    assert "An analyst can upload them" in page
    assert "Upload the tables" in page_of(sign_in("analyst"), "national")
    make_run(data_folder, findings=["x"])
    assert "Wiltshire 0" in page_of(client, "national")
    for _ in range(26):
        make_run(data_folder, state="waiting")
    with django_assert_max_num_queries(13):
        page = page_of(client, "national")
    assert "Part 1 of 2" in page
    assert "Older" in page
    assert "Compare a force" not in page
    make_upload("recorded", first_day=NOON, last_day=NOON)
    assert "Compare a force" in page_of(sign_in("evaluator"), "national")


@pytest.mark.parametrize("role", ["officer", "partner", "administrator", "commissioner"])
def test_comparisons_are_there_for_who_may_see_insight_and_begun_by_who_may_run(
    role, sign_in, data_folder, real
):
    run = make_run(data_folder, real)
    client = sign_in(role)
    sees = 200 if role == "commissioner" else 404
    for rest in ("", "measures/robbery/", "files/pack.html"):
        answer = client.get(f"/insight/national/{run.pk}/{rest}")
        assert answer.status_code == sees
        list(answer if answer.streaming else ())  # to its end: the file is closed then
    for name, numbers in (("national-start", []), ("national-again", [run.pk])):
        assert client.post(reverse(name, args=numbers)).status_code == 404


def open_document(*rows, start="<office:document-content><table:table>"):
    inner = "".join(rows)
    content = f"{start}{inner}</table:table></office:document-content>"
    return zip_of({"content.xml": content})


def zip_of(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def row(cells, more=""):
    return f"<table:table-row{more}>{cells}</table:table-row>"


ACROSS = 'table:number-columns-repeated="16384"'
DOWN = ' table:number-rows-repeated="1048576"'
FULL = f'<table:table-cell office:value="1" {ACROSS}/>'


def parquet_bytes():
    buffer = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(buffer)
    return buffer.getvalue()


HOSTILE = {
    "no table": ("a.csv", b"nothing,here\n1,2\n", "lacks"),
    "a force that is none": ("a.csv", (HEADER + ROW.replace("Kent", "Atlantis")).encode(), "Atl"),
    "a cell with two values": ("a.csv", (HEADER + ROW + ROW.replace("250", "9")).encode(), "9 in"),
    "no bytes": ("a.csv", b"", "is empty"),
    "a zip cut short": ("a.zip", zip_of({"a.csv": HEADER + ROW})[:60], "cut short"),
    "a workbook in a zip": ("a.zip", zip_of({"x/a.xlsx": b"PK"}), "send workbooks and Parquet as"),
    "a packed workbook": ("a.xlsx.gz", gzip.compress(zip_of({"a": b""})), "packed workbook"),
    "packed Parquet": ("a.gz", gzip.compress(parquet_bytes()), "packed workbook"),
    "a sheet that repeats its cells": (
        "a.ods",
        open_document(row(FULL, DOWN)),
        "a sheet of 1,048,576 rows by 16,384 columns",
    ),
    "a value far down": ("a.ods", open_document(row("", DOWN), row(FULL)), "a sheet of 1,048,577"),
    "repeats beside a hidden end": (
        "a.ods",
        open_document(row(f"<table:table-cell a='>' {ACROSS.replace(chr(34), chr(39))}>", DOWN)),
        "a sheet of 1,048,576 rows by 16,384",
    ),
    "a sheet cut off after its last cell": (
        "a.ods",
        zip_of({"content.xml": f"<table:table><table:table-row{DOWN}>{FULL}"}),
        "a sheet of 1,048,576 rows",
    ),
    "a tag without an end": (
        "a.ods",
        open_document(start="<table:table " + "a" * 4_000_000),
        "a.ods is no OpenDocument sheet",
    ),
    "an ordinary sheet that ends in nothing": (
        "a.ods",
        open_document(
            row('<table:table-cell office:value="1"/>'), row(f"<table:table-cell {ACROSS}/>", DOWN)
        ),
        "a.ods: It is no workbook",
    ),
}


@pytest.mark.parametrize("case", sorted(HOSTILE))
def test_a_hostile_table_is_refused_in_plain_words(case, tmp_path):
    name, content, told = HOSTILE[case]
    path = tmp_path / name
    path.write_bytes(content)
    reading = Reading(
        kind="recorded", path=path, tell=lambda *_: None, fit=lambda _: pytest.fail("no fixes")
    )
    with pytest.raises(InputError) as refused:
        read_stored(reading)
    assert told in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


def test_a_table_of_too_many_bytes_and_one_that_cannot_be_opened_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK and no more")
    with pytest.raises(InputError, match="cut short or damaged"):
        force_tables.check_force_table(path)
    monkeypatch.setattr(force_tables, "MOST_TABLE", 5)
    with pytest.raises(InputError, match="some years at a time"):
        force_tables.check_force_table(path)
