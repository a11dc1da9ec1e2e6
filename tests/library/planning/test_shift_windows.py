"""Where visits may be: windows, and the checker, let through what a person would allow."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.shift_inputs import ServiceRule
from patrolwise.planning.shift_problem import PlannedVisit, Separation, ShiftPlan

from .shift_worlds import MONDAY, build, events_of, on_rota, planned_of, rota_of, rule_of, utc

LONDON = ZoneInfo("Europe/London")
SPANS = st.tuples(st.integers(-90, 400), st.integers(10, 120))
RULES = (ServiceRule(service="police", apart_min=30), ServiceRule(service="outreach"))
APART = (Separation(services=("police", "outreach"), margin_min=10),)


def may_be_there(start, rule, closed, others):
    """Return whether a police visit may be made, from the words of the rules."""
    end = start + timedelta(minutes=15)
    clock = start.astimezone(LONDON).time()
    if rule.from_clock is not None:
        late = clock < rule.until_clock
        early = clock >= rule.from_clock
        is_night = rule.until_clock < rule.from_clock
        if not (early or late if is_night else early and late):
            return False
    is_shut = any(start < until and end > first for first, until in closed)
    is_near = any(
        start < until + margin and end > first - margin for first, until, margin in others
    )
    days = {((time - timedelta(hours=4)).date()) for time in (start, end - timedelta(minutes=1))}
    return not is_shut and not is_near and days == {MONDAY}


@settings(max_examples=30)
@given(
    st.lists(SPANS, max_size=2),
    st.lists(st.tuples(SPANS, st.booleans()), max_size=2),
    st.none() | st.lists(st.times(), min_size=2, max_size=2, unique=True),
    st.sampled_from([13, 22]),
)
def test_a_visit_is_let_through_when_a_person_would_allow_it(closed, others, hours, begins):
    start = utc(begins)
    spans = [(start + timedelta(minutes=m), timedelta(minutes=length)) for m, length in closed]
    shut = [(first, first + length) for first, length in spans]
    taken, rows = [], []
    for (minute, length), is_own in others:
        first = start + timedelta(minutes=minute)
        until = first + timedelta(minutes=length)
        taken.append((first, until, timedelta(minutes=30 if is_own else 10)))
        service = "police" if is_own else "outreach"
        rows.append(("x", "a", first, until, {"shift": "other", "service": service}))
    clocks = {} if hours is None else dict(zip(("from_clock", "until_clock"), hours, strict=True))
    rule = rule_of(visits_a_day=9, **clocks)
    built = build(
        rota=rota_of(on_rota("p1", begins, begins + 8)),
        dose_rules=(rule,),
        service_rules=RULES,
        separations=APART,
        events=events_of(*(("e", "a", *span, "closed", None, None) for span in shut)),
        planned=planned_of(*rows),
    )
    demands = built.problem.demands
    windows = [w for demand in demands if demand.area == 0 for w in demand.windows or ((0, 480),)]
    for minute in range(480 - 15 + 1):
        by_hand = may_be_there(start + timedelta(minutes=minute), rule, shut, taken)
        assert any(a <= minute and minute + 15 <= b for a, b in windows) == by_hand
        if minute % 30 == 0:
            visit = PlannedVisit(start=minute, unit=0, area=0, minutes=15)
            breaches = find_breaches(built.problem, ShiftPlan(visits=(visit,)))
            is_let = not {"windows", "asked"} & {breach.rule for breach in breaches}
            assert is_let == by_hand
