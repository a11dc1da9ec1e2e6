"""What the map of a patrol day shows: numbered hot spots, and where trackers went.

Plain SVG with no base map. Tracks are told apart by their dashes, a pattern a service.
"""

from collections.abc import Sequence

from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Drawing, Figure
from patrolwise.reporting.map_frame import MapFrame, Ring, frame_rings
from patrolwise.reporting.map_furniture import (
    draw_legend,
    draw_north_arrow,
    draw_numbers,
    draw_scale_bar,
)
from patrolwise.reporting.patrol_places import PatrolledPlaces
from patrolwise.reporting.patrol_results import PatrolResults, TrackRecord
from patrolwise.reporting.patrol_wording import format_times, format_weekday
from patrolwise.reporting.results import MapShape
from patrolwise.reporting.svg import ACCENT, FONTS, INK, QUIET, Label, wrap_svg

WHO_MAY_SEE = (
    "Tracks show where people went. They are for those who supervise these patrols or check this "
    "report; leave the map out of what you publish."
)
NO_TRACKS = (
    "No tracks are shown: \u201cpatrolwise dose --tracks\u201d adds those of one day, only for "
    "those who supervise these patrols or check this report."
)
_UNASSIGNED = "Nobody assigned"
_DASHES = ("", "7 4", "2 3", "9 3 2 3")  # by service, in the order of the results
_COLOURS = (INK, "#9a3412", "#3f6212", "#6b21a8")
_FURTHEST = 2.5  # tracks that would shrink the hot spots more than this are cut at the frame


def draw_patrol_map(
    results: PatrolResults, places: PatrolledPlaces, figure_id: str, widths: Sequence[int]
) -> Figure:
    """Return the hot spots with the tracks of the day that is shown.

    Parameters
    ----------
    results : PatrolResults
        With hot spots to draw, or tracks.
    places : PatrolledPlaces
    figure_id : str
        Unique within the page.
    widths : sequence of int
        One drawing each, CSS pixels.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        There is neither a hot spot nor a track to draw.
    """
    spots = [shape for shape in results.shapes if shape.kind == "hot spot"]
    tracks = [track for track in results.tracks if any(map(len, track.lines))]
    if not spots and not tracks:
        raise InputError("There are no hot spots and no tracks to draw. Leave the map out.")
    services = _services_of(results, tracks)
    caption = f"The hot spots of {results.hot_spot_set}, numbered as in the tables"
    drawn = "; ".join(
        f"{format_times(sum(_service_of(t) == s for t in tracks), 'track')} of {s}"
        for s in services
    )
    if tracks:
        day = format_weekday(results.shown_day)
        caption += f", with the tracks of {day}. Tracks are thinned for drawing, and cut "
        caption += f"where a tracker was silent. {WHO_MAY_SEE}"
    else:
        caption += f". {NO_TRACKS}"
    named = "; ".join(places.label(spot.area_id) for spot in spots)
    description = f"Map. Hot spots: {named or 'none'}. Tracks: {drawn or 'none'}."
    drawings = tuple(
        _draw(
            (spots, tracks, services),
            places,
            Label(id=f"{figure_id}-{width}", title=caption, description=description),
            width,
        )
        for width in widths
    )
    return Figure(caption=caption, description=description, drawings=drawings)


def _service_of(track: TrackRecord) -> str:
    return track.service or _UNASSIGNED


def _services_of(results: PatrolResults, tracks: Sequence[TrackRecord]) -> list[str]:
    found = {_service_of(track) for track in tracks}
    order = dict.fromkeys([*results.services, *map(_service_of, tracks)])
    return [service for service in order if service in found]


def _draw(
    drawn: tuple[Sequence[MapShape], Sequence[TrackRecord], Sequence[str]],
    places: PatrolledPlaces,
    label: Label,
    width: int,
) -> Drawing:
    spots, tracks, services = drawn
    frame = _frame(spots, tracks, width)
    looks = {service: _looks(number) for number, service in enumerate(services)}
    leaders, circles = draw_numbers(spots, places.numbers, frame)
    outline = f'fill="#dbe7f1" stroke="{ACCENT}" stroke-width="2"'
    clip = f"{label.id}-clip"
    parts = [
        f'<defs><clipPath id="{clip}"><rect width="{frame.width:g}" '
        f'height="{frame.height:.1f}"/></clipPath></defs>',
        f'<rect width="{width}" height="{frame.height:.1f}" fill="#fff"/>',
        f'<g clip-path="url(#{clip})" fill-rule="evenodd" stroke-linejoin="round">',
        *(f'<path d="{frame.trace(spot.rings)}" {outline}/>' for spot in spots),
        *leaders,
        *(
            f'<path d="{_trace(line, frame)}" {looks[_service_of(track)]}/>'
            for track in tracks
            for line in track.lines
            if line
        ),
        "</g>",
        *circles,
        draw_scale_bar(frame),
        draw_north_arrow(frame),
        f'<rect x=".5" y=".5" width="{width - 1}" height="{frame.height - 1:.1f}" fill="none" '
        f'stroke="{QUIET}"/>',
    ]
    entries = (
        [(f'<rect x="1" y="1" width="18" height="13" {outline}/>', "Hot spot")] if spots else []
    )
    entries += [
        (f'<path d="M1,8H21" {looks[service]}/>', f"Track: {service}") for service in services
    ]
    words, height = draw_legend(entries, "No base map. North is up.", frame.height + 10, width)
    return wrap_svg(f'<g font-family="{FONTS}">{"".join(parts)}{words}</g>', width, height, label)


def _looks(number: int) -> str:
    at = number % len(_DASHES)
    dash = f' stroke-dasharray="{_DASHES[at]}"' if _DASHES[at] else ""
    return (
        f'fill="none" stroke="{_COLOURS[at]}" stroke-width="1.4" stroke-linecap="round" '
        f'stroke-opacity=".85"{dash}'
    )


def _frame(spots: Sequence[MapShape], tracks: Sequence[TrackRecord], width: int) -> MapFrame:
    """Return what the map must hold: tracks too, unless they would dwarf the hot spots."""
    rings: list[Ring] = [ring for spot in spots for ring in spot.rings]
    everything = [*rings, *(line for track in tracks for line in track.lines)]
    if not rings:
        return frame_rings(everything, width)
    near, far = frame_rings(rings, width), frame_rings(everything, width)
    return far if near.pixels_per_m <= _FURTHEST * far.pixels_per_m else near


def _trace(line: Ring, frame: MapFrame) -> str:
    """Return an open line; a single fix becomes a dot, by its round ends."""
    points = [frame.locate(*place) for place in line]
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in [*points, *points[-1:]])
