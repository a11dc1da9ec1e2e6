"""What is done in the background: reading uploads, counting, choosing hot spots.

Jobs take ids only, and say how far they are in the row they work on. One that dies leaves a row
that can be started again, and no half of anything.
"""

import logging
from datetime import UTC, datetime
from functools import partial

import polars as pl
from django.db import transaction
from django_tasks import default_task_backend, task

from patrolwise.errors import PatrolwiseError
from patrolwise.tables import CRIMES, make_table
from patrolwise.web.accounts.lacks import find_lack
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.records.choosing import choose_for
from patrolwise.web.records.day_counting import count_by_definition
from patrolwise.web.records.fix_tables import fit_mapping
from patrolwise.web.records.models import (
    DayCount,
    Kind,
    SetState,
    SpotChoice,
    SpotSet,
    State,
    Upload,
)
from patrolwise.web.records.queries import NEEDS_MAPPING, list_kept
from patrolwise.web.records.reading import (
    NeedsMappingError,
    NotHereError,
    Reading,
    UploadRead,
    read_stored,
)
from patrolwise.web.records.reading_lock import hold
from patrolwise.web.records.spot_documents import add_set, read_set
from patrolwise.web.records.stored_files import below_data, find_stored, forget, named_as_sent
from patrolwise.web.records.waiting import WAITS_FOR, forget_overdue

_log = logging.getLogger("patrolwise.records")
_FAILURES = (Exception, pl.exceptions.PanicException)
_BATCH = 2_000


@task()
def read_upload(upload_id: int) -> None:
    """Read one upload and leave it for a look, or say why it cannot be read.

    Parameters
    ----------
    upload_id : int
    """
    with hold(upload_id) as is_free:
        begun = (State.WAITING.value, State.READING.value)
        mine = Upload.objects.filter(pk=upload_id, state__in=begun)
        if is_free and mine.update(state=State.READING, doing="Beginning", done_share=0.0):
            _read(mine.get())


@task()
def count_days() -> None:
    """Count anew what each hot spot in force had, of all crimes kept, in one transaction."""
    while not _count_once():
        pass  # an upload was kept or undone meanwhile


@task()
def forget_unchecked() -> int:
    """Delete the bytes of fixes that waited for a day, of which nobody knows whose they are.

    Returns
    -------
    int
    """
    return forget_overdue()


@task()
def choose_spots(choice_id: int) -> None:
    """Choose hot spots by a rule, and leave them as a draft.

    Parameters
    ----------
    choice_id : int
    """
    mine = SpotChoice.objects.filter(pk=choice_id, state__in=[State.WAITING, State.READING])
    if not mine.update(state=State.READING, doing="Choosing among all cells"):
        return
    choice = mine.get()
    try:
        crimes = load_kept_crimes()
        spots = choose_for(choice.rule, crimes)
        with transaction.atomic():
            made = add_set(spots, by_id=choice.asked_by_id, reason="Chosen by its rule")
            mine.update(state=State.KEPT, doing="", spot_set=made)
            _tell("hot spots chosen", f"hot-spot-set:{made.pk}", areas=made.hot_spots)
    except _FAILURES as error:
        with transaction.atomic():
            mine.update(state=State.REFUSED, doing="", reason=_reason(error))
            _tell("hot spots not chosen", f"choice:{choice_id}", error=type(error).__name__)


def load_kept_crimes() -> pl.DataFrame:
    """Return all kept crimes.

    Returns
    -------
    (n, 16) CRIMES
    """
    tables = [find_stored(name) for name in list_kept(Kind.CRIMES).values_list("table", flat=True)]
    return pl.concat([make_table(CRIMES), *(pl.read_parquet(table) for table in tables)])


def _read(upload: Upload) -> None:
    mine = Upload.objects.filter(pk=upload.pk, state=State.READING)

    def tell(doing: str, share: float) -> None:
        mine.update(doing=doing, done_share=share)

    try:
        with named_as_sent(upload.stored, upload.name) as path:
            read = read_stored(
                Reading(
                    kind=upload.kind,
                    path=path,
                    mapping=upload.mapping,
                    tell=tell,
                    fit=partial(fit_mapping, upload),
                )
            )
    except NeedsMappingError:
        waits = {"doing": NEEDS_MAPPING, "done_share": 0.0, "finished": datetime.now(UTC)}
        mine.update(state=State.WAITING, **waits)
        _ask_to_forget(upload)
    except _FAILURES as error:
        with transaction.atomic():
            refused = {"state": State.REFUSED, "doing": "", "reason": _reason(error)}
            if isinstance(error, NotHereError):
                refused["stored"] = ""
                transaction.on_commit(partial(forget, upload.stored))
            mine.update(**refused, finished=datetime.now(UTC))
            _tell("upload refused", f"upload:{upload.pk}", error=type(error).__name__)
        _ask_to_forget(upload)
    else:
        _finish(upload, read)


def _ask_to_forget(upload: Upload) -> None:
    """Have an upload's bytes deleted in a day, unless they are checked by then."""
    if upload.kind == Kind.FIXES and default_task_backend.supports_defer:
        forget_unchecked.using(run_after=datetime.now(UTC) + WAITS_FOR).enqueue()


def _finish(upload: Upload, read: UploadRead) -> None:
    table = below_data(read.path)
    with transaction.atomic():
        changed = Upload.objects.filter(pk=upload.pk, state=State.READING).update(
            state=State.PREVIEW,
            doing="",
            done_share=1.0,
            table=table,
            quality=[vars(line) for line in read.lines],
            rows=read.rows,
            first_day=read.first,
            last_day=read.last,
            finished=datetime.now(UTC),
        )
        if not changed:  # undone while it was read
            transaction.on_commit(partial(forget, table))
            return
        if read.left_out:  # of no use to a programme that does not name them, so not kept either
            Upload.objects.filter(pk=upload.pk).update(stored="")
            transaction.on_commit(partial(forget, upload.stored))
        _tell("upload read", f"upload:{upload.pk}", rows=read.rows)


def _count_once() -> bool:
    """Count, and put the counts in place unless the data changed meanwhile; return whether so."""
    seen = _find_basis()
    spot_set = SpotSet.objects.filter(state=SetState.PUBLISHED).first()
    rows: list[DayCount] = []
    if spot_set is not None:
        counted = count_by_definition(load_kept_crimes(), read_set(spot_set).areas)
        rows = [
            DayCount(spot_set=spot_set, definition=key, **row)
            for key, frame in counted.items()
            for row in frame.iter_rows(named=True)
        ]
    with transaction.atomic():
        list(SpotSet.objects.select_for_update().values_list("pk"))  # one count at a time
        if _find_basis() != seen:
            return False
        DayCount.objects.all().delete()
        DayCount.objects.bulk_create(rows, batch_size=_BATCH)
        _tell("days counted", "", rows=len(rows))
    return True


def _find_basis() -> tuple[object, ...]:
    """Return what counts stand on: the set in force, and the uploads kept."""
    in_force = SpotSet.objects.filter(state=SetState.PUBLISHED).values_list("pk", flat=True)
    return (*in_force, None, *list_kept(Kind.CRIMES).values_list("pk", flat=True))


def _reason(error: BaseException) -> str:
    """Return the library's own sentence; of anything else that it could not be read at all."""
    if isinstance(error, PatrolwiseError):
        return str(error)
    if lack := find_lack(error):
        return f"{lack.sentence} Its bytes are here: have it read again."
    _log.warning("upload could not be read", extra={"error": type(error).__name__})
    return (
        f"It is not what it says, or damaged: reading it ended with {type(error).__name__}. "
        "Nothing of it was kept. Export it again."
    )


def _tell(action: str, subject: str, **detail: object) -> None:
    record_event(NewEvent(action=action, subject=subject, detail=dict(detail)))
