"""What stays of one day come to: minutes against the rule, and whether two services kept apart."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from patrolwise.patrols.abstractions import ABSTRACTIONS
from patrolwise.patrols.compliance import measure_compliance
from patrolwise.patrols.dose import AREA_DAYS, sum_doses
from patrolwise.patrols.dose_rules import plan_doses
from patrolwise.patrols.separation import find_copresence, sum_copresence
from patrolwise.tables import DOSES, make_table
from patrolwise.web.livemap.models import RuleBook
from patrolwise.web.livemap.rules import pair_of, rules_for
from patrolwise.web.livemap.spots import SpotsInForce

_SEPARATION = ("area_id", "meetings", "near_misses", "together_min", "present_min")


@dataclass(frozen=True, kw_only=True, eq=False)
class JudgedDay:
    """One patrol day, as rows to keep."""

    doses: pl.DataFrame  # DOSES, with owed_min, owed_visits and met
    separation: pl.DataFrame  # by area: meetings, near misses, minutes together and present


def judge_day(
    stays: pl.DataFrame, day: date, spots: SpotsInForce, book: RuleBook | None, tracked: set[str]
) -> JudgedDay:
    """Return the doses of a day against the rule in force, and the meetings of two services.

    Parameters
    ----------
    stays : (n, 13) UNIT_VISITS
        Of that day.
    day : date
    spots : SpotsInForce
    book : RuleBook or None
    tracked : set of str
        Services whose trackers this site knows: they have rows though they were in no hot spot.
        Of others it cannot be known where they were, so they have none.

    Returns
    -------
    JudgedDay
        Being called away excuses nothing here: those minutes stand beside, on their own page.
    """
    services = sorted(tracked)
    doses = sum_doses(stays, spots.areas, [day], services)
    rules = [rule for rule in rules_for(book, spots.areas) if rule.service in services]
    held = measure_compliance(stays, plan_doses(rules, doses), make_table(ABSTRACTIONS))
    owed = held.select(
        *AREA_DAYS.names, "met", owed_min="planned_min", owed_visits="planned_visits"
    )
    return JudgedDay(
        doses=doses.select(DOSES.names).join(owed, on=AREA_DAYS.names, maintain_order="left"),
        separation=_separate(stays, book),
    )


def _separate(stays: pl.DataFrame, book: RuleBook | None) -> pl.DataFrame:
    empty = pl.DataFrame(schema=dict.fromkeys(_SEPARATION, pl.Float64))
    pair = pair_of(book)
    if book is None or pair is None:
        return empty
    first, second = pair
    came = set(stays["service"])
    if second not in came:
        return empty
    if first not in came:
        present = stays.filter(pl.col("service") == second)
        return _alone(present)
    margin = timedelta(minutes=book.margin_min)
    met = find_copresence(stays, first, second, margin)
    return sum_copresence(met, stays, second).select(_SEPARATION)


def _alone(present: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a day on which one service came and the other nowhere."""
    minutes = (pl.col("end") - pl.col("start")) / timedelta(minutes=1)
    return present.group_by("area_id", maintain_order=True).agg(
        meetings=pl.lit(0),
        near_misses=pl.lit(0),
        together_min=pl.lit(0.0),
        present_min=minutes.sum(),
    )
