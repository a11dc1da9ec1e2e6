"""How a polygon is read from well-known binary that a stranger wrote."""

import struct

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_POLYGON, _MULTIPOLYGON = 3, 6
_NAMES = {1: "Point", 2: "LineString", 4: "MultiPoint", 5: "MultiLineString"}
_NAMES |= {7: "GeometryCollection", 10: "CurvePolygon", 12: "MultiSurface"}
_Z, _M, _SRID = 0x80000000, 0x40000000, 0x20000000  # as PostGIS marks them
_CUT_SHORT = "it is cut short"


class NoPolygonError(ValueError):
    """The bytes are no polygon; the message says what they are instead."""


def read_polygon(data: bytes) -> BaseGeometry:
    """Return the polygon or multipolygon of some well-known binary, without heights.

    It is taken apart here: GEOS reads shapes within shapes as deep as they go, and a file made
    for it ends the whole process.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    Polygon or MultiPolygon

    Raises
    ------
    NoPolygonError
        It is another kind of geometry.
    ValueError
        It is damaged.

    References
    ----------
    OGC 06-103r4, Simple Feature Access 1: section 8, well-known binary.

    Examples
    --------
    >>> read_polygon(shapely.to_wkb(shapely.box(0, 0, 1, 1))).area
    1.0
    """
    reader = _Reader(data)
    kind = reader.read_head()
    if kind == _POLYGON:
        return reader.read_polygon()
    if kind != _MULTIPOLYGON:
        raise NoPolygonError(_NAMES.get(kind, f"geometry of type {kind}"))
    parts = []
    for _ in range(reader.read_count()):
        if (inner := reader.read_head()) != _POLYGON:
            raise ValueError(f"a part is {_NAMES.get(inner, f'of type {inner}')}")
        parts.append(reader.read_polygon())
    return shapely.MultiPolygon(parts)


class _Reader:
    """Bytes, and how far they have been read."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._order, self._numbers = "<", 2  # of the geometry at hand: numbers of each corner

    def read_head(self) -> int:
        """Return the kind of the geometry that begins here."""
        order = self._take(1)[0]
        if order not in (0, 1):
            raise ValueError(f"its byte order is {order}")
        self._order = "<" if order else ">"
        kind = self.read_count()
        has_z, has_m = bool(kind & _Z), bool(kind & _M)
        if kind & _SRID:
            self._take(4)
        thousands, plain = divmod(kind & ~(_Z | _M | _SRID), 1000)
        has_z, has_m = has_z or thousands in (1, 3), has_m or thousands in (2, 3)
        self._numbers = 2 + has_z + has_m
        return plain

    def read_count(self) -> int:
        """Return a whole number."""
        return int(struct.unpack(f"{self._order}I", self._take(4))[0])

    def read_polygon(self) -> BaseGeometry:
        """Return the polygon whose kind was read; one without rings is empty."""
        rings = [self._read_ring() for _ in range(self.read_count())]
        return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()

    def _read_ring(self) -> NDArray[np.float64]:
        corners = self.read_count()
        data = self._take(8 * self._numbers * corners)
        given = np.frombuffer(data, f"{self._order}f8").reshape(corners, self._numbers)
        flat = given[:, :2].astype(np.float64)
        if not np.isfinite(flat).all():
            raise ValueError("a corner is no number")
        return flat

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise ValueError(_CUT_SHORT)
        taken, self._at = self._data[self._at : end], end
        return taken
