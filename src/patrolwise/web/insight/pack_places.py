"""What of a tasking pack is read from the crimes themselves: candidates, and why here."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from shapely.geometry.base import BaseGeometry

from patrolwise.crimes import is_open_data, local_day, select_crimes
from patrolwise.definitions import load_definitions
from patrolwise.errors import PatrolwiseError
from patrolwise.places import union_of
from patrolwise.study.tasking_candidates import Candidate, find_candidates
from patrolwise.study.tasking_reasons import Reason, find_reasons, tell_grid_reference
from patrolwise.web.insight.pack_crimes import find_definition
from patrolwise.web.insight.windows import last_day_of
from patrolwise.web.livemap.spots import SpotsInForce
from patrolwise.web.records.jobs import load_kept_crimes
from patrolwise.web.records.models import Kind, SpotChoice, State, Upload
from patrolwise.web.records.stored_files import find_stored

_YEAR = timedelta(days=365)
_SEED = 20_261_129  # the same crimes give the same chances
_MOST = 10  # cells told
_LARGER = 3.0  # than the hot spots: below it, an outline is no study area


def describe_places(spots: SpotsInForce, week: date) -> dict[str, Any]:
    """Return hot spots that may be let go, places that may be taken on, and why each is on.

    Parameters
    ----------
    spots : SpotsInForce
    week : date
        Monday; crimes of the year up to its end are looked at.

    Returns
    -------
    dict
        first and last (ISO; empty without a crime), candidates (or fault, why there are none),
        reasons by hot spot.
    """
    definition = load_definitions().get(find_definition(spots))
    told: dict[str, Any] = {"first": "", "last": "", "fault": "", "candidates": {}, "reasons": {}}
    crimes = load_kept_crimes()
    if definition is None or crimes.is_empty():
        return told | {"fault": "No crimes are kept that the set's definition counts."}
    try:
        chosen = select_crimes(crimes, definition)
    except PatrolwiseError as error:
        return told | {"fault": str(error)}
    chosen = chosen.with_columns(day=local_day()).filter(pl.col("day") <= week + timedelta(days=6))
    if chosen.is_empty():
        return told | {"fault": "No crime of the set's definition is kept up to this week."}
    last: date = chosen["day"].max()  # type: ignore[assignment]
    if is_open_data(chosen):  # the day of a crime is its month's first
        last = last_day_of(last)
    first = last - _YEAR + timedelta(days=1)
    chosen = chosen.filter(pl.col("day") >= first)
    fault, candidates = _describe_candidates(spots, chosen)
    return told | {
        "first": str(first),
        "last": str(last),
        "fault": fault,
        "candidates": candidates,
        "reasons": _describe_reasons(spots, chosen),
    }


def _describe_candidates(spots: SpotsInForce, crimes: pl.DataFrame) -> tuple[str, dict[str, Any]]:
    name, outline = _find_study_area(spots)
    if outline is None:
        return (
            "No study area is kept, so hot spots cannot be held against other places. Upload its "
            "outline as areas, and keep it.",
            {},
        )
    rng = np.random.default_rng(_SEED)
    try:
        found = find_candidates(crimes, spots.areas, outline, rng)
    except PatrolwiseError as error:
        return str(error), {}
    return "", {
        "top": found.top,
        "ranked": found.ranked,
        "cell_m": found.cell_m,
        "study_area": name,
        "let_go": [_tell(one, spots) for one in found.let_go],
        "take_on": [_tell(one, spots) for one in found.take_on[:_MOST]],
        "take_on_left": max(0, len(found.take_on) - _MOST),
        "of_other_size": [spots.names[one] for one in found.of_other_size],
    }


def _find_study_area(spots: SpotsInForce) -> tuple[str, BaseGeometry | None]:
    """Return the outline that the set was chosen in, else the largest that is kept.

    Areas that are hardly larger than the hot spots are the hot spots, or others like them.
    """
    kept = Upload.objects.filter(kind=Kind.AREAS.value, state=State.KEPT.value)
    choice = SpotChoice.objects.filter(spot_set_id=spots.pk).first()
    own = kept.filter(pk=choice.rule.get("area")) if choice else kept.none()
    outlines = [
        (one.name, union_of(pl.read_parquet(find_stored(one.table)))) for one in own or kept
    ]
    least = _LARGER * union_of(spots.areas).area
    large = [one for one in outlines if one[1].area > least]
    return max(large, key=lambda one: one[1].area, default=("", None))


def _tell(one: Candidate, spots: SpotsInForce) -> dict[str, Any]:
    return {
        "key": one.area_id or tell_grid_reference(one.x, one.y),
        "name": spots.names.get(one.area_id) or f"round {tell_grid_reference(one.x, one.y)}",
        "crimes": one.crimes,
        "shrunken": round(one.shrunken, 1),
        "rank": one.rank,
        "rank_low": one.rank_low,
        "rank_high": one.rank_high,
        "in_top": round(one.in_top, 3),
    }


def _describe_reasons(spots: SpotsInForce, crimes: pl.DataFrame) -> dict[str, list[str]]:
    is_open = is_open_data(crimes)
    return {
        area: _list_words(reason, is_open=is_open)
        for area, reason in find_reasons(crimes, spots.areas).items()
    }


def _list_words(reason: Reason, *, is_open: bool) -> list[str]:
    """Return bands, then squares; no squares of open data, whose points are not the places."""
    bands = [f"{one.first:02}–{one.last:02} h: {_tell_share(one.share)}" for one in reason.bands]
    squares = [f"{one.reference}: {_tell_share(one.share)}" for one in reason.squares]
    return bands if is_open else [*bands, *squares]


def _tell_share(share: float) -> str:
    return f"{100 * share:.0f} %"
