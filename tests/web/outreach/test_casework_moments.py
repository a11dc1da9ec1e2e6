"""Reachable moments: with their denominator, and nobody twice."""

import datetime as dt
import uuid

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.casework import clock
from patrolwise.web.casework.actions import engagements, needs
from patrolwise.web.casework.actions.moments import NewMoment, Progress, log_moment, note_progress
from patrolwise.web.casework.models import ReachableMoment
from patrolwise.web.casework.moment_queries import count_people

from .cases import NOW, TODAY, consent_to, open_case, writing

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def log(person, **more):
    new = {
        "source": "emergency_department", "eligible_at": NOW, "age_band": "ages_16_17",
        "reason": "assault_weapon", "approached": "yes", **more,
    }  # fmt: skip
    return log_moment(writing=writing(person), new=NewMoment(**new))


def progress(person, moment, **more):
    note_progress(writing=writing(person), moment=moment, progress=Progress(**more))


def test_all_that_is_wrong_is_told_at_once(people):
    worker = people["worker"]
    with pytest.raises(InputError) as told:
        log(worker, source="pub", age_band="x", reason="x", approached="no_unwell",
            response="engaged", eligible_at=NOW + DAY)  # fmt: skip
    for part in ("Where it was", "age", "brought them", "were not approached", "still to come"):
        assert part in str(told.value)
    with pytest.raises(InputError, match="What they said"):
        log(worker, response="maybe")
    with pytest.raises(RefusedError):
        log(people["evaluator"])


def test_a_child_in_custody_is_spoken_to_with_an_appropriate_adult(people):
    worker = people["worker"]
    with pytest.raises(InputError, match="appropriate adult"):
        log(worker, source="custody")
    log(worker, source="custody", is_appropriate_adult_present=True)
    log(worker, source="custody", age_band="ages_18_24")
    log(worker, source="custody", approached="no_police_present")
    assert ReachableMoment.objects.count() == 3


def test_progress_follows_what_came_before(people):
    worker = people["worker"]
    missed, met = log(worker, approached="no_staffing"), log(worker)
    with pytest.raises(RefusedError, match="Nobody was approached"):
        progress(worker, missed, response="declined")
    with pytest.raises(RefusedError, match="has a case"):
        progress(worker, met, response="engaged")
    with pytest.raises(RefusedError, match="of people who engaged"):
        progress(worker, met, sessions=2)
    with pytest.raises(InputError, match="3 faults"):
        progress(worker, met, response="x", end_status="x", sessions=-1)
    case = open_case(worker)
    progress(worker, met, response="engaged", case=case, sessions=2, end_status="completed")
    assert ReachableMoment.objects.get(pk=met.pk).sessions == 2


def test_who_was_met_in_two_places_counts_once(people):
    worker = people["worker"]
    case, street = open_case(worker), open_case(worker, "Mo")
    log(worker, approached="no_staffing")
    log(worker, response="declined")
    for source in ("emergency_department", "probation"):
        made = log(worker, source=source)
        progress(worker, made, response="engaged", case=case, sessions=1)
    consent_to(worker, case, None, purpose="keep_my_details", fields=("phone",))
    note = needs.NewNote(kind="session", text="Talked", happened_on=TODAY)
    for one in (case, street):
        needs.write_note(writing=writing(worker), case=one, new=note)
    assert [step.count for step in count_people(TODAY, TODAY)] == [4, 3, 2, 1, 1, 0]
    engagements.close_case(writing=writing(worker), case=case, reason="goals_met")
    assert [step.count for step in count_people(TODAY, TODAY)] == [4, 3, 2, 1, 1, 1]
    assert [step.count for step in count_people(TODAY + DAY, TODAY + DAY)] == [0] * 6


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_moments_are_written_and_followed_on_pages(people, sign_in):
    client = sign_in("worker")
    assert "None yet" in text(client.get("/moments/"))
    assert "not part of the investigation" in text(client.get("/moments/new/"))
    given = {
        "source": "emergency_department", "eligible_at": "2026-03-02T14:00",
        "age_band": "ages_16_17", "reason": "threat", "approached": "yes",
    }  # fmt: skip
    assert "were not approached" in text(
        client.post("/moments/new/", {**given, "approached": "no_unwell", "response": "declined"})
    )
    client.post("/moments/new/", given)
    made = ReachableMoment.objects.get()
    assert "Emergency department" in text(client.get("/moments/"))
    assert "How far people came" not in text(client.get("/moments/"))
    address = f"/moments/{made.pk}/"
    case = open_case(people["worker"])
    assert "Emergency department" in text(client.get(address))
    page = text(client.post(address, {"response": "engaged", "reference": "AAA", "sessions": "0"}))
    assert "no such case" in page
    page = text(client.post(address, {"response": "engaged", "sessions": "0"}))
    assert "Open one" in page
    client.post(address, {"response": "engaged", "reference": case.reference, "sessions": "1"})
    assert case.reference in text(client.get(address))
    lead = text(sign_in("lead").get("/moments/?from=2026-01-01&to=nonsense"))
    assert "How far people came" in lead
    assert "100% of 1" in lead
    assert sign_in("other").get(address).status_code == 404
    assert client.get(f"/moments/{uuid.uuid4()}/").status_code == 404
