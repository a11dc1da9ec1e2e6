"""The mapping wizard: columns told, tried on a few rows, saved for next time."""

import gzip
import io
import zipfile
from datetime import datetime

import polars as pl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from patrolwise.errors import InputError
from patrolwise.web.records import actions
from patrolwise.web.records.mapping_making import guess_columns, parse_mapping, write_mapping
from patrolwise.web.records.models import State, Upload
from patrolwise.web.records.previews import preview_table
from patrolwise.web.records.samples import TextForm, take_sample
from patrolwise.web.records.stored_files import sample_of

HEADER = ["Crime Ref", "Date From", "Date To", "Easting", "Northing", "HO Code", "Address", "Knife"]
ROWS = [
    [f"R{n}", f"{n % 28 + 1:02}/03/2026 14:05", "", "458500", "304500", "8N", "1 High St", "Y"]
    for n in range(30)
]
CHOSEN = {
    "column_crime_id": "Crime Ref",
    "column_time_from": "Date From",
    "column_time_to": "Date To",
    "column_x": "Easting",
    "column_y": "Northing",
    "column_offence_code": "HO Code",
    "column_place": "Address",
    "column_knife": "Knife",
    "crs": "27700",
    "zone": "Europe/London",
    "time_format": "%d/%m/%Y %H:%M",
    "encoding": "utf-8",
    "separator": ",",
    "force_name": "Testshire",
}


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    return tmp_path


@pytest.fixture
def analyst(sign_in):
    return sign_in("analyst")


def as_csv(rows=ROWS, header=HEADER, separator=","):
    return "\n".join(separator.join(row) for row in [header, *rows]).encode() + b"\n"


def as_workbook(rows=ROWS, header=HEADER):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Crimes")
        for at, row in enumerate([header, *rows]):
            sheet.write_row(at, 0, row)
    return buffer.getvalue()


def as_parquet(rows=ROWS, header=HEADER):
    buffer = io.BytesIO()
    pl.DataFrame(rows, schema=header, orient="row").write_parquet(buffer)
    return buffer.getvalue()


def as_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("read me.txt", "x")
        archive.writestr("export.csv", as_csv())
    return buffer.getvalue()


def send(client, content, name="export.csv"):
    data = {"kind": "crimes", "sent": SimpleUploadedFile(name, content)}
    client.post(reverse("upload-new"), data)
    return Upload.objects.first()


def address(upload):
    return reverse("upload-mapping", args=[upload.pk])


FORMS = {
    "export.csv": as_csv,
    "export.csv.gz": lambda: gzip.compress(as_csv()),
    "export.xlsx": as_workbook,
    "export.parquet": as_parquet,
    "export.zip": as_zip,
}


@pytest.mark.parametrize("name", FORMS)
def test_an_export_waits_until_its_columns_are_told_and_is_then_read(name, analyst):
    upload = send(analyst, FORMS[name](), name)
    assert (upload.state, upload.table) == (State.WAITING, "")
    page = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "Say what its columns hold" in page
    assert 'data-busy="no"' in page  # nobody waits for a job: it waits for somebody
    assert "Undo this upload" in page
    assert "progress.js" not in page
    assert "Columns to be told" in analyst.get(reverse("uploads")).content.decode()
    form = analyst.get(address(upload)).content.decode()
    for told in (*HEADER, "458500", '<option value="Easting" selected>', "R0 · R1"):
        assert told in form
    tried = analyst.post(address(upload), {**CHOSEN, "do": "look"}).content.decode()
    assert "can be read like this" in tried
    assert tried.count('<td class="govuk-table__cell">8N') == 20
    assert Upload.objects.get().state == State.WAITING
    done = analyst.post(address(upload), {**CHOSEN, "do": "use"}, follow=True).content.decode()
    assert "The mapping is saved" in done
    upload.refresh_from_db()
    assert (upload.state, upload.rows) == (State.PREVIEW, 30), upload.reason
    assert ">R5<" not in done
    assert "High St" not in done


def test_what_is_wrong_is_said_by_the_library_and_nothing_is_saved(analyst):
    upload = send(analyst, as_csv())
    wrong = {**CHOSEN, "column_x": "", "force_name": "", "do": "use"}
    page = analyst.post(address(upload), wrong).content.decode()
    assert "It maps one of x and y" in page
    assert "Name the force once" in page
    swapped = {**CHOSEN, "column_x": "Northing", "column_y": "Easting", "crs": "4326", "do": "use"}
    assert "are x and y swapped?" in analyst.post(address(upload), swapped).content.decode()
    upload.refresh_from_db()
    assert (upload.state, upload.mapping) == (State.WAITING, "")
    page = analyst.post(address(upload), {**CHOSEN, "crs": "1", "do": "use"}).content.decode()
    assert "govuk-error-message" in page


def test_a_fault_further_down_refuses_the_file_and_the_mapping_can_be_mended(analyst):
    rows = [*ROWS, *(ROWS * 10), ["R9", "2026-03-01", "", "1", "1", "8N", "", "Y"]]
    upload = send(analyst, as_csv(rows))
    analyst.post(address(upload), {**CHOSEN, "do": "use"})
    upload.refresh_from_db()
    assert upload.state == State.REFUSED
    assert "2026-03-01" in upload.reason
    page = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "Change what its columns hold" in page
    assert 'value="Testshire"' in analyst.get(address(upload)).content.decode()


def test_a_mapping_is_there_for_the_next_file_of_the_same_system(analyst):
    first = send(analyst, as_csv())
    two = {**CHOSEN, "column_time_to": "", "column_time_from_clock": "", "separator": ","}
    analyst.post(address(first), {**two, "do": "use"})
    second = send(analyst, as_csv(ROWS[:5]), "next.csv")
    form = analyst.get(address(second)).content.decode()
    assert 'value="Testshire"' in form
    assert '<option value="%d/%m/%Y %H:%M" selected>' in form
    other = send(analyst, as_csv([["a", "b"]], ["X1", "Y1"]), "other.csv")
    assert "Testshire" not in analyst.get(address(other)).content.decode()


def test_another_mapping_of_a_read_file_forgets_its_table(
    analyst, django_capture_on_commit_callbacks, data_folder
):
    upload = send(analyst, as_csv())
    analyst.post(address(upload), {**CHOSEN, "do": "use"})
    upload.refresh_from_db()
    before = data_folder / upload.table
    with django_capture_on_commit_callbacks(execute=True):
        analyst.post(address(upload), {**CHOSEN, "column_knife": "", "do": "use"})
    upload.refresh_from_db()
    assert upload.state == State.PREVIEW
    assert not before.exists()
    assert (data_folder / upload.table).exists()


def test_date_and_clock_in_columns_of_their_own_are_joined(analyst):
    header = ["Date", "Time", "X", "Y"]
    upload = send(analyst, as_csv([["01/03/2026", "14:05", "458500", "304500"]], header))
    given = {
        "column_time_from": "Date",
        "column_time_from_clock": "Time",
        "column_x": "X",
        "column_y": "Y",
        "crs": "27700",
        "zone": "Europe/London",
        "time_format": "%d/%m/%Y",
        "other_format": "%d/%m/%Y %H:%M",
        "encoding": "utf-8",
        "separator": ",",
        "force_name": "T",
        "do": "use",
    }
    analyst.post(address(upload), given)
    upload.refresh_from_db()
    assert upload.state == State.PREVIEW, upload.reason
    Upload.objects.update(state=State.REFUSED)
    assert analyst.get(address(upload)).content.decode().count('value="Time" selected') == 1
    assert "01 Mar 2026 14:05" in analyst.get(reverse("upload", args=[upload.pk])).content.decode()


def test_degrees_are_seen_from_the_values(analyst):
    header = ["When", "Longitude", "Latitude"]
    upload = send(analyst, as_csv([["01/03/2026", "-1.13", "52.63"]], header))
    form = analyst.get(address(upload)).content.decode()
    assert '<option value="4326" selected>' in form


def test_a_mapping_page_is_there_only_while_the_columns_matter(analyst):
    upload = send(analyst, as_csv())
    Upload.objects.update(state=State.KEPT)
    assert analyst.get(address(upload)).status_code == 404
    Upload.objects.update(state=State.WAITING, kind="areas")
    assert analyst.get(address(upload)).status_code == 404
    assert analyst.get(reverse("upload-mapping", args=[9_999])).status_code == 404


def test_a_kept_upload_takes_no_other_mapping(analyst, people):
    upload = send(analyst, as_csv())
    Upload.objects.update(state=State.KEPT)
    text = 'force = "T"\nzone = "UTC"\n[columns]\ntime_from = "a"\n'
    from patrolwise.errors import RefusedError

    with pytest.raises(RefusedError, match="cannot be told now"):
        actions.map_upload(by=people["analyst"], upload=upload, mapping=text)


def test_a_mapping_page_needs_few_queries(analyst, django_assert_max_num_queries):
    upload = send(analyst, as_csv())
    with django_assert_max_num_queries(16):
        analyst.get(address(upload))


def test_columns_of_any_name_survive_the_way_through_toml():
    names = ['a "quoted" one', "back\\slash", "tab\there", "Ünïcode", "del\x7f", "new\nline", "]"]
    for name in names:
        text = write_mapping({"month": [name]}, {"force": name, "sheet": "", "crs": 27700})
        mapping = parse_mapping(text)
        assert mapping.columns["month"] == (name,)
        assert mapping.force == name


def test_names_suggest_columns_and_none_is_taken_twice():
    assert guess_columns(["EASTING", "Northing ", "x", "Crime No", "Other"]) == {
        "crime_id": "Crime No",
        "x": "EASTING",
        "y": "Northing ",
    }
    assert guess_columns(["Month", "Location"]) == {"month": "Month", "place": "Location"}


def write(folder, content, name="a.csv"):
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (as_csv(separator=";"), TextForm(separator=";")),
        (as_csv(separator="\t"), TextForm(separator="\t")),
        (
            as_csv([["Café", *ROWS[0][1:]]]).decode().encode("latin-1"),
            TextForm(encoding="windows-1252"),
        ),
        (as_csv().decode().encode("utf-16"), TextForm(encoding="utf-16")),
        (b"\xef\xbb\xbf" + as_csv(), TextForm()),
    ],
)
def test_how_a_text_is_written_is_found(content, form, tmp_path):
    sample = take_sample(write(tmp_path, content))
    assert sample.form == form
    assert list(sample.columns) == HEADER


def test_a_large_text_is_read_at_its_beginning_only(tmp_path):
    content = as_csv(ROWS * 3_000)
    assert len(content) > 1 << 20
    sample = take_sample(write(tmp_path, content))
    assert sample.rows.height == 200
    assert len(sample.columns["HO Code"]) == 1


@pytest.mark.parametrize(
    ("name", "content", "form", "told"),
    [
        ("a.csv", b"a,b\n\xff,1\n", TextForm(), "not written in utf-8"),
        ("a.csv", b"a\x00b,c\n1,2\n", None, "no text has"),
        ("a.csv", b"a," * 600 + b"\n" + b"1," * 600, None, "has 601 columns"),
        ("a.csv", b"a,b\n", None, "no rows below"),
        ("a.csv", b"\n\n", None, "cannot be read as a table"),
        ("a.xlsx", b"PK\x03\x04rubbish", None, "cannot be read as a table"),
        ("a.parquet", b"PAR1rubbish", None, "cannot be read as a table"),
    ],
)
def test_what_is_no_table_is_told(name, content, form, told, tmp_path):
    with pytest.raises(InputError, match=told):
        take_sample(write(tmp_path, content, name), form)


def test_a_zip_without_a_table_is_told(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(InputError, match="holds no table"):
        take_sample(write(tmp_path, buffer.getvalue(), "a.zip"))


def test_the_sample_of_a_workbook_is_kept_and_goes_with_the_upload(
    analyst, django_capture_on_commit_callbacks
):
    upload = send(analyst, as_workbook(), "export.xlsx")
    analyst.get(address(upload))
    kept = sample_of(upload.stored)
    assert kept.exists()
    assert "Crime Ref" in analyst.get(address(upload)).content.decode()
    given = {**CHOSEN, "sheet": "Crimes", "do": "look"}
    assert "can be read like this" in analyst.post(address(upload), given).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        analyst.post(reverse("upload-undo", args=[upload.pk]), {"reason": "wrong"})
    assert not kept.exists()


def test_cells_of_a_preview_read_as_people_write():
    table = pl.DataFrame(
        {
            "device_id": ["a", None],
            "time": [datetime(2026, 11, 28, 14, 5)] * 2,
            "x": [1.5, 2.0],
            "y": [1.0, 1.0],
            "accuracy_m": [None, None],
        }
    )
    preview = preview_table(table.lazy(), "fixes")
    assert preview.rows == (
        ("a", "28 Nov 2026 14:05", "1.5", "1"),
        ("", "28 Nov 2026 14:05", "2", "1"),
    )
    assert preview.months == (("Nov 2026", 2),)
