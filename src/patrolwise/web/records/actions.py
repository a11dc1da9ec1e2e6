"""What is done to uploads: each change with its event, in one transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl
from django.db import transaction

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.records.fix_tables import save_mapping
from patrolwise.web.records.fix_trying import parse_fix_mapping
from patrolwise.web.records.incoming import ArrivedFile
from patrolwise.web.records.jobs import count_days, read_upload
from patrolwise.web.records.mapping_making import parse_mapping
from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.records.overlaps import find_double
from patrolwise.web.records.programme_files import bundle
from patrolwise.web.records.queries import find_same
from patrolwise.web.records.reading_lock import is_held
from patrolwise.web.records.stored_files import (
    INCOMING,
    PART,
    below_data,
    find_stored,
    folder_of,
    forget,
    hash_file,
    new_name,
    put_in_place,
    sweep,
)
from patrolwise.web.records.trackers import check_trackers, tracker_book
from patrolwise.web.records.waiting import forget_overdue

_LONGEST_NAME = 200


def add_upload(*, by: Person, kind: str, file: ArrivedFile) -> Upload:
    """Take up a file that came in whole, and have it read in the background.

    Parameters
    ----------
    by : Person
    kind : str
        Of `Kind`.
    file : ArrivedFile

    Returns
    -------
    Upload

    Raises
    ------
    RefusedError
        The same bytes are there already; the file is forgotten.
    """
    name = (file.name or "file")[-_LONGEST_NAME:]
    try:
        with transaction.atomic():
            # The event comes first: it waits for its turn, so that of two uploads of the same
            # bytes at once the second sees the first.
            _record("upload received", None, by, sha256=file.sha256, kind=kind)
            if same := find_same(file.sha256):
                raise RefusedError(
                    f"{name} has the same bytes as {same.name}, which was sent on "
                    f"{same.uploaded:%d %b %Y} and is there already. It was not taken twice."
                )
            upload = Upload.objects.create(
                kind=kind,
                name=name,
                sha256=file.sha256,
                size=file.size or 0,
                stored=file.stored,
                uploaded=datetime.now(UTC),
                uploaded_by_id=by.pk,
            )
            read_upload.enqueue(upload.pk)
    except BaseException:
        forget(file.stored)
        raise
    return upload


def add_programme(*, by: Person, files: list[ArrivedFile]) -> Upload:
    """Take up a programme.toml and its forms that were sent together, as one upload.

    Parameters
    ----------
    by : Person
    files : list of ArrivedFile

    Returns
    -------
    Upload

    Raises
    ------
    InputError, RefusedError
        Two files have one name; or the same bytes are there already.
    """
    if len(files) == 1:
        return add_upload(by=by, kind=Kind.PROGRAMME, file=files[0])
    path = folder_of(INCOMING) / new_name()
    part = path.with_suffix(PART)
    try:
        bundle([(str(file.name), find_stored(file.stored)) for file in files], part)
        put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)
        for file in files:
            forget(file.stored)
    first = min((str(file.name) for file in files), key=lambda name: not name.endswith(".toml"))
    together = ArrivedFile(
        name=f"{Path(first).stem}, {len(files)} files.zip",
        stored=below_data(path),
        sha256=hash_file(path),
        size=path.stat().st_size,
    )
    return add_upload(by=by, kind=Kind.PROGRAMME, file=together)


def keep_upload(*, by: Person, upload: Upload) -> None:
    """Keep what was read: from now on it counts.

    Parameters
    ----------
    by : Person
    upload : Upload

    Raises
    ------
    InputError
        A tracker of its fixes is not one of this site any more.
    RefusedError
        It is not there to be kept, or its crimes are kept already by another file.
    """
    if double := find_double(upload):
        raise RefusedError(double)
    if upload.kind == Kind.FIXES:
        check_trackers(pl.read_parquet(find_stored(upload.table)), upload.name)
    with transaction.atomic():
        _move(upload, (State.PREVIEW,), State.KEPT, "It is not waiting to be kept.")
        _record("upload kept", upload, by, rows=upload.rows)
        if upload.kind == Kind.CRIMES:
            count_days.enqueue()
        if upload.kind == Kind.FIXES:
            tracker_book().add_fixes(upload.pk)


def undo_upload(*, by: Person, upload: Upload, reason: str) -> None:
    """Take an upload back; its table and its bytes go once that is on the disk.

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
        It is being read, or was undone before.
    """
    if not reason.strip():
        raise InputError("No reason is given. Say in a few words why it is taken back.")
    if is_held(upload.pk):
        raise RefusedError("It is being read at this moment. Wait until that is done.")
    with transaction.atomic():
        before = upload.state
        states = tuple(state for state in State if state != State.UNDONE)
        _move(upload, states, State.UNDONE, "It was undone before.", reason=reason.strip())
        _record("upload undone", upload, by, before=before, reason=reason.strip())
        for name in (upload.table, upload.stored):
            transaction.on_commit(partial(forget, name))
        if before == State.KEPT and upload.kind == Kind.CRIMES:
            count_days.enqueue()
        if before == State.KEPT and upload.kind == Kind.FIXES:
            tracker_book().take_back(upload.pk)


def read_again(*, by: Person, upload: Upload) -> None:
    """Start the reading of an upload whose job is gone, or which was refused, once more.

    Parameters
    ----------
    by : Person
    upload : Upload

    Raises
    ------
    RefusedError
        It is being read, needs no reading, or its bytes were not kept.
    """
    if not upload.stored:
        raise RefusedError("Its bytes were not kept. Send it again.")
    if is_held(upload.pk):
        raise RefusedError("It is being read at this moment. Nothing needs to be done.")
    with transaction.atomic():
        states = (State.WAITING, State.READING, State.REFUSED)
        said = "It was read already."
        _move(upload, states, State.WAITING, said, doing="", done_share=0.0, reason="")
        _record("upload read again", upload, by)
        read_upload.enqueue(upload.pk)


@dataclass(frozen=True, kw_only=True)
class NamedMapping:
    """Under which name a mapping of fixes is saved, and all columns that its table has."""

    name: str
    columns: list[str]


def map_upload(
    *, by: Person, upload: Upload, mapping: str, save_as: NamedMapping | None = None
) -> None:
    """Say what the columns of a table hold, and have it read.

    Parameters
    ----------
    by : Person
    upload : Upload
    mapping : str
        TOML.
    save_as : NamedMapping, optional
        Of fixes: the next table with these columns is read by it.

    Raises
    ------
    InputError
        The mapping is wrong.
    RefusedError
        The upload is not waiting for a mapping.
    """
    parse = parse_fix_mapping if upload.kind == Kind.FIXES else parse_mapping
    parse(mapping)
    with transaction.atomic():
        states = (State.WAITING, State.REFUSED, State.PREVIEW)
        said = "Its columns cannot be told now. Undo it and send it again."
        table = upload.table
        name = save_as.name if save_as else ""
        told = {"mapping": mapping, "mapping_name": name, "doing": "", "reason": "", "table": ""}
        _move(upload, states, State.WAITING, said, **told)
        if save_as is not None:
            save_mapping(by=by, name=save_as.name, text=mapping, columns=save_as.columns)
        _record("upload mapped", upload, by)
        transaction.on_commit(partial(forget, table))
        read_upload.enqueue(upload.pk)


def drop_file(file: ArrivedFile) -> None:
    """Forget a file that came in with a form that could not be used.

    Parameters
    ----------
    file : ArrivedFile
    """
    forget(file.stored)


def tidy_up() -> int:
    """Delete files that no upload names, and fixes that waited for too long; return how many.

    Returns
    -------
    int
        Of the files that were left behind by what was cut off.
    """
    forget_overdue()
    rows = Upload.objects.exclude(state=State.UNDONE).values_list("stored", "table")
    return sweep({name for row in rows for name in row if name})


def _move(
    upload: Upload, states: tuple[State, ...], state: State, else_said: str, **values: object
) -> None:
    """Change an upload's state, unless somebody else did so just before."""
    values = {"state": state.value, **values}
    changed = Upload.objects.filter(pk=upload.pk, state__in=[one.value for one in states])
    if not changed.update(**values):
        raise RefusedError(f"{upload.name}: {else_said} Load the page again to see how it stands.")
    for name, value in values.items():
        setattr(upload, name, value)


def _record(action: str, upload: Upload | None, by: Person, **detail: object) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=f"upload:{upload.pk}" if upload else "",
            actor_id=by.pk,
            role=by.role,
            detail=dict(detail),
        )
    )
