"""How a file is sent, looked at, kept and undone. What is kept is all of it, or none."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from patrolwise.errors import InputError, PatrolwiseError, RefusedError, check_faults
from patrolwise.partnership.problem_plans import tell_day
from patrolwise.web.accounts.models import Person
from patrolwise.web.agencies.hours_actions import (
    NewHours,
    Sending,
    check_new,
    keep_hours,
    patrol_day_of,
    tell,
)
from patrolwise.web.agencies.models import (
    Agency,
    DayCount,
    HoursRow,
    RosterRow,
    Stream,
    TrackedVisit,
    Upload,
)
from patrolwise.web.agencies.stream_actions import NewShift, keep_roster, withdraw_shifts
from patrolwise.web.agencies.tracks import Walked, forget_track, keep_track
from patrolwise.web.agencies.upload_reading import Read, Track, read_table, read_track
from patrolwise.web.commons import clock

OWN_KINDS = {"patrols": "Patrols", "roster": "Roster", "tracker": "Tracker file"}
SERVICE_KINDS = {
    "counts": "Minutes by hot spot, day and service",
    "hours": "Hours of units, in the return’s own form",
}
KINDS = OWN_KINDS | SERVICE_KINDS
MOST_BYTES = 10_000_000
_NAMESPACE = UUID("5d0f6f5e-6c52-4f7c-9a3f-0f6b3c1f2a77")


def send_file(
    *,
    by: Person,
    agency: Agency | None,
    kind: str,
    file: tuple[str, bytes],
    track: Track | None = None,
) -> Upload:
    """Read a file and say what is in it, or all that is wrong; nothing counts yet.

    Parameters
    ----------
    by : Person
    agency : Agency or None
        Whose it is; None of services' files, whose rows name their own.
    kind : str
        Of `KINDS`.
    file : (str, bytes)
        Its name and what it holds.
    track : Track, optional
        Of a tracker's file.

    Returns
    -------
    Upload

    Raises
    ------
    InputError
        It is too large.
    RefusedError
        The same file is kept already.
    """
    name, data = file
    if len(data) > MOST_BYTES:
        raise InputError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB. Send it in parts.")
    sha256 = hashlib.sha256(data).hexdigest()
    if Upload.objects.filter(sha256=sha256, state="kept", kind=kind, agency=agency).exists():
        raise RefusedError(f"{name} is kept already. Undo that upload first.")
    now = clock.now()
    read = read_track(name, data, track, now) if track else read_table(kind, name, data)
    faults = read.faults or _try(agency, kind, read)
    with transaction.atomic():
        made = Upload.objects.create(
            agency=agency,
            kind=kind,
            name=name[:200],
            sha256=sha256,
            state="faulty" if faults else "read",
            rows=read.rows,
            faults=faults,
            number=len(read.rows),
            notes=read.notes,
            sent_at=now,
            sent_by_id=by.pk,
        )
        if track and read.walked and not faults:
            made.notes = [*read.notes, _keep_line(made, track, read.walked, now)]
            made.save(update_fields=["notes"])
        tell("file read", f"upload:{made.pk}", by, now, rows=made.number, faults=len(faults))
    return made


def keep_upload(*, by: Person, upload: Upload) -> None:
    """Keep what was read.

    Parameters
    ----------
    by : Person
    upload : Upload

    Raises
    ------
    InputError, RefusedError
        The ledger refuses a row by now; nothing is kept.
    """
    now = clock.now()
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        if upload.state != "read":
            raise RefusedError("It was kept, undone or faulty. Send the file again.")
        try:
            _keep(by, upload, now)
        except IntegrityError as error:
            raise RefusedError("Something of it is in the ledger already.") from error
        upload.state, upload.kept_at, upload.rows = "kept", now, []
        upload.save(update_fields=["state", "kept_at", "rows"])
        tell("upload kept", f"upload:{upload.pk}", by, now, rows=upload.number)


def undo_upload(*, by: Person, upload: Upload, reason: str) -> None:
    """Take back all that came with a file, with the reason.

    Parameters
    ----------
    by : Person
    upload : Upload
    reason : str

    Raises
    ------
    InputError
        No reason is given.
    RefusedError
        It is not kept, or hours would lie beyond the roster that is left.
    """
    check_faults("The upload", [] if reason.strip() else ["Say why it is taken back."])
    now = clock.now()
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        if upload.state != "kept":
            raise RefusedError("It is not kept, so there is nothing to undo.")
        for model in (HoursRow, TrackedVisit, DayCount):
            model.objects.filter(upload=upload, withdrawn_at=None).update(
                withdrawn_at=now, withdrawn=clock.day_of(now), reason=reason[:300]
            )
        shifts = list(RosterRow.objects.filter(upload=upload, withdrawn_at=None))
        if shifts and upload.agency is not None:
            withdraw_shifts(by=by, agency=upload.agency, shifts=shifts, reason=reason, now=now)
        forget_track(upload)
        upload.state, upload.undone_at, upload.reason = "undone", now, reason.strip()[:300]
        upload.save(update_fields=["state", "undone_at", "reason"])
        tell("upload undone", f"upload:{upload.pk}", by, now)


def drop_upload(*, by: Person, upload: Upload) -> None:
    """Give up a file that was read and not kept; what was read of it is forgotten.

    Parameters
    ----------
    by : Person
    upload : Upload
    """
    now = clock.now()
    with transaction.atomic():
        given_up = Upload.objects.filter(pk=upload.pk, state__in=("read", "faulty"))
        if given_up.update(state="given up", rows=[], faults=[]):
            forget_track(upload)
            tell("upload given up", f"upload:{upload.pk}", by, now)


def list_new(upload: Upload) -> list[NewHours]:
    """Return the rows of the ledger that a file would make.

    Parameters
    ----------
    upload : Upload
        Read, and not kept.

    Returns
    -------
    list of NewHours
        Of a tracker's file those visits that nobody logged, whole minutes, no two at once.
    """
    rows: Iterable[Mapping[str, Any]] = upload.rows
    if upload.kind == "tracker":
        rows = _pick_unlogged(upload)
    streams = {one.key: one for one in Stream.objects.filter(withdrawn_at=None)}
    return [_make_new(upload, number, row, streams) for number, row in enumerate(rows)]


def _keep_line(upload: Upload, track: Track, walked: Walked, now: datetime) -> str:
    """Keep where the unit went, for its agency; say until when."""
    if not keep_track(upload, track.unit_id, walked, now):
        return "Where it went is not kept: its last position is too long ago."
    return (
        f"Once you keep the file, your agency alone sees where it went, simplified, until "
        f"{tell_day(walked.delete_on)}. All other positions were thrown away."
    )


def _try(agency: Agency | None, kind: str, read: Read) -> list[str]:
    """Return what the ledger would refuse, all of it; nothing is kept."""
    tried = Upload(pk=0, agency=agency, kind=kind, rows=read.rows, sha256="")
    try:
        if kind in ("patrols", "tracker", "hours"):
            for one, rows in _by_agency(tried).items():
                check_new(one, rows)
        elif kind == "counts":
            _check_counts(read.rows)
    except PatrolwiseError as error:
        return str(error).splitlines()
    return []


def _keep(by: Person, upload: Upload, now: datetime) -> None:
    if upload.kind == "roster":
        assert upload.agency is not None  # a roster is its coordinator's
        sending = Sending(agency=upload.agency, way="file", now=now, by=by, upload=upload)
        keep_roster(sending=sending, shifts=[_make_shift(row) for row in upload.rows])
    elif upload.kind == "counts":
        # one at a time: two files may tell one place and day on two bases
        list(Agency.objects.select_for_update().order_by("pk"))
        _check_counts(upload.rows)
        DayCount.objects.bulk_create(_make_counts(upload, now))
    else:
        way = "tracker" if upload.kind == "tracker" else "file"
        for agency, rows in _by_agency(upload).items():
            sending = Sending(agency=agency, way=way, now=now, by=by, upload=upload)
            keep_hours(sending=sending, rows=rows)
        if upload.kind == "tracker":
            TrackedVisit.objects.bulk_create(_make_visits(upload, now))


def _by_agency(upload: Upload) -> dict[Agency, list[NewHours]]:
    if upload.agency is not None:
        return {upload.agency: list_new(upload)}
    agencies = {one.key: one for one in Agency.objects.all()}
    found: dict[Agency, list[NewHours]] = {}
    for row, new in zip(upload.rows, list_new(upload), strict=True):
        found.setdefault(agencies[row["service"]], []).append(new)
    return found


def _make_new(
    upload: Upload, number: int, row: Mapping[str, Any], streams: Mapping[str, Stream]
) -> NewHours:
    stream = streams.get(row.get("stream") or "")
    usual = stream.patrol_types[0] if stream else "targeted"
    return NewHours(
        key=uuid5(_NAMESPACE, f"{upload.pk}/{number}"),
        label=f"of line {row['row']}" if "row" in row else f"number {number + 1}",
        unit_id=row["unit"],
        hot_spot_id=row["hot_spot"],
        start=datetime.fromisoformat(row["start"]),
        end=datetime.fromisoformat(row["end"]),
        staff=row["people"],
        paid=row.get("paid", "in kind"),
        stream=stream,
        patrol_type=row.get("patrol_type", usual),
        activity=row.get("activity", "patrol"),
        visibility=row.get("visibility", ""),
        basis=row.get("basis", "self-reported"),
        staff_codes=row.get("staff_codes") or "",
        error_minutes=row.get("error"),
    )


def _pick_unlogged(upload: Upload) -> list[dict[str, Any]]:
    """Return visits as whole minutes that no row of the ledger, and no visit before, has."""
    picked: list[dict[str, Any]] = []
    free: datetime | None = None
    for row in upload.rows:
        start, end = (_minute(datetime.fromisoformat(row[name])) for name in ("start", "end"))
        start = max(start, free) if free else start
        if row["is_pass_through"] or end <= start or _is_logged(upload, row["unit"], start, end):
            continue
        free = end
        times = {"start": start.isoformat(), "end": end.isoformat()}
        picked.append({**row, **times, "basis": "tracker"})
    return picked


def _is_logged(upload: Upload, unit: str, start: datetime, end: datetime) -> bool:
    return HoursRow.objects.filter(
        agency=upload.agency, unit_id=unit, withdrawn_at=None, start__lt=end, end__gt=start
    ).exists()


def _minute(time: datetime) -> datetime:
    return time.replace(second=0, microsecond=0)


def _make_shift(row: Mapping[str, Any]) -> NewShift:
    return NewShift(
        unit_id=row["unit"],
        start=datetime.fromisoformat(row["start"]),
        end=datetime.fromisoformat(row["end"]),
        staff=row["people"],
    )


def _make_visits(upload: Upload, now: datetime) -> list[TrackedVisit]:
    return [
        TrackedVisit(
            agency=upload.agency,
            upload=upload,
            unit_id=row["unit"],
            hot_spot_id=row["hot_spot"],
            day=patrol_day_of(datetime.fromisoformat(row["start"])),
            start=datetime.fromisoformat(row["start"]),
            end=max(
                datetime.fromisoformat(row["end"]),
                datetime.fromisoformat(row["start"]) + timedelta(seconds=1),
            ),
            minutes=row["minutes"],
            error_minutes=row["error"],
            is_pass_through=row["is_pass_through"],
            recorded_at=now,
            recorded=clock.day_of(now),
        )
        for row in upload.rows
    ]


def _make_counts(upload: Upload, now: datetime) -> list[DayCount]:
    agencies = {one.key: one for one in Agency.objects.all()}
    streams = {one.key: one for one in Stream.objects.filter(withdrawn_at=None)}
    return [
        DayCount(
            agency=agencies[row["service"]],
            upload=upload,
            hot_spot_id=row["hot_spot"],
            day=date.fromisoformat(row["day"]),
            patrol_minutes=row["patrol_minutes"],
            person_minutes=row["person_minutes"],
            basis=row.get("basis", ""),
            stream=streams.get(row.get("stream") or ""),
            recorded_at=now,
            recorded=clock.day_of(now),
        )
        for row in upload.rows
    ]


def _check_counts(rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a place, day and service that is counted already, or whose hours are in the ledger."""
    keys = ("agency__key", "hot_spot_id", "day")
    days = {date.fromisoformat(row["day"]) for row in rows}
    counted, logged = (
        set(model.objects.filter(day__in=days, withdrawn_at=None).order_by().values_list(*keys))
        for model in (DayCount, HoursRow)
    )
    faults, seen = [], set()
    for row in rows:
        here = (row["service"], row["hot_spot"], date.fromisoformat(row["day"]))
        told = f"Row {row['row']}: {here[0]} at {here[1]} on {here[2]}"
        if here in counted or (*here, row.get("basis", "")) in seen:
            faults.append(f"{told} is counted already. Leave it out, or undo that upload.")
        elif here in logged:
            faults.append(f"{told} has rows in the ledger. It would count twice; leave it out.")
        seen.add((*here, row.get("basis", "")))
    check_faults("The counts", faults, RefusedError)
