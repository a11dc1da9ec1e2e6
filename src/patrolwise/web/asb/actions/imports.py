"""How an export of another case system is looked at, kept, dropped and undone: all of it, or none.

The file is held sealed until somebody decides, for a day at most; then its content goes, and its
counts stay.
"""

import base64
import hashlib
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.files.asb_incidents import AsbRead, read_asb
from patrolwise.files.asb_mapping import AsbMapping, read_asb_mapping
from patrolwise.study.asb_quality_lines import describe_asb_quality
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions.import_rows import write_rows
from patrolwise.web.asb.models import Case, ImportRun, Incident, Subject, Victim
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.vault.writing import Writing, add_record, check_may, save_record

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
WAITS_FOR = timedelta(hours=24)  # for somebody to keep it


_EXPIRED = (
    "Nobody kept it within 24 hours, so its rows were deleted and none was written. Read the file "
    "in again, and keep it on the same day."
)


def preview_import(*, writing: Writing, data: bytes, mapping: str, lead_agency: str) -> ImportRun:
    """Read an export through a mapping, and hold it sealed until somebody decides.

    Parameters
    ----------
    writing : Writing
    data : bytes
        CSV.
    mapping : str
        TOML.
    lead_agency : str
        Who answers for the cases.

    Returns
    -------
    ImportRun
        With the report of quality: counts alone, no value of a row.

    Raises
    ------
    InputError
        The mapping or the file is wrong, or too large; no value of a row is told.
    RefusedError
        A column holds people and is mapped to neither, the same file was kept before, or the role
        may not.
    """
    check_may(writing.by, Permission.IMPORT_ASB)
    faults = [] if lead_agency.strip() else ["It is not said which agency leads the cases."]
    if len(data) > MOST_BYTES:
        faults.append(f"The file has {len(data) / 1e6:.1f} MB. Give 5 MB at most, a part a time.")
    check_faults("The import", faults)
    drop_overdue(writing.now)
    digest = hashlib.sha256(data).hexdigest()
    if ImportRun.objects.filter(file_hash=digest, state__in=("preview", "kept")).exists():
        raise RefusedError("This very file is here already. Undo or drop it first.")
    read = _read(data, mapping)
    if read.incidents.height > MOST_ROWS:
        raise RefusedError(f"The file has more than {MOST_ROWS:,} rows. Give a part at a time.")
    lines = describe_asb_quality(read)
    return add_record(
        ImportRun,
        writing,
        "asb-incident",
        file_hash=digest,
        content=base64.b64encode(data).decode("ascii"),
        mapping=mapping,
        lead_agency=lead_agency.strip(),
        lines=[{"what": one.what, "count": one.count, "note": one.note} for one in lines],
    )


def keep_import(*, writing: Writing, run: ImportRun) -> Counter[str]:
    """Write the rows of an export that was looked at, in one go.

    Parameters
    ----------
    writing : Writing
    run : ImportRun

    Returns
    -------
    Counter
        Table → rows written.

    Raises
    ------
    RefusedError
        It was decided before, or the role may not.
    """
    check_may(writing.by, Permission.IMPORT_ASB)
    drop_overdue(writing.now)  # first, and for good: what is refused below takes nothing back
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)  # nobody keeps it twice
        _check_preview(run)
        read = _read(base64.b64decode(run.content), run.mapping)
        counts = write_rows(writing, run, read)
        run.counts = dict(counts)
        _decide(writing, run, "kept")
    return counts


def drop_import(*, writing: Writing, run: ImportRun) -> None:
    """Drop an export that was looked at: nothing of it is kept.

    Parameters
    ----------
    writing : Writing
    run : ImportRun

    Raises
    ------
    RefusedError
        It was decided before, or the role may not.
    """
    check_may(writing.by, Permission.IMPORT_ASB)
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        _check_preview(run)
        _decide(writing, run, "dropped")


def undo_import(*, writing: Writing, run: ImportRun) -> None:
    """Take out every row that an import wrote, while nobody has worked on any.

    Parameters
    ----------
    writing : Writing
    run : ImportRun

    Raises
    ------
    RefusedError
        It was not kept, somebody worked on its cases, or the role may not.
    """
    check_may(writing.by, Permission.IMPORT_ASB)
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.state != "kept":
            raise RefusedError("It was not kept: there is nothing to undo.")
        if worked := _count_worked(run):
            raise RefusedError(
                f"Somebody has worked on {worked} of its records. What was written since would go "
                "with them: it cannot be undone any longer."
            )
        Incident.objects.filter(import_run=run).delete()
        Case.objects.filter(import_run=run).delete()
        _decide(writing, run, "undone")


def drop_overdue(now: datetime) -> int:
    """Delete the content of every export that waited for a day and was not kept.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    int
        Of how many.
    """
    overdue = ImportRun.objects.filter(state="preview", created_at__lte=now - WAITS_FOR)
    if not overdue.exists():  # nearly always: nobody need wait for the one writer
        return 0
    with transaction.atomic():
        runs = list(overdue.select_for_update().defer("content"))
        for run in runs:
            run.state, run.content, run.decided_at = "expired", "", now
            run.save(update_fields=["state", "content", "decided_at"])
            record_event(NewEvent(action="importrun expired", subject=str(run.pk)), now=now)
    return len(runs)


def waits_until(run: ImportRun) -> datetime | None:
    """Return when an export that was looked at is deleted; None: it was decided.

    Parameters
    ----------
    run : ImportRun

    Returns
    -------
    datetime or None
    """
    return run.created_at + WAITS_FOR if run.state == "preview" else None


def _read(data: bytes, mapping: str) -> AsbRead:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
        (folder / "export.csv").write_bytes(data)
        found: AsbMapping = read_asb_mapping(folder / "mapping.toml")
        return read_asb(folder / "export.csv", found)


def _check_preview(run: ImportRun) -> None:
    if run.state == "expired":
        raise RefusedError(_EXPIRED)
    if run.state != "preview":
        raise RefusedError("It was decided before.")


def _decide(writing: Writing, run: ImportRun, state: str) -> None:
    run.state, run.content = state, ""
    run.decided_by_id, run.decided_at = writing.by.pk, writing.now
    save_record(run, writing, "state", "content", "counts", "decided_by_id", "decided_at")


def _count_worked(run: ImportRun) -> int:
    """Return how many of its records were changed, or have others beneath them since."""
    cases = Case.objects.filter(import_run=run)
    made = run.decided_at
    tables: tuple[Any, ...] = (
        cases,
        Incident.objects.filter(import_run=run),
        Victim.objects.filter(case__in=cases),
        Subject.objects.filter(case__in=cases),
    )
    changed = sum(rows.filter(server_revision__gt=1).count() for rows in tables)
    since = sum(
        rows.filter(created_at__gt=made).count()
        for rows in (tables[2], tables[3], Incident.objects.filter(case__in=cases))
    )
    beneath = ("actions", "powers", "members", "parties", "breaks", "victims__contacts")
    more = sum(cases.exclude(**{name: None}).count() for name in beneath)
    return changed + since + more
