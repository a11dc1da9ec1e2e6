"""What cases know of places, and whether words that many read name somebody."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from shapely.geometry import shape

from patrolwise.outreach.text_checks import find_person_words
from patrolwise.places.areas import areas_from_geometries, locate_points
from patrolwise.places.projection import to_longitude_latitude
from patrolwise.web.commons.hot_spots import OUTSIDE, list_choices, list_hot_spots, list_names
from patrolwise.web.commons.models import AgreedHotSpot

OUTSIDE_CHOICE = (OUTSIDE, "Outside of the hot spots")
NOT_KNOWN_CHOICE = ("", "Not known")


def ask_places() -> list[tuple[str, str]]:
    """Return where something can have been, as choices of a form.

    Returns
    -------
    list of (id, name)
    """
    return [NOT_KNOWN_CHOICE, OUTSIDE_CHOICE, *list_choices()]


def name_place(hot_spot_id: str) -> str:
    """Return what a place of a record is called.

    Parameters
    ----------
    hot_spot_id : str

    Returns
    -------
    str
    """
    return name_places([hot_spot_id])[hot_spot_id]


def name_places(hot_spot_ids: Iterable[str]) -> dict[str, str]:
    """Return what places of records are called, by their newest names.

    Parameters
    ----------
    hot_spot_ids : iterable of str

    Returns
    -------
    dict
        Id → name.
    """
    ids = set(hot_spot_ids)
    spots = AgreedHotSpot.objects.filter(hot_spot_id__in=ids).order_by("valid_from")
    known = dict(spots.values_list("hot_spot_id", "name"))
    said = {"": "not known", OUTSIDE: "outside of the hot spots"}
    return {one: said.get(one) or known.get(one, one) for one in ids}


def check_place(hot_spot_id: str, on: date, faults: list[str]) -> None:
    """Add a fault when there is no such hot spot on a day.

    Parameters
    ----------
    hot_spot_id : str
        Empty: not known.
    on : date
    faults : list of str
        Is added to.
    """
    if hot_spot_id in ("", OUTSIDE):
        return
    if hot_spot_id not in {spot.hot_spot_id for spot in list_hot_spots(on)}:
        faults.append(f"There is no hot spot {hot_spot_id} on {on}. Choose one of the list.")


def check_unnamed(what: str, text: str, faults: list[str]) -> None:
    """Add a fault when words that people beside the case team read seem to name somebody.

    Parameters
    ----------
    what : str
        What is being read, for the fault. The words are not repeated.
    text : str
    faults : list of str
        Is added to.
    """
    found = sorted({finding.what.value for finding in find_person_words(text, list_names())})
    if found:
        faults.append(
            f"{what} seem to hold a {' and a '.join(found)}. Write about the behaviour; people "
            "have pages of their own."
        )


def locate(x: Sequence[float | None], y: Sequence[float | None], on: date) -> list[str]:
    """Return in which hot spot points lie; the points themselves are not kept.

    Parameters
    ----------
    x, y : sequence of float or None
        Metres, British National Grid.
    on : date
        Whose hot spots.

    Returns
    -------
    list of str
        The first of several, `OUTSIDE`, or empty where a point is not known.
    """
    spots = list_hot_spots(on)
    areas = areas_from_geometries(
        [spot.hot_spot_id for spot in spots], [shape(spot.shape) for spot in spots]
    )
    longitude, latitude = to_longitude_latitude(np.array(x, dtype=float), np.array(y, dtype=float))
    found = [OUTSIDE if known else "" for known in np.isfinite(longitude)]
    points, inside = locate_points(longitude, latitude, areas)
    for point, place in reversed(list(zip(points, inside, strict=True))):
        found[point] = spots[place].hot_spot_id
    return found
