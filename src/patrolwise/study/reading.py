"""How a programme file is read and checked: every fault at once, before anything is computed."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from patrolwise.definitions import find_definition
from patrolwise.errors import InputError, check_faults
from patrolwise.places import GridShape
from patrolwise.study.patrol_programme import PatrolProgramme, Tracking
from patrolwise.study.patrol_reading import read_tracking
from patrolwise.study.planning_programme import Planning, PlanProgramme
from patrolwise.study.planning_reading import read_planning
from patrolwise.study.programme import (
    Comparison,
    CrimeSource,
    HarmSource,
    Programme,
    Service,
    SpotSelection,
    SpotSource,
)
from patrolwise.study.protocol_reading import read_protocol_source
from patrolwise.study.toml_reader import TomlReader
from patrolwise.times import Window

SHIPPED_WEIGHTS = "guideline-starting-points"
_METHODS = ("shrunken", "count")
_ONLY_EVALUATED = ("windows", "crimes", "comparison", "outcomes", "harm", "protocol")
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


def _patrolled(
    top: TomlReader, faults: list[str]
) -> "tuple[_Head, tuple[Service, ...], SpotSource | None]":
    """Return the parts that patrols and plans share: their hot spots are in a file."""
    head, services = _head(top), _services(top, faults)
    if not services:
        faults.append("[[services]] is missing: name each service that patrols.")
    hot_spots = _hot_spots(top, faults)
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


def _services(top: TomlReader, faults: list[str]) -> tuple[Service, ...]:
    return tuple(_service(table, faults) for table in top.tables("services"))


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


def _read_parts(top: TomlReader, sha256: str, path: Path, faults: list[str]) -> Programme | None:
    head = _head(top)
    windows = top.table("windows")
    before, after = windows.window("before"), windows.window("after")
    override = windows.text("override", "")
    windows.finish()
    outcomes = top.table("outcomes")
    named = outcomes.texts("definitions", needed=True)
    definitions = _definitions(named, "outcomes.definitions", faults)
    rings = outcomes.numbers("rings_m")
    if list(rings) != sorted(set(rings)) or len(rings) == 1 or min(rings, default=0) < 0:
        faults.append(
            "outcomes.rings_m must rise from 0 or more and have two edges or more, "
            f"got {list(rings)}."
        )
    outcomes.finish()
    services = _services(top, faults)
    crimes, hot_spots = _crimes(top), _hot_spots(top, faults)
    comparison, harm = _comparison(top, faults), _harm(top, faults)
    protocol = read_protocol_source(top.table("protocol", needed=False), faults)
    # checked, so that one file serves all
    _planning(top, services, _tracking(top, services, faults, needed=False), faults, needed=False)
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
        definitions=definitions,
        rings_m=rings,
        harm=harm,
        sha256=sha256,
        file_name=path.name,
        folder=path.parent.resolve(),
        protocol=protocol,
    )


def _definitions(names: tuple[str, ...], where: str, faults: list[str]) -> tuple[str, ...]:
    keys = []
    for name in names:
        try:
            keys.append(find_definition(name).key)
        except InputError as error:
            faults.append(f"{where}: {error}")
    return tuple(dict.fromkeys(keys))


def _service(table: TomlReader, faults: list[str]) -> Service:
    service = Service(
        name=table.text("name"),
        provider=table.text("provider", ""),
        began=table.day("began"),
        ended=table.day("ended"),
    )
    table.finish()
    if service.ended and (service.began is None or service.ended < service.began):
        began = f"it began on {service.began}" if service.began else "began is missing"
        faults.append(f"Service {service.name} ended on {service.ended}, but {began}. Mend them.")
    return service


def _crimes(top: TomlReader) -> CrimeSource:
    table = top.table("crimes")
    files = tuple(table.existing("files", text) for text in table.texts("files", needed=True))
    source = CrimeSource(
        files=files, mapping=table.path("mapping"), force_area=table.path("force_area")
    )
    table.finish()
    return source


def _hot_spots(top: TomlReader, faults: list[str]) -> SpotSource | None:
    table = top.table("hot_spots")
    set_id, file = table.text("id", "hot-spots"), table.path("file")
    expected = table.whole("expected", 0) or None
    chosen_on = table.window("chosen_on") if table.has("chosen_on") else None
    method, named = table.text("method", ""), table.text("definition", "")
    definition = _definitions((named,), "hot_spots.definition", faults) if named else ("",)
    select = _selection(table.table("select"), faults) if table.has("select") else None
    table.finish()
    if table.has("file") == table.has("select"):
        faults.append("hot_spots needs either file or [hot_spots.select], and not both.")
    if faults:
        return None
    return SpotSource(
        id=set_id,
        file=file,
        expected=expected,
        chosen_on=chosen_on,
        definition=definition[0],
        method=method,
        select=select,
    )


def _selection(table: TomlReader, faults: list[str]) -> SpotSelection | None:
    window = table.window("window")
    named = table.text("definition")
    definition = _definitions((named,) if named else (), "hot_spots.select.definition", faults)
    study_area = table.path("study_area", needed=True)
    shape, method = table.text("shape", "square"), table.text("method", "shrunken")
    if shape not in list(GridShape):
        faults.append(f"hot_spots.select.shape is {shape!r}. Give {', '.join(GridShape)}.")
    if method not in _METHODS:
        faults.append(f"hot_spots.select.method is {method!r}. Give {' or '.join(_METHODS)}.")
    if shape == GridShape.H3 and table.has("size_m"):
        faults.append("hot_spots.select.size_m does not go with h3. Give resolution instead.")
    count, size_m = table.whole("count", 7), table.number("size_m", 200.0)
    apart_m, exclude = table.number("apart_m", 100.0), table.path("exclude")
    resolution, merge_to_m = table.whole("resolution", 9), table.number("merge_to_m", 0.0)
    nudge, reason = table.flag("nudge"), table.text("small_areas_reason", "")
    table.finish()
    if count == 0:
        faults.append("hot_spots.select.count is 0. Give 1 or more.")
    if faults or window is None or study_area is None:
        return None
    return SpotSelection(
        window=Window("selection", window.first, window.last),
        definition=definition[0],
        study_area=study_area,
        count=count,
        shape=GridShape(shape),
        size_m=size_m,
        apart_m=apart_m,
        method=method,
        nudge=nudge,
        resolution=resolution,
        merge_to_m=merge_to_m,
        exclude=exclude,
        small_areas_reason=reason,
    )


def _comparison(top: TomlReader, faults: list[str]) -> Comparison | None:
    table = top.table("comparison", needed=False)
    file, match = table.path("file"), table.whole("match", 0)
    apart_m, declared = table.number("apart_m", 200.0), table.day("declared")
    table.finish()
    try:
        return Comparison(file=file, match=match, apart_m=apart_m, declared=declared)
    except InputError as error:
        faults.append(str(error))
        return None


def _harm(top: TomlReader, faults: list[str]) -> HarmSource | None:
    if not top.has("harm"):
        return None
    table = top.table("harm")
    weights = table.text("weights", SHIPPED_WEIGHTS)
    weights_file = None if weights == SHIPPED_WEIGHTS else table.existing("weights", weights)
    version, mix = table.text("version", ""), table.path("offence_mix")
    years = table.texts("mix_years")
    table.finish()
    try:
        return HarmSource(
            weights_file=weights_file, version=version, offence_mix=mix, mix_years=years
        )
    except InputError as error:
        faults.append(f"harm.version: {error}")
        return None
