"""The demonstration of agencies and schools is made by the pages' own actions; pages show it."""

from datetime import UTC, datetime

import pytest

from patrolwise.web.accounts.models import Team
from patrolwise.web.agencies import demo as agencies
from patrolwise.web.agencies.models import (
    HoursRow,
    Refusal,
    Stream,
    TrackedVisit,
    UnitTrack,
    Upload,
)
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.schools import demo as schools
from patrolwise.web.schools.models import Campaign, Initiative, SchoolSession, WeekActivity

from .agency_rows import SQUARE

PAGES = {
    "agency": (
        "/", "/patrols/", "/patrols/new/", "/patrols/{row}/", "/patrols/{row}/back/",
        "/patrols/phones/", "/patrols/files/", "/patrols/files/{track}/",
        "/patrols/files/{kept}/", "/patrols/tracks/", "/patrols/tracks/{own}/",
        "/schools/sessions/", "/schools/sessions/{session}/",
        "/schools/sessions/{session}/back/", "/weeks/{week}/",
    ),
    "programme": (
        "/", "/minutes/", "/minutes/?csv=1", "/ledger/", "/ledger/quality/",
        "/ledger/streams/{stream}/", "/ledger/streams/{stream}/back/", "/ledger/streams/new/",
        "/ledger/services/", "/ledger/services/{counts}/", "/ledger/file/?quarter=",
        "/schools/", "/schools/officers/", "/schools/officers/{officer}/end/",
        "/weeks/{week}/new/", "/weeks/activities/{planned}/",
    ),
}  # fmt: skip


@pytest.fixture
def filled(people, monkeypatch):
    monkeypatch.setattr(agencies, "_DAYS", 3)
    for number in range(3):  # apart from each other, as hot spots are
        shape = [[x + 0.01 * number, y] for x, y in SQUARE]
        AgreedHotSpot.objects.create(
            hot_spot_id=f"hs-{number}", name=f"Hot spot {number}", set_version="demo@1",
            shape={"type": "Polygon", "coordinates": [shape]}, valid_from="2024-01-01",
        )  # fmt: skip
    people["agency"].team = Team.objects.create(name="City wardens", is_partner=True)
    people["agency"].save()
    now = datetime.now(UTC)
    return agencies.fill(now, people), schools.fill(now, people)


def test_every_page_of_the_demonstration_shows(filled, sign_in):
    rows, sessions = filled
    assert rows <= HoursRow.objects.count()
    assert SchoolSession.objects.count() == sessions
    assert Refusal.objects.get().kind == "overlap"
    assert TrackedVisit.objects.filter(is_pass_through=False).count() >= 3
    assert set(Upload.objects.values_list("state", flat=True)) == {"kept", "read"}
    assert WeekActivity.objects.filter(state="done", was_planned=True).count() == 4
    numbers = {
        "row": HoursRow.objects.filter(agency__key="city-wardens").first().pk,
        "track": Upload.objects.get(state="read").pk,
        "kept": Upload.objects.get(state="kept", kind="tracker").pk,
        "own": UnitTrack.objects.get(upload__state="kept").pk,
        "counts": Upload.objects.filter(kind="counts").first().pk,
        "stream": Stream.objects.get().pk,
        "session": SchoolSession.objects.first().pk,
        "officer": Initiative.objects.first().pk,
        "week": Campaign.objects.get().pk,
        "planned": WeekActivity.objects.filter(state="planned").first().pk,
    }
    for role, pages in PAGES.items():
        client = sign_in(role)
        for page in pages:
            assert client.get(page.format(**numbers)).status_code == 200, page
