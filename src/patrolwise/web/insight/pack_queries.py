"""What is read of tasking packs: a list, one with what is new since the last, decisions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from patrolwise.evaluation.xmr import chart_xmr
from patrolwise.partnership.weeks_of_action import Campaign
from patrolwise.times import Window
from patrolwise.web.insight.campaign_bands import Band, place_campaigns
from patrolwise.web.insight.charts import draw_small_xmr
from patrolwise.web.insight.models import RunState, TaskingDecision, TaskingPack
from patrolwise.web.insight.sheets import Chart
from patrolwise.web.insight.windows import week_of
from patrolwise.web.livemap.spots import SpotsInForce
from patrolwise.web.tasking.campaigns import tell_days
from patrolwise.web.tasking.concealing import local_day

Row = dict[str, Any]
_WEEK = timedelta(days=7)
_ORDINARY = "ordinary"


@dataclass(frozen=True, kw_only=True)
class SpotCard:
    """One hot spot: thirteen periods, the newest figures, minutes of the last seven days."""

    name: str
    chart: Chart | None
    crimes: str
    harm: str
    asb: str
    doses: tuple[str, ...]  # by service
    is_overdue: bool  # minutes are owed of the last seven days
    signals: tuple[str, ...]
    is_new: bool  # it has a signal, and had none in the last pack


@dataclass(frozen=True, kw_only=True)
class League:
    """The hot spots of one service, in the order of the set."""

    service: str
    rows: tuple[Row, ...]  # with name, low_told, high_told, was


@dataclass(frozen=True, kw_only=True)
class PackPage:
    """All that the page of a pack shows."""

    pack: TaskingPack
    before: TaskingPack | None
    document: Row
    league_days: str
    crime_days: str
    place_days: str
    leagues: tuple[League, ...]
    cards: tuple[SpotCard, ...]
    signals: tuple[Row, ...]
    bands: tuple[Band, ...]
    actions: tuple[Row, ...]
    changes: tuple[Row, ...]
    let_go: tuple[Row, ...]
    take_on: tuple[Row, ...]
    rota: tuple[Row, ...]
    since: tuple[str, ...]  # what is otherwise than in the last pack, in words


def newest_week(now: datetime) -> date:
    """Return the Monday of the newest week that is over.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    date
    """
    return week_of(local_day(now)) - _WEEK


def list_packs() -> QuerySet[TaskingPack]:
    """Return all packs without what they hold, the newest week first.

    Returns
    -------
    QuerySet of TaskingPack
    """
    return TaskingPack.objects.defer("document")


def find_pack(pack_id: int) -> TaskingPack | None:
    """Return a pack; None when there is none.

    Parameters
    ----------
    pack_id : int

    Returns
    -------
    TaskingPack or None
    """
    return TaskingPack.objects.filter(pk=pack_id).first()


def find_reasons_told(spots: SpotsInForce | None, most: int) -> tuple[date | None, dict[str, str]]:
    """Return why each hot spot of the set in force is on, by the newest pack.

    Parameters
    ----------
    spots : SpotsInForce or None
    most : int
        Bands and squares of each.

    Returns
    -------
    (date or None, dict of area id to str)
        The week of the pack; None and nothing when no pack of this set was made.
    """
    pack = TaskingPack.objects.filter(state=RunState.DONE).first()
    if spots is None or pack is None or pack.document.get("set") != spots.key:
        return None, {}
    reasons = pack.document.get("places", {}).get("reasons", {})
    return pack.week, {area: "; ".join(told[:most]) for area, told in reasons.items()}


def list_decisions(week: date) -> list[TaskingDecision]:
    """Return what was decided on a week's pack, and what earlier ones left to do.

    Parameters
    ----------
    week : date

    Returns
    -------
    list of TaskingDecision
        Those of the week first.
    """
    earlier = Q(week__lt=week, done=None)
    rows = TaskingDecision.objects.filter(Q(week=week) | earlier)
    return sorted(rows, key=lambda one: (one.week != week, one.due, one.pk))


def find_decision(decision_id: int) -> TaskingDecision | None:
    """Return a decision; None when there is none.

    Parameters
    ----------
    decision_id : int

    Returns
    -------
    TaskingDecision or None
    """
    return TaskingDecision.objects.filter(pk=decision_id).first()


def read_pack(pack: TaskingPack) -> PackPage:
    """Return what the page of a pack shows, with what is new since the pack before.

    Parameters
    ----------
    pack : TaskingPack
        Done.

    Returns
    -------
    PackPage
    """
    before = TaskingPack.objects.filter(state=RunState.DONE, week__lt=pack.week).first()
    document, old = pack.document, before.document if before else {}
    crimes, was = document.get("crimes", {}), old.get("crimes", {})
    names = document["names"]
    signals = _mark(_name(crimes.get("signals", []), names), was.get("signals", []), _signal_key)
    candidates = document.get("places", {}).get("candidates", {})
    stood = old.get("places", {}).get("candidates", {})
    bands = _bands(crimes)
    lists = {
        "actions": _mark(document["actions"], old.get("actions", []), _key),
        "changes": _mark(document["changes"], old.get("changes", []), _key),
        "let_go": _mark(candidates.get("let_go", []), stood.get("let_go", []), _key),
        "take_on": _mark(candidates.get("take_on", []), stood.get("take_on", []), _key),
    }
    leagues = _leagues(document, old)
    return PackPage(
        pack=pack,
        before=before,
        document=document,
        league_days=_tell_days(document.get("doses", {})),
        place_days=_tell_days(document.get("places", {})),
        crime_days=_tell_span(_periods(crimes)),
        leagues=leagues,
        cards=tuple(_cards(document, signals, bands)),
        signals=signals,
        bands=bands,
        rota=tuple(_day_rows(document["rota"], "monday")),
        since=tuple(_tell_since(signals, was, lists, leagues)) if before else (),
        **lists,
    )


def _key(row: Row) -> str:
    return str(row["key"])


def _signal_key(row: Row) -> str:
    return f"{row['area_id']} {row['what']} {row['rule']} {row['side']}"


def _mark(rows: list[Row], before: list[Row], key: Any) -> tuple[Row, ...]:
    """Return rows with whether each is new since the last pack, their days read."""
    known = {key(one) for one in before}
    return tuple(
        {**one, "is_new": key(one) not in known}
        for one in _day_rows(rows, "date", "due", "proposed")
    )


def _day_rows(rows: list[Row], *names: str) -> list[Row]:
    return [
        {name: date.fromisoformat(value) if name in names else value for name, value in row.items()}
        for row in rows
    ]


def _name(rows: list[Row], names: dict[str, str]) -> list[Row]:
    return [{**one, "name": names.get(one["area_id"], one["area_id"])} for one in rows]


def _leagues(document: Row, old: Row) -> tuple[League, ...]:
    names = document["names"]
    stood = {
        (part["service"], row["area_id"]): row["standing"]
        for part in old.get("doses", {}).get("services", [])
        for row in part["rows"]
    }
    found = []
    for part in document.get("doses", {}).get("services", []):
        rows = [
            {
                **row,
                "told": _tell_share(row["share"]),
                "limits": f"{_tell_share(row['low'])} to {_tell_share(row['high'])}"
                if row["low"] is not None
                else "–",
                "was": stood.get((part["service"], row["area_id"]), row["standing"]),
            }
            for row in _name(part["rows"], names)
        ]
        found.append(League(service=part["service"], rows=tuple(rows)))
    return tuple(found)


def _tell_days(part: Row) -> str:
    if not part.get("first"):
        return ""
    days = (date.fromisoformat(part[name]) for name in ("first", "last"))
    return tell_days(Window("league", *days))


def _tell_span(periods: list[tuple[date, date]]) -> str:
    return tell_days(Window("crimes", periods[0][0], periods[-1][1])) if periods else ""


def _tell_share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _bands(crimes: Row) -> tuple[Band, ...]:
    campaigns = [
        Campaign(
            name=name, window=Window(name, date.fromisoformat(first), date.fromisoformat(last))
        )
        for name, first, last in crimes.get("campaigns", [])
    ]
    return place_campaigns(_periods(crimes), campaigns)


def _periods(crimes: Row) -> list[tuple[date, date]]:
    return [
        (date.fromisoformat(first), date.fromisoformat(last))
        for first, last in crimes.get("periods", [])
    ]


def _cards(document: Row, signals: tuple[Row, ...], bands: tuple[Band, ...]) -> list[SpotCard]:
    crimes = document.get("crimes", {})
    counted = {one["area_id"]: one for one in crimes.get("spots", [])}
    return [
        _card(
            (name, f"{name}, {crimes.get('title', 'crimes')} by {crimes.get('unit', 'week')}"),
            counted.get(area_id, {}),
            [
                (part["service"], row)
                for part in document.get("doses", {}).get("services", [])
                for row in part["rows"]
                if row["area_id"] == area_id
            ],
            ([one for one in signals if one["area_id"] == area_id], bands),
        )
        for area_id, name in document["names"].items()
    ]


def _card(
    named: tuple[str, str],
    counted: Row,
    doses: list[tuple[str, Row]],
    marked: tuple[list[Row], tuple[Band, ...]],
) -> SpotCard:
    (name, title), (signals, bands) = named, marked
    values = counted.get("crimes", [])
    return SpotCard(
        name=name,
        chart=draw_small_xmr(chart_xmr(values), title, bands) if values else None,
        crimes=_tell_newest(values),
        harm=_tell_newest(counted.get("harm", [])),
        asb=_tell_newest(counted.get("asb", [])),
        doses=tuple(
            f"{service}: {row['given_min']:,} of {row['owed_min']:,} min"
            for service, row in doses
            if row["owed_min"]
        ),
        is_overdue=any(row["given_min"] < row["owed_min"] for _, row in doses),
        signals=tuple(f"{one['what']} {one['side']}: {one['rule']}" for one in signals),
        is_new=any(one["is_new"] for one in signals),
    )


def _tell_newest(values: list[float]) -> str:
    """Return the newest value with the mean of all."""
    if not values:
        return ""
    return f"{values[-1]:,.0f} (mean {sum(values) / len(values):,.1f})"


def _tell_since(
    signals: tuple[Row, ...], was: Row, lists: dict[str, tuple[Row, ...]], leagues: Any
) -> list[str]:
    """Return how many of each list are new, in words; nothing of a list without news."""
    now = {_signal_key(one) for one in signals}
    ended = sum(_signal_key(one) not in now for one in was.get("signals", []))
    moved = sum(row["was"] != row["standing"] for league in leagues for row in league.rows)
    counts = (
        (sum(one["is_new"] for one in signals), "new signal{}"),
        (ended, "signal{} ended"),
        (moved, "hot spot{} with another standing in the league"),
        (sum(one["is_new"] for one in lists["actions"]), "plan action{} newly due"),
        (sum(one["is_new"] for one in lists["changes"]), "change{} newly proposed"),
        (sum(one["is_new"] for one in lists["let_go"]), "hot spot{} newly to be let go"),
        (sum(one["is_new"] for one in lists["take_on"]), "place{} newly to be taken on"),
    )
    return [f"{many} {told.format('' if many == 1 else 's')}" for many, told in counts if many]
