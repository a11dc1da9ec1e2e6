"""How a programme file is read and checked: every fault at once, before anything is computed."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from patrolwise.errors import InputError, check_faults
from patrolwise.reporting.reflection_records import Reflection
from patrolwise.study.campaigns_programme import DeclaredCampaign
from patrolwise.study.campaigns_reading import read_campaigns
from patrolwise.study.costs_programme import Costs
from patrolwise.study.costs_reading import read_costs
from patrolwise.study.days_programme import PatrolDays
from patrolwise.study.days_reading import read_patrol_days
from patrolwise.study.displacement_programme import DisplacementPlan
from patrolwise.study.displacement_reading import read_displacement
from patrolwise.study.patrol_programme import PatrolProgramme, Tracking
from patrolwise.study.patrol_reading import read_tracking
from patrolwise.study.planning_programme import Planning, PlanProgramme
from patrolwise.study.planning_reading import read_planning
from patrolwise.study.programme import Programme, Service, SpotSource
from patrolwise.study.protocol_reading import read_protocol_source
from patrolwise.study.recording_programme import Recording
from patrolwise.study.recording_reading import read_recording
from patrolwise.study.report_reading import read_report
from patrolwise.study.return_programme import ReturnProgramme
from patrolwise.study.return_reading import read_returns
from patrolwise.study.robustness_programme import Robustness
from patrolwise.study.robustness_reading import read_robustness
from patrolwise.study.service_reading import read_services
from patrolwise.study.source_reading import (
    read_comparison,
    read_crime_source,
    read_definitions,
    read_harm,
    read_hot_spots,
)
from patrolwise.study.toml_reader import TomlReader
from patrolwise.study.wider_trend_programme import WiderTrend
from patrolwise.study.wider_trend_reading import read_wider_trends
from patrolwise.times import Window

_ONLY_EVALUATED = (
    "windows",
    "crimes",
    "comparison",
    "outcomes",
    "harm",
    "protocol",
    "report",
    "wider_trend",
    "recording",
    "robustness",
    "displacement",
    "patrol_days",
    "costs",
    "campaigns",
    "returns",
)
_NEVER = Window("never", date(1, 1, 1), date(1, 1, 1))


def read_programme(path: Path) -> Programme:
    """Return the programme that a TOML file declares.

    Parameters
    ----------
    path : Path
        Paths inside it are relative to its folder.

    Returns
    -------
    Programme

    Raises
    ------
    InputError
        The file is not there or not TOML, or anything in it is missing, unknown or of the wrong
        kind; all faults are listed.
    """
    faults: list[str] = []
    top, sha256 = _open(path, faults)
    programme = _read_parts(top, sha256, path, faults)
    top.finish()
    check_faults(path.name, faults)
    assert programme is not None
    return programme


def read_patrol_programme(path: Path) -> PatrolProgramme:
    """Return what a programme file declares of its patrols.

    The parts that only `evaluate` needs may be there or not; they are not looked into.

    Parameters
    ----------
    path : Path
        Paths inside it are relative to its folder.

    Returns
    -------
    PatrolProgramme

    Raises
    ------
    InputError
        The file is not there or not TOML, or anything in [programme], [[services]], [hot_spots]
        or [tracking] is missing, unknown or of the wrong kind; all faults are listed.
    """
    faults: list[str] = []
    top, sha256 = _open(path, faults)
    for part in _ONLY_EVALUATED:
        top.has(part)
    head, services, hot_spots = _patrolled(top, faults)
    tracking = _tracking(top, services, faults, needed=True)
    _planning(top, services, tracking, faults, needed=False)
    top.finish()
    check_faults(path.name, faults)
    assert hot_spots is not None
    assert tracking is not None
    return PatrolProgramme(
        title=head.title,
        notice=head.notice,
        seed=head.seed,
        services=services,
        hot_spots=hot_spots,
        tracking=tracking,
        sha256=sha256,
        file_name=path.name,
    )


def read_plan_programme(path: Path) -> PlanProgramme:
    """Return what a programme file declares of its plans.

    The parts that only `evaluate` needs may be there or not; they are not looked into.

    Parameters
    ----------
    path : Path
        Paths inside it are relative to its folder.

    Returns
    -------
    PlanProgramme

    Raises
    ------
    InputError
        The file is not there or not TOML, or anything in [programme], [[services]], [hot_spots],
        [planning] or [tracking] is missing, unknown or of the wrong kind; all faults are listed.
    """
    faults: list[str] = []
    top, sha256 = _open(path, faults)
    for part in _ONLY_EVALUATED:
        top.has(part)
    head, services, hot_spots = _patrolled(top, faults)
    tracking = _tracking(top, services, faults, needed=False)
    planning = _planning(top, services, tracking, faults, needed=True)
    top.finish()
    check_faults(path.name, faults)
    assert hot_spots is not None
    assert planning is not None
    return PlanProgramme(
        title=head.title,
        notice=head.notice,
        seed=head.seed,
        services=services,
        hot_spots=hot_spots,
        planning=planning,
        sha256=sha256,
        file_name=path.name,
    )


def read_return_programme(path: Path) -> ReturnProgramme:
    """Return what a programme file declares of its quarterly returns.

    Its other parts may be there or not; they are not looked into.

    Parameters
    ----------
    path : Path
        Paths inside it are relative to its folder.

    Returns
    -------
    ReturnProgramme

    Raises
    ------
    InputError
        The file is not there or not TOML, or anything in [programme], [[services]] or [returns]
        is missing, unknown or of the wrong kind; all faults are listed.
    """
    faults: list[str] = []
    top, _ = _open(path, faults)
    for part in (*_ONLY_EVALUATED, "hot_spots", "tracking", "planning"):
        top.has(part)
    head, services = _head(top), read_services(top, faults)
    returns = read_returns(top.table("returns"), services, faults)
    top.finish()
    check_faults(path.name, faults)
    assert returns is not None
    return ReturnProgramme(title=head.title, notice=head.notice, returns=returns)


def _patrolled(
    top: TomlReader, faults: list[str]
) -> "tuple[_Head, tuple[Service, ...], SpotSource | None]":
    """Return the parts that patrols and plans share: their hot spots are in a file."""
    head, services = _head(top), read_services(top, faults)
    if not services:
        faults.append("[[services]] is missing: name each service that patrols.")
    hot_spots = read_hot_spots(top, faults)
    if top.table("hot_spots", needed=False).has("select"):
        faults.append(
            "hot_spots.select is of no use here. Patrols are held against the set that was agreed "
            "for them: write it with patrolwise hot-spots --out, and name it as file."
        )
    return head, services, hot_spots


@dataclass(frozen=True, kw_only=True)
class _Head:
    """What [programme] says."""

    title: str
    question: str
    notice: str
    seed: int


def _open(path: Path, faults: list[str]) -> tuple[TomlReader, str]:
    """Return the file's top table, and the hash of its bytes."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}. Give the path of a programme.toml; "
            "docs/reference/programme.md shows one."
        ) from error
    try:
        declared = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path.name} is not TOML: {error}. Mend that line.") from error
    top = TomlReader(declared, "", path.parent.resolve(), faults)
    return top, hashlib.sha256(raw).hexdigest()


def _head(top: TomlReader) -> _Head:
    table = top.table("programme")
    head = _Head(
        title=table.text("title"),
        question=table.text("question", ""),
        notice=table.text("notice", ""),
        seed=table.whole("seed", 1),
    )
    table.finish()
    return head


def _tracking(
    top: TomlReader, services: tuple[Service, ...], faults: list[str], *, needed: bool
) -> Tracking | None:
    if not needed and not top.has("tracking"):
        return None
    names = [service.name for service in services]
    return read_tracking(top.table("tracking"), names, faults)


def _planning(
    top: TomlReader,
    services: tuple[Service, ...],
    tracking: Tracking | None,
    faults: list[str],
    *,
    needed: bool,
) -> Planning | None:
    if not needed and not top.has("planning"):
        return None
    names = [service.name for service in services]
    tracked = tracking.dose_rules if tracking is not None else ()
    return read_planning(top.table("planning"), names, tracked, faults)


@dataclass(frozen=True, kw_only=True)
class _Outcomes:
    """What [outcomes] says."""

    definitions: tuple[str, ...]
    rings_m: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class _Designs:
    """What a programme asks for beside before and after, and says of itself."""

    report: Reflection
    wider_trends: tuple[WiderTrend, ...]
    recording: Recording
    robustness: Robustness
    displacement: DisplacementPlan | None
    patrol_days: tuple[PatrolDays, ...]
    costs: Costs | None
    campaigns: tuple[DeclaredCampaign, ...]


def _outcomes(top: TomlReader, faults: list[str]) -> _Outcomes:
    outcomes = top.table("outcomes")
    named = outcomes.texts("definitions", needed=True)
    rings = outcomes.numbers("rings_m")
    if list(rings) != sorted(set(rings)) or len(rings) == 1 or min(rings, default=0) < 0:
        faults.append(
            "outcomes.rings_m must rise from 0 or more and have two edges or more, "
            f"got {list(rings)}."
        )
    outcomes.finish()
    keys = read_definitions(named, "outcomes.definitions", faults)
    return _Outcomes(definitions=keys, rings_m=rings)


def _designs(
    top: TomlReader, services: tuple[Service, ...], outcomes: _Outcomes, faults: list[str]
) -> _Designs:
    names = [service.name for service in services]
    days = read_patrol_days(top, names, outcomes.definitions, faults)
    # [tracking], [planning] and [returns] are checked too, so that one file serves all
    tracking = _tracking(top, services, faults, needed=False)
    _planning(top, services, tracking, faults, needed=False)
    if top.has("returns"):
        read_returns(top.table("returns"), services, faults)
    return _Designs(
        report=read_report(top.table("report", needed=False), faults),
        wider_trends=read_wider_trends(top, outcomes.definitions, faults),
        recording=read_recording(top, faults) or Recording(),
        robustness=read_robustness(top, faults) or Robustness(),
        displacement=read_displacement(top, faults),
        patrol_days=days,
        costs=read_costs(top, names, tracking, faults),
        campaigns=read_campaigns(top, faults),
    )


def _read_parts(top: TomlReader, sha256: str, path: Path, faults: list[str]) -> Programme | None:
    head = _head(top)
    windows = top.table("windows")
    before, after = windows.window("before"), windows.window("after")
    override = windows.text("override", "")
    windows.finish()
    outcomes = _outcomes(top, faults)
    services = read_services(top, faults)
    crimes, hot_spots = read_crime_source(top), read_hot_spots(top, faults)
    comparison, harm = read_comparison(top, faults), read_harm(top, faults)
    protocol = read_protocol_source(top.table("protocol", needed=False), faults)
    designs = _designs(top, services, outcomes, faults)
    if faults or hot_spots is None or comparison is None:
        return None
    return Programme(
        title=head.title,
        question=head.question,
        notice=head.notice,
        seed=head.seed,
        services=services,
        crimes=crimes,
        before=before or _NEVER,
        after=after or _NEVER,
        window_override=override,
        hot_spots=hot_spots,
        comparison=comparison,
        definitions=outcomes.definitions,
        rings_m=outcomes.rings_m,
        harm=harm,
        sha256=sha256,
        file_name=path.name,
        folder=path.parent.resolve(),
        protocol=protocol,
        report=designs.report,
        wider_trends=designs.wider_trends,
        recording=designs.recording,
        robustness=designs.robustness,
        displacement=designs.displacement,
        patrol_days=designs.patrol_days,
        costs=designs.costs,
        campaigns=designs.campaigns,
    )
