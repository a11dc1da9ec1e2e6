"""What pages of hot spot sets show: areas with size and count, two sets side by side, a map."""

from dataclasses import dataclass

import numpy as np
import shapely

from patrolwise.hot_spots import HotSpotSet
from patrolwise.places import area_geometries, to_longitude_latitude
from patrolwise.reporting.blocks import Drawing
from patrolwise.reporting.map_frame import frame_rings
from patrolwise.reporting.map_furniture import (
    draw_legend,
    draw_north_arrow,
    draw_numbers,
    draw_scale_bar,
)
from patrolwise.reporting.plan_shapes import shapes_of_areas
from patrolwise.reporting.svg import ACCENT, FONTS, QUIET, Label, wrap_svg

_HECTARE = 10_000.0  # square metres
_MAP_WIDTHS = (340, 900)  # phone, desk; CSS pixels


@dataclass(frozen=True, kw_only=True)
class AreaRow:
    """One hot spot of a set."""

    number: int  # on the map
    area_id: str
    name: str
    hectares: float
    across_m: float  # the longer side of its box
    latitude: float  # of its middle
    longitude: float
    x: float  # metres of the National Grid
    y: float
    crimes: int | None  # that it was chosen on


@dataclass(frozen=True, kw_only=True)
class AreaPair:
    """One area of the first set, and the area of the second that covers most of it."""

    name: str
    other: str  # blank when none touches it
    share: float  # of its surface that the second set covers in that area, 0 to 1
    moved_m: float | None  # from middle to middle
    is_same: bool


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two sets side by side."""

    pairs: tuple[AreaPair, ...]
    only_second: tuple[str, ...]  # areas of the second that touch none of the first
    overlap: float  # of their surfaces together, 0 to 1: both over either

    @property
    def same(self) -> int:
        """How many areas are in both, to the decimetre."""
        return sum(pair.is_same for pair in self.pairs)


def list_areas(spots: HotSpotSet) -> list[AreaRow]:
    """Return the areas of a set, numbered in its order.

    Parameters
    ----------
    spots : HotSpotSet

    Returns
    -------
    list of AreaRow
    """
    shapes = area_geometries(spots.areas)
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    longitudes, latitudes = to_longitude_latitude(middles[:, 0], middles[:, 1])
    crimes = dict(spots.selected_on.select("area_id", "crimes").iter_rows())
    rows = zip(*spots.areas.select("area_id", "name"), shapes, strict=True)
    return [
        AreaRow(
            number=at + 1,
            area_id=area_id,
            name=name,
            hectares=shape.area / _HECTARE,
            across_m=float(np.ptp(np.reshape(shape.bounds, (2, 2)), axis=0).max()),
            latitude=float(latitudes[at]),
            longitude=float(longitudes[at]),
            x=float(middles[at, 0]),
            y=float(middles[at, 1]),
            crimes=crimes.get(area_id),
        )
        for at, (area_id, name, shape) in enumerate(rows)
    ]


def compare_sets(first: HotSpotSet, second: HotSpotSet) -> Comparison:
    """Return how two sets lie to each other.

    Parameters
    ----------
    first, second : HotSpotSet

    Returns
    -------
    Comparison
    """
    mine, theirs = area_geometries(first.areas), area_geometries(second.areas)
    names, other_names = first.areas["name"].to_list(), second.areas["name"].to_list()
    shared = shapely.area(shapely.intersection(mine[:, None], theirs[None, :]))
    apart = shapely.distance(shapely.centroid(mine)[:, None], shapely.centroid(theirs)[None, :])
    hashes = set(second.area_hashes.values())
    pairs = []
    for at, own_hash in enumerate(first.area_hashes.values()):
        best = int(shared[at].argmax())
        is_touched = bool(shared[at, best] > 0)
        pairs.append(
            AreaPair(
                name=names[at],
                other=other_names[best] if is_touched else "",
                share=float(shared[at, best] / mine[at].area),
                moved_m=float(apart[at, best]) if is_touched else None,
                is_same=own_hash in hashes,
            )
        )
    untouched = shared.max(axis=0) <= 0
    one, other = shapely.union_all(mine), shapely.union_all(theirs)
    both = shapely.intersection(one, other).area
    return Comparison(
        pairs=tuple(pairs),
        only_second=tuple(n for n, is_new in zip(other_names, untouched, strict=True) if is_new),
        overlap=float(both / shapely.union(one, other).area),
    )


def draw_set(spots: HotSpotSet) -> list[Drawing]:
    """Return the map of a set, once for a phone and once for a desk.

    Parameters
    ----------
    spots : HotSpotSet

    Returns
    -------
    list of Drawing
    """
    named = "; ".join(f"{number} {name}" for number, name in enumerate(spots.areas["name"], 1))
    description = f"Map of {spots.areas.height} hot spots, numbered as in the table: {named}."
    return [_draw(spots, description, width) for width in _MAP_WIDTHS]


def _draw(spots: HotSpotSet, description: str, width: int) -> Drawing:
    label = Label(id=f"map-{width}", title=f"Hot spots of {spots.key}", description=description)
    shapes = shapes_of_areas(spots.areas, spots.areas["area_id"].to_list())
    frame = frame_rings([ring for shape in shapes for ring in shape.rings], width)
    numbers = {shape.area_id: number for number, shape in enumerate(shapes, start=1)}
    leaders, circles = draw_numbers(shapes, numbers, frame)
    look = f'fill="{ACCENT}" stroke="#fff" stroke-width=".8"'
    parts = [
        f'<rect width="{width}" height="{frame.height:.1f}" fill="#fff"/>',
        *leaders,
        *(f'<path d="{frame.trace(shape.rings)}" fill-rule="evenodd" {look}/>' for shape in shapes),
        *circles,
        draw_scale_bar(frame),
        draw_north_arrow(frame),
        f'<rect x=".5" y=".5" width="{width - 1}" height="{frame.height - 1:.1f}" fill="none" '
        f'stroke="{QUIET}"/>',
    ]
    entries = [(f'<rect y="1" width="18" height="13" {look}/>', "Hot spot")]
    credit = "No base map. North is up. Each number is explained in the table."
    words, height = draw_legend(entries, credit, frame.height + 10, width)
    # the words stand below the map on white too: the page may be dark
    paper = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    return wrap_svg(
        f'{paper}<g font-family="{FONTS}">{"".join(parts)}{words}</g>', width, height, label
    )
