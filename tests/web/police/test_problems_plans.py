"""Problem-solving plans on their pages: gates in words, a registered measure, what worked."""

# ruff: noqa: F811  (fixtures come in by name)

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.problem_plans import ActionState, Finding, Stage
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.audit.models import Event
from patrolwise.web.problems import plan_actions
from patrolwise.web.problems.models import PlacePhoto, PlanAction, ProblemPlan, RegisteredMeasure
from patrolwise.web.problems.plan_queries import (
    count_overdue,
    list_plans,
    order_plans,
    tell_strength,
)
from patrolwise.web.records.models import DayCount

from .patrol_rows import make_set, make_upload
from .problem_rows import add_audit, add_photo, add_plan
from .tasking_worlds import at  # noqa: F401

MARCH = datetime(2026, 3, 9, 12, tzinfo=UTC)
JULY = datetime(2026, 7, 1, 12, tzinfo=UTC)
TEXTS = ("behaviour", "place", "time", "harm", "affected", "aim")


def add_counts(spot_set, crimes, *, area_ids="abcdef"):
    """Add crimes of each area in each month of both windows: before, after."""
    upload = {"first_day": date(2025, 1, 1), "last_day": date(2026, 6, 30)}
    make_upload("crimes", **upload)
    DayCount.objects.bulk_create(
        DayCount(
            spot_set=spot_set, area_id=area_id, definition="robbery@1", day=date(year, month, 9),
            crimes=crimes(area_id, year) + month,
        )
        for area_id in area_ids for year in (2025, 2026) for month in (4, 5, 6)
    )  # fmt: skip


def read(client, address, **post):
    answer = client.post(address, post, follow=True) if post else client.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def begin(client, people, **more):
    given = {
        "title": "Dark arcade", "area_ids": ["a"], "owner_id": people["officer"].pk,
        "review_due": "2026-05-01", **more,
    }  # fmt: skip
    told = read(client, "/problems/new/", **given)
    assert "Its page says what comes next" in told
    return ProblemPlan.objects.get(), told


def test_a_plan_goes_through_its_five_steps_and_each_gate_tells_what_lacks(sign_in, people, at):
    spots = make_set(6)
    add_counts(spots, lambda area, year: 100 if (area, year) != ("a", 2026) else 30)
    client = sign_in("officer")
    at(MARCH)
    plan, told = begin(client, people)
    way = f"/problems/{plan.pk}/"
    assert "Before the scanning can begin" in told
    assert "Say what happens: the behaviour." in told
    assert "6 faults" in read(client, f"{way}to/scanning/", sent="")
    said = dict.fromkeys(TEXTS, "Robbery of pupils after school")
    begun = {"title": "Dark arcade", "area_ids": ["a"], "owner_id": plan.owner_id}
    read(client, f"{way}edit/", **begun, review_due="2026-05-01", **said)
    assert "Done" in read(client, f"{way}to/scanning/", sent="")
    for source in ("Police records", "Residents and businesses"):
        read(client, f"{way}add/evidence/", source=source, text="41 robberies in a year")
    read(client, f"{way}to/analysis/", sent="")
    told = read(client, way)
    for lacking in ("Test a hypothesis", "Register the measure", "Add an action"):
        assert lacking in told
    side = "Place and who manages it"
    read(client, f"{way}add/hypothesis/", side=side, text="Lamps are out")
    test = {"test": "Counted lamps by night", "finding": "supported"}
    row = plan.hypotheses.get()
    assert "Tested by: Counted lamps" in read(client, f"{way}hypotheses/{row.pk}/", **test)
    action = {
        "kind": "Environment", "mechanism": "Mend lamps: more eyes", "due": "2026-04-01",
        "organisation": "City council", "cost_pounds": "900", "strength": "Not known",
    }  # fmt: skip
    read(client, f"{way}add/action/", **action)
    measure = {"outcome": "robbery@1", "first": "2026-04-01", "months": "3"}
    told = read(client, f"{way}measure/", **measure, comparison_ids=list("bcdef"))
    assert "1 Apr 2026 to 30 Jun 2026; baseline 1 Apr 2025 to 30 Jun 2025" in told
    assert "Nothing is lacking for the response" in told
    read(client, f"{way}to/response/", sent="")
    assert "stays as it is" in read(client, f"{way}measure/", **measure, comparison_ids=["b"])
    assert "lasts until 30 June 2026" in read(client, way)
    at(JULY)
    told = read(client, way)
    assert "City council was to act by 1 April 2026" in told
    assert "waits to be assessed" in told
    read(client, f"/problems/actions/{plan.actions.get().pk}/", state="done", note="All mended")
    told = read(client, f"{way}to/assessment/", sent="")
    assert "Before the plan can be closed" in told
    refused = read(client, f"{way}decide/", decision="close", lessons="Light")
    assert "Take the outcome" in refused
    told = read(client, f"{way}outcome/", sent="")
    assert "Crime fell more than in the comparison areas, beyond chance." in told
    assert "95 % interval" in told
    assert "stay as they are" in read(client, f"{way}outcome/", sent="")
    add_photo(add_audit("a", JULY).walks.last())
    read(client, f"{way}decide/", decision="close", lessons="Light helps")
    assert not PlacePhoto.objects.exists()  # what was taken for the plan goes with it
    told = read(client, way)
    assert "Closed" in told
    assert "Add evidence" not in told
    assert "The plan is closed" in read(client, f"{way}add/evidence/", source=source, text="x")
    library = read(sign_in("evaluator"), "/problems/worked/")
    for words in ("Dark arcade", "315 before, 105 after", "£900", "5 comparison areas, beyond"):
        assert words in library
    changes = Event.objects.filter(is_read=False, subject=f"problem:{plan.pk}")
    assert list(changes.values_list("action", flat=True)) == [
        "problem plan begun", "problem plan edited", "problem plan moved on", "evidence added",
        "evidence added", "problem plan moved on", "hypothesis added", "hypothesis tested",
        "action added", "measure registered", "problem plan moved on", "action moved",
        "problem plan moved on", "outcome taken", "problem plan decided",
    ]  # fmt: skip


def test_too_few_crimes_are_told_as_such_and_a_plan_may_be_adapted_and_measured_anew(
    sign_in, people, at
):
    at(MARCH)
    client, by = sign_in("coordinator"), people["coordinator"]
    spots = make_set(6)
    plan = add_plan(date(2025, 1, 6), ["a"], ["b"], by.pk)
    RegisteredMeasure.objects.all().delete()
    way = f"/problems/{plan.pk}/"
    assert "No measure is registered" in read(client, way)
    read(client, f"{way}decide/", decision="adapt", lessons="Not enough light")
    plan.refresh_from_db()
    assert (plan.stage, plan.round) == ("analysis", 2)
    ask = plan_actions.MeasureAsk(
        outcome="robbery@1", first=date(2026, 4, 1), months=3, comparison_ids=tuple("bcdef")
    )
    row = plan_actions.register_measure(by=by, plan=plan, ask=ask, today=MARCH.date())
    assert row.baseline_last == date(2024, 6, 30)  # before the first response
    ProblemPlan.objects.update(stage="assessment")
    with pytest.raises(RefusedError, match="no measure whose window is over"):
        plan_actions.take_outcome(by=by, plan=plan, today=MARCH.date())
    with pytest.raises(RefusedError, match="3 faults"):
        plan_actions.take_outcome(by=by, plan=plan, today=JULY.date())
    add_counts(spots, lambda *_: 0, area_ids="abcde")
    at(JULY)
    told = read(client, f"{way}outcome/", sent="")
    assert "f is not in the set of hot spots in force" in told
    assert "do not hold 2024-04-01 to 2024-06-30 whole" in told
    RegisteredMeasure.objects.update(
        baseline_first=date(2025, 4, 1), baseline_last=date(2025, 6, 30), comparison_ids=["b"]
    )
    told = read(client, f"{way}outcome/", sent="")
    assert "Too few crimes to say: 15 before, 15 after." in told
    read(client, f"{way}decide/", decision="continue", lessons="Wait for more")
    told = read(client, way)
    assert "Earlier rounds" in told
    assert "No measure is registered for this round" in told
    plan.refresh_from_db()
    assert plan.lessons == "Not enough light\n\nWait for more"


def test_a_measure_is_registered_in_its_step_and_only_when_it_could_tell(sign_in, people, at):
    at(MARCH)
    make_set(2)
    client = sign_in("analyst")
    plan, _ = begin(client, people)
    given = {"outcome": "robbery@1", "first": "2026-04-01", "months": "3", "comparison_ids": ["b"]}
    assert "has a plan of its own" not in read(client, f"/problems/{plan.pk}/measure/")
    other = add_plan(MARCH.date(), ["b"], ["a"], people["analyst"].pk)
    told = read(client, f"/problems/{plan.pk}/measure/")
    assert "Square B: has a plan of its own" in told
    assert "Square A" not in told
    other.delete()
    way = f"/problems/{plan.pk}/measure/"
    assert "registered in the analysis" in read(client, way, **given)
    ProblemPlan.objects.update(stage="analysis", area_ids=[])
    assert "It names no hot spot" in read(client, way, **given)
    assert "This field is required" in read(client, way, months="3")
    at(datetime(2026, 4, 1, 12, tzinfo=UTC))  # of the first of a month, it may begin today
    assert "April 2026" in read(client, way)


def test_words_about_a_person_are_refused_and_places_are_no_persons(sign_in, people, at):
    at(MARCH)
    make_set(1)
    client = sign_in("coordinator")
    given = {"title": "Square A", "area_ids": ["a"], "owner_id": people["officer"].pk,
             "review_due": "2026-05-01", "behaviour": "John Smith robs pupils"}  # fmt: skip
    told = read(client, "/problems/new/", **given)
    assert "a name: John Smith" in told
    assert "never of a person" in told
    assert not ProblemPlan.objects.exists()


def test_what_is_no_answer_is_refused(people):
    plan = add_plan(date(2026, 1, 5), ["a"], ["b"], people["officer"].pk)
    by, today = people["officer"], date(2026, 1, 6)
    with pytest.raises(InputError, match="say how it was tested"):
        plan_actions.keep_test(
            by=by, row=plan.hypotheses.first(), test=" ", finding=Finding.SUPPORTED, today=today
        )
    with pytest.raises(InputError, match="why it is dropped"):
        plan_actions.move_action(
            by=by, row=plan.actions.first(), to=ActionState.DROPPED, note="", today=today
        )
    with pytest.raises(RefusedError, match="a decision leads on"):
        plan_actions.move_on(by=by, plan=plan, to=Stage.CLOSED, today=today)


def test_an_action_has_one_owner_and_a_partner_sees_and_answers_their_own_alone(
    sign_in, people, at
):
    at(MARCH)
    make_set(1)
    team = Team.objects.create(name="City wardens", is_partner=True)
    client = sign_in("coordinator")
    plan, _ = begin(client, people)
    way = f"/problems/{plan.pk}/add/action/"
    given = {"kind": "Community", "mechanism": "Talk to shops", "due": "2026-03-02",
             "strength": "Not known"}  # fmt: skip
    assert "one of the two" in read(client, way, **given)
    assert "one of the two" in read(client, way, **given, team=team.name, organisation="Council")
    read(client, way, **given, team=team.name)
    read(client, way, **given, organisation="Council")
    partner = sign_in("partner")
    assert "You are in no team yet" in read(partner, "/problems/ours/")
    Person.objects.filter(role="partner").update(team=team)
    told = read(partner, "/problems/ours/")
    assert "Talk to shops" in told
    assert "Overdue" in told
    assert "Our actions" in read(partner, "/")
    own, other = PlanAction.objects.get(owner=team.name), PlanAction.objects.get(owner="Council")
    assert partner.get(f"/problems/ours/{other.pk}/").status_code == 404
    assert partner.get(f"/problems/{plan.pk}/").status_code == 404
    ours = f"/problems/ours/{own.pk}/"
    assert "say what was done" in read(partner, ours, state="done", note="")
    assert "Kept" in read(partner, ours, state="under way", note="Two of five shops")
    own.refresh_from_db()
    assert (own.state, own.done) == ("under way", None)
    ProblemPlan.objects.update(stage="closed")
    assert "No plan waits for City wardens" in read(partner, "/problems/ours/")


def test_plans_with_something_overdue_come_first_and_an_evaluator_only_reads(sign_in, people, at):
    at(MARCH)
    assert "No plan is under way" in read(sign_in("evaluator"), "/problems/")
    assert "No plan was closed yet" in read(sign_in("evaluator"), "/problems/worked/")
    assert "No plan was closed yet" in read(sign_in("evaluator"), "/problems/?show=closed")
    assert "no hot spot yet" in read(sign_in("coordinator"), "/problems/new/")
    owner, today = people["officer"].pk, MARCH.date()
    late = add_plan(today - timedelta(days=9), ["a"], ["b"], owner)
    later = add_plan(today - timedelta(days=2), ["a"], ["b"], 987)
    waits = add_plan(today - timedelta(days=1), ["a"], ["b"], owner)
    waits.measures.update(taken=None)
    gone = add_plan(today - timedelta(days=30), ["a"], ["b"], owner)
    ProblemPlan.objects.filter(pk=gone.pk).update(stage="closed")
    lines = list_plans(order_plans(today, is_closed=False), today)
    assert [one.plan for one in lines] == [late, later, waits]
    assert [len(one.overdue) for one in lines] == [2, 2, 3]
    assert count_overdue(today) == 7
    assert count_overdue(today - timedelta(days=9)) == 0
    assert "Overdue in plans" in read(sign_in("commissioner"), "/")
    told = read(sign_in("evaluator"), "/problems/")
    assert "2 overdue" in told
    assert "3 overdue" in told
    assert "Begin a plan" not in told
    page = read(sign_in("evaluator"), f"/problems/{later.pk}/")
    assert "Owned by nobody" in page
    assert "Change what the plan says" not in page
    assert sign_in("evaluator").get(f"/problems/{late.pk}/edit/").status_code == 404
    assert "Dark arcade" in read(sign_in("evaluator"), "/problems/?show=closed")
    printed = read(sign_in("commissioner"), f"/problems/{late.pk}/print/")
    assert "As it was on 9 Mar 2026" in printed
    assert "Add evidence" not in printed


def test_each_form_is_shown_with_what_was_said_before(sign_in, people, at):
    at(MARCH)
    make_set(2)
    client = sign_in("coordinator")
    plan = add_plan(MARCH.date(), ["a"], ["b"], people["coordinator"].pk)
    way = f"/problems/{plan.pk}/"
    assert "Change what the plan says" in read(client, f"{way}edit/")
    assert "nobody overlooks it" in read(client, f"{way}hypotheses/{plan.hypotheses.first().pk}/")
    assert "How far is it?" in read(client, f"/problems/actions/{plan.actions.first().pk}/")
    assert "What was learned" in read(client, f"{way}decide/")
    assert client.get("/problems/999/").status_code == 404
    ProblemPlan.objects.update(stage="closed")  # by somebody else, while the forms were open
    late = {"title": "x", "area_ids": ["a"], "owner_id": plan.owner_id, "review_due": "2026-05-01"}
    tested = {"test": "Counted", "finding": "supported"}
    for part, sent in (
        (f"{way}edit/", late),
        (f"{way}hypotheses/{plan.hypotheses.first().pk}/", tested),
        (f"/problems/actions/{plan.actions.first().pk}/", {"state": "under way"}),
    ):
        assert "The plan is closed" in read(client, part, **sent)


def test_what_is_not_there_is_not_found(sign_in, people):
    client = sign_in("coordinator")
    plan = add_plan(date(2026, 1, 5), ["a"], ["b"], people["officer"].pk)
    for part in ("add/rumour/", "hypotheses/999/"):
        assert client.get(f"/problems/{plan.pk}/{part}").status_code == 404
    assert client.post(f"/problems/{plan.pk}/to/nowhere/").status_code == 404
    assert client.get("/problems/actions/999/").status_code == 404


@pytest.mark.parametrize(
    ("beside", "verdict", "told"),
    [("b", "fall", "Weak: counts with 1 comparison area,"), ("bcde", "few", "Weak"),
     ("bcde", "chance", "Unclear: tested against 4"), ("bcde", "rise", "Fair: tested against 4")],
)  # fmt: skip
def test_how_strongly_counts_speak_is_told_in_words(beside, verdict, told):
    measure = RegisteredMeasure(area_ids=["a"], comparison_ids=list(beside), verdict=verdict)
    assert tell_strength(measure).startswith(told)
