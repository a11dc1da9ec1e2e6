"""A quarter's headline figures beside those of the year before, each with its verdict."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from patrolwise.definitions import find_definition
from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.fund_rules import find_fund_rules
from patrolwise.partnership.hours_ledger import find_double_hours
from patrolwise.partnership.hours_totals import (
    HoursFigure,
    HoursScope,
    add_minutes,
    count_hours,
)
from patrolwise.partnership.quarters import Quarter, parse_quarter
from patrolwise.partnership.return_tables import take_known_on
from patrolwise.partnership.told_figures import (
    JudgedFigure,
    MonthlyFigure,
    divide_pounds_by_hours,
    judge_figure,
)
from patrolwise.reporting.quarter_figures import QuarterFigures
from patrolwise.reporting.wording import format_count
from patrolwise.study.return_making import read_sources
from patrolwise.study.return_programme import ReturnProgramme
from patrolwise.times import Window

MOST_FIGURES = 6
_TOLD = ("hours", "hot_spots", "outcomes", "plans", "police_plans", "streams")
EXTRA = ("extra-funded", "targeted")
_NOT_JUDGED = (
    "Hours were written down, not sampled: nothing is left to chance, and nothing to test."
)


def find_figures(
    programme: ReturnProgramme, quarter: str, version: int | None = None
) -> QuarterFigures:
    """Return the headline figures of a quarter.

    Parameters
    ----------
    programme : ReturnProgramme
    quarter : str
        2024-Q2.
    version : int or None
        None takes the newest.

    Returns
    -------
    QuarterFigures
        Extra patrol-hours, crimes of up to two definitions, extra patrols of police and of
        others, plans. Both quarters are counted in the hot spots that are live in the later one.

    Raises
    ------
    InputError
        No such return is declared, or a form cannot be read.
    RefusedError
        An hour is in the ledger twice.
    """
    declared = programme.returns.find(quarter, version)
    now = parse_quarter(quarter, find_fund_rules(declared.fund_rules).year_starts)
    sources = read_sources(programme, declared, _TOLD)
    check_faults("hours", find_double_hours(sources["hours"]), RefusedError)
    areas = _live_areas(sources["hot_spots"], now.window)
    kinds = dict(programme.returns.kinds)
    hours = sources["hours"].filter(pl.col("area_id").is_in(areas))
    judged = [
        *_tell_hours(hours, kinds, now),
        *_tell_crimes(sources["outcomes"], areas, programme.returns.definitions[:2], now),
        *_tell_patrols(hours, kinds, now),
        _tell_plans(sources["plans"], sources["police_plans"], now, declared.cut),
    ]
    figures = _list_extra_hours(hours, kinds, now.window)
    return QuarterFigures(
        title=programme.title,
        force=programme.returns.force,
        prepared_by=declared.prepared_by,
        approved_by=declared.approved_by,
        notice=programme.notice,
        quarter=now,
        cut=declared.cut,
        judged=tuple(judged[:MOST_FIGURES]),
        hours=figures,
        refused=_refuse_prices(sources["streams"], figures, now.window),
    )


def _live_areas(spots: pl.DataFrame, window: Window) -> list[str]:
    live = spots.filter(
        pl.col("first") <= window.last,
        pl.col("last").is_null() | (pl.col("last") >= window.first),
    )
    return sorted(set(live["area_id"]))


def _split(kinds: dict[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the police and the others, where there are any."""
    police = tuple(agency for agency, kind in kinds.items() if kind == "police")
    others = tuple(agency for agency in kinds if agency not in police)
    return [(who, own) for who, own in (("police", police), ("partners", others)) if own]


def _extra(hours: pl.DataFrame, agencies: Sequence[str]) -> pl.DataFrame:
    return add_minutes(hours).filter(
        pl.col("agency").is_in(agencies),
        pl.col("patrol_type").is_in(EXTRA),
        pl.col("activity") == "patrol",
    )


def _tell_hours(hours: pl.DataFrame, kinds: dict[str, str], now: Quarter) -> list[JudgedFigure]:
    told = []
    everybody = _extra(hours, list(kinds))
    then_min, now_min = (
        int(
            everybody.filter(pl.col("day").is_between(one.window.first, one.window.last))[
                "person_min"
            ].sum()
        )
        for one in (now.year_before, now)
    )
    then, since = round(then_min / 60), round(now_min / 60)
    told.append(
        JudgedFigure(
            id="hours",
            name="Extra patrols",
            counted="person-hours, all agencies",
            then=then,
            now=since,
            change=since / then - 1 if then else None,
            low=None,
            high=None,
            verdict="not judged",
            reason=_NOT_JUDGED,
        )
    )
    return told


def _tell_crimes(
    outcomes: pl.DataFrame, areas: Sequence[str], definitions: Sequence[str], now: Quarter
) -> list[JudgedFigure]:
    own = outcomes.filter(pl.col("place") == "hot spot", pl.col("area_id").is_in(areas))
    return [
        judge_figure(
            MonthlyFigure(
                id=key,
                name=f"{find_definition(key).title}, in the hot spots",
                counted=key,
                then=_by_month(crimes, now.year_before.window, "crimes"),
                now=_by_month(crimes, now.window, "crimes"),
            )
        )
        for key in definitions
        for crimes in [own.filter(pl.col("definition") == key)]
    ]


def _tell_patrols(hours: pl.DataFrame, kinds: dict[str, str], now: Quarter) -> list[JudgedFigure]:
    return [
        judge_figure(
            MonthlyFigure(
                id=f"patrols-{who}",
                name=f"Extra patrols by {'the ' if who == 'police' else ''}{who}",
                counted=f"patrols, {' or '.join(EXTRA)}",
                then=_by_month(own, now.year_before.window, "patrols"),
                now=_by_month(own, now.window, "patrols"),
            )
        )
        for who, agencies in _split(kinds)
        for own in [_extra(hours, agencies).with_columns(patrols=pl.lit(1))]
    ]


def _tell_plans(typed: pl.DataFrame, told: pl.DataFrame, now: Quarter, cut: date) -> JudgedFigure:
    """Return how many plans were open: of the form by its rows, of the police by their own days.

    A row of the form that was taken back by the cut is in neither count, so a plan that was typed
    once and comes by the police's file now is counted once.
    """
    then = now.year_before.window.last
    before = take_known_on(typed, then, "plans")
    filed = told.filter(pl.col("quarter") == now.label)
    open_now, open_then = (
        table.filter(pl.col("stage") != "closed").height for table in (typed, before)
    )
    open_now += filed.filter(pl.col("closed").is_null()).height
    open_then += filed.filter(
        pl.col("opened") <= then, pl.col("closed").is_null() | (pl.col("closed") > then)
    ).height
    figure = MonthlyFigure(
        id="plans",
        name="Problem-solving plans in operation",
        counted=f"plans not closed on {cut}",
        then=(open_then,),
        now=(open_now,),
    )
    return replace(judge_figure(figure), counted=figure.counted)


def _by_month(rows: pl.DataFrame, window: Window, column: str) -> tuple[int, ...]:
    return tuple(
        int(rows.filter(pl.col("month") == month)[column].sum()) for month in window.months
    )


def _list_extra_hours(
    hours: pl.DataFrame, kinds: dict[str, str], window: Window
) -> tuple[HoursFigure, ...]:
    scopes = [
        HoursScope(measure="patrol-hours", window=window, agencies=own, patrol_types=EXTRA)
        for kind in sorted(set(kinds.values()))
        for own in [tuple(agency for agency in kinds if kinds[agency] == kind)]
    ]
    scopes.append(
        HoursScope(measure="person-hours", window=window, agencies=tuple(kinds), patrol_types=EXTRA)
    )
    return tuple(count_hours(hours, scope, kinds) for scope in scopes)


def _refuse_prices(
    streams: pl.DataFrame, figures: Sequence[HoursFigure], window: Window
) -> tuple[str, ...]:
    """Return why a stream's grant is no price of the quarter's hours, for each that ran then."""
    told = []
    running = streams.filter(pl.col("first") <= window.last, pl.col("last") >= window.first)
    for stream, pounds, first, last in running.select(
        "row_id", "pounds", "first", "last"
    ).iter_rows():
        try:
            divide_pounds_by_hours(pounds, Window(stream, first, last), figures[-1], ("funded",))
        except RefusedError as error:
            hours = format_count(figures[-1].hours)
            told.append(f"£{format_count(pounds)} of {stream} over {hours} hours: {error}")
    return tuple(told)
