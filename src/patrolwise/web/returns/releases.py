"""The way out: what leaves is checked by machine, then let out by a second person."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.returns import making
from patrolwise.web.returns.bundles import hash_bytes, pack_files, unpack_files
from patrolwise.web.returns.models import CompiledReturn, PublicUpdate, Release, ReleaseState

Check = dict[str, Any]
_LIVE = (ReleaseState.WAITING, ReleaseState.RELEASED)


def ask_release(
    one: CompiledReturn | PublicUpdate, note: str, by: Person, now: datetime
) -> Release:
    """Ask a second person to let something out.

    Parameters
    ----------
    one : CompiledReturn or PublicUpdate
    note : str
        For the second person.
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    Release

    Raises
    ------
    RefusedError
        It waits or is released already.
    """
    of = {"compiled": one} if isinstance(one, CompiledReturn) else {"update": one}
    with transaction.atomic():
        if Release.objects.select_for_update().filter(**of, state__in=_LIVE).exists():
            raise RefusedError(f"{one} waits for a second person already, or is released.")
        checks = check_return(one) if isinstance(one, CompiledReturn) else check_update(one)
        made = Release.objects.create(
            **of, checks=list(checks), asked_at=now, asked_by_id=by.pk, note=note
        )
        _record("release asked", made, by)
    return made


def check_return(compiled: CompiledReturn) -> list[Check]:
    """Return what a machine can check of a return before it leaves.

    Parameters
    ----------
    compiled : CompiledReturn

    Returns
    -------
    list of {what, passed, told, explained}
        Passed is None where there was nothing to go by. One that has not passed stops the release
        unless it is explained on the cover.
    """
    files = unpack_files(compiled.files)
    wrong = making.check_files(files)
    told = [
        {
            "what": "every figure counted again from the rows in the file",
            "passed": not wrong,
            "told": "; ".join(wrong) or "the same",
            "explained": False,
        }
    ]
    results = {"passed": True, "not passed": False}
    header, *rows = making.read_kept(files).sheets["8 Assurance"]
    at, detail = header.index("result"), header.index("detail")
    for row in rows:
        passed = results.get(str(row[at]).casefold())
        told.append(
            {
                "what": row[0],
                "passed": passed,
                "told": row[detail],
                "explained": bool(compiled.open_queries),  # on the cover, by whoever prepared it
            }
        )
    return told


def check_update(update: PublicUpdate) -> list[Check]:
    """Return what a machine can check of an update before it leaves.

    Parameters
    ----------
    update : PublicUpdate

    Returns
    -------
    list of {what, passed, told, explained}
    """
    is_out = Release.objects.filter(compiled=update.compiled, state=ReleaseState.RELEASED).exists()
    claims = unpack_files(update.files).get("claims.txt", b"").decode()
    newest = CompiledReturn.objects.filter(quarter=update.compiled.quarter).first()
    told: list[Check] = [
        {
            "what": "the text is borne out by the figures, and names no cause",
            "passed": True,  # one that is not is never kept
            "told": claims or "nobody wrote a text",
        },
        {
            "what": "the return that it is made of is released",
            "passed": is_out,
            "told": str(update.compiled),
        },
        {
            "what": "the return is the newest of its quarter",
            "passed": newest == update.compiled,
            "told": str(newest),
        },
    ]
    return [{**one, "explained": False} for one in told]


def decide_release(
    release: Release, *, is_let_out: bool, reason: str, by: Person, now: datetime
) -> Release:
    """Let something out, or not.

    Parameters
    ----------
    release : Release
    is_let_out : bool
    reason : str
        What the second person looked at, or why not.
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    Release

    Raises
    ------
    RefusedError
        It was decided on; the same person asked or prepared it; a check that has to pass has not;
        or no reason is given.
    """
    files = None
    _check(release, by, reason)
    if is_let_out:
        check_faults("Release", list(_find_not_passed(release)), RefusedError)
        files = pack_files(_finish(release, by))  # takes a while: before anybody has to wait for it
    with transaction.atomic():
        found = Release.objects.select_for_update().get(pk=release.pk)
        _check(found, by, reason)
        if files:
            found.files, found.sha256 = files, hash_bytes(files)
        found.state = ReleaseState.RELEASED if is_let_out else ReleaseState.REFUSED
        found.decided_at, found.decided_by_id, found.reason = now, by.pk, reason.strip()
        found.save()
        _record("released" if is_let_out else "release refused", found, by)
    return found


def withdraw_release(release: Release, why: str, by: Person, now: datetime) -> Release:
    """Take back what was let out, or asked for: it is shown no more, and stays on record.

    Parameters
    ----------
    release : Release
    why : str
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    Release

    Raises
    ------
    RefusedError
        It neither waits nor is out, or no reason is given.
    """
    with transaction.atomic():
        found = Release.objects.select_for_update().get(pk=release.pk)
        faults = [] if found.state in _LIVE else ["It neither waits nor is released."]
        faults += [] if why.strip() else ["Say why it is taken back."]
        check_faults("Release", faults, RefusedError)
        found.state = ReleaseState.WITHDRAWN
        found.withdrawn_at, found.withdrawn_by_id, found.withdrawn_why = now, by.pk, why.strip()
        found.save()
        _record("release taken back", found, by)
    return found


def _check(release: Release, by: Person, reason: str) -> None:
    faults = []
    if release.state != ReleaseState.WAITING:
        faults.append("It was decided on already.")
    if by.pk in (release.asked_by_id, _prepared_by(release)):
        faults.append("A second person decides: not who prepared it, and not who asked.")
    if not reason.strip():
        faults.append("Say what you looked at, or why it is refused.")
    check_faults("Release", faults, RefusedError)


def _find_not_passed(release: Release) -> Iterable[str]:
    now = check_return(release.compiled) if release.compiled else check_update(release.update)
    for one in now:
        if one["passed"] is False and not one["explained"]:
            yield f"A check has not passed: {one['what']} ({one['told']})."


def _prepared_by(release: Release) -> int:
    return int((release.compiled or release.update).made_by_id)


def _finish(release: Release, by: Person) -> dict[str, bytes]:
    """Return the files with both names in them."""
    if release.compiled:
        return making.approve_files(unpack_files(release.compiled.files), by.name)
    update = release.update
    first = json.loads(unpack_files(update.files)["update.json"])["prepared_by"]
    asked = making.ask_again(update.compiled, prepared_by=first, approved_by=by.name)
    return making.draft_update(asked, update.text)


def _record(action: str, release: Release, by: Person) -> None:
    detail = {"release": release.pk, "of": str(release), "sha256": release.sha256}
    record_event(NewEvent(action=action, actor_id=by.pk, role=by.role, detail=detail))
