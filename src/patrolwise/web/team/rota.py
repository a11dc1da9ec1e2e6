"""Who works which shift: two at a time, nobody twice, and eleven hours between."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, check_may, tell
from patrolwise.web.street.clock import LOCAL
from patrolwise.web.street.models import Shift, ShiftWorker
from patrolwise.web.street.places import check_words
from patrolwise.web.team.models import Cancellation

REST = timedelta(hours=11)  # Working Time Regulations 1998, regulation 10
PAIR = 2
_LONGEST = timedelta(hours=12)
_MOST_WORDS = 200


@dataclass(frozen=True, kw_only=True)
class NewShift:
    """A shift that the plan does not have."""

    unit_id: str
    date: date
    start: time  # as clocks in London show it
    end: time  # of the next day where it is not after the start


@dataclass(frozen=True)
class Turn:
    """One shift and who is to work it."""

    shift: Shift
    people: frozenset[int]


def assign_workers(*, writing: Writing, shift: Shift, people: Iterable[int]) -> None:
    """Say who works a shift: two workers, or nobody yet.

    Parameters
    ----------
    writing : Writing
    shift : Shift
    people : iterable of int

    Raises
    ------
    InputError
        They are not two, work elsewhere then, or would rest less than eleven hours; all faults.
    RefusedError
        The shift has begun or is cancelled, or the role may not.
    """
    _assign(writing, [Turn(shift, frozenset(people))])


def swap_workers(*, writing: Writing, ours: tuple[Shift, int], theirs: tuple[Shift, int]) -> None:
    """Let two workers change places between two shifts.

    Parameters
    ----------
    writing : Writing
    ours, theirs : (Shift, int)
        A shift and who of it goes to the other.

    Raises
    ------
    InputError
        One does not work that shift, or a rule of the rota would be broken; all faults.
    RefusedError
        A shift has begun or is cancelled, or the role may not.
    """
    check_may(writing.by, Permission.PLAN_STREET)
    now = {one.pk: _workers(one) for one, _ in (ours, theirs)}
    faults = [
        "Whoever is to go does not work that shift. Look at the rota again."
        for one, person in (ours, theirs)
        if person not in now[one.pk]
    ]
    if ours[0].pk == theirs[0].pk:
        faults.append("Both are of the same shift. Choose two shifts.")
    check_faults("The swap", faults)
    pairs = ((ours, theirs), (theirs, ours))
    turns = [Turn(one, (now[one.pk] - {gone}) | {come}) for (one, gone), (_, come) in pairs]
    _assign(writing, turns)


def cancel_shift(*, writing: Writing, shift: Shift, reason: str) -> None:
    """Say that a shift does not take place, and why.

    Parameters
    ----------
    writing : Writing
    shift : Shift
    reason : str
        Not who is ill: that is not the rota's to tell.

    Raises
    ------
    InputError
        No reason, or one that looks as if it told of a person.
    RefusedError
        The shift has begun or is cancelled, or the role may not.
    """
    check_may(writing.by, Permission.PLAN_STREET)
    _check_open(shift)
    faults = [] if reason.strip() else ["The reason is empty. Say why, in a sentence."]
    check_words(reason, "The reason", _MOST_WORDS, faults)
    check_faults("The shift", faults)
    with transaction.atomic():
        shift.status = "cancelled"
        shift.save(update_fields=["status"])
        Cancellation.objects.create(
            shift=shift,
            reason=reason.strip(),
            created_by_id=writing.by.pk,
            created_at=writing.now,
        )
        tell("cancelled", shift, writing)


def add_shift(*, writing: Writing, new: NewShift) -> Shift:
    """Make a shift by hand, where no plan came.

    Parameters
    ----------
    writing : Writing
    new : NewShift

    Returns
    -------
    Shift

    Raises
    ------
    InputError
        It is over before it begins, too long, in the past, or there already; all faults.
    """
    check_may(writing.by, Permission.PLAN_STREET)
    start = datetime.combine(new.date, new.start, LOCAL)
    later = new.date if new.end > new.start else new.date + timedelta(days=1)
    end = datetime.combine(later, new.end, LOCAL)
    faults = []
    if not new.unit_id.strip():
        faults.append("The pair has no name. Give one, such as outreach 1.")
    if end <= writing.now:
        faults.append("The shift is over already. Give a day that is to come.")
    if end.timestamp() - start.timestamp() > _LONGEST.total_seconds():
        faults.append("The shift is longer than 12 hours. Check its start and end.")
    if Shift.objects.filter(unit_id=new.unit_id.strip(), date=new.date).exists():
        faults.append("That pair has a shift on that day. Change it, or name another pair.")
    check_faults("The shift", faults)
    with transaction.atomic():
        made = Shift.objects.create(
            unit_id=new.unit_id.strip(), date=new.date, start=start, end=end
        )
        tell("added", made, writing)
    return made


def list_workers() -> list[Person]:
    """Return who may work on the street, by name.

    Returns
    -------
    list of Person
    """
    active = Person.objects.filter(is_active=True).order_by("name")
    return [one for one in active if one.may(Permission.WORK_STREET)]


def _assign(writing: Writing, turns: list[Turn]) -> None:
    check_may(writing.by, Permission.PLAN_STREET)
    for turn in turns:
        _check_open(turn.shift)
    everybody = frozenset().union(*(turn.people for turn in turns))
    with transaction.atomic():
        # two leads who assign at once wait for each other here
        locked = Person.objects.select_for_update().filter(pk__in=everybody)
        known = {one.pk: one for one in locked.order_by("pk")}
        check_faults("The rota", [f for turn in turns for f in _find_faults(turn, turns, known)])
        for turn in turns:
            ShiftWorker.objects.filter(shift=turn.shift).delete()
            ShiftWorker.objects.bulk_create(
                ShiftWorker(shift=turn.shift, person_id=person) for person in sorted(turn.people)
            )
            tell("assigned", turn.shift, writing, workers=len(turn.people))


def _find_faults(turn: Turn, turns: list[Turn], known: dict[int, Person]) -> list[str]:
    faults = []
    if len(turn.people) not in (0, PAIR):
        faults.append(f"It has {len(turn.people)} workers. Choose two: nobody works alone.")
    start, end = turn.shift.start, turn.shift.end
    near = _near(turn, turns)
    for person_id in sorted(turn.people):
        person = known.get(person_id)
        if person is None or not person.is_active or not person.may(Permission.WORK_STREET):
            faults.append("Somebody chosen does not work on the street. Choose a worker.")
            continue
        for other in near.get(person_id, []):
            told = f"{other.start.astimezone(LOCAL):%a %-d %b %H:%M}"
            if other.start < end and start < other.end:
                faults.append(f"{person.name} works the shift of {told} at that time.")
                continue
            gap = other.start - end if other.start >= end else start - other.end
            faults.append(
                f"{person.name} would rest {gap.total_seconds() / 3600:.1f} hours beside the shift "
                f"of {told}. Leave {REST.total_seconds() / 3600:.0f}."
            )
    return faults


def _near(turn: Turn, turns: list[Turn]) -> dict[int, list[Shift]]:
    """Return the shifts that are too near to one, by worker, as they would be after the change."""
    window = (turn.shift.start - REST, turn.shift.end + REST)
    changed = [one.shift.pk for one in turns]
    rows = ShiftWorker.objects.filter(
        ~Q(shift__status="cancelled"),
        person_id__in=turn.people,
        shift__start__lt=window[1],
        shift__end__gt=window[0],
    ).exclude(shift__in=changed)
    near: dict[int, list[Shift]] = {}
    for row in rows.select_related("shift").order_by("shift__start"):
        near.setdefault(row.person_id, []).append(row.shift)
    for other in turns:
        is_near = other.shift.start < window[1] and other.shift.end > window[0]
        if other.shift.pk != turn.shift.pk and is_near:
            for person in other.people & turn.people:
                near.setdefault(person, []).append(other.shift)
    return near


def _workers(shift: Shift) -> frozenset[int]:
    found = ShiftWorker.objects.filter(shift=shift)
    return frozenset(found.values_list("person_id", flat=True))


def _check_open(shift: Shift) -> None:
    if shift.status in ("closed", "cancelled"):
        raise RefusedError(f"The shift is {shift.status}: it is not changed any more.")
