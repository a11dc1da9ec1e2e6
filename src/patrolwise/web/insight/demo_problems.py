"""A demonstration's problem-solving plans and walks: made up, by the actions that pages call."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db.models import Max

from patrolwise.errors import RefusedError
from patrolwise.files.photographs import draw_jpeg
from patrolwise.partnership.environment_audits import Light, Walk, load_items
from patrolwise.partnership.problem_plans import ActionState, Decision, Finding, Stage
from patrolwise.web.accounts.models import Person
from patrolwise.web.problems import photo_actions, plan_actions, walk_actions
from patrolwise.web.problems.counting import list_outcomes
from patrolwise.web.problems.models import PlaceAudit, PlaceWalk, ProblemPlan
from patrolwise.web.records.models import Kind, SpotSet, State, Upload

_DAY = timedelta(days=1)
_MANY, _FEW = "violence-and-sexual-offences@1", "robbery@1"
_OBJECTIVE = {
    "behaviour": "Young people are robbed of telephones by small groups.",
    "place": "The covered way between the shops and the bus stop.",
    "time": "School days, 15:00 to 18:00, and Friday evenings.",
    "harm": "Fear of the way home; some injuries.",
    "affected": "Pupils of two schools, and shopkeepers.",
    "aim": "A fifth fewer crimes in six months, against like places.",
    "community_view": "Shopkeepers say that the way is dark and that nobody is there after 15:00.",
    "what_changed": "A shop with windows on the way closed in the spring.",
    "data_gaps": "Robberies that pupils tell nobody of.",
}
_DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">
<rect width="640" height="480" fill="#1d2733"/>
<rect y="360" width="640" height="120" fill="#3a3f45"/>
<rect x="40" y="120" width="230" height="240" fill="#5a4a40"/><rect x="200" y="220" width="70"
 height="140" fill="#11161c"/><rect x="470" y="110" width="10" height="250" fill="#8a8f95"/>
<circle cx="475" cy="110" r="16" fill="#6b6f75"/>
<text x="20" y="460" font-size="22" fill="#ffffff">A drawing: made up</text></svg>"""
_LITTER = "Litter and broken glass behind the shops."
_DAY_SCORES: dict[str, int | None] = {"lighting": 2, "upkeep": 2, "cash": None}
_DAY_NOTES = {"lighting": "Two lamps by the bus stop are broken.", "upkeep": _LITTER}
_DARK_SCORES: dict[str, int | None] = {"upkeep": 2, "hiding": 2, "cash": None}
_DARK_NOTES = {
    "upkeep": _LITTER,
    "hiding": "The recess beside the loading bay cannot be seen from the street.",
}


def solve_problems(people: dict[str, Person], spots: SpotSet, now: datetime) -> None:
    """Add three plans and the audit of one place, all of them made up.

    Parameters
    ----------
    people : dict
        By role.
    spots : SpotSet
        In force, with crimes counted.
    now : datetime
        Aware.
    """
    areas = [feature["properties"]["area_id"] for feature in spots.document["features"]]
    by, outcomes = people["coordinator"], list_outcomes()
    last = Upload.objects.filter(kind=Kind.CRIMES, state=State.KEPT).aggregate(day=Max("last_day"))
    if outcomes and last["day"] is not None:
        many = _MANY if _MANY in outcomes else outcomes[0]
        few = _FEW if _FEW in outcomes else outcomes[0]
        closed = _measure_plan(by, areas[0], areas[1:], many, last["day"])
        with suppress(RefusedError):  # without a year of crimes before there is nothing to take
            plan_actions.take_outcome(by=by, plan=closed, today=last["day"] + _DAY)
            lessons = "Made up: lamps were mended, and the counts cannot tell that from chance."
            plan_actions.decide(
                by=by,
                plan=closed,
                decision=Decision.CLOSE,
                lessons=lessons,
                today=last["day"] + _DAY,
            )
        waiting = _measure_plan(by, areas[2], areas[3:], few, last["day"])
        with suppress(RefusedError):
            plan_actions.take_outcome(by=by, plan=waiting, today=last["day"] + _DAY)
    _begin_analysis(by, areas[1], now.date())
    walk = _walk_place(people["officer"], areas[1], now)
    _photograph(people, walk, now)


def _measure_plan(
    by: Person, area_id: str, beside: list[str], outcome: str, last: date
) -> ProblemPlan:
    """Return a plan whose window was the last months of the crimes, at its assessment."""
    first = _months_back(last, 6)
    begun = first - timedelta(days=60)
    what = outcome.rpartition("@")[0].replace("-", " ")
    plan = _begin(by, area_id, f"Simulated: covered way, {what}", begun)
    _test_hypothesis(by, plan, begun)
    action = {
        "kind": "Environment", "owner": "City council (made up)", "due": first,
        "strength": "Compared elsewhere", "cost_pounds": 4200,
        "mechanism": "Mend and add lamps, so that people see and are seen.",
    }  # fmt: skip
    plan_actions.add_action(by=by, plan=plan, given=action, today=begun)
    ask = plan_actions.MeasureAsk(
        outcome=outcome, first=first, months=6, comparison_ids=tuple(beside)
    )
    plan_actions.register_measure(by=by, plan=plan, ask=ask, today=begun)
    plan_actions.move_on(by=by, plan=plan, to=Stage.RESPONSE, today=first)
    row = plan.actions.get()
    note = "Nine lamps mended (made up)."
    plan_actions.move_action(by=by, row=row, to=ActionState.DONE, note=note, today=first)
    plan_actions.move_on(by=by, plan=plan, to=Stage.ASSESSMENT, today=last + _DAY)
    return plan


def _begin_analysis(by: Person, area_id: str, today: date) -> None:
    """Add a plan at its analysis, which shows what its next gate asks for."""
    plan = _begin(by, area_id, "Simulated: recess by the loading bay", today)
    hypothesis = {
        "side": "Victims and who guards them",
        "text": "Nobody who would step in is there once the shops close.",
    }
    plan_actions.add_hypothesis(by=by, plan=plan, given=hypothesis, today=today)
    action = {
        "kind": "Community", "owner": "Demonstration wardens", "due": today + timedelta(days=21),
        "strength": "Before and after elsewhere", "cost_pounds": None,
        "mechanism": "Wardens stand at the bus stop from 15:00, where pupils wait.",
    }  # fmt: skip
    plan_actions.add_action(by=by, plan=plan, given=action, today=today)


def _begin(by: Person, area_id: str, title: str, today: date) -> ProblemPlan:
    about = {"title": title, "area_ids": [area_id], "owner_id": by.pk}
    review = {"review_due": today + timedelta(days=42)}
    plan = plan_actions.begin_plan(by=by, given=about | review | _OBJECTIVE, today=today)
    plan_actions.move_on(by=by, plan=plan, to=Stage.SCANNING, today=today)
    for source, text in (
        ("Police records", "Crimes at this place stand out among the city's hot spots."),
        ("Residents and businesses", "Four of five shopkeepers avoid the way after dark."),
    ):
        given = {"source": source, "text": f"{text} (made up)"}
        plan_actions.add_evidence(by=by, plan=plan, given=given, today=today)
    plan_actions.move_on(by=by, plan=plan, to=Stage.ANALYSIS, today=today)
    return plan


def _test_hypothesis(by: Person, plan: ProblemPlan, today: date) -> None:
    given = {
        "side": "Place and who manages it",
        "text": "Broken lamps let groups wait without being seen.",
    }
    plan_actions.add_hypothesis(by=by, plan=plan, given=given, today=today)
    plan_actions.keep_test(
        by=by,
        row=plan.hypotheses.get(),
        test="Walked by night: crimes lie within 30 m of broken lamps (made up).",
        finding=Finding.SUPPORTED,
        today=today,
    )


def _walk_place(by: Person, area_id: str, now: datetime) -> PlaceWalk:
    """Return a second walk, in the dark, that verifies one of two faults of a walk by day."""
    begun = now - timedelta(days=10)
    audit = walk_actions.begin_audit(by=by, area_id=area_id, today=begun.date())
    first = begun.replace(hour=13, minute=0, second=0, microsecond=0)
    _walk(by, audit, _walked(first, Light.DAY, _DAY_SCORES, _DAY_NOTES))
    council = walk_actions.IssueReport(
        owner="City council (made up)", reference="MADE-UP-17", target=(now + _DAY * 20).date()
    )
    for row in audit.issues.all():
        walk_actions.report(by=by, row=row, told=council, today=begun.date())
    lamps = audit.issues.get(item="lighting")
    mended = (now - timedelta(days=5)).date()
    walk_actions.fix(by=by, row=lamps, on=mended, today=now.date())
    night = first + timedelta(days=7, hours=9)
    return _walk(by, audit, _walked(night, Light.DARK, _DARK_SCORES, _DARK_NOTES))


def _photograph(people: dict[str, Person], walk: PlaceWalk, now: datetime) -> None:
    """Add two drawings as photographs: one may be seen, and one waits for a second person."""
    drawn = draw_jpeg(_DRAWING)
    for item, is_seen in (("hiding", True), ("upkeep", False)):
        new = photo_actions.NewPhoto(item=item, data=drawn, marks=1)
        photo = photo_actions.keep_photo(by=people["officer"], walk=walk, new=new, now=now)
        if is_seen:
            photo_actions.let_be_seen(by=people["coordinator"], photo=photo, now=now)


def _walked(
    at: datetime, light: Light, scores: dict[str, int | None], notes: dict[str, str]
) -> Walk:
    every = {item: scores.get(item, 0) for item in load_items()}
    return Walk(walked=at, light=light, scores=every, notes=notes, walkers=("Police officer",))


def _walk(by: Person, audit: PlaceAudit, walk: Walk) -> PlaceWalk:
    return walk_actions.keep_walk(by=by, audit=audit, walk=walk, weather="Dry", now=walk.walked)


def _months_back(last: date, months: int) -> date:
    """Return the first day of the month with which so many whole months end on a day's month."""
    month = last.replace(day=1)
    for _ in range(months - 1):
        month = (month - _DAY).replace(day=1)
    return month
