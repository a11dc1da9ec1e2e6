"""Walks of places: faults go to their owners, and a second walk in the dark verifies them."""

# ruff: noqa: F811  (fixtures come in by name)

from datetime import UTC, datetime

from patrolwise.partnership.environment_audits import load_items
from patrolwise.web.audit.models import Event
from patrolwise.web.problems.models import PlaceAudit, PlaceIssue, PlaceWalk

from .patrol_rows import make_set
from .problem_rows import add_audit, add_plan
from .tasking_worlds import at  # noqa: F401
from .test_problems_plans import read

MARCH = datetime(2026, 3, 9, 20, tzinfo=UTC)
APRIL = datetime(2026, 4, 9, 22, tzinfo=UTC)


def walked(light, day, **scores):
    """Return what a walk is sent as: 0 for every item but those that are given."""
    notes = {f"note_{item}": "By the shelter" for item, score in scores.items() if score in "23"}
    given = {f"score_{item}": scores.get(item, "0") for item in load_items()}
    return {
        "walked": f"{day}T19:30", "light": light, "weather": "Dry", "walkers": ["Warden"],
        **given, **notes,
    }  # fmt: skip


def test_a_fault_is_found_reported_said_to_be_fixed_and_verified_by_a_second_dark_walk(
    sign_in, people, at
):
    make_set(2)
    at(MARCH)
    client = sign_in("officer")
    assert "No place was walked yet" in read(client, "/problems/walks/")
    form = read(client, "/problems/walks/new/", area_id="a")
    assert "1. Seen from street and buildings" in form
    audit = PlaceAudit.objects.get()
    way, again = f"/problems/walks/{audit.pk}/", f"/problems/walks/{audit.pk}/walk/"
    assert "Nobody has walked it yet" in read(client, way)
    told = read(client, again, **walked("day", "2026-03-09", lighting="3", upkeep="1", toilets="-"))
    assert "Walk it once in the dark" in told
    assert "nobody was told" in told
    issue = PlaceIssue.objects.get()
    page = f"/problems/issues/{issue.pk}/"
    wrong = {"owner": "City council", "reference": "L-17", "target": "2026-03-01"}
    assert "Give a later one" in read(client, page, **wrong)
    read(client, page, **{**wrong, "target": "2026-03-20"})
    assert "Overdue" not in read(client, page)
    at(APRIL)
    assert "1 overdue" in read(client, "/problems/walks/")
    assert "Overdue" in read(client, page)
    assert "still to come" in read(client, page, on="2026-05-01")
    assert "This field is required" in read(client, page, on="")
    read(client, page, on="2026-03-25")
    assert "it has to be in the dark" in read(client, page)
    read(client, again, **walked("day", "2026-04-01"))
    issue.refresh_from_db()
    assert issue.state == "said to be fixed"
    told = read(client, again, **walked("dark", "2026-04-08", seating="2"))
    assert "Whole" in told
    assert "Verified" in told
    assert "cannot be compared" in told  # light by day beside light by night
    issue.refresh_from_db()
    assert issue.verified == PlaceWalk.objects.last().walked
    assert "A walk saw it on 8 Apr 2026" in read(client, page)
    assert [one.item for one in PlaceIssue.objects.filter(state="found")] == ["seating"]
    events = Event.objects.filter(is_read=False, subject=f"place-audit:{audit.pk}")
    assert list(events.values_list("action", flat=True)) == [
        "audit of a place begun", "place walked", "issue reported", "issue said to be fixed",
        "place walked", "place walked",
    ]  # fmt: skip


def test_a_walk_says_all_that_was_left_out_at_once(sign_in, people, at):
    make_set(1)
    at(MARCH)
    client, audit = sign_in("coordinator"), add_audit("a", MARCH)
    way = f"/problems/walks/{audit.pk}/walk/"
    told = read(client, way, weather="Dry")
    assert told.count("This field is required") == 3 + len(load_items())
    given = walked("dark", "2026-03-08", cctv="2")
    told = read(client, way, **{**given, "note_cctv": ""})
    assert "Say where it is, and what is wrong with it." in told
    told = read(client, way, **{**given, "note_cctv": "Mrs Brown broke it"})
    assert "a name: Mrs Brown" in told
    assert "still to come" in read(client, way, **walked("dark", "2026-03-10"))
    assert PlaceWalk.objects.count() == 2


def test_a_place_shows_its_audits_faults_and_plans(sign_in, people, at):
    at(MARCH)
    client = sign_in("evaluator")
    assert client.get("/problems/places/a/").status_code == 404
    assert "no hot spot yet" in read(sign_in("officer"), "/problems/walks/new/")
    make_set(2)
    told = read(client, "/problems/places/a/")
    assert "It was not walked yet" in told
    assert "No plan is about this place" in told
    audit = add_audit("a", MARCH)
    add_plan(MARCH.date(), ["a"], ["b"], people["officer"].pk)
    told = read(client, "/problems/places/a/")
    for words in ("Dark arcade", "Street lighting", "Whole", "nobody was told"):
        assert words in told
    assert "Worse" in read(client, f"/problems/walks/{audit.pk}/")
    assert "Walk a place" not in read(client, "/problems/walks/")
    issue = audit.issues.first()
    told = read(
        client, f"/problems/issues/{issue.pk}/", owner="x"
    )  # who only reads changes nothing
    assert "Tell who can mend it" not in told
    for way in ("issues/999/", "walks/999/"):
        assert client.get(f"/problems/{way}").status_code == 404
