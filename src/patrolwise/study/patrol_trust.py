"""How far each service's minutes can be trusted, and what somebody must be asked."""

import polars as pl

from patrolwise.patrols.abstractions import find_contradictions
from patrolwise.patrols.device_questions import find_left_behind, find_undeclared_pairs
from patrolwise.patrols.refresh import describe_refresh
from patrolwise.reporting.patrol_results import TrustRecord
from patrolwise.study.patrol_measures import PatrolTables
from patrolwise.study.patrol_silence import spread_over_days

MOST_ASKED = 8  # of one kind of question, one by one; the others are counted
_LEAST_ASKED_S = 120.0  # away and yet inside: less is the way out
_UNLIKE = 2.0  # a slowest refresh so many times the usual one is told beside it


def find_service_days(tables: PatrolTables, service: str) -> pl.DataFrame:
    """Return the days of the devices that a service carried.

    Parameters
    ----------
    tables : PatrolTables
    service : str

    Returns
    -------
    (k, 14) DEVICE_DAYS, by device and day
        Only days on which the device was assigned to one of its units.
    """
    window = tables.programme.tracking.window
    carried = spread_over_days(tables.sources.assignments, window).filter(
        pl.col("service") == service
    )
    return tables.device_days.join(carried, on=["device_id", "day"], how="semi").sort(
        "device_id", "day"
    )


def find_refresh(tables: PatrolTables, service: str) -> float | None:
    """Return the usual seconds from fix to fix of a service's trackers.

    Parameters
    ----------
    tables : PatrolTables
    service : str

    Returns
    -------
    float or None
        Median over device-days; None when none has two fixes.
    """
    return _median(find_service_days(tables, service)["refresh_s"])


def record_trust(tables: PatrolTables) -> tuple[TrustRecord, ...]:
    """Return how far the minutes of each service can be trusted.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    tuple of TrustRecord
        One for each service, also when it has no device-day.
    """
    return tuple(_trust(tables, service) for service in tables.services)


def ask_questions(tables: PatrolTables) -> tuple[str, ...]:
    """Return what somebody must be asked before the minutes are relied upon.

    None of it is proof of anything. Units and devices are named, never people.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    tuple of str
        Whole sentences, at most `MOST_ASKED` and one that counts the others of each kind.
    """
    sources = tables.sources
    fixes = sources.fixes.filter(~pl.col("is_mock").fill_null(value=False))
    kinds = (
        _ask_unseen(tables.unseen),
        _ask_unassigned(tables.unassigned),
        _ask_pairs(find_undeclared_pairs(fixes, sources.assignments)),
        _ask_left(find_left_behind(fixes, sources.assignments)),
        _ask_away(find_contradictions(sources.abstractions, tables.unit_visits)),
    )
    return tuple(question for asked in kinds for question in _shorten(asked))


def _trust(tables: PatrolTables, service: str) -> TrustRecord:
    days = find_service_days(tables, service)
    refresh_s, slowest_s = _median(days["refresh_s"]), _largest(days["refresh_s"])
    seen, silent = float(days["observed_s"].sum()), float(days["gap_s"].sum())
    graded = days.group_by("grade").len().sort("grade")
    return TrustRecord(
        service=service,
        device_days=days.height,
        grades=tuple((grade, number) for grade, number in graded.iter_rows()),
        refresh_s=refresh_s,
        slowest_s=slowest_s,
        accuracy_m=_median(days["accuracy_m"]),
        silent_share=silent / (seen + silent) if seen + silent > 0 else None,
        sentence=_tell_refresh(service, refresh_s, slowest_s),
    )


def _tell_refresh(service: str, refresh_s: float | None, slowest_s: float | None) -> str:
    if refresh_s is None or slowest_s is None:
        return (
            f"No tracker of {service} kept two fixes on one day, so nobody can say which visits "
            "it would have seen."
        )
    told = describe_refresh(refresh_s)
    if slowest_s > _UNLIKE * refresh_s:
        told += f" The slowest tracker of a day: {describe_refresh(slowest_s)}"
    return told


def _median(values: pl.Series) -> float | None:
    found = values.median()
    return float(found) if isinstance(found, int | float) else None


def _largest(values: pl.Series) -> float | None:
    found = values.max()
    return float(found) if isinstance(found, int | float) else None


def _shorten(asked: list[str]) -> list[str]:
    more = len(asked) - MOST_ASKED
    return asked[:MOST_ASKED] + ([f"And {more} more of this kind."] if more > 0 else [])


def _ask_unseen(unseen: pl.DataFrame) -> list[str]:
    return [
        f"{row['unit_id']} ({row['service']}) was assigned on {row['day']}, and no fix of it was "
        f"kept{'' if row['has_device'] else '; it was given no tracker'}. A hot spot that was "
        f"short of {row['service']} that day is called \u201ccannot tell\u201d. Was it out?"
        for row in unseen.iter_rows(named=True)
    ]


def _ask_unassigned(unassigned: pl.DataFrame) -> list[str]:
    days = unassigned.group_by("device_id", "day").agg(
        minutes=pl.col("unassigned_s").sum() / 60, areas=pl.col("area_id").n_unique()
    )
    return [
        f"Device {row['device_id']} was in hot spots for {row['minutes']:.0f} min on {row['day']} "
        "while it belonged to no unit: these minutes are in no dose. Who had it?"
        for row in days.sort("day", "device_id").iter_rows(named=True)
    ]


def _ask_pairs(pairs: pl.DataFrame) -> list[str]:
    return [
        f"Devices {row['device_a']} ({row['unit_a'] or 'no unit'}) and {row['device_b']} "
        f"({row['unit_b'] or 'no unit'}) moved as one on {row['day']}, for {row['share']:.0%} of "
        f"{row['shared_s'] / 60:.0f} min. Are they one unit? Then its minutes count twice."
        for row in pairs.iter_rows(named=True)
    ]


def _ask_left(left: pl.DataFrame) -> list[str]:
    return [
        f"Device {row['device_id']} of {row['unit_id']} did not move on {row['day']} while "
        f"{row['moved_device_id']} of the same unit did. Was it left behind?"
        for row in left.iter_rows(named=True)
    ]


def _ask_away(away: pl.DataFrame) -> list[str]:
    return [
        f"{row['unit_id']} was logged as away from {row['area_id']} ({row['reason']}) from "
        f"{row['start']:%Y-%m-%d %H:%M} UTC, and its tracker was inside for "
        f"{row['overlap_s'] / 60:.0f} min of that. Which is right?"
        for row in away.filter(pl.col("overlap_s") >= _LEAST_ASKED_S).iter_rows(named=True)
    ]
