"""Small experiments for the tests, and slow, obvious twins of what draws and judges them."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import polars as pl

from patrolwise.planning.design import SUNDAY_TO_THURSDAY, DesignRule, ServiceLoad
from patrolwise.planning.design_days import DAY_LOADS, UNAVAILABLE, lay_out_design
from patrolwise.planning.drawing import OUT
from patrolwise.tables import make_table
from patrolwise.times import Window

SUNDAY = date(2024, 6, 2)


def make_rule_of(weeks=4, **changes):
    """A rule of so many weeks from a Sunday; police alone, unless said otherwise."""
    usual = {
        "window": Window("trial", SUNDAY, SUNDAY + timedelta(days=7 * weeks - 1)),
        "weekdays": SUNDAY_TO_THURSDAY,
        "loads": (ServiceLoad("police", most=50),),
    }
    return DesignRule(**{**usual, **changes})


def make_design_of(areas=4, weeks=4, unavailable=None, day_loads=None, **changes):
    ids = [chr(ord("a") + number) for number in range(areas)]
    return lay_out_design(make_rule_of(weeks, **changes), ids, unavailable, day_loads)


def away(*rows):
    """UNAVAILABLE of (area_id, day of the trial from 0, service, reason)."""
    days = [(a, SUNDAY + timedelta(days=d), s, r) for a, d, s, r in rows]
    return make_table(UNAVAILABLE, pl.DataFrame(days, schema=UNAVAILABLE.schema, orient="row"))


def loads(*rows):
    """DAY_LOADS of (day of the trial from 0, service, least, most)."""
    days = [(SUNDAY + timedelta(days=d), s, low, high) for d, s, low, high in rows]
    return make_table(DAY_LOADS, pl.DataFrame(days, schema=DAY_LOADS.schema, orient="row"))


def runs_of(codes):
    """Lengths of runs of one arm over days in play, walked through one by one."""
    runs, last = [], None
    for code in codes:
        if code == OUT:
            continue
        if code == last:
            runs[-1] += 1
        else:
            runs.append(1)
        last = code
    return runs


def enumerate_block(design):
    """Each allocation of a design of one block, with its exact chance: by trying every choice."""
    rule, (areas, days) = design.rule, design.shape
    weeks, width = rule.block_weeks, len(rule.weekdays)
    arms = [number for number, arm in enumerate(rule.arms) for _ in range(arm.weeks)]
    orders = sorted(set(permutations(arms)))
    spells = [place // rule.spell_days for place in range(width)]
    groups = -(-areas // weeks)
    chances = Counter()
    seatings = list(permutations(range(areas)))
    for seats in seatings:
        # the orders of one group, each with the cells it gives; those that break the limit go
        kept = []
        for group in range(groups):
            choices = []
            for picks in product(orders, repeat=spells[-1] + 1):
                rows = {}
                for seat in range(group * weeks, min((group + 1) * weeks, areas)):
                    area = seats[seat]
                    rows[area] = tuple(
                        picks[spells[day % width]][(day // width + seat) % weeks]
                        if design.in_play[area, day]
                        else OUT
                        for day in range(days)
                    )
                if all(keeps_runs(row, rule.max_run) for row in rows.values()):
                    choices.append(rows)
            kept.append(choices)
        for chosen in product(*kept):
            rows = {area: row for part in chosen for area, row in part.items()}
            share = Fraction(1, len(seatings))
            for choices in kept:
                share /= len(choices)
            chances[tuple(rows[area] for area in range(areas))] += share
    return dict(chances)


def keeps_runs(row, most):
    if most is None:
        return True
    runs = runs_of(row)
    return not runs or (runs[0] <= most // 2 and max(runs) <= most and runs[-1] <= most - most // 2)


def counts_by(codes, design, arm):
    """Days of an arm by hot spot, block and working day of the week."""
    rule = design.rule
    cube = codes.reshape(len(codes), rule.blocks, rule.block_weeks, len(rule.weekdays))
    return (np.asarray(cube) == arm).sum(axis=2)
