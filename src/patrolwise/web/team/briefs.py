"""What a shift is told before it goes out: about places and services, and approved by a lead."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, check_may, tell
from patrolwise.web.street.clock import LOCAL, day_of
from patrolwise.web.street.models import BriefItem, BriefRead, OutreachBrief
from patrolwise.web.street.places import check_place, check_words
from patrolwise.web.street.queries import HEADINGS

STAFF_SAFETY = "staff safety"
KINDS = ("place note", "service tonight", STAFF_SAFETY, "number", "other")
MOST_ITEMS = 20  # two sheets of paper
_MOST, _LATE = 300, time(6)


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """One thing to be told."""

    heading: str
    kind: str
    text: str
    hot_spot_id: str = ""


def write_item(*, writing: Writing, day: date, new: NewItem) -> BriefItem:
    """Add something to the brief of a day. A brief that was approved is to be approved again.

    Parameters
    ----------
    writing : Writing
    day : date
        Today or later.
    new : NewItem

    Returns
    -------
    BriefItem

    Raises
    ------
    InputError
        The words are missing, too many or tell of a person; the heading, kind or place is none;
        a warning for staff names no place; the brief is full. All faults.
    """
    check_may(writing.by, Permission.PLAN_STREET)
    check_faults("The brief", _find_faults(new, day, writing.now))
    with transaction.atomic():
        brief, _ = OutreachBrief.objects.get_or_create(
            date=day, defaults={"prepared_by_id": writing.by.pk}
        )
        made = BriefItem.objects.create(
            brief=brief,
            heading=new.heading,
            kind=new.kind,
            hot_spot_id=new.hot_spot_id,
            text=new.text.strip(),
            valid_from=datetime.combine(day, time(), LOCAL),
            valid_until=datetime.combine(day + timedelta(days=1), _LATE, LOCAL),
        )
        _open_again(brief)
        tell("item added", brief, writing)
    return made


def drop_item(*, writing: Writing, item: BriefItem) -> None:
    """Take something out of a brief, whoever it came from.

    Parameters
    ----------
    writing : Writing
    item : BriefItem

    Raises
    ------
    RefusedError
        The day is over, or the role may not.
    """
    check_may(writing.by, Permission.PLAN_STREET)
    brief = item.brief
    if brief.date < day_of(writing.now):
        raise RefusedError("The day of the brief is over: it stays as it was read.")
    with transaction.atomic():
        item.delete()
        _open_again(brief)
        tell("item dropped", brief, writing)


def approve_brief(*, writing: Writing, brief: OutreachBrief) -> None:
    """Let the shifts of a day read their brief.

    Parameters
    ----------
    writing : Writing
    brief : OutreachBrief

    Raises
    ------
    RefusedError
        It is approved, it says nothing, its day is over, or the role may not.
    """
    check_may(writing.by, Permission.PLAN_STREET)
    if brief.approved_at is not None:
        raise RefusedError("It was approved before.")
    if brief.date < day_of(writing.now):
        raise RefusedError("The day of the brief is over.")
    if not BriefItem.objects.filter(brief=brief).exists():
        raise RefusedError("It says nothing yet. Write something under a heading first.")
    with transaction.atomic():
        brief.approved_by_id, brief.approved_at = writing.by.pk, writing.now
        brief.save(update_fields=["approved_by_id", "approved_at"])
        tell("approved", brief, writing)


def _find_faults(new: NewItem, day: date, now: datetime) -> list[str]:
    faults = []
    if day < day_of(now):
        faults.append("The day is over. Write for today or later.")
    if BriefItem.objects.filter(brief__date=day).count() >= MOST_ITEMS:
        faults.append(f"The brief has {MOST_ITEMS} items, two sheets of paper. Take one out first.")
    if new.heading not in HEADINGS:
        faults.append(f"The heading is none of {', '.join(HEADINGS)}.")
    if new.kind not in KINDS:
        faults.append(f"The kind is none of {', '.join(KINDS)}.")
    if not new.text.strip():
        faults.append("It has no words. Say it in a sentence.")
    if new.kind == STAFF_SAFETY and not new.hot_spot_id:
        faults.append("A warning for staff is about a place. Choose which.")
    if new.hot_spot_id:
        check_place(new.hot_spot_id, day, faults)
    check_words(new.text, "The item", _MOST, faults)
    return faults


def _open_again(brief: OutreachBrief) -> None:
    """Take the approval back, and with it that people have read what is no longer the same."""
    brief.approved_by_id = brief.approved_at = None
    brief.save(update_fields=["approved_by_id", "approved_at"])
    BriefRead.objects.filter(brief=brief).delete()
