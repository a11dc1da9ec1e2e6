"""How the `[displacement]` part of a programme file is read and checked: every fault at once."""

from patrolwise.evaluation.hour_shift import PatrolHours
from patrolwise.evaluation.near_repeats import RepeatRule
from patrolwise.study.displacement_programme import CATEGORIES, DisplacementPlan
from patrolwise.study.patrol_reading import keep
from patrolwise.study.source_reading import read_definitions
from patrolwise.study.toml_reader import TomlReader

_BESIDE = 2
_DAY = 24


def read_displacement(top: TomlReader, faults: list[str]) -> DisplacementPlan | None:
    """Return what a programme declares of displacement.

    Parameters
    ----------
    top : TomlReader
        The whole file.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    DisplacementPlan or None
        None when there is no such part, or something in it is wrong.
    """
    if not top.has("displacement"):
        return None
    known = len(faults)
    table = top.table("displacement")
    declared = table.day("declared")
    hours = _read_hours(table, faults)
    named = table.texts("switches")
    by_category = CATEGORIES in named
    others = tuple(name for name in named if name != CATEGORIES)
    switches = read_definitions(others, "displacement.switches", faults)
    near_repeats = _read_near_repeats(table, faults)
    table.finish()
    if len(faults) > known:
        return None
    return keep(
        lambda: DisplacementPlan(
            declared=declared,
            hours=hours,
            switches=switches,
            is_by_category=by_category,
            near_repeats=near_repeats,
        ),
        "",
        faults,
    )


def _read_hours(table: TomlReader, faults: list[str]) -> PatrolHours | None:
    has_hours, has_beside = table.has("patrol_hours"), table.has("beside_hours")
    beside = table.whole("beside_hours", _BESIDE)
    if not has_hours:
        if has_beside:
            faults.append(
                "displacement.beside_hours says how far beside patrol_hours to look, and there "
                "are no patrol_hours. Give them, such as [14, 20], or leave out both."
            )
        return None
    known = len(faults)
    given = table.numbers("patrol_hours")
    if len(faults) > known:
        return None
    whole = [int(hour) for hour in given if hour == int(hour) and 0 <= hour <= _DAY]
    if len(given) != 2 or len(whole) != 2 or whole[0] == whole[1]:
        faults.append(
            f"displacement.patrol_hours is {[f'{hour:g}' for hour in given]}. Give the hour at "
            "which patrols begin and the hour at which they end, whole and 0 to 24, such as "
            "[14, 20]; [22, 2] runs past midnight."
        )
        return None
    first, last = whole
    length = last - first if last > first else last - first + _DAY
    patrolled = tuple(sorted((first + step) % _DAY for step in range(length)))
    return keep(
        lambda: PatrolHours(hours=patrolled, beside=beside), "displacement.patrol_hours", faults
    )


def _read_near_repeats(table: TomlReader, faults: list[str]) -> RepeatRule | None:
    plain = RepeatRule()
    is_wanted = table.flag("near_repeats")
    keys = ("near_repeats_m", "near_repeats_days")
    given = [key for key in keys if table.has(key)]
    edges = {key: table.numbers(key) for key in given}
    if not is_wanted:
        if given:
            faults.append(
                f"displacement has {' and '.join(given)} without near_repeats = true. Give that "
                "too, or leave them out."
            )
        return None
    return keep(
        lambda: RepeatRule(
            edges_m=edges.get(keys[0], plain.edges_m),
            edges_days=edges.get(keys[1], plain.edges_days),
        ),
        "displacement.near_repeats",
        faults,
    )
