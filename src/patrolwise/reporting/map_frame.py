"""Where a place falls on a drawn map, and where its label finds room."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from patrolwise.errors import InputError

METRES_PER_DEGREE = 111_320.0  # of latitude; longitude shrinks with its cosine
SMALLEST_SPAN_M = 800.0  # one hot spot with what lies round it
_MARGIN = 0.07

Ring = Sequence[tuple[float, float]]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, kw_only=True)
class MapFrame:
    """A flat map: equirectangular, true to scale at its middle latitude.

    Over a county the error of that is below 1 %, less than the width of a line.
    """

    middle: tuple[float, float]  # longitude, latitude in degrees
    pixels_per_m: float
    width: float  # CSS pixels
    height: float

    def __post_init__(self) -> None:
        if not (self.pixels_per_m > 0 and self.width > 0 and self.height > 0):
            raise InputError(
                f"A map needs a scale and a size above 0, got {self.pixels_per_m}, "
                f"{self.width} × {self.height}."
            )

    def locate(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return where a place falls, in pixels from the top left corner."""
        shrink = math.cos(math.radians(self.middle[1]))
        east = (longitude - self.middle[0]) * METRES_PER_DEGREE * shrink
        north = (latitude - self.middle[1]) * METRES_PER_DEGREE
        return (
            self.width / 2 + east * self.pixels_per_m,
            self.height / 2 - north * self.pixels_per_m,
        )

    def trace(self, rings: Iterable[Ring]) -> str:
        """Return rings as the path of an SVG element."""
        drawn = []
        for ring in rings:
            points = (self.locate(*place) for place in ring)
            drawn.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z")
        return "".join(drawn)

    def box(self, rings: Iterable[Ring]) -> Box:
        """Return the smallest upright box that holds the rings, in pixels."""
        points = [self.locate(*place) for ring in rings for place in ring]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)


def frame_rings(rings: Sequence[Ring], width: float) -> MapFrame:
    """Return the map that shows all rings, as large as the width allows.

    Parameters
    ----------
    rings : sequence of rings of (longitude, latitude)
        Degrees; at least one point.
    width : float
        CSS pixels; the height follows, between 0.6 and 1.1 of it.

    Returns
    -------
    MapFrame

    Raises
    ------
    InputError
        There is no point to show.

    Examples
    --------
    >>> frame = frame_rings([[(-1.14, 52.63), (-1.12, 52.63), (-1.12, 52.64)]], 640)
    >>> x, y = frame.locate(-1.13, 52.635)
    >>> round(x), round(y - frame.height / 2)
    (320, 0)
    """
    places = [place for ring in rings for place in ring]
    if not places:
        raise InputError("There is no area to draw a map of. Leave the map out.")
    longitudes, latitudes = zip(*places, strict=True)
    middle = ((min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2)
    shrink = math.cos(math.radians(middle[1]))
    across = (max(longitudes) - min(longitudes)) * METRES_PER_DEGREE * shrink
    upward = (max(latitudes) - min(latitudes)) * METRES_PER_DEGREE
    across, upward = max(across, SMALLEST_SPAN_M), max(upward, SMALLEST_SPAN_M)
    height = width * min(max(upward / across, 0.6), 1.1)
    scale = min(width / across, height / upward) * (1 - 2 * _MARGIN)
    return MapFrame(middle=middle, pixels_per_m=scale, width=width, height=height)


def nice_length_m(longest_m: float) -> float:
    """Return the longest of 1, 2 or 5 times a power of ten that fits, for a scale bar.

    Parameters
    ----------
    longest_m : float
        Metres, above 0.

    Returns
    -------
    float

    Examples
    --------
    >>> nice_length_m(780), nice_length_m(2600), nice_length_m(1)
    (500.0, 2000.0, 1.0)
    """
    power = 10.0 ** math.floor(math.log10(longest_m))
    return max(step * power for step in (1, 2, 5) if step * power <= longest_m)


def place_labels(
    anchors: Sequence[tuple[float, float]], taken: Sequence[Box], frame: MapFrame, radius: float
) -> list[tuple[float, float]]:
    """Return a place for each round label, near its anchor and clear of what is there.

    Tries eight directions at growing distance, in a fixed order: the same map each time.

    Parameters
    ----------
    anchors : (n,) sequence of (x, y)
        Pixels.
    taken : sequence of boxes
        Where no label may lie.
    frame : MapFrame
    radius : float
        Of a label, pixels.

    Returns
    -------
    (n,) list of (x, y)
        The anchor itself where no place is free.
    """
    placed: list[tuple[float, float]] = []
    occupied = list(taken)
    for anchor in anchors:
        spot = next(
            (c for c in _candidates(anchor, radius) if _is_free(c, radius, occupied, frame)), anchor
        )
        placed.append(spot)
        occupied.append((spot[0] - radius, spot[1] - radius, spot[0] + radius, spot[1] + radius))
    return placed


def _candidates(anchor: tuple[float, float], radius: float) -> Iterable[tuple[float, float]]:
    for step in range(10):
        reach = radius * (2.2 + 1.1 * step)
        for turn in range(8):
            angle = math.pi / 4 * (turn + 1)  # begins at the upper right, as maps do
            yield anchor[0] + reach * math.cos(angle), anchor[1] - reach * math.sin(angle)


def _is_free(
    centre: tuple[float, float], radius: float, occupied: Sequence[Box], frame: MapFrame
) -> bool:
    x, y = centre
    inside = radius < x < frame.width - radius and radius < y < frame.height - radius
    return inside and not any(
        x + radius > left and x - radius < right and y + radius > top and y - radius < bottom
        for left, top, right, bottom in occupied
    )
