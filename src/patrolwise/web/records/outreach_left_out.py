"""What a programme may say of outreach on this site: its places and times, not where it was."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.files.abstraction_logs import read_abstractions
from patrolwise.files.crews import read_assignments
from patrolwise.files.fixes import read_fixes
from patrolwise.study.patrol_programme import Tracking
from patrolwise.study.programme import Service
from patrolwise.study.reading import read_patrol_programme
from patrolwise.web.accounts.wall import is_of_outreach, name_kind

_OUTREACH = "outreach"
_STAYS = "Where outreach was stays with the outreach service; its minutes come from there."
_MOST_NAMED = 10


def check_without_outreach(
    services: tuple[Service, ...], path: Path, *, has_tracking: bool
) -> None:
    """Raise when a programme would bring in where outreach was, or hides which service it is.

    Parameters
    ----------
    services : tuple of Service
        That it declares.
    path : Path
        Of its programme.toml.
    has_tracking : bool
        Whether it has a table of that name.

    Raises
    ------
    InputError
        A service is of no kind that is told, outreach is not called so, or crews, logs or fixes
        hold what is outreach's; all faults are named.
    """
    faults = list(_judge_services(services))
    if has_tracking:
        kinds = {service.name: name_kind(service.name, service.kind) for service in services}
        ours = {name for name, kind in kinds.items() if kind != _OUTREACH}
        try:
            faults += _judge_tracking(read_patrol_programme(path).tracking, ours)
        except InputError as error:  # a form that cannot be read may hold anything
            faults.append(str(error))
    check_faults(path.name, faults)


def _judge_services(services: Iterable[Service]) -> Iterable[str]:
    for service in services:
        kind = name_kind(service.name, service.kind)
        if not kind:
            yield (
                f"Service {service.name} does not say what it is. Give it a kind: "
                'kind = "police", "partner" or "outreach".'
            )
        elif kind == _OUTREACH and not is_of_outreach(service.name):
            yield (
                f"Service {service.name} is outreach, and its name does not say so. Call it "
                f"{service.name} outreach, here and in the forms: everybody on this site must be "
                "able to tell."
            )
        elif kind != _OUTREACH and is_of_outreach(service.name):
            yield (
                f"Service {service.name} is called outreach, and its kind is {kind}. Mend the one "
                "or the other."
            )


def _judge_tracking(tracking: Tracking, ours: set[str]) -> Iterable[str]:
    crews = read_assignments(tracking.crews, zone=tracking.zone)
    yield from _judge_rows(crews, tracking.crews, ours)
    if tracking.abstractions is not None:
        logged = read_abstractions(tracking.abstractions, zone=tracking.zone)
        yield from _judge_rows(logged, tracking.abstractions, ours)
    own = crews.filter(pl.col("service").is_in(list(ours)))["device_id"].drop_nulls()
    fixes = read_fixes(tracking.fixes, mapping=tracking.mapping).fixes
    others = sorted(set(fixes["device_id"].unique()) - set(own))
    if others:
        more = f" and {len(others) - _MOST_NAMED} others" if len(others) > _MOST_NAMED else ""
        yield (
            f"tracking.fixes holds fixes of {', '.join(others[:_MOST_NAMED])}{more}, which no "
            f"crew of the police or a partner had. Take them out. {_STAYS}"
        )


def _judge_rows(table: pl.DataFrame, path: Path, ours: set[str]) -> Iterable[str]:
    theirs = table.filter(~pl.col("service").is_in(list(ours)))
    if theirs.height:
        named = ", ".join(theirs["service"].unique().sort())
        yield f"{path.name} has {theirs.height:,} rows of {named}. Take them out. {_STAYS}"
