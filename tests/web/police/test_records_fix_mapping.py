"""The mapping wizard of fixes: odd tables of radio systems, told on the page and read."""

import gzip
import io
import zipfile
from datetime import UTC, datetime

import polars as pl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from patrolwise.web.records.fix_hints import guess_fix_columns, list_fitting_forms
from patrolwise.web.records.fix_tables import is_fix_table
from patrolwise.web.records.models import SavedMapping, State, Upload
from patrolwise.web.records.stored_files import find_stored

from .patrol_rows import make_device, make_set

HEADER = ["ISSI", "Date", "Time", "Eastings", "Northings", "Speed (mph)", "Accuracy", "GPS OK"]
ROWS = [
    ["6012345", "03/07/2026", f"14:05:{n:02}", f"{458_500 + n}", "304500", "12", "8", "Y"]
    for n in range(30)
]
NOON_UTC = datetime(2026, 7, 3, 13, 5, tzinfo=UTC)  # 14:05 in summer


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path, db):
    settings.DATA_FOLDER = tmp_path
    make_device("6012345")
    return tmp_path


@pytest.fixture
def analyst(sign_in):
    return sign_in("analyst")


def as_csv(rows=ROWS, header=HEADER, separator=","):
    return "\r\n".join(separator.join(row) for row in [header, *rows]).encode() + b"\r\n"


def send(client, content, name="airwave.csv"):
    data = {"kind": "fixes", "sent": SimpleUploadedFile(name, content)}
    client.post(reverse("upload-new"), data)
    return Upload.objects.first()


def address(upload):
    return reverse("upload-mapping", args=[upload.pk])


def guessed(client, upload, **changes):
    """Return what the form holds when somebody has only looked at it, with some changes."""
    form = client.get(address(upload)).context["form"]
    given = {field.name: field.value() or "" for field in form}
    return {**given, **changes}


def use(client, upload, **changes):
    """Accept what was guessed, with some changes; return the upload and the page."""
    given = guessed(client, upload, **changes) | {"do": "use"}
    page = client.post(address(upload), given, follow=True)
    upload.refresh_from_db()
    return upload, page


def kept_fixes(upload):
    assert upload.state == State.PREVIEW, upload.reason
    return pl.read_parquet(find_stored(upload.table))


def as_workbook():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Radio")
        for at, row in enumerate([HEADER, *ROWS]):
            sheet.write_row(at, 0, row)
    return buffer.getvalue()


def as_zip(**more):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {"a/radio.csv": as_csv(), "read me.pdf": b"x", **more}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def recode(encoding, text="Größe"):
    rows = [[*row[:7], text] for row in ROWS]
    return as_csv(rows, [*HEADER[:7], "Übersicht"]).decode().encode(encoding)


PLAIN = {
    "radio.csv": as_csv,
    "radio.csv.gz": lambda: gzip.compress(as_csv()),
    "radio.dat": lambda: as_csv(separator="\t"),
    "radio.xlsx": as_workbook,
    "radio.zip": as_zip,
    "semicolons.csv": lambda: as_csv(separator=";"),
    "bom.csv": lambda: b"\xef\xbb\xbf" + as_csv(),
    "cp1252.csv": lambda: recode("windows-1252"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_table_of_a_radio_system_is_read_as_it_was_guessed(name, analyst):
    upload = send(analyst, PLAIN[name](), name)
    assert (upload.state, upload.table) == (State.WAITING, ""), upload.reason
    page = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "table of a tracker or radio system" in page
    given = guessed(analyst, upload, valid_words="y", do="look")
    assert (given["column_time"], given["column_clock"]) == ("Date", "Time")
    assert (given["place"], given["speed_unit"]) == ("27700", "mph")
    page = analyst.post(address(upload), given).content.decode()
    assert "The first rows can be read like this" in page
    assert "Fri 3 Jul 2026, 14:05:00 local time, 13:05:00 UTC" in page
    assert Upload.objects.get().state == State.WAITING
    upload, page = use(analyst, upload, valid_words="y", name="Airwave")
    assert "The mapping Airwave is saved" in page.content.decode()
    fixes = kept_fixes(upload)
    assert (fixes.height, fixes["time"][0]) == (30, NOON_UTC)
    assert fixes.row(0)[1:5] != ()
    assert set(fixes["device_id"]) == {"6012345"}
    assert fixes["x"][3] == 458_503
    assert fixes["speed_m_s"][0] == pytest.approx(12 * 0.44704)


def test_the_examples_beside_each_question_tell_the_first_rows_in_each_way(analyst):
    rows = [["6012345", "03/04/2026 14:05:00", "52,6345", "-1,1371", "50"]]
    upload = send(analyst, as_csv(rows, ["Unit", "When", "Lat", "Lon", "Speed"], ";"))
    page = analyst.get(address(upload)).content.decode()
    for told in (
        "03/04/2026 14:05:00 is Fri 3 Apr 2026, 14:05:00",
        "03/04/2026 14:05:00 is Wed 4 Mar 2026, 14:05:00",
        "14:05:00 local time, 13:05:00 UTC",
        "15:05:00 local time, 14:05:00 UTC",
        "52.63450 north, 1.13710 west (easting 4584",
        "-1,1371, 52,6345 is off the coast of Cornwall: these look like degrees",
        "-1,1371, 52,6345 is not to be read so",
        "the fastest of the first rows, 50, is 50 mph",
        "the fastest of the first rows, 50, is 31 mph",
        "the fastest of the first rows, 50, is 112 mph",
        "What is chosen below was guessed",
    ):
        assert told in page, told
    upload, _ = use(analyst, upload, speed_unit="km/h")
    assert kept_fixes(upload)["time"][0] == datetime(2026, 4, 3, 13, 5, tzinfo=UTC)
    assert kept_fixes(upload)["speed_m_s"][0] == pytest.approx(50 / 3.6)


ODD = {
    "degrees, minutes and seconds": (
        as_csv([["6012345", "1764424800", "52°37'45.2''N", "001°08'12.0''W"]],
               ["Radio", "GPS Time", "Lat", "Lon"]), {}, datetime(2025, 11, 29, 14, tzinfo=UTC)),
    "times with their zone, under names that nobody knows": (
        as_csv([["6012345", "2026-07-03T14:05:00+01:00", "52.6292", "-1.1367"]] * 2,
               ["A", "B", "C", "D"]), {"column_device_id": "A", "zone": ""}, NOON_UTC),
    "times in a form of their own": (
        as_csv([["6012345", "2026.184 1405", "458400", "304200"]], ["Radio", "T", "X", "Y"]),
        {"column_time": "T", "time_format": "other", "other_format": "%Y.%j %H%M"}, NOON_UTC),
    "one device, named for the whole file": (
        as_csv([["2026-07-03 14:05", "458400", "304200"]], ["Timestamp", "X", "Y"]),
        {"device": "6012345", "time_format": "other", "other_format": "%Y-%m-%d %H:%M"}, NOON_UTC),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_odd_tables_are_read_once_they_are_told(what, analyst):
    content, changes, time = ODD[what]
    upload, _ = use(analyst, send(analyst, content), **changes)
    fixes = kept_fixes(upload)
    assert fixes["time"][0] == time
    assert (fixes["x"][0], fixes["y"][0]) == (
        pytest.approx(458_400, abs=200),
        pytest.approx(304_000, abs=400),
    )
    changed = analyst.get(address(upload)).context["form"]
    assert changed["time_format"].value() == changes.get(
        "time_format", changed["time_format"].value()
    )
    assert changed["column_time"].value() == changed["column_time"].initial


def test_all_that_is_missing_is_told_at_once_and_nothing_is_saved(analyst):
    upload = send(analyst, as_csv())
    wrong = guessed(analyst, upload) | {
        "column_device_id": "", "column_time": "", "column_y": "Eastings", "name": "", "place": "x",
        "time_format": "other", "other_format": "", "zone": "", "do": "use",
    }  # fmt: skip
    page = analyst.post(address(upload), wrong).content.decode()
    summary = page[page.index("There is a problem") : page.index("Columns found")]
    for told in (
        "Choose the column of the device, or name the one device",
        "Choose the column: date and time.",
        "Write the form of the dates",
        "Eastings is chosen for two things",
        "How places are written: It cannot be read in that way",
        "Name this mapping",
    ):
        assert told in summary, told
    upload.refresh_from_db()
    assert (upload.state, upload.mapping, SavedMapping.objects.count()) == (State.WAITING, "", 0)


WRONG = [
    ({"column_x": "Speed (mph)", "column_y": "GPS OK"}, "column GPS OK is &#x27;Y&#x27;"),
    ({"valid_words": "no"}, "30 of the first 30 rows: the receiver had no signal"),
    ({"column_device_id": "Speed (mph)"}, "No tracker of this site is called 12."),
    ({"column_speed": "GPS OK"}, "no row has a number there"),
    ({"place": "dms"}, "is not degrees, minutes and seconds"),
    ({"column_clock": ""}, "How dates are written: It cannot be read in that way"),
    ({"encoding": "utf-16"}, "utf-16"),
    ({"time_format": "other", "other_format": "%H", "zone": ""}, "specify both hour and minute"),
    ({"time_format": "other", "other_format": "%H:%M", "zone": ""}, "It has no zone"),
]


@pytest.mark.parametrize(("changes", "told"), WRONG)
def test_what_does_not_fit_the_first_rows_is_told_and_nothing_is_read(changes, told, analyst):
    upload = send(analyst, as_csv())
    upload, page = use(analyst, upload, **{"valid_words": "y", **changes})
    text = page.content.decode()
    assert told in text or "no row has" in told
    if "no row has" in told:
        again = guessed(analyst, upload, valid_words="y", do="look", **changes)
        assert told in analyst.post(address(upload), again).content.decode()
    else:
        assert upload.state == State.WAITING


def test_places_that_are_far_from_every_hot_spot_are_doubted(analyst):
    make_set()
    upload = send(analyst, as_csv())
    swapped = {"column_x": "Northings", "column_y": "Eastings", "valid_words": "y", "do": "look"}
    page = analyst.post(address(upload), guessed(analyst, upload, **swapped)).content.decode()
    assert "km from every hot spot in force" in page
    swapped |= {"column_x": "Eastings", "column_y": "Northings"}
    page = analyst.post(address(upload), guessed(analyst, upload, **swapped)).content.decode()
    assert "km from every hot spot" not in page


def test_cells_of_a_workbook_that_are_times_are_read_as_they_are(analyst):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Radio", "When", "X", "Y"])
        when = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        sheet.write_row(1, 0, ["6012345"])
        sheet.write_datetime(1, 1, datetime(2026, 7, 3, 14, 5), when)
        sheet.write_row(1, 2, [458_500, 304_500])
    upload, _ = use(analyst, send(analyst, buffer.getvalue(), "a.xlsx"))
    assert kept_fixes(upload)["time"][0] == NOON_UTC


def test_times_without_a_zone_need_one(analyst):
    rows = [["6012345", "2026-07-03 14:05:00", "458500", "304500"]]
    upload = send(analyst, as_csv(rows, ["Radio", "Timestamp", "X", "Y"]))
    _, page = use(analyst, upload, zone="")
    assert "These times do not say their zone" in page.content.decode()
    upload, _ = use(analyst, upload, zone="UTC")
    assert kept_fixes(upload)["time"][0].hour == 14


def test_the_next_file_with_the_same_columns_is_read_by_the_saved_mapping(analyst):
    use(analyst, send(analyst, as_csv()), valid_words="y", name="Airwave")
    second = send(analyst, as_csv(ROWS[:5]), "next.csv")
    assert kept_fixes(second).height == 5
    page = analyst.get(reverse("upload", args=[second.pk])).content.decode()
    assert "Change what its columns hold" in page
    assert "Read by the saved mapping Airwave" in page
    more = send(analyst, as_csv([[*row, "x"] for row in ROWS], [*HEADER, "Base"]), "more.csv")
    assert more.state == State.WAITING  # other columns: somebody looks first
    form = analyst.get(address(more))
    assert "Begin with Airwave" in form.content.decode()
    assert form.context["form"]["name"].value() == "Airwave"
    use(analyst, more, valid_words="y, yes", name="Airwave")
    assert SavedMapping.objects.get().columns == [*HEADER, "Base"]
    asked = analyst.get(address(more), {"from": SavedMapping.objects.get().pk})
    assert asked.context["form"]["valid_words"].value() == "y, yes"


def test_a_fault_further_down_refuses_the_file_and_the_mapping_can_be_mended(analyst):
    bad = [[*row[:3], "nowhere", *row[4:]] for row in ROWS]
    upload, _ = use(analyst, send(analyst, as_csv(ROWS * 7 + bad * 3)), valid_words="y")
    assert upload.state == State.REFUSED
    assert "column Eastings is 'nowhere'" in upload.reason
    page = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "Change what its columns hold" in page
    assert analyst.get(address(upload)).status_code == 200


def test_a_wizard_page_needs_few_queries(analyst, django_assert_max_num_queries):
    upload = send(analyst, as_csv())
    with django_assert_max_num_queries(16):
        analyst.get(address(upload))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"ISSI,Date\n", "has no rows below its header"),
        ("a.xlsx", b"PK\x03\x04rubbish", "cut short"),
        ("walk.txt", b"we walked, slowly, on\nand came home", "Nobody can tell what it is"),
        ("mixed.zip", as_zip(**{"walk.gpx": b"<gpx/>"}), "a CSV needs a mapping|A CSV needs"),
    ],
)
def test_what_is_no_table_is_refused(name, content, told, analyst):
    upload = send(analyst, content, name)
    assert upload.state == State.REFUSED
    assert any(part in upload.reason for part in told.split("|"))


def test_a_workbook_of_another_ending_is_no_table(tmp_path):
    path = tmp_path / "track.kmz"
    path.write_bytes(as_workbook())
    assert not is_fix_table(path)


def test_columns_are_guessed_by_values_where_names_say_nothing():
    rows = pl.DataFrame({"p": ["x1"], "q": ["3 Jul 2026 14:05:00"], "r": ["-1.2"], "s": ["52.5"]})
    guess = guess_fix_columns(rows)
    assert guess.columns == {"time": "q", "y": "s", "x": "r"}
    assert (guess.place, guess.decimal) == ("4326", ".")
    assert guess_fix_columns(rows.select("p")).columns == {}
    words = pl.DataFrame({"lat": ["north of here"], "lon": ["west"]})
    assert guess_fix_columns(words).place == "27700"
    assert list_fitting_forms(rows, ["gone"]) == []
    parts = pl.DataFrame({"t": ["03/07/2026 14:05:00.25"]})
    assert list_fitting_forms(parts, ["t"]) == ["%d/%m/%Y %H:%M:%S%.f"]
