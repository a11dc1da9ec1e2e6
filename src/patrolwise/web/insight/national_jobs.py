"""The national comparison in the background: its folder appears whole or not at all."""

import json
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django_tasks import task

from patrolwise.errors import InputError, PatrolwiseError
from patrolwise.study.benchmark import BenchmarkRequest, benchmark
from patrolwise.study.benchmark_writing import make_benchmark_files
from patrolwise.study.campaigns_programme import SITE, DeclaredCampaign
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.insight.models import NationalRun, RunState
from patrolwise.web.insight.national_forms import listed_forces
from patrolwise.web.insight.national_pictures import take_pictures
from patrolwise.web.insight.national_queries import PICTURES, list_standing
from patrolwise.web.records.models import Kind
from patrolwise.web.records.queries import list_kept
from patrolwise.web.records.stored_files import named_as_sent, sync_folder, sync_tree

_log = logging.getLogger("patrolwise.insight")


@task()
def compare_nationally(run_id: int) -> None:
    """Compare; a run that is done stays as it is.

    Parameters
    ----------
    run_id : int
    """
    runs = NationalRun.objects.filter(pk=run_id).exclude(state=RunState.DONE.value)
    if not runs.update(state=RunState.RUNNING.value, reason=""):
        return
    run = runs.get()
    try:
        contents = _make(run, lambda told: runs.update(doing=told[:120]))
        folder = _keep(contents, run)
    except Exception as error:
        with transaction.atomic():
            runs.update(state=RunState.REFUSED.value, reason=_reason(error), doing="")
            record_event(NewEvent(action="comparison refused", subject=f"national run {run_id}"))
        return
    document = json.loads(contents["benchmark.json"])
    with transaction.atomic():
        runs.update(
            state=RunState.DONE.value,
            title=document["title"][:200],
            findings=list_standing(document),
            folder=folder,
            doing="",
            finished=datetime.now(UTC),
        )
        record_event(NewEvent(action="comparison done", subject=f"national run {run_id}"))


def _make(run: NationalRun, progress: Callable[[str], object]) -> dict[str, bytes]:
    tables = list(list_kept(Kind.RECORDED).filter(pk__in=run.uploads))
    if len(tables) < len(run.uploads):
        raise InputError(
            "A table of this comparison is no longer kept. Ask for another one, with tables that "
            "are kept."
        )

    def tell(what: str) -> None:
        progress(what)

    with ExitStack() as stack:
        similar = None
        if run.similar:
            similar = stack.enter_context(listed_forces(run.similar_name, run.similar))
        request = BenchmarkRequest(
            files=[stack.enter_context(named_as_sent(one.stored, one.name)) for one in tables],
            measures=run.measures,
            period=run.period,
            baseline=run.baseline,
            force=run.force,
            similar=similar,
            campaigns=tuple(
                DeclaredCampaign(
                    name=name,
                    first=date.fromisoformat(first),
                    last=date.fromisoformat(last),
                    declared_in=SITE,
                )
                for name, first, last in run.campaigns
            ),
        )
        results = benchmark(request, progress=tell)
    made = make_benchmark_files(results, progress=tell)
    pictures, parts = take_pictures(made.page)
    return {**made.contents, **pictures, PICTURES: json.dumps(parts).encode()}


def _keep(contents: Mapping[str, bytes], run: NationalRun) -> str:
    """Write all files into a folder that appears at once; return its name in the data folder."""
    # a name of its own each time: what a run that died left behind is never in the way
    name = f"runs/national-{run.pk}-{secrets.token_hex(8)}"
    place: Path = settings.DATA_FOLDER / name
    made = place.with_name(f".{place.name}")
    try:
        made.mkdir(parents=True)
        for file, content in contents.items():
            (made / file).write_bytes(content)
        sync_tree(made)
        os.replace(made, place)  # noqa: PTH105  (atomic, and says so)
        sync_folder(place.parent)
    except OSError as error:
        raise InputError(f"The results cannot be kept: {error.strerror}. Free the disk.") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return name


def _reason(error: Exception) -> str:
    if isinstance(error, PatrolwiseError):
        return str(error)
    _log.warning("comparison ended", extra={"error": type(error).__name__})
    return (
        f"It ended with {type(error).__name__}, which is a fault of the program or of its "
        "machine. Start it again; if it ends so again, tell whoever looks after the site."
    )
