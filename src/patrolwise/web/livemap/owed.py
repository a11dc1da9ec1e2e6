"""What each hot spot got today, what the rule in force owes it, and what is still planned."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from patrolwise.patrols.dose import list_area_days
from patrolwise.patrols.dose_rules import plan_doses
from patrolwise.web.livemap.counting import patrol_day_of, span_of
from patrolwise.web.livemap.models import DayDose, RuleBook
from patrolwise.web.livemap.rules import is_outreach, rules_for
from patrolwise.web.livemap.spots import SpotsInForce
from patrolwise.web.tasking.models import PlannedVisit

_MINUTE = timedelta(minutes=1)
_HAIR_MIN = 0.5


@dataclass(frozen=True, kw_only=True)
class SpotDose:
    """One hot spot and service today, in minutes."""

    area_id: str
    name: str
    service: str
    delivered: float
    unknown: float  # silence inside stays, credited to nobody
    owed: float
    planned: float  # still to come today, by the published plan
    status: str  # planned, not planned or no rule: of the rule today

    @property
    def lacking(self) -> float:
        """Minutes owed that are neither delivered nor still planned."""
        return max(0.0, self.owed - self.delivered - self.planned)

    @property
    def told(self) -> str:
        """How it stands, in words."""
        if self.status != "planned":
            return "No rule today" if self.status == "no rule" else "Not owed today"
        if self.delivered >= self.owed - _HAIR_MIN:
            return "Met"
        return "Planned" if self.lacking <= _HAIR_MIN else "Short"

    @property
    def mark(self) -> str:
        """Which of the four marks of the shell that has."""
        return {"Met": "good", "Planned": "idle", "Short": "watch"}.get(self.told, "idle")


def tabulate_spots(
    spots: SpotsInForce, book: RuleBook | None, visits: list[PlannedVisit], *, now: datetime
) -> list[SpotDose]:
    """Return every hot spot with what each police service gave, owes and still plans today.

    Parameters
    ----------
    spots : SpotsInForce
    book : RuleBook or None
    visits : list of PlannedVisit
        Of published plans, with their shifts; those that ended are left out.
    now : datetime
        Aware.

    Returns
    -------
    list of SpotDose
        By what is lacking, the most first. Outreach's minutes of today are not here: they would
        tell where its workers are.
    """
    day = patrol_day_of(now)
    doses = {
        (dose.area_id, dose.service): dose
        for dose in DayDose.objects.filter(day=day, spot_set_id=spots.pk)
    }
    planned = _sum_planned(visits, now)
    held = rules_for(book, spots.areas)
    services = sorted(
        service
        for service in {
            *(rule.service for rule in held),
            *(key[1] for key in doses),
            *(key[1] for key in planned),
        }
        if not is_outreach(service, book)
    )
    rules = [rule for rule in held if rule.service in services]
    rows = plan_doses(rules, list_area_days(spots.areas, [day], services))
    names, found = spots.names, []
    for row in rows.iter_rows(named=True):
        key = (row["area_id"], row["service"])
        dose = doses.get(key)
        found.append(
            SpotDose(
                area_id=row["area_id"],
                name=names[row["area_id"]],
                service=row["service"],
                delivered=dose.patrol_min if dose else 0.0,
                unknown=dose.unknown_min if dose else 0.0,
                owed=row["planned_min"],
                planned=planned.get(key, 0.0),
                status=row["status"],
            )
        )
    return sorted(found, key=lambda one: (-one.lacking, one.name, one.service))


def _sum_planned(visits: list[PlannedVisit], now: datetime) -> dict[tuple[str, str], float]:
    _, day_ends = span_of(patrol_day_of(now))
    summed: dict[tuple[str, str], float] = {}
    for visit in visits:
        start, end = max(visit.start, now), min(visit.end, day_ends)
        if visit.area_id and end > start:
            key = (visit.area_id, visit.shift.service)
            summed[key] = summed.get(key, 0.0) + (end - start) / _MINUTE
    return summed
