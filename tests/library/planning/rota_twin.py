"""The slow, obvious way to the best rota: try every one, keep those that keep the rules, add up."""

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import product

import polars as pl

from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota_checking import find_rota_breaches


def every_rota(problem):
    """Yield every choice of who works which shift; units are filled in the order of the codes."""
    days = [problem.rule.window.first + timedelta(days=n) for n in range(problem.rule.window.days)]
    choices = []
    for member in problem.staff:
        for day in days:
            shifts = [None]
            shifts += [
                each.name
                for each in problem.templates
                if each.service == member.service and day.isoweekday() in each.weekdays
            ]
            choices.append([(member, day, shift) for shift in shifts])
    for picked in product(*choices):
        yield [(member, day, shift) for member, day, shift in picked if shift is not None]


def with_units(problem, picked):
    """Return a ROTA of those who work; None where they fill no whole units."""
    on = defaultdict(list)
    for member, day, shift in picked:
        on[day, shift].append(member)
    rows = []
    for (day, shift), members in on.items():
        template = problem.template(shift)
        if len(members) % template.people or len(members) > template.people * template.units:
            return None
        for place, member in enumerate(members):
            unit_id = template.unit_ids[place // template.people]
            times = template.start_on(day), template.end_on(day)
            rows.append((day, shift, template.service, unit_id, member.staff_id, *times, False))
    return pl.DataFrame(rows, schema=ROTA.schema, orient="row")


def cost_by_hand(problem, picked, partners=()):
    """Return what a rota costs, from the words of RotaWeights; without spreads over thousandths."""
    weights = problem.rule.weights
    shift_of = {(member.staff_id, day): shift for member, day, shift in picked}
    people = Counter((day, shift) for _, day, shift in picked)
    cost = 0.0
    for number in range(problem.rule.window.days):
        day = problem.rule.window.first + timedelta(days=number)
        for template in problem.templates:
            if day.isoweekday() in template.weekdays:
                out = people[day, template.name] // template.people
                cost += weights.missing_unit * (template.units - out)
            for one, other in partners:
                mine = shift_of.get((one, day)) == template.name
                theirs = shift_of.get((other, day)) == template.name
                cost += weights.apart * (mine != theirs)
    for row in problem.requests.rows(named=True):
        wants = None if row["wants"] == "off" else row["wants"]
        is_kept = shift_of.get((row["staff_id"], row["day"])) == wants
        cost += weights.request * row["weight"] * (not is_kept)
    cost += weights.relief * sum(member.is_relief for member, _, _ in picked)
    return cost + _cost_of_changes(problem, shift_of) + _cost_of_weekends(problem, picked)


def _cost_of_changes(problem, shift_of):
    if problem.previous is None:
        return 0
    before = {
        (staff_id, day): shift
        for staff_id, day, shift in problem.previous.select("staff_id", "day", "shift").iter_rows()
    }
    changed = [key for key in {*before, *shift_of} if before.get(key) != shift_of.get(key)]
    return problem.rule.weights.change * (len(changed) + len({one for one, _ in changed}))


def _cost_of_weekends(problem, picked):
    """Of members who may all work at weekends: from the most above its share to the most below.

    One shift of that is free.
    """
    window = problem.rule.window
    days = [window.first + timedelta(days=number) for number in range(window.days)]
    if all(day.isoweekday() < 6 for day in days):
        return 0  # nothing of it can be given to anyone
    counts = Counter(member.staff_id for member, day, _ in picked if day.isoweekday() >= 6)
    nothing = {"contracted": 0.0, "weekends": 0}
    rows = {row["staff_id"]: row for row in problem.history.rows(named=True)}
    past = {each.staff_id: rows.get(each.staff_id, nothing) for each in problem.staff}
    shares, totals = [], []
    for each in problem.staff:
        contracted = contracted_by_hand(problem, each) + past[each.staff_id]["contracted"]
        if not each.is_relief and contracted > 0:
            shares.append(contracted)
            totals.append(counts[each.staff_id] + past[each.staff_id]["weekends"])
    over = [
        total - sum(totals) * share / sum(shares)
        for total, share in zip(totals, shares, strict=True)
    ]
    spread = max(over) - min(over) if len(over) > 1 else 0
    return problem.rule.weights.weekends * max(0, spread - 1)


def contracted_by_hand(problem, member):
    """Return the contracted shifts of the window of one who may work every day, less leave."""
    days = defaultdict(list)
    for number in range(problem.rule.window.days):
        day = problem.rule.window.first + timedelta(days=number)
        days[day.isocalendar().week].append(day)
    total = 0.0
    for week in days.values():
        away = sum(
            any(row["staff_id"] == member.staff_id and row["first"] <= day <= row["last"]
                for row in problem.leave.rows(named=True))
            for day in week
        )  # fmt: skip
        total += max(0.0, member.most_shifts * len(week) / 7 - away)
    return 0.0 if member.is_relief else total


def best_by_trying(problem, partners=()):
    """Return the least cost of any rota without a breach; None when there is none."""
    best = None
    for picked in every_rota(problem):
        cost = cost_by_hand(problem, picked, partners)
        if best is not None and cost >= best:
            continue
        rota = with_units(problem, picked)
        if rota is not None and not find_rota_breaches(problem, rota):
            best = cost
    return best
