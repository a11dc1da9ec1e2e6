"""A national comparison is asked for, once for each request, with its event."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.db import transaction

from patrolwise import __version__
from patrolwise.errors import RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.insight.models import NationalRun, RunState
from patrolwise.web.insight.national_queries import find_national_file


@dataclass(frozen=True, kw_only=True)
class NationalAsk:
    """What is asked."""

    uploads: tuple[int, ...]  # ids of kept tables of recorded crime
    force: str
    period: str = ""  # blank: the newest whole year
    baseline: str = ""  # blank: the year before
    measures: tuple[str, ...] = ()  # none: all
    similar_name: str = ""
    similar: str = ""  # CSV of force, similar
    campaigns: tuple[tuple[str, str, str], ...] = ()  # name, first, last; marked on its charts


def start_national(*, by: Person, ask: NationalAsk) -> NationalRun:
    """Ask for a comparison, which runs in the background; the same request is the same run.

    Parameters
    ----------
    by : Person
    ask : NationalAsk

    Returns
    -------
    NationalRun
        New, or that which was asked for before.
    """
    from patrolwise.web.insight.national_jobs import compare_nationally  # noqa: PLC0415  (as runs)

    given = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(ask).items()}
    given["uploads"], given["measures"] = sorted(ask.uploads), sorted(ask.measures)
    given["campaigns"] = [list(one) for one in ask.campaigns]
    told = json.dumps([__version__, given], sort_keys=True)
    with transaction.atomic():
        run, is_new = NationalRun.objects.get_or_create(
            key=hashlib.sha256(told.encode()).hexdigest(),
            defaults={
                **given,
                "title": f"{ask.force}, {ask.period or 'the newest year'}",
                "asked": datetime.now(UTC),
                "asked_by_id": by.pk,
            },
        )
        if is_new:
            _record(by, "comparison started", run)
            transaction.on_commit(lambda: compare_nationally.enqueue(run.pk))
    return run


def restart_national(*, by: Person, run: NationalRun) -> None:
    """Start a comparison again that was refused, that died, or whose files are gone.

    Parameters
    ----------
    by : Person
    run : NationalRun

    Raises
    ------
    RefusedError
        It is done: what was found stays as it is.
    """
    from patrolwise.web.insight.national_jobs import compare_nationally  # noqa: PLC0415

    if find_national_file(run, "benchmark.json"):
        raise RefusedError(f"“{run.title}” is done, and stays as it is. Ask for another one.")
    with transaction.atomic():
        run.state, run.reason, run.doing = RunState.WAITING.value, "", ""
        run.save()
        _record(by, "comparison started again", run)
        transaction.on_commit(lambda: compare_nationally.enqueue(run.pk))


def _record(by: Person, action: str, run: NationalRun) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=f"national run {run.pk}",
            actor_id=by.pk,
            role=by.role,
            detail={"force": run.force, "uploads": run.uploads},
        )
    )
