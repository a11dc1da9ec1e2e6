"""How longitude and latitude become metres of British National Grid, and back."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def to_national_grid(longitude: ArrayLike, latitude: ArrayLike) -> tuple[Floats, Floats]:
    """Return eastings and northings in metres (EPSG:27700).

    The OSTN15 grid is not part of the installed wheels, so the seven-parameter shift is used:
    within about 5 m in Great Britain, far below the coarseness of any crime location.

    Parameters
    ----------
    longitude, latitude : (n,) array
        WGS 84 degrees; NaN stays NaN.

    Returns
    -------
    (n,) array, (n,) array
        Easting and northing in metres.

    Examples
    --------
    >>> x, y = to_national_grid([-1.1331], [52.6369])  # the clock tower in Leicester
    >>> int(x[0].round(-2)), int(y[0].round(-2))
    (458800, 304700)
    """
    return _change(longitude, latitude, "EPSG:4326", "EPSG:27700")


def to_longitude_latitude(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Return WGS 84 longitude and latitude in degrees.

    Parameters
    ----------
    x, y : (n,) array
        British National Grid, metres; NaN stays NaN.

    Returns
    -------
    (n,) array, (n,) array
        Longitude and latitude in degrees.
    """
    return _change(x, y, "EPSG:27700", "EPSG:4326")


def _change(a: ArrayLike, b: ArrayLike, source: str, target: str) -> tuple[Floats, Floats]:
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    known = np.isfinite(a) & np.isfinite(b)
    out_a, out_b = np.full(a.shape, np.nan), np.full(b.shape, np.nan)
    if known.any():
        out_a[known], out_b[known] = _transformer(source, target).transform(a[known], b[known])
    return out_a, out_b


@cache
def _transformer(source: str, target: str) -> Any:
    # pyproj takes 0.1 s to import, and a table already in metres does not need it
    from pyproj import Transformer  # noqa: PLC0415

    return Transformer.from_crs(source, target, always_xy=True)
