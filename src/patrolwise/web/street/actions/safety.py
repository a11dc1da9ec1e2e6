"""How workers say that they are safe, and where they are: to their own lead, for their safety."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, add_record, check_may, save_record
from patrolwise.web.street.models import Call, Shift, Track

STATES = ("safe", "late", "need help")
MOST_FIXES = 2_000
_PARTS = 4  # seconds since 1970, longitude, latitude, accuracy in metres


@dataclass(frozen=True, kw_only=True)
class NewCall:
    """How a worker is now."""

    state: str
    at: datetime
    hot_spot_id: str = ""


def call_in(*, writing: Writing, call_id: UUID, shift: Shift | None, new: NewCall) -> bool:
    """Keep that a worker is safe, late or in need of help. Help is never refused for a detail.

    Parameters
    ----------
    writing : Writing
    call_id : UUID
    shift : Shift or None
    new : NewCall

    Returns
    -------
    bool
        Whether it is new.

    Raises
    ------
    InputError
        It is no state.
    """
    check_may(writing.by, Permission.WORK_STREET)
    if Call.objects.filter(pk=call_id).exists():
        return False
    known = new.state in STATES
    check_faults("The call", [] if known else [f"It is none of {', '.join(STATES)}."])
    values = {**vars(new), "id": call_id, "shift": shift, "clock_start": new.at.date()}
    add_record(Call, writing, "device-cache", **values)
    return True


def answer_call(*, writing: Writing, call: Call) -> None:
    """Note that somebody saw to a call.

    Parameters
    ----------
    writing : Writing
    call : Call

    Raises
    ------
    RefusedError
        Somebody did before, or the role may not.
    """
    check_may(writing.by, Permission.SEE_TEAM)
    if call.answered_at is not None:
        raise RefusedError("Somebody saw to it before.")
    call.answered_at, call.answered_by_id = writing.now, writing.by.pk
    save_record(call, writing, "answered_at", "answered_by_id")


def keep_track(*, writing: Writing, track_id: UUID, shift: Shift, fixes: list[list[float]]) -> bool:
    """Keep positions of one phone in one shift, sealed.

    Parameters
    ----------
    writing : Writing
    track_id : UUID
    shift : Shift
    fixes : list of [seconds since 1970, longitude, latitude, accuracy in metres]

    Returns
    -------
    bool
        Whether they are new.

    Raises
    ------
    InputError
        They are no such fixes, too many, or not of the shift.
    """
    check_may(writing.by, Permission.WORK_STREET)
    if Track.objects.filter(pk=track_id).exists():
        return False
    check_faults("The positions", _check_fixes(fixes, shift))
    ordered = sorted(fixes)
    times = [datetime.fromtimestamp(fix[0], tz=writing.now.tzinfo) for fix in ordered]
    values = {"id": track_id, "shift": shift, "first_at": times[0], "last_at": times[-1]}
    newest = {"fix": ordered[-1]}
    add_record(
        Track,
        writing,
        "device-cache",
        clock_start=shift.date,
        fixes={"fixes": ordered},
        last_place=newest,
        **values,
    )
    return True


def _check_fixes(fixes: list[list[float]], shift: Shift) -> list[str]:
    if not 0 < len(fixes) <= MOST_FIXES:
        return [f"There are {len(fixes)}. Send 1 to {MOST_FIXES} at a time."]
    if not all(_is_fix(fix) for fix in fixes):
        return ["They are not as this site's phone sends them."]
    first, last = shift.start.timestamp(), shift.end.timestamp()
    outside = sum(not first <= fix[0] <= last for fix in fixes)
    return [f"{outside} are outside of the shift: nobody is tracked off duty."] if outside else []


def _is_fix(fix: list[float]) -> bool:
    if not isinstance(fix, list) or len(fix) != _PARTS:
        return False
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in fix):
        return False
    return -180 <= fix[1] <= 180 and -90 <= fix[2] <= 90 and 0 <= fix[3] <= 100_000
