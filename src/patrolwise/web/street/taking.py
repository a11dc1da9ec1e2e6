"""What comes from the police and partners' site: places, the plan, released notes, replies.

It was signed, is in order, and holds only what the table of kinds allows: `exchange.delivery` saw
to that. What is taken in here changes places and shifts, never anything about people.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError
from patrolwise.web.street.clock import day_of
from patrolwise.web.street.models import BriefItem, OutreachBrief, Place, PlannedVisit, Shift

_PROGRAM = 0  # who prepared what came from the other site
_HEADING = "information"


def take_places(rows: list[dict[str, Any]], now: datetime) -> None:
    """Take in a set of hot spots: a version stands once, and the one before ends.

    Parameters
    ----------
    rows : list of dict
    now : datetime
        Aware.
    """
    for row in rows:
        Place.objects.update_or_create(
            set_version=row["set_version"],
            hot_spot_id=row["hot_spot_id"],
            defaults={
                "name": row["name"],
                "shape": row["shape"],
                "valid_from": date.fromisoformat(row["valid_from"]),
                "valid_until": _day_or_none(row["valid_until"]),
            },
        )


def take_plan(rows: list[dict[str, Any]], now: datetime) -> None:
    """Take in when each pair is where; who is of the pair is this service's own affair.

    Parameters
    ----------
    rows : list of dict
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        A shift that has begun would change.
    """
    for row in rows:
        start, day = datetime.fromisoformat(row["start"]), date.fromisoformat(row["date"])
        shift = Shift.objects.filter(unit_id=row["unit_id"], date=day).first()
        if shift is not None and shift.status != "planned":
            raise RefusedError("The plan changes a shift that has begun. Send it without that.")
        if shift is None:
            shift = Shift(unit_id=row["unit_id"], date=day)
        shift.start, shift.end = start, datetime.fromisoformat(row["end"])
        with transaction.atomic():
            shift.save()
            PlannedVisit.objects.filter(shift=shift).delete()
            PlannedVisit.objects.bulk_create(
                PlannedVisit(
                    shift=shift,
                    hot_spot_id=visit["hot_spot_id"],
                    start=datetime.fromisoformat(visit["start"]),
                    end=datetime.fromisoformat(visit["end"]),
                )
                for visit in row["visits"]
            )


def take_released(rows: list[dict[str, Any]], now: datetime) -> None:
    """Put notes about places into the briefs of their days; the lead still approves each brief.

    Parameters
    ----------
    rows : list of dict
    now : datetime
        Aware.
    """
    for row in rows:
        valid_from = datetime.fromisoformat(row["valid_from"])
        day = max(day_of(valid_from), day_of(now))
        brief, _ = OutreachBrief.objects.get_or_create(
            date=day, defaults={"prepared_by_id": _PROGRAM}
        )
        BriefItem.objects.get_or_create(
            brief=brief,
            heading=_HEADING,
            kind="place note",
            hot_spot_id=row["hot_spot_id"],
            text=row["text"],
            source="police",
            defaults={
                "valid_from": valid_from,
                "valid_until": datetime.fromisoformat(row["valid_until"]),
            },
        )


def _day_or_none(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
