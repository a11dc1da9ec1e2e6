"""Files that the police's and the outreach service's sites give: taken in once, undone whole."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from patrolwise.partnership.ledger_counts import LedgerCount, write_counts
from patrolwise.times import Window
from patrolwise.web.agencies.models import DayCount, Upload
from patrolwise.web.commons import clock

from .agency_rows import DAY, NOW, add_agency, add_places, add_stream

WEEK = Window("counted", date(2026, 11, 2), date(2026, 11, 8))
COUNT = LedgerCount(
    hot_spot="hs-1", day=DAY, service="police", stream="hrf-1", basis="tracker", patrol_minutes=90,
    person_minutes=180,
)  # fmt: skip
TOLD = replace(COUNT, basis="self-reported", stream=None, patrol_minutes=30, person_minutes=30)
PAGE = "/ledger/services/"


@pytest.fixture
def police(people, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    add_places()
    made = add_agency("police", kind="police")
    add_stream(made)
    return made


def send(client, *counts, window=WEEK, data=None):
    data = data or write_counts("police", window, DAY, counts)
    client.post(PAGE, {"kind": "counts", "file": SimpleUploadedFile("hours.csv", data)})
    return Upload.objects.first()


def do(client, upload, what, **more):
    return client.post(f"{PAGE}{upload.pk}/", {"do": what} | more)


def test_a_file_is_looked_at_kept_on_its_basis_and_with_its_stream_and_undone(police, sign_in):
    client = sign_in("programme")
    upload = send(client, COUNT, TOLD)
    page = client.get(f"{PAGE}{upload.pk}/").content.decode()
    for words in ("police, 2026-11-02 to 2026-11-08, as counted on", "by tracker", "hrf-1",
                  "self-reported", "Hash, as the file says"):  # fmt: skip
        assert words in page
    assert do(client, upload, "keep").status_code == 302
    rows = DayCount.objects.order_by("basis").values_list("basis", "patrol_minutes", "stream__key")
    assert list(rows) == [("self-reported", 30, None), ("tracker", 90, "hrf-1")]
    minutes = client.get("/minutes/").content.decode()
    assert 'data-label="Minutes nobody verified" class="govuk-table__cell ' in minutes
    assert (
        "2026-11-04,Clock Tower,The police,120,210,,30"
        in client.get("/minutes/?csv=1").content.decode()
    )
    assert do(client, upload, "undo", reason="Wrong week").status_code == 302
    assert not DayCount.objects.filter(withdrawn_at=None).exists()


def test_no_minute_is_counted_twice_whether_by_the_same_file_or_by_days_that_overlap(
    police, sign_in
):
    client = sign_in("commissioner")
    first = send(client, COUNT)
    do(client, first, "keep")
    sent = client.post(
        PAGE,
        {"kind": "counts", "file": SimpleUploadedFile(
            "again.csv", write_counts("police", WEEK, DAY, (COUNT,)))},
    )  # fmt: skip
    assert "is kept already" in sent.content.decode()
    november = Window("counted", date(2026, 11, 1), date(2026, 11, 30))
    for counts in ((COUNT,), (TOLD,), (replace(COUNT, patrol_minutes=91),)):
        longer = send(client, *counts, window=november)
        assert (longer.state, "is counted already" in longer.faults[-1]) == ("faulty", True)
    # two that were read before either was kept: the second is refused when it is kept
    do(client, first, "undo", reason="x")
    one, other = send(client, COUNT), send(client, TOLD, window=november)
    do(client, one, "keep")
    assert "is counted already" in do(client, other, "keep").content.decode()
    assert DayCount.objects.filter(withdrawn_at=None).count() == 1
    kept = DayCount.objects.get(withdrawn_at=None)
    kept.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save(force_insert=True)  # not even the database takes it twice


def test_a_file_that_was_altered_or_names_what_is_not_here_is_told_whole(police, sign_in):
    client = sign_in("programme")
    data = write_counts("police", WEEK, DAY, (COUNT,))
    assert "was altered since" in " ".join(send(client, data=data.replace(b",90,", b",95,")).faults)
    strange = send(
        client,
        replace(COUNT, hot_spot="hs-9"),
        replace(COUNT, stream="HR99", basis="self-reported"),
    )
    told = " ".join(strange.faults)
    assert "Row 3, stream is 'HR99'" in told
    assert "Row 4, hot_spot is 'hs-9'" in told
    assert "It has no minutes: police" in " ".join(send(client).faults)
    other = replace(COUNT, service="fire")
    unknown = send(client, data=write_counts("fire", WEEK, DAY, (other,)))
    assert "service is 'fire': there is none" in " ".join(unknown.faults)
    assert not DayCount.objects.exists()
