"""What a week of action did, planned and done; and what campaigns do to a chart of counts.

The return is that of a national week against knives (Operation Sceptre). Bins are anonymous: a
count of knives is all that is kept of whoever surrendered one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from patrolwise.errors import RefusedError, check_faults
from patrolwise.evaluation.xmr import XmrChart, chart_xmr
from patrolwise.patrols.row_faults import describe_bad_rows, number_rows
from patrolwise.tables import Column, Table, check_columns
from patrolwise.times import Window

KINDS = (
    "sweep",
    "surrender bin",
    "knife arch",
    "test purchase",
    "retailer visit",
    "school",
    "community event",
    "warrant",
    "outreach",
    "media",
    "licensing",
)
STATES = ("planned", "done")
_WEEK = timedelta(days=7)

WEEK_ACTIVITIES = Table(
    "WEEK_ACTIVITIES",
    "one activity of a campaign on one day; an activity that was planned and done is one row, done",
    (
        Column("activity_id", pl.String, "the register's number of it"),
        Column("campaign", pl.String, "which campaign"),
        Column("day", pl.Date, "the day"),
        Column("organisation", pl.String, "who did it, or will"),
        Column("kind", pl.String, "sweep, surrender bin, knife arch, test purchase and so on"),
        Column("state", pl.String, "planned or done"),
        Column("was_planned", pl.Boolean, "whether it was in the plan; false: it came up"),
        Column("area_id", pl.String, "the hot spot, where it was in one", True),
        Column("events", pl.Int64, "visits, purchases tried, sessions or events: how many"),
        Column("arrests", pl.Int64, "arrests, of all kinds"),
        Column("arrests_knife", pl.Int64, "of these, for knives"),
        Column("knives_seized", pl.Int64, "knives seized from people or premises"),
        Column("knives_surrendered", pl.Int64, "knives surrendered, in bins and otherwise"),
        Column("knives_swept", pl.Int64, "knives found in sweeps"),
        Column("sales", pl.Int64, "of test purchases: how many sold"),
    ),
)
_COUNTS = (
    *("arrests", "arrests_knife", "knives_seized", "knives_surrendered", "knives_swept", "sales"),
)
# what the return calls the events of a kind
_EVENT_LINES = {
    "retailer visit": "Retailer visits",
    "test purchase": "Test purchases",
    "school": "School engagements",
    "community event": "Community events",
}
_COUNT_LINES = {
    "arrests": "Arrests, total",
    "arrests_knife": "Arrests, knife-related",
    "knives_seized": "Knives seized",
    "knives_surrendered": "Knives surrendered",
    "knives_swept": "Knives found in sweeps",
    "sales": "Test purchases that sold",
}


@dataclass(frozen=True, kw_only=True)
class PlannedAndDone:
    """Activities of one kind: how many were planned, and what became of them."""

    kind: str
    planned: int  # in the plan
    done: int  # of these
    unplanned: int  # done beside the plan

    @property
    def open(self) -> int:
        """Planned and not done."""
        return self.planned - self.done


@dataclass(frozen=True, kw_only=True)
class WeekReturn:
    """The return of one week of action."""

    campaign: str
    window: Window
    lines: tuple[tuple[str, int], ...]  # in the order of the national return
    kinds: tuple[PlannedAndDone, ...]  # those that there are


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """Days on which more was done than usual, so that counts may differ because of it."""

    name: str
    window: Window
    area_ids: tuple[str, ...] = ()  # hot spots that it was in; empty: everywhere


@dataclass(frozen=True, kw_only=True)
class CampaignChart:
    """A weekly series with the weeks of campaigns marked, its limits restated without them."""

    weeks: tuple[date, ...]
    marks: tuple[tuple[str, ...], ...]  # campaigns of each week
    everything: XmrChart
    ordinary: XmrChart  # of the weeks without a campaign, in order
    stand_out: tuple[date, ...]  # campaign weeks beyond the ordinary weeks' limits

    @property
    def sentence(self) -> str:
        """What the campaigns do to the limits, in words."""
        marked = sum(bool(names) for names in self.marks)
        return (
            f"{marked} of {len(self.weeks)} weeks are campaigns'. With them the mean is "
            f"{self.everything.mean:.1f} ({self.everything.low:.1f} to {self.everything.high:.1f}),"
            f" without {self.ordinary.mean:.1f} ({self.ordinary.low:.1f} to "
            f"{self.ordinary.high:.1f}); {len(self.stand_out)} lie beyond these."
        )


def check_week_activities(activities: pl.DataFrame) -> None:
    """Raise unless activities can be; silent when they can.

    Parameters
    ----------
    activities : (n, 15) WEEK_ACTIVITIES
        A reader leaves the line in `row`.

    Raises
    ------
    InputError
        A kind, state or count cannot be; all rows are named.
    """
    check_columns(activities, WEEK_ACTIVITIES, name="activities")
    rows = number_rows(activities)
    is_planned, counts = pl.col("state") == "planned", pl.sum_horizontal(_COUNTS)
    found = (
        (~pl.col("activity_id").is_first_distinct(), "activity_id", "it is there twice."),
        (~pl.col("kind").is_in(KINDS), "kind", f"write one of {', '.join(KINDS)}."),
        (~pl.col("state").is_in(STATES), "state", "write planned or done."),
        (is_planned & ~pl.col("was_planned"), "was_planned", "a planned one was planned."),
        (pl.col("events") < 1, "events", "write 1 or more."),
        *((pl.col(name) < 0, name, "write 0 or more.") for name in _COUNTS),
        (is_planned & (counts > 0), "state", "nothing can be counted yet; write done."),
        (
            pl.col("arrests_knife") > pl.col("arrests"),
            "arrests_knife",
            "it is part of arrests, and cannot be above.",
        ),
        (
            (pl.col("sales") > pl.col("events"))
            | ((pl.col("sales") > 0) & (pl.col("kind") != "test purchase")),
            "sales",
            "only test purchases sell, and no more than were tried.",
        ),
    )
    check_faults(
        "Activities",
        [fault for bad, name, told in found for fault in describe_bad_rows(rows, bad, name, told)],
    )


def make_week_return(activities: pl.DataFrame, campaign: str, window: Window) -> WeekReturn:
    """Return what a week of action did.

    Parameters
    ----------
    activities : (n, 15) WEEK_ACTIVITIES
        Of any campaign and day.
    campaign : str
    window : Window
        Its days, both ends included: 13 to 20 November is eight days.

    Returns
    -------
    WeekReturn
        Lines are the sums of its rows that are done.

    Raises
    ------
    InputError
        As `check_week_activities`, or a row of the campaign lies outside its days.

    References
    ----------
    Knife surrender and enforcement results of Operation Sceptre as forces returned them in 2021.
    """
    check_week_activities(activities)
    own = number_rows(activities).filter(pl.col("campaign") == campaign)
    check_faults(
        f"{campaign}, {window}",
        describe_bad_rows(
            own,
            ~pl.col("day").is_between(window.first, window.last),
            "day",
            "it is outside the campaign; mend it, or name another campaign.",
        ),
    )
    done = own.filter(pl.col("state") == "done")
    events = {
        told: int(done.filter(pl.col("kind") == kind)["events"].sum())
        for kind, told in _EVENT_LINES.items()
    }
    lines = (
        *((told, int(done[name].sum())) for name, told in _COUNT_LINES.items()),
        *events.items(),
    )
    return WeekReturn(campaign=campaign, window=window, lines=lines, kinds=_hold_plan(own))


def mark_campaign_weeks(
    weeks: Sequence[date], campaigns: Iterable[Campaign]
) -> tuple[tuple[str, ...], ...]:
    """Return which campaigns have a day in each week.

    Parameters
    ----------
    weeks : (n,) sequence of date
        The first day of each week.
    campaigns : iterable of Campaign

    Returns
    -------
    (n,) tuple of tuple of str

    Examples
    --------
    >>> sceptre = Campaign(
    ...     name="Sceptre", window=Window("Sceptre", date(2023, 11, 13), date(2023, 11, 20)))
    >>> mark_campaign_weeks([date(2023, 11, day) for day in (6, 13, 20, 27)], [sceptre])
    ((), ('Sceptre',), ('Sceptre',), ())
    """
    given = tuple(campaigns)
    spans = [Window(week.isoformat(), week, week + timedelta(days=6)) for week in weeks]
    return tuple(tuple(one.name for one in given if one.window.overlaps(span)) for span in spans)


def chart_without_campaigns(
    counts: Mapping[date, float], campaigns: Iterable[Campaign]
) -> CampaignChart:
    """Return a weekly series with campaign weeks marked, and its limits restated without them.

    Parameters
    ----------
    counts : mapping of date to float
        The first day of each week and its count; every week between first and last.
    campaigns : iterable of Campaign

    Returns
    -------
    CampaignChart
        A moving range across a week left out is that of its neighbours: the restated limits
        are those of ordinary weeks side by side.

    Raises
    ------
    InputError
        There is no week, weeks are missing, or a count is no number.
    RefusedError
        Fewer than two weeks are left without a campaign.

    References
    ----------
    Wheeler (1993), Understanding Variation: points with a known cause are left out of the limits.
    """
    weeks = sorted(counts)
    gaps = [
        f"There is no week of {one + _WEEK}. Count it, with 0 where there was nothing."
        for one in weeks[:-1]
        if one + _WEEK not in counts
    ]
    check_faults("Weeks", gaps if weeks else ["There is none. Give the counts of some weeks."])
    marks = mark_campaign_weeks(weeks, campaigns)
    values = [counts[week] for week in weeks]
    left = [value for value, names in zip(values, marks, strict=True) if not names]
    if len(left) < 2:
        raise RefusedError(
            f"{len(left)} of {len(weeks)} weeks are without a campaign. Limits need two ordinary "
            "weeks at least; take a longer series."
        )
    ordinary = chart_xmr(left)
    return CampaignChart(
        weeks=tuple(weeks),
        marks=marks,
        everything=chart_xmr(values),
        ordinary=ordinary,
        stand_out=tuple(
            week
            for week, value, names in zip(weeks, values, marks, strict=True)
            if names and not ordinary.low <= value <= ordinary.high
        ),
    )


def _hold_plan(rows: pl.DataFrame) -> tuple[PlannedAndDone, ...]:
    is_done = pl.col("state") == "done"
    sums = rows.group_by("kind").agg(
        planned=pl.col("was_planned").sum(),
        done=(pl.col("was_planned") & is_done).sum(),
        unplanned=(~pl.col("was_planned") & is_done).sum(),
    )
    found = {row["kind"]: PlannedAndDone(**row) for row in sums.iter_rows(named=True)}
    return tuple(found[kind] for kind in KINDS if kind in found)
