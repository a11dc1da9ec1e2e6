"""What needs somebody today, by what they may do: the most urgent first."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import LATER, NOW, Source, Todo, order_todos
from patrolwise.web.casework.actions.referrals import is_waiting_for_worker
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.casework.models import Concern, FollowUp, GlassBreak, Referral
from patrolwise.web.casework.queries import NEEDS_ME, list_cases
from patrolwise.web.casework.reach import reach_cases, reach_referrals
from patrolwise.web.casework.story_queries import count_waiting
from patrolwise.web.desk.models import DisclosureRequest
from patrolwise.web.street.clashes import list_clashes
from patrolwise.web.street.clock import day_of
from patrolwise.web.street.models import Call, HeldItem, OutreachBrief, Phone, Shift, Wellbeing
from patrolwise.web.team.held import CONCERN

UNSENT_FOR = timedelta(hours=12)
_AWAITS = ("sent", "received")
_MINE = f"?tab={NEEDS_ME}"


def list_todos(person: Person, now: datetime) -> list[Todo]:
    """Return what needs somebody today.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    list of Todo
        The most urgent first; what is none is left out.
    """
    sources: tuple[tuple[Permission, Source], ...] = (
        (Permission.SEE_TEAM, _of_team),
        (Permission.DECIDE_CONCERNS, _of_concerns),
        (Permission.SEE_DISCLOSURES, _of_desk),
        (Permission.WRITE_CASES, _of_own_cases),
        (Permission.ANSWER_COMPLAINTS, _of_glass),
        (Permission.ANSWER_REFERRALS, _of_partner),
        (Permission.RELEASE_STORIES, _of_stories),
    )
    found = [todo for may, find in sources if person.may(may) for todo in find(person, now)]
    for path in settings.FIRST_PAGE_MORE:  # apps that stand above this one
        found += import_string(path)(person, now)
    return order_todos(found)


def _of_team(person: Person, now: datetime) -> Iterator[Todo]:
    calls = Call.objects.filter(answered_at=None)
    yield Todo(
        title="Worker in need of help",
        number=calls.filter(state="need help").count(),
        page="safety",
        urgency=NOW,
    )
    late = calls.filter(state="late", at__gte=now - timedelta(days=1)).count()
    yield Todo(title="Worker who is late", number=late, page="safety", urgency=NOW)
    phones = Phone.objects.filter(ended_at=None, waiting__gt=0)
    unsent = phones.filter(last_seen__lt=now - UNSENT_FOR).count()
    yield Todo(title="Phone not sent for 12 hours", number=unsent, page="phones")
    held = HeldItem.objects.filter(decided_at=None).exclude(kind=CONCERN).count()
    yield Todo(title="Item put aside to decide on", number=held, page="held")
    clashes = len(list_clashes(Writing(by=person, now=now)))
    yield Todo(title="Field that two phones changed", number=clashes, page="clashes")
    missed = FollowUp.objects.filter(done_at=None, due__lt=day_of(now)).count()
    yield Todo(title="Missed follow-up of the team", number=missed, page="caseload")
    wants = Wellbeing.objects.filter(wants_call=True, called_at=None).count()
    yield Todo(title="Worker who wants a call from you", number=wants, page="safety")
    tomorrow = day_of(now) + timedelta(days=1)
    shifts = Shift.objects.filter(date=tomorrow).exclude(status="cancelled").exists()
    approved = OutreachBrief.objects.filter(date=tomorrow).exclude(approved_at=None).exists()
    is_missing = shifts and not approved
    yield Todo(title="Brief of tomorrow to approve", number=int(is_missing), page="briefs")


def _of_concerns(person: Person, now: datetime) -> Iterator[Todo]:
    new = Concern.objects.filter(status="new")
    danger = new.filter(is_immediate=True).count()
    yield Todo(title="Concern: danger now", number=danger, page="concerns", urgency=NOW)
    held = HeldItem.objects.filter(decided_at=None, kind=CONCERN).count()
    yield Todo(title="Worry put aside to read", number=held, page="held", urgency=NOW)
    waits = new.filter(is_immediate=False).count()
    yield Todo(title="Concern to decide on", number=waits, page="concerns")


def _of_desk(person: Person, now: datetime) -> Iterator[Todo]:
    asked = DisclosureRequest.objects.filter(state="open")
    due = asked.filter(due__lte=day_of(now)).count()
    yield Todo(title="Request for facts due today or late", number=due, page="desk")
    more = asked.filter(due__gt=day_of(now)).count()
    yield Todo(title="Request for facts to answer", number=more, page="desk", urgency=LATER)


def _of_own_cases(person: Person, now: datetime) -> Iterator[Todo]:
    cases = len(list_cases(person, NEEDS_ME, now))
    yield Todo(title="Case of yours that needs you", number=cases, page="cases", query=_MINE)
    own = reach_cases(person, now).filter(lead_worker_id=person.pk).exclude(status="closed")
    sent = Referral.objects.filter(engagement__in=own, status__in=_AWAITS)
    silent = sum(is_waiting_for_worker(one, now) for one in sent)
    yield Todo(title="Referral without an answer", number=silent, page="cases", query=_MINE)
    due = FollowUp.objects.filter(worker_id=person.pk, done_at=None, due__lte=day_of(now))
    reached = due.filter(engagement__in=reach_cases(person, now)).count()
    yield Todo(title="Follow-up due", number=reached, page="follow-ups")


def _of_glass(person: Person, now: datetime) -> Iterator[Todo]:
    is_officer = person.may(Permission.SIGN_GOVERNANCE)
    field = "seen_by_officer_at" if is_officer else "seen_by_lead_at"
    unseen = GlassBreak.objects.filter(**{field: None}).exclude(person_id=person.pk).count()
    yield Todo(title="Case opened by somebody else, not yet looked at", number=unseen, page="glass")


def _of_stories(person: Person, now: datetime) -> Iterator[Todo]:
    waiting, to_tell = count_waiting(person)
    page = "stories-release"
    yield Todo(title="Who got a story that was taken back, to be told", number=to_tell, page=page)
    yield Todo(title="Story to release", number=waiting, page=page, urgency=LATER)


def _of_partner(person: Person, now: datetime) -> Iterator[Todo]:
    waits = reach_referrals(person).filter(status__in=_AWAITS).count()
    yield Todo(title="Referral to answer", number=waits, page="answers")
