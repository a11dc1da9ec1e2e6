"""Who was where, and when, on one patrol day: a row a unit, hours across in local time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from patrolwise.errors import InputError
from patrolwise.patrols.compliance import LOCAL_ZONE
from patrolwise.reporting.blocks import Figure
from patrolwise.reporting.patrol_charts import TALLEST
from patrolwise.reporting.patrol_places import PatrolledPlaces
from patrolwise.reporting.patrol_results import MeetingRecord, PatrolResults, StayRecord
from patrolwise.reporting.patrol_wording import format_times, format_weekday, read_time
from patrolwise.reporting.svg import ACCENT, INK, Label, Spec, draw_figure, rows_axis
from patrolwise.times import PATROL_DAY_STARTS

_STEP = 28  # pixels from row to row
_LOWEST_STEP = 15
_DIGIT = 7  # pixels of one digit of a hot spot's number
_WIDE = 500  # CSS pixels from which a picture counts as wide
_HOURS = (4, 11)  # hours side by side, on a phone and on a page
_SILENT_MIN = 0.5  # minutes of silence that are worth a mark


@dataclass(frozen=True, kw_only=True)
class _Shift:
    """The stays of one patrol day; times are minutes since it began."""

    service_units: dict[str, list[str]]
    stays: tuple[StayRecord, ...]
    meetings: tuple[MeetingRecord, ...]
    begin: datetime  # UTC
    first_hour: int
    hours: int

    def minute(self, iso: str) -> float:
        return (read_time(iso) - self.begin) / timedelta(minutes=1)


def chart_shift(
    results: PatrolResults, places: PatrolledPlaces, figure_id: str, widths: Sequence[int]
) -> Figure:
    """Return the stays of the day that is shown, services apart, where they met in a frame.

    Parameters
    ----------
    results : PatrolResults
        With at least one stay on the day that is shown.
    places : PatrolledPlaces
    figure_id : str
        Unique within the page.
    widths : sequence of int
        One drawing each, CSS pixels; a narrow one cuts the shift into strips of a few hours.

    Returns
    -------
    Figure

    Raises
    ------
    InputError
        Nobody stayed in a hot spot that day.
    """
    shift = _find_shift(results)
    caption = (
        f"The patrols of {format_weekday(results.shown_day)}, local time. Bars: visits, with the "
        "hot spot's number where it fits."
    )
    if any(_is_silent(stay) for stay in shift.stays):
        caption += " Pale bars with a dashed edge: visits with silence in them."
    if any(stay.is_pass_through for stay in shift.stays):
        caption += " Thin lines: passed through."
    if shift.meetings:
        caption += " Thick frames: two services in one hot spot at the same time."
    description = "; ".join(
        _describe_unit(unit, service, shift)
        for service, units in shift.service_units.items()
        for unit in units
    )

    def spec(width: int) -> Spec:
        return _draw(shift, places, width)

    return draw_figure(
        Label(id=figure_id, title=caption, description=description + "."), widths, spec
    )


def _find_shift(results: PatrolResults) -> _Shift:
    stays = tuple(stay for stay in results.stays if stay.day == results.shown_day)
    if not stays:
        raise InputError(
            f"Nobody stayed in a hot spot on {results.shown_day or 'the day that is shown'}. "
            "Leave the timeline out, or show another day."
        )
    meetings = tuple(
        meeting
        for pair in results.separation
        for meeting in pair.meetings
        if meeting.day == results.shown_day
    )
    begin = datetime.fromisoformat(results.shown_day).replace(tzinfo=UTC) + PATROL_DAY_STARTS
    hour = timedelta(hours=1)
    first = min((read_time(stay.start) - begin) // hour for stay in stays)
    last = max(ceil((read_time(stay.end) - begin) / hour) for stay in stays)
    services = list(dict.fromkeys([*results.services, *(stay.service for stay in stays)]))
    units = {s: sorted({stay.unit_id for stay in stays if stay.service == s}) for s in services}
    return _Shift(
        service_units={service: found for service, found in units.items() if found},
        stays=stays,
        meetings=meetings,
        begin=begin,
        first_hour=first,
        hours=max(1, last - first),
    )


def _is_silent(stay: StayRecord) -> bool:
    return stay.unknown_min >= _SILENT_MIN and not stay.is_pass_through


def _describe_unit(unit: str, service: str, shift: _Shift) -> str:
    own = [stay for stay in shift.stays if (stay.unit_id, stay.service) == (unit, service)]
    visits = sum(not stay.is_pass_through for stay in own)
    areas = len({stay.area_id for stay in own if not stay.is_pass_through})
    return (
        f"{unit}, {service}: {format_times(visits, 'visit')} to {format_times(areas, 'hot spot')}, "
        f"passed through {format_times(len(own) - visits, 'time')}"
    )


def _draw(shift: _Shift, places: PatrolledPlaces, width: int) -> Spec:
    rows = sum(map(len, shift.service_units.values()))
    strips = ceil(shift.hours / _HOURS[width >= _WIDE])
    if width >= _WIDE and strips * rows * _LOWEST_STEP > TALLEST:
        strips = 1
    hours = ceil(shift.hours / strips)
    step = max(_LOWEST_STEP, min(_STEP, TALLEST // (strips * rows)))
    firsts = [shift.first_hour + strip * hours for strip in range(strips)]
    panels = [
        _panel(shift, places, service, (first, first + hours), (width, step))
        for first in firsts
        for service in shift.service_units
    ]
    return {"vconcat": panels, "spacing": 16}


def _panel(
    shift: _Shift,
    places: PatrolledPlaces,
    service: str,
    hours: tuple[int, int],
    size: tuple[int, int],
) -> Spec:
    width, step = size
    units = shift.service_units[service]
    y = rows_axis(units, width)
    labels = 0.22 * width
    y["axis"] |= {"labelLimit": labels, "minExtent": labels, "maxExtent": labels, "grid": True}
    y["scale"] = {"domain": units, "paddingInner": 0.2}
    inner = round(width - labels - 52)
    per_minute = inner / (60 * (hours[1] - hours[0]))
    values = [
        value
        for stay in shift.stays
        if stay.service == service
        for value in _cut(_stay_row(stay, shift, places), hours)
    ]
    for value in values:
        fits = (value["end"] - value["start"]) * per_minute >= _DIGIT * len(value["number"]) + 2
        value["text"] = value["number"] if fits else ""
    frames = [
        value
        for meeting in shift.meetings
        for value in _cut(_meeting_row(meeting, shift), hours)
        if value["label"] in units
    ]
    return {
        "title": f"{service}, {_clock(shift, hours[0])} to {_clock(shift, hours[1])}",
        "width": inner,
        "height": {"step": step},
        "data": {"values": values},
        "encoding": {"y": y},
        "layer": _layers(_hours_axis(shift, hours, inner), frames, step),
    }


def _stay_row(stay: StayRecord, shift: _Shift, places: PatrolledPlaces) -> Spec:
    silent = "silent" if _is_silent(stay) else "visit"
    return {
        "label": stay.unit_id,
        "start": shift.minute(stay.start),
        "end": shift.minute(stay.end),
        "number": places.number(stay.area_id),
        "kind": "pass" if stay.is_pass_through else silent,
    }


def _meeting_row(meeting: MeetingRecord, shift: _Shift) -> list[Spec]:
    start, end = shift.minute(meeting.start), shift.minute(meeting.end)
    # A frame that is thinner than its own line would not be seen.
    return [
        {"label": unit, "start": start - 1, "end": max(end, start + 2) + 1}
        for unit in (meeting.unit_a, meeting.unit_b)
    ]


def _cut(rows: Spec | list[Spec], hours: tuple[int, int]) -> list[Spec]:
    """Return what of each row lies within the hours."""
    first, last = 60 * hours[0], 60 * hours[1]
    return [
        {**row, "start": max(row["start"], first), "end": min(row["end"], last)}
        for row in (rows if isinstance(rows, list) else [rows])
        if row["start"] < last and row["end"] > first
    ]


def _clock(shift: _Shift, hour: int) -> str:
    local = (shift.begin + timedelta(hours=hour)).astimezone(ZoneInfo(LOCAL_ZONE))
    return f"{local:%H:%M}"


def _hours_axis(shift: _Shift, hours: tuple[int, int], inner: int) -> Spec:
    first, last = hours
    every = max(1, ceil(42 * (last - first) / inner))
    ticks = list(range(first, last + 1, every))
    names = [_clock(shift, hour) for hour in ticks]
    return {
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [60 * first, 60 * last], "nice": False},
        "axis": {
            "values": [60 * hour for hour in ticks],
            "labelExpr": f"{names!r}[round((datum.value - {60 * first}) / {60 * every})]",
            "labelOverlap": False,
            "labelFlush": False,
            "grid": True,
        },
    }


def _layers(x: Spec, frames: list[Spec], step: int) -> list[Spec]:
    size = min(17, step - 5)
    span = {"x": {**x, "field": "start"}, "x2": {"field": "end"}}
    solid: Spec = {"type": "bar", "size": size, "color": ACCENT, "stroke": "white"}
    silent: Spec = {
        "type": "bar",
        "size": size,
        "fill": "#e6edf4",
        "stroke": INK,
        "strokeDash": [3, 2],
        "strokeWidth": 1.2,
    }
    thin: Spec = {"type": "tick", "size": size, "thickness": 1.4, "color": INK}
    text: Spec = {"type": "text", "fontSize": 11, "fontWeight": "bold"}
    middle = {"x": {**x, "field": "middle"}, "text": {"field": "text"}}
    colour = {"condition": {"test": "datum.kind == 'visit'", "value": "white"}, "value": INK}
    layers: list[Spec] = [
        {"mark": solid, "transform": [_only("visit")], "encoding": span},
        {"mark": silent, "transform": [_only("silent")], "encoding": span},
        {
            "mark": thin,
            "transform": [_only("pass"), _MIDDLE],
            "encoding": {"x": {**x, "field": "middle"}},
        },
        {
            "mark": text,
            "transform": [{"filter": "datum.kind != 'pass'"}, _MIDDLE],
            "encoding": {**middle, "color": colour},
        },
    ]
    if frames:
        frame = {"type": "bar", "size": size + 6, "fill": None, "stroke": INK, "strokeWidth": 2.6}
        layers.append({"data": {"values": frames}, "mark": frame, "encoding": span})
    return layers


_MIDDLE = {"calculate": "(datum.start + datum.end) / 2", "as": "middle"}


def _only(kind: str) -> Spec:
    return {"filter": f"datum.kind == '{kind}'"}
