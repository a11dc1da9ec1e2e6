"""What of a case is reckoned from its records: flags, risk, and what is due when."""

from datetime import date, timedelta

import polars as pl
from django.db.models import Min, Q

from patrolwise.errors import RefusedError
from patrolwise.partnership.asb_cases import ASB_INCIDENTS
from patrolwise.partnership.asb_flags import flag_cases
from patrolwise.partnership.asb_instruments import Band
from patrolwise.partnership.asb_targets import find_target_day, find_victim_contact_due
from patrolwise.tables import make_table
from patrolwise.web.asb.models import Case, Incident, Victim

RECKONED = (
    "risk_band", "review_due", "contact_due", "action_due",
    "is_repeat", "is_hate", "is_child_involved",
)  # fmt: skip
_LOOKED_BACK = timedelta(days=366)  # that a repeat can reach


def reckon_case(case: Case) -> None:
    """Bring a case's reckoned columns up to date; the caller's transaction keeps them.

    Parameters
    ----------
    case : Case
    """
    case.is_repeat, case.is_hate, case.is_child_involved = find_flags(case)
    victims = list(case.victims.all())
    for victim in victims:
        reckon_contact(victim, case.opened_on)
    Victim.objects.bulk_update(victims, ["contact_due"])
    bands = [victim.risk_band for victim in victims if victim.risk_band]
    case.risk_band = max(bands, key=[band.value for band in Band].index) if bands else ""
    case.review_due = min((v.review_due for v in victims if v.review_due), default=None)
    case.contact_due = min((v.contact_due for v in victims if v.contact_due), default=None)
    case.action_due = case.actions.filter(done_on=None).aggregate(day=Min("target_day"))["day"]
    case.save(update_fields=RECKONED)


def reckon_contact(victim: Victim, opened_on: date) -> None:
    """Set the day by which somebody speaks to a victim next.

    Until the risk was assessed it is taken to be high: nobody waits for a form.

    Parameters
    ----------
    victim : Victim
    opened_on : date
    """
    band, spoken = Band(victim.risk_band or Band.HIGH), victim.last_contact_on
    try:
        victim.contact_due = find_victim_contact_due(band, opened_on, spoken)
    except RefusedError:  # a case of before there were targets: it is due at once
        victim.contact_due = spoken or opened_on


def find_action_day(kind: str, band: str, since: date) -> date | None:
    """Return the day by which an action of a plan is to be done, where its kind has a target.

    Parameters
    ----------
    kind : str
    band : str
        Empty: not assessed, taken to be high.
    since : date

    Returns
    -------
    date or None
    """
    try:
        return find_target_day(kind, Band(band or Band.HIGH), since)
    except RefusedError:
        return None


def find_flags(case: Case) -> tuple[bool, bool, bool]:
    """Return whether a case has a repeat, hate, a child; from its incidents, never typed in.

    A victim of another case with the same code, or the same name and day of birth, is the same
    person: their reports make repeats.

    Parameters
    ----------
    case : Case

    Returns
    -------
    is_repeat, is_hate, is_child_involved : bool
    """
    own = list(case.incidents.all())
    if not own:
        return False, False, False
    persons = {
        pk: f"p{case.pk}-{number}" for pk, number in case.victims.values_list("pk", "number")
    }
    persons |= _find_same(case, persons)
    first = min(one.reported_at for one in own) - _LOOKED_BACK
    others = Incident.objects.filter(victim__in=persons, reported_at__gte=first).exclude(case=case)
    rows = [*own, *others.defer("words")]
    flags = flag_cases(_as_table(rows, persons))
    found = flags.filter(pl.col("case_id") == str(case.pk)).row(0, named=True)
    return found["is_repeat"], found["is_hate"], found["is_child_involved"]


def _find_same(case: Case, persons: dict[object, str]) -> dict[object, str]:
    """Return victims of other cases who are those of this one."""
    found: dict[object, str] = {}
    for victim in case.victims.all():
        same = Q()
        if victim.code_index:
            same |= Q(code_index=victim.code_index)
        if victim.name_index and victim.born_index:
            same |= Q(name_index=victim.name_index, born_index=victim.born_index)
        if same:
            others = Victim.objects.filter(same).exclude(case=case).values_list("pk", flat=True)
            found |= dict.fromkeys(others, persons[victim.pk])
    return found


def _as_table(rows: list[Incident], persons: dict[object, str]) -> pl.DataFrame:
    return make_table(
        ASB_INCIDENTS,
        {
            "incident_id": [str(one.pk) for one in rows],
            "case_id": [None if one.case_id is None else str(one.case_id) for one in rows],
            "reported_at": [one.reported_at for one in rows],
            "victim_id": [persons.get(one.victim_id) for one in rows],
            "hate_strand": [one.hate_strand or None for one in rows],
            "child_involved": [one.child_involved for one in rows],
            "source": ["site"] * len(rows),
            "row": list(range(len(rows))),
        },
    )
