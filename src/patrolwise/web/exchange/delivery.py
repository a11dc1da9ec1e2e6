"""How parcels leave and come in: by a folder that both sites reach, file by file, nothing twice.

A parcel is kept in the database first and then written to the folder; one that is written twice is
taken in once. It is taken in only if the other site signed it, it is the next one, it is for this
site, and every field of it may cross; all in one transaction with what it changes.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from patrolwise.errors import InputError, PatrolwiseError, RefusedError, check_faults
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.exchange.kinds import KINDS, OUTREACH, POLICE, check_body
from patrolwise.web.exchange.models import IN, OUT, REFUSED, SENT, TAKEN, WAITING, Parcel
from patrolwise.web.exchange.signing import (
    Letter,
    is_signed,
    read_letter,
    sign_letter,
    write_letter,
)
from patrolwise.web.identifiers import make_uuid7

Take = Callable[[list[dict[str, Any]], datetime], None]
_SUFFIX = ".parcel.json"
_MOST_BYTES = 30_000_000


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What a round of the exchange did."""

    sent: int
    taken: int
    refused: int
    told: tuple[str, ...]  # why, one sentence a parcel


def pack_parcel(
    kind: str, rows: Iterable[Mapping[str, Any]], *, by: int | None, now: datetime
) -> Parcel | None:
    """Keep a parcel for the other site; it leaves with the next round.

    Parameters
    ----------
    kind : str
        Of `KINDS`, one that this site sends.
    rows : iterable of mapping
    by : int or None
        Who sends it; None for a program.
    now : datetime
        Aware.

    Returns
    -------
    Parcel or None
        None when there are no rows.

    Raises
    ------
    RefusedError
        A field may not cross, or this site does not send such parcels. No value is repeated.
    """
    body = {"rows": [dict(row) for row in rows]}
    if not body["rows"]:
        return None
    known = KINDS.get(kind)
    if known is None or known.sender != settings.SITE_KEY:
        raise RefusedError(f"This site sends no parcels of the kind {kind}.")
    check_faults(f"A parcel of {kind}", check_body(known, body), RefusedError)
    with transaction.atomic():
        # the record of events stands in a queue, and with it the numbers of parcels
        record_event(
            NewEvent(
                action="parcel packed",
                subject=kind,
                actor_id=by,
                detail={"rows": len(body["rows"])},
            )
        )
        last = Parcel.objects.filter(direction=OUT).order_by("-number").first()
        letter = Letter(
            id=make_uuid7(),
            sender=settings.SITE_KEY,
            recipient=_other(),
            number=last.number + 1 if last else 1,
            kind=kind,
            made_at=now.astimezone(UTC).isoformat(),
            body=body,
        )
        return Parcel.objects.create(
            **_columns(letter),
            direction=OUT,
            signature=sign_letter(letter, settings.DATA_FOLDER),
            state=WAITING,
            state_at=now,
        )


def exchange_parcels(now: datetime) -> Delivered:
    """Write what waits into the folder, and take in what the other site put there.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    Delivered

    Raises
    ------
    InputError
        No folder is configured, or the other site's key is missing.
    """
    folder = _folder()
    sent = _send(folder / f"to-{_other()}", now)
    taken, told = _take(folder / f"to-{settings.SITE_KEY}", now)
    return Delivered(sent=sent, taken=taken, refused=len(told), told=tuple(told))


def _send(folder: Path, now: datetime) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    sent = 0
    for parcel in Parcel.objects.filter(direction=OUT, state=WAITING).order_by("number"):
        letter = _letter_of(parcel)
        _write(folder / f"{parcel.number:010d}{_SUFFIX}", write_letter(letter, parcel.signature))
        Parcel.objects.filter(pk=parcel.pk).update(state=SENT, state_at=now)
        sent += 1
    return sent


def _take(folder: Path, now: datetime) -> tuple[int, list[str]]:
    """Take in what is next, in order; stop where one is missing, as it may still come."""
    public = _peer_key()
    taken, told = 0, []
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        state, why = _take_file(path, public, now)
        if state == WAITING:
            break
        taken += state == TAKEN
        if state == REFUSED:
            told.append(why)
        path.unlink()
    return taken, told


def _take_file(path: Path, public: str, now: datetime) -> tuple[str, str]:
    """Take one file in; return what became of it, and why not."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError("A file in the exchange is larger than any parcel.")
        letter, signature = read_letter(path.read_bytes())
        if not is_signed(letter, signature, public):
            raise RefusedError("A parcel is not signed by the other site.")
    except PatrolwiseError as error:
        # who put it there is not known: it takes no number, and nothing of it is kept
        record_event(NewEvent(action="parcel refused", detail={"why": str(error)}))
        return REFUSED, str(error)
    last = Parcel.objects.filter(direction=IN).order_by("-number").first()
    expected = last.number + 1 if last else 1
    if letter.number < expected:
        return SENT, ""  # written again: it was taken in before
    if letter.number > expected:
        return WAITING, ""
    return _take_letter(letter, signature, now)


def _take_letter(letter: Letter, signature: str, now: datetime) -> tuple[str, str]:
    try:
        with transaction.atomic():
            _check_letter(letter)
            rows = [dict(row) for row in letter.body["rows"]]
            _handler(letter.kind)(rows, now)
            _keep(letter, signature, TAKEN, "", now)
        return TAKEN, ""
    except PatrolwiseError as error:
        why = f"Parcel {letter.number} is refused. {error}"[:300]
        empty = Letter(**{**vars(letter), "body": {}, "kind": letter.kind[:40]})
        with transaction.atomic():
            _keep(empty, signature, REFUSED, why, now)
        return REFUSED, why


def _check_letter(letter: Letter) -> None:
    kind = KINDS.get(letter.kind)
    if kind is None or kind.sender != letter.sender or letter.sender != _other():
        raise RefusedError(f"The {letter.sender[:20]} site sends no such parcels.")
    if letter.recipient != settings.SITE_KEY:
        raise RefusedError("It is for another site.")
    check_faults(f"A parcel of {kind.key}", check_body(kind, letter.body), RefusedError)


def _keep(letter: Letter, signature: str, state: str, why: str, now: datetime) -> None:
    Parcel.objects.create(
        **_columns(letter), direction=IN, signature=signature, state=state, state_at=now, why=why
    )
    record_event(
        NewEvent(
            action=f"parcel {state}",
            subject=letter.kind,
            detail={"number": letter.number, "rows": len(letter.body.get("rows", []))},
        )
    )


def _columns(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "number": letter.number,
        "kind": letter.kind,
        "made_at": datetime.fromisoformat(letter.made_at),
        "body": letter.body,
        "sha256": letter.hash(),
    }


def _letter_of(parcel: Parcel) -> Letter:
    return Letter(
        id=parcel.id,
        sender=settings.SITE_KEY,
        recipient=_other(),
        number=parcel.number,
        kind=parcel.kind,
        made_at=parcel.made_at.astimezone(UTC).isoformat(),
        body=parcel.body,
    )


def _handler(kind: str) -> Take:
    handlers: Mapping[str, str] = settings.EXCHANGE_HANDLERS
    if kind not in handlers:
        raise RefusedError(f"This site has no use for parcels of {kind}.")
    take: Take = import_string(handlers[kind])
    return take


def _other() -> str:
    return OUTREACH if settings.SITE_KEY == POLICE else POLICE


def _folder() -> Path:
    if not settings.EXCHANGE_FOLDER:
        raise InputError(
            "No folder of the exchange is configured. Set PATROLWISE_EXCHANGE to one that both "
            "sites reach."
        )
    return Path(settings.EXCHANGE_FOLDER)


def _peer_key() -> str:
    path = Path(settings.EXCHANGE_PEER)
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        raise InputError(
            f"The other site's key is not at {path}. Copy its exchange-key.pub there, and compare "
            "the two by telephone."
        ) from None


def _write(path: Path, data: bytes) -> None:
    """Write a file that is whole or not there."""
    new = path.with_name(f".{path.name}")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)  # noqa: PTH105  (atomic, and says so)
