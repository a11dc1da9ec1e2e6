"""Whether what was given are points on the ground, in metres, and which of them are known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError, check_faults

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Points:
    """Points with known coordinates, and where they stood among those given."""

    x: Floats  # metres
    y: Floats  # metres
    weights: Floats | None
    given_at: NDArray[np.int64]  # position in what was given
    given: int  # how many were given, those without coordinates included


def read_points(x: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None) -> Points:
    """Return the points whose coordinates are known, checked.

    Parameters
    ----------
    x, y : (n,) array
        Metres, British National Grid; NaN or null where unknown.
    weights : (n,) array, optional
        0 or more. Only those of known points matter.

    Returns
    -------
    Points

    Raises
    ------
    InputError
        The arrays differ in length, the coordinates look like degrees, or a weight of a known
        point is missing or negative.

    Examples
    --------
    >>> read_points([458_100.0, float("nan")], [304_100.0, 1.0]).given_at.tolist()
    [0]
    """
    x, y = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
    loads = None if weights is None else np.asarray(weights, dtype=float).ravel()
    lengths = [len(x), len(y)] + ([] if loads is None else [len(loads)])
    if len(set(lengths)) > 1:
        raise InputError(
            f"The points have {len(x)} eastings and {len(y)} northings"
            + ("." if loads is None else f", with {len(loads)} weights.")
            + " There must be one of each for every point."
        )
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    check_metres(x[known], y[known], what="The points")
    if loads is not None:
        loads = loads[known]
        faults = []
        if missing := int(np.sum(~np.isfinite(loads))):
            faults.append(f"{missing} are missing; give 0 to a crime without one.")
        if negative := int(np.sum(loads < 0)):
            faults.append(f"{negative} are below 0.")
        check_faults("Weights of points", faults)
    return Points(x[known], y[known], loads, known, len(x))


def check_metres(x: Floats, y: Floats, *, what: str) -> None:
    """Raise when every coordinate could be a longitude and a latitude; silent otherwise.

    On British National Grid such a place is open sea, so nothing real is refused.

    Parameters
    ----------
    x, y : (n,) array
        No NaN.
    what : str
        What has the coordinates, for the message.

    Raises
    ------
    InputError
        The coordinates are degrees, or all of them are the null island (0, 0).

    Examples
    --------
    >>> check_metres(np.array([458_100.0]), np.array([304_100.0]), what="The points")
    >>> check_metres(np.array([-1.13]), np.array([52.64]), what="The points")
    Traceback (most recent call last):
    patrolwise.errors.InputError: The points look like degrees, such as (-1.13, 52.64); \
distances need metres. Use places.to_national_grid first.
    """
    if len(x) and np.all(np.abs(x) <= 180) and np.all(np.abs(y) <= 90):
        raise InputError(
            f"{what} look like degrees, such as ({x[0]:g}, {y[0]:g}); distances need metres. "
            "Use places.to_national_grid first."
        )
