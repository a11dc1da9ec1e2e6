"""How the ground is cut into equal cells: squares and hexagons in metres, and H3.

A cell is an integer key. Squares and hexagons pack two lattice coordinates into it, so that a
window of cells is a dense array and a neighbourhood is a small kernel (`hot_spots.gi_star`).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError
from patrolwise.places.projection import to_longitude_latitude, to_national_grid

Floats = NDArray[np.float64]
Keys = NDArray[np.int64]

_SHIFT = np.int64(1 << 31)  # lattice coordinates are kept well inside 32 bits
_ROOT3 = float(np.sqrt(3.0))


class GridShape(StrEnum):
    """The three shapes of cell."""

    SQUARE = "square"
    HEXAGON = "hexagon"
    H3 = "h3"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Equal cells over the ground.

    `size_m` is the side of a square, or the distance between opposite sides of a hexagon
    (metres). H3 cells take `resolution` (0 to 15) instead; they are equal only nearly.
    The origin is that of British National Grid, so that two analysts get the same cells;
    `shift_m` moves it, to see whether a result depends on where the lines fall.
    """

    shape: GridShape = GridShape.SQUARE
    size_m: float = 200.0
    resolution: int = 10
    shift_m: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        if self.shape is GridShape.H3:
            if not 0 <= self.resolution <= 15:
                raise InputError(f"H3 resolution must be 0 to 15, got {self.resolution}.")
        elif not self.size_m > 0:
            raise InputError(f"A cell's size must be above 0 metres, got {self.size_m}.")

    def __str__(self) -> str:
        if self.shape is GridShape.H3:
            return f"H3 resolution {self.resolution}"
        return f"{self.shape} {self.size_m:g} m"

    @property
    def cell_area_m2(self) -> float:
        """The area of one cell, square metres; for H3 the average over the world."""
        if self.shape is GridShape.SQUARE:
            return self.size_m**2
        if self.shape is GridShape.HEXAGON:
            return self.size_m**2 * _ROOT3 / 2
        import h3  # noqa: PLC0415

        return float(h3.average_hexagon_area(self.resolution, unit="m^2"))

    def cells_at(self, x: Floats, y: Floats) -> Keys:
        """Return the key of the cell that each point lies in.

        Parameters
        ----------
        x, y : (n,) array
            Metres; no NaN.

        Returns
        -------
        (n,) array of int64
        """
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if self.shape is GridShape.H3:
            import h3.api.numpy_int as h3  # noqa: PLC0415

            longitude, latitude = to_longitude_latitude(x, y)
            keys = [
                h3.latlng_to_cell(lat, lon, self.resolution)
                for lon, lat in zip(longitude, latitude, strict=True)
            ]
            return np.asarray(keys, dtype=np.uint64).astype(np.int64)
        column, row = self._lattice(x - self.shift_m[0], y - self.shift_m[1])
        return self.pack(column, row)

    def centres(self, keys: Keys) -> tuple[Floats, Floats]:
        """Return the centres of cells, metres.

        Parameters
        ----------
        keys : (n,) array of int64

        Returns
        -------
        (n,) array, (n,) array
        """
        if self.shape is GridShape.H3:
            import h3.api.numpy_int as h3  # noqa: PLC0415

            pairs = [h3.cell_to_latlng(int(k)) for k in np.asarray(keys).astype(np.uint64)]
            latitude, longitude = np.array(pairs).reshape(-1, 2).T
            return to_national_grid(longitude, latitude)
        column, row = self.unpack(keys)
        if self.shape is GridShape.SQUARE:
            x, y = (column + 0.5) * self.size_m, (row + 0.5) * self.size_m
        else:
            x, y = (column + row / 2.0) * self.size_m, row * self.size_m * _ROOT3 / 2
        shift_x, shift_y = self.shift_m
        return np.asarray(x + shift_x, dtype=float), np.asarray(y + shift_y, dtype=float)

    def polygons(self, keys: Keys) -> NDArray[np.object_]:
        """Return the cells' polygons, metres.

        Parameters
        ----------
        keys : (n,) array of int64

        Returns
        -------
        (n,) array of shapely polygons
        """
        if self.shape is GridShape.H3:
            return self._h3_polygons(keys)
        x, y = self.centres(keys)
        half = self.size_m / 2
        if self.shape is GridShape.SQUARE:
            return np.asarray(shapely.box(x - half, y - half, x + half, y + half), dtype=object)
        angles = np.pi / 6 + np.arange(6) * np.pi / 3  # pointed at the top
        corner = self.size_m / _ROOT3
        rings = np.stack(
            [x[:, None] + corner * np.cos(angles), y[:, None] + corner * np.sin(angles)], axis=-1
        )
        return np.asarray(shapely.polygons(rings), dtype=object)

    def cells_in(self, area: BaseGeometry) -> Keys:
        """Return the cells whose centre lies in the area, sorted.

        Parameters
        ----------
        area : polygon
            Metres.

        Returns
        -------
        (n,) array of int64
            No cell when the area is empty.
        """
        if area.is_empty:
            return np.empty(0, dtype=np.int64)
        keys = np.sort(self._cells_near(area.bounds))
        x, y = self.centres(keys)
        shapely.prepare(area)
        inside: NDArray[np.bool_] = shapely.contains_xy(area, x, y)
        return keys[inside]

    def pack(self, column: Keys, row: Keys) -> Keys:
        """Return the keys of lattice coordinates (squares and hexagons only)."""
        return (column.astype(np.int64) << np.int64(32)) + (row.astype(np.int64) + _SHIFT)

    def unpack(self, keys: Keys) -> tuple[Keys, Keys]:
        """Return the lattice coordinates of keys (squares and hexagons only)."""
        keys = np.asarray(keys, dtype=np.int64)
        return keys >> np.int64(32), (keys & np.int64(0xFFFFFFFF)) - _SHIFT

    def _lattice(self, x: Floats, y: Floats) -> tuple[Keys, Keys]:
        if self.shape is GridShape.SQUARE:
            column, row = np.floor(x / self.size_m), np.floor(y / self.size_m)
            return column.astype(np.int64), row.astype(np.int64)
        row_f = y / (self.size_m * _ROOT3 / 2)
        return _round_axial(x / self.size_m - row_f / 2, row_f)

    def _cells_near(self, bounds: tuple[float, float, float, float]) -> Keys:
        """Return every cell that could have its centre within bounds, and some round them."""
        left, bottom, right, top = np.array(bounds) - np.tile(self.shift_m, 2)
        if self.shape is GridShape.H3:
            # A probe each third of a cell's width touches every cell.
            step = float(self.cell_area_m2**0.5) / 3
            xs, ys = np.arange(left, right + step, step), np.arange(bottom, top + step, step)
            grid_x, grid_y = (axis.ravel() for axis in np.meshgrid(xs, ys))
            return np.unique(self.cells_at(grid_x, grid_y))
        height = self.size_m if self.shape is GridShape.SQUARE else self.size_m * _ROOT3 / 2
        columns = np.arange(np.floor(left / self.size_m) - 1, np.ceil(right / self.size_m) + 1)
        rows = np.arange(np.floor(bottom / height) - 1, np.ceil(top / height) + 1)
        column, row = (axis.ravel().astype(np.int64) for axis in np.meshgrid(columns, rows))
        if self.shape is GridShape.HEXAGON:
            column = column - row // 2  # axial columns lean: set each row upright
        return self.pack(column, row)

    def _h3_polygons(self, keys: Keys) -> NDArray[np.object_]:
        import h3.api.numpy_int as h3  # noqa: PLC0415

        polygons = []
        for key in np.asarray(keys).astype(np.uint64):
            latitude, longitude = np.array(h3.cell_to_boundary(int(key))).T
            polygons.append(shapely.Polygon(np.c_[to_national_grid(longitude, latitude)]))
        return np.array(polygons, dtype=object)


def _round_axial(q: Floats, r: Floats) -> tuple[Keys, Keys]:
    """Round fractional axial coordinates to the hexagon that holds them."""
    s = -q - r
    q_i, r_i, s_i = np.rint(q), np.rint(r), np.rint(s)
    off_q, off_r, off_s = np.abs(q_i - q), np.abs(r_i - r), np.abs(s_i - s)
    fix_q = (off_q > off_r) & (off_q > off_s)
    fix_r = ~fix_q & (off_r > off_s)
    q_i = np.where(fix_q, -r_i - s_i, q_i)
    r_i = np.where(fix_r, -q_i - s_i, r_i)
    return q_i.astype(np.int64), r_i.astype(np.int64)
