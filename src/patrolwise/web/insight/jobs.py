"""The evaluation of a programme in the background: its folder appears whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django_tasks import task

from patrolwise.errors import InputError, PatrolwiseError
from patrolwise.study.campaigns import add_campaigns
from patrolwise.study.evaluation import run_evaluation
from patrolwise.study.reading import read_programme
from patrolwise.study.writing import write_results
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.insight.models import EvaluationRun, RunState
from patrolwise.web.insight.run_campaigns import list_site_campaigns
from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.records.queries import find_programme_file


@task()
def evaluate(run_id: int) -> None:
    """Evaluate; a run that is done stays as it is.

    Parameters
    ----------
    run_id : int
    """
    runs = EvaluationRun.objects.filter(pk=run_id).exclude(state=RunState.DONE.value)
    if not runs.update(state=RunState.RUNNING.value, reason=""):
        return
    run = runs.get()
    try:
        findings, folder = _evaluate(run, lambda told: runs.update(doing=told[:120]))
    except PatrolwiseError as error:
        with transaction.atomic():
            runs.update(state=RunState.REFUSED.value, reason=str(error), doing="")
            record_event(NewEvent(action="evaluation refused", subject=f"run {run_id}"))
        return
    with transaction.atomic():
        runs.update(
            state=RunState.DONE.value,
            findings=findings,
            folder=folder,
            doing="",
            finished=datetime.now(UTC),
        )
        record_event(NewEvent(action="evaluation done", subject=f"run {run_id}"))


def _evaluate(run: EvaluationRun, progress: Callable[[str], object]) -> tuple[list[str], str]:
    kept = Upload.objects.filter(
        pk=run.upload_id, kind=Kind.PROGRAMME.value, state=State.KEPT.value
    )
    upload = kept.first()
    if upload is None:
        raise InputError("The programme of this run is no longer kept. Upload it again.")

    def tell(what: str) -> None:
        progress(what)

    declared = read_programme(find_programme_file(upload))
    programme = add_campaigns(declared, list_site_campaigns(declared))
    evaluated = run_evaluation(programme, progress=tell)
    # a name of its own each time: what a run that died left behind is never in the way
    name = f"runs/{run.pk}-{secrets.token_hex(8)}"
    place: Path = settings.DATA_FOLDER / name
    made = place.with_name(f".{place.name}")
    try:
        for path in write_results(evaluated.results, made, progress=tell):
            _sync(path)
        os.replace(made, place)  # noqa: PTH105  (atomic, and says so)
        _sync(place.parent)
    except OSError as error:
        raise InputError(f"The results cannot be kept: {error.strerror}. Free the disk.") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return list(evaluated.results.findings), name


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
