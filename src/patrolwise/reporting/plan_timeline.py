"""When each unit of a shift is planned where: a row a unit, bars with numbers, breaks hatched.

Plain SVG in black and white; services stand apart under their names.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Drawing, Figure, Grid
from patrolwise.reporting.map_furniture import draw_text
from patrolwise.reporting.plan_wording import ShiftClock, clip_words
from patrolwise.reporting.svg import FONTS, INK, QUIET, RULE, Label, wrap_svg

_HOUR = timedelta(hours=1)
_STEP = 26  # pixels from row to row
_BAR = 19
_NARROWEST_HOUR = 58  # pixels: a quarter of an hour holds two digits
_DIGIT = 6.9
_LETTER = 6.2
_TITLE = 20  # pixels above the rows of a service
_AXIS = 20  # pixels for the clock


@dataclass(frozen=True, kw_only=True)
class TimelineBar:
    """One visit or break."""

    start: datetime  # UTC
    end: datetime
    number: str  # of the hot spot; empty for a break
    name: str


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """One unit on duty."""

    unit_id: str
    service: str
    start: datetime  # UTC
    end: datetime
    bars: tuple[TimelineBar, ...]


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """Which hours a strip shows, and where they fall."""

    first: datetime
    hours: int
    left: float
    per_hour: float
    clock: ShiftClock

    @property
    def right(self) -> float:
        return self.left + self.hours * self.per_hour

    def x(self, time: datetime) -> float:
        at = self.left + (time - self.first) / _HOUR * self.per_hour
        return min(max(at, self.left), self.right)


def chart_timeline(rows: Sequence[TimelineRow], label: Label, widths: Sequence[int]) -> Figure:
    """Return who is planned where and when, drawn once for each width.

    Parameters
    ----------
    rows : sequence of TimelineRow
        Of one shift; services in their order.
    label : Label
        Its title is the caption.
    widths : sequence of int
        CSS pixels; a narrow one cuts the shift into strips of a few hours.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        There is no row.
    """
    drawings = tuple(
        draw_timeline(
            rows,
            Label(id=f"{label.id}-{width}", title=label.title, description=label.description),
            width,
        )
        for width in widths
    )
    return Figure(caption=label.title, description=label.description, drawings=drawings)


def draw_timeline(rows: Sequence[TimelineRow], label: Label, width: int) -> Drawing:
    """Return one drawing of a shift.

    Parameters
    ----------
    rows : sequence of TimelineRow
        One alone stands without its name: the page says whose it is.
    label : Label
    width : int
        CSS pixels.

    Returns
    -------
    Drawing

    Raises
    ------
    InputError
        There is no row.
    """
    if not rows:
        raise InputError("Nobody is on duty: there is no timeline to draw. Leave it out.")
    parts, top = [_hatch(label.id)], 2.0
    for scale in _strips(rows, width):
        if len(rows) == 1:
            parts.append("".join(_draw_rows(rows, scale, top, label.id)))
            top += _STEP
        else:
            for service in dict.fromkeys(row.service for row in rows):
                own = [row for row in rows if row.service == service]
                parts.append(draw_text(0, top + 14, service, 'font-size="12.5" font-weight="bold"'))
                top += _TITLE
                parts += _draw_rows(own, scale, top, label.id)
                top += _STEP * len(own) + 4
        parts.append(_draw_clock(scale, top))
        top += _AXIS + 6
    return wrap_svg(f'<g font-family="{FONTS}">{"".join(parts)}</g>', width, round(top), label)


def list_timeline(rows: Sequence[TimelineRow], caption: str) -> Grid:
    """Return what the drawing shows as a table, for those who cannot see it.

    Parameters
    ----------
    rows : sequence of TimelineRow
    caption : str

    Returns
    -------
    Grid
        A row a visit or break, in order of unit and time; local time.
    """
    lines = []
    for row in rows:
        clock = ShiftClock(start=row.start, end=row.end)
        for bar in row.bars:
            place = f"{bar.number} {bar.name}" if bar.number else "Break"
            lines.append((row.unit_id, row.service, clock.span(bar.start, bar.end), place))
    return Grid(
        caption=caption,
        columns=("Unit", "Service", "From and until", "Hot spot"),
        rows=tuple(lines),
    )


def describe_timeline(rows: Sequence[TimelineRow]) -> str:
    """Return in one sentence a unit what the drawing shows.

    Parameters
    ----------
    rows : sequence of TimelineRow

    Returns
    -------
    str
    """
    return " ".join(_describe(row) for row in rows)


def _describe(row: TimelineRow) -> str:
    clock = ShiftClock(start=row.start, end=row.end)
    bars = "; ".join(
        f"{clock.span(bar.start, bar.end)} {f'{bar.number} {bar.name}' if bar.number else 'break'}"
        for bar in row.bars
    )
    hours = clock.span(row.start, row.end)
    return f"{row.unit_id}, {row.service}, on duty {hours}: {bars or 'nothing planned'}."


def _strips(rows: Sequence[TimelineRow], width: int) -> Iterator[_Scale]:
    starts = [row.start for row in rows] + [bar.start for row in rows for bar in row.bars]
    ends = [row.end for row in rows] + [bar.end for row in rows for bar in row.bars]
    first = min(starts).replace(minute=0, second=0, microsecond=0)
    hours = max(1, math.ceil((max(ends) - first) / _HOUR))
    left = 18.0 if len(rows) == 1 else max(60.0, 0.16 * width)
    room = width - left - 18
    most = max(1, int(room // _NARROWEST_HOUR))
    strips = math.ceil(hours / most)
    each = math.ceil(hours / strips)
    clock = ShiftClock(start=min(starts), end=max(ends))
    for strip in range(strips):
        yield _Scale(
            first=first + strip * each * _HOUR,
            hours=each,
            left=left,
            per_hour=room / each,
            clock=clock,
        )


def _draw_rows(
    rows: Sequence[TimelineRow], scale: _Scale, top: float, prefix: str
) -> Iterator[str]:
    bottom = top + _STEP * len(rows)
    for hour in range(scale.hours + 1):
        x = scale.left + hour * scale.per_hour
        yield f'<path d="M{x:.1f},{top:.1f}V{bottom:.1f}" stroke="{RULE}"/>'
    for number, row in enumerate(rows):
        middle = top + _STEP * (number + 0.5)
        if scale.left > 18:
            name = clip_words(row.unit_id, int((scale.left - 12) / _LETTER))
            yield draw_text(scale.left - 10, middle + 4, name, 'font-size="12" text-anchor="end"')
        start, end = scale.x(row.start), scale.x(row.end)
        if end > start:
            yield (
                f'<path d="M{start:.1f},{middle:.1f}H{end:.1f}" stroke="{INK}" stroke-width="1.2"/>'
            )
        for bar in row.bars:
            yield _draw_bar(bar, scale, middle, prefix)


def _draw_bar(bar: TimelineBar, scale: _Scale, middle: float, prefix: str) -> str:
    start, end = scale.x(bar.start), scale.x(bar.end)
    if end <= start:
        return ""
    fill = "#fff" if bar.number else f"url(#{prefix}-hatch)"
    drawn = (
        f'<rect x="{start:.1f}" y="{middle - _BAR / 2:.1f}" width="{end - start:.1f}" '
        f'height="{_BAR}" fill="{fill}" stroke="{INK}" stroke-width="1.4"/>'
    )
    if bar.number and end - start >= _DIGIT * len(bar.number) + 2:
        looks = 'font-size="12.5" font-weight="bold" text-anchor="middle"'
        drawn += draw_text((start + end) / 2, middle + 4.5, bar.number, looks)
    return drawn


def _draw_clock(scale: _Scale, top: float) -> str:
    every = max(1, math.ceil(44 / scale.per_hour))
    hours = range(0, scale.hours + 1, every)
    return "".join(
        draw_text(
            scale.left + hour * scale.per_hour,
            top + 13,
            scale.clock.say(scale.first + hour * _HOUR)[:5],
            f'font-size="11.5" text-anchor="middle" style="fill:{QUIET}"',
        )
        for hour in hours
    )


def _hatch(prefix: str) -> str:
    return (
        f'<defs><pattern id="{prefix}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="5" height="5" fill="#fff"/>'
        f'<path d="M0,0V5" stroke="{INK}" stroke-width="2"/></pattern></defs>'
    )
