"""What is done in Insight: runs are started, tokens made and ended, each with its event."""

import hashlib
import secrets
from datetime import UTC, datetime

from django.db import transaction

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.insight.models import EvaluationRun, ReadToken, RunState
from patrolwise.web.records.models import Upload

_MOST_TOKENS = 5


def start_run(*, by: Person, upload: Upload, title: str) -> EvaluationRun:
    """Ask for an evaluation of a kept programme; it runs in the background.

    Parameters
    ----------
    by : Person
    upload : Upload
    title : str

    Returns
    -------
    EvaluationRun
    """
    from patrolwise.web.insight.jobs import evaluate  # noqa: PLC0415  (the job ends in this module)

    with transaction.atomic():
        run = EvaluationRun.objects.create(
            title=title, upload_id=upload.pk, asked=datetime.now(UTC), asked_by_id=by.pk
        )
        _record(by, "evaluation started", f"run {run.pk}", upload=upload.pk)
        transaction.on_commit(lambda: evaluate.enqueue(run.pk))
    return run


def restart_run(*, by: Person, run: EvaluationRun) -> None:
    """Start a run again that was refused, or that died.

    Parameters
    ----------
    by : Person
    run : EvaluationRun

    Raises
    ------
    RefusedError
        It is done: what was found stays as it is.
    """
    from patrolwise.web.insight.jobs import evaluate  # noqa: PLC0415

    if run.state == RunState.DONE.value:
        raise RefusedError(f"“{run.title}” is done. Start a new run; this one stays as it is.")
    with transaction.atomic():
        run.state, run.reason, run.doing = RunState.WAITING.value, "", ""
        run.save()
        _record(by, "evaluation started again", f"run {run.pk}")
        transaction.on_commit(lambda: evaluate.enqueue(run.pk))


def make_token(*, by: Person, name: str) -> str:
    """Make a token by which a program reads the tables for somebody; return it, this once.

    Parameters
    ----------
    by : Person
    name : str

    Returns
    -------
    str

    Raises
    ------
    RefusedError
        There are five already.
    """
    if ReadToken.objects.filter(person_id=by.pk, ended=None).count() >= _MOST_TOKENS:
        raise RefusedError(f"You have {_MOST_TOKENS} tokens. End one that is not in use first.")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        made = ReadToken.objects.create(
            person_id=by.pk, name=name, token_sha256=hash_token(token), made=datetime.now(UTC)
        )
        _record(by, "token made", f"token {made.pk}")
    return token


def end_token(*, by: Person, token: ReadToken) -> None:
    """End one of one's own tokens; ended twice, it stays ended.

    Parameters
    ----------
    by : Person
    token : ReadToken
    """
    with transaction.atomic():
        token.ended = token.ended or datetime.now(UTC)
        token.save()
        _record(by, "token ended", f"token {token.pk}")


def hash_token(token: str) -> str:
    """Return what is kept of a token.

    Parameters
    ----------
    token : str

    Returns
    -------
    str
    """
    return hashlib.sha256(token.encode()).hexdigest()


def _record(by: Person, action: str, subject: str, **detail: int) -> None:
    record_event(
        NewEvent(action=action, subject=subject, actor_id=by.pk, role=by.role, detail=detail)
    )
