"""The map of forces: which lie beyond limits, and which side is the good one."""

from collections.abc import Sequence

from patrolwise.benchmarking.force_areas import load_force_areas
from patrolwise.benchmarking.methods import Band
from patrolwise.reporting.benchmark_records import ComparisonRecord, MeasureRecord
from patrolwise.reporting.blocks import Drawing, Figure
from patrolwise.reporting.map_frame import frame_rings
from patrolwise.reporting.map_furniture import draw_legend
from patrolwise.reporting.svg import ACCENT, FONTS, INK, QUIET, Label, wrap_svg

_CREDIT = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right 2023."
)
_GOOD = (Band.OUTLIER_GOOD, Band.WATCH_GOOD)
_BAD = (Band.OUTLIER_BAD, Band.WATCH_BAD, Band.OUTLIER, Band.WATCH)
_FAR = (Band.OUTLIER_GOOD, Band.OUTLIER_BAD, Band.OUTLIER)
_UNKNOWN = "no data, or too few to say"


def draw_forces(
    measure: MeasureRecord, comparison: ComparisonRecord, widths: Sequence[int]
) -> Figure:
    """Return the map of one comparison.

    Parameters
    ----------
    measure : MeasureRecord
    comparison : ComparisonRecord
    widths : sequence of int

    Returns
    -------
    Figure
        Good and bad are told apart by hatch and by fill, not by colour alone.
    """
    bands = {one.force: Band(one.band) for one in comparison.forces}
    title = f"{measure.title}, {comparison.period}, by {comparison.kind}: which forces stand out"
    beyond = [f"{force}: {band.value}" for force, band in bands.items() if band in _GOOD + _BAD]
    described = "; ".join(beyond) or "no force lies beyond 95 % limits"
    base = f"map-{comparison.kind}-{measure.id}"
    drawings = tuple(
        _draw(bands, Label(id=f"{base}-{width}", title=title, description=described), width)
        for width in widths
    )
    return Figure(caption=f"{title}.", description=f"{described}.", drawings=drawings)


def _draw(bands: dict[str, Band], label: Label, width: int) -> Drawing:
    areas = load_force_areas()
    frame = frame_rings([ring for rings in areas.values() for ring in rings], min(width, 460))
    drawn = [
        f'<path d="{frame.trace(rings)}" {_look(bands.get(force, Band.UNKNOWN), label.id)} '
        f'stroke="{INK}" stroke-width=".6"/>'
        for force, rings in areas.items()
    ]
    entries = [
        (f'<rect y="1" width="18" height="13" {_look(band, label.id)} stroke="{QUIET}"/>', words)
        for band, words in _legend(bands)
    ]
    words, height = draw_legend(entries, _CREDIT, frame.height + 10, width)
    inside = (
        f"{_patterns(label.id)}"
        f'<rect width="{frame.width:g}" height="{frame.height:.1f}" fill="#fff"/>'
        f'<g fill-rule="evenodd" stroke-linejoin="round">{"".join(drawn)}</g>'
    )
    return wrap_svg(f'<g font-family="{FONTS}">{inside}{words}</g>', width, height, label)


def _legend(bands: dict[str, Band]) -> list[tuple[Band, str]]:
    """Return the bands that are there, the unknown last."""
    there = set(bands.values())
    return [
        (band, _UNKNOWN if band is Band.UNKNOWN else band.value) for band in Band if band in there
    ]


def _look(band: Band, prefix: str) -> str:
    if band in _GOOD:
        return f'fill="{ACCENT}"' if band in _FAR else f'fill="url(#{prefix}-good)"'
    if band in _BAD:
        return f'fill="{INK}"' if band in _FAR else f'fill="url(#{prefix}-bad)"'
    return 'fill="#fff"' if band is Band.ORDINARY else 'fill="#d5dae0"'


def _patterns(prefix: str) -> str:
    return (
        f'<defs><pattern id="{prefix}-good" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
        f'<line x1="0" y1="0" x2="0" y2="6" stroke="{ACCENT}" stroke-width="4"/></pattern>'
        f'<pattern id="{prefix}-bad" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="#fff"/>'
        f'<circle cx="3" cy="3" r="2" fill="{INK}"/></pattern></defs>'
    )
