"""Whether the rows of an hours ledger can all be true: no hour twice, none beyond the roster.

Nothing is mended and nothing is left out: a ledger with one impossible row is refused whole, and
every such row is named.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.fund_rules import PATROL_TYPES, VISIBILITIES, FundRules
from patrolwise.partnership.return_tables import check_return_table
from patrolwise.patrols.row_faults import MOST_TOLD, describe_bad_rows
from patrolwise.times import patrol_day

ACTIVITY_KINDS = ("patrol", "extended")
WAYS_PAID = ("funded", "in kind", "overtime")
BASES = ("tracker", "self-reported")
AGENCY_KINDS = ("police", "outreach", "partner")
_LONGEST_H = 24


@dataclass(frozen=True, kw_only=True)
class HoursLedger:
    """The hours that units worked, and what they are held against."""

    hours: pl.DataFrame  # HOURS_WORKED
    rostered: pl.DataFrame  # ROSTERED; an agency without a row keeps no roster
    streams: pl.DataFrame  # STREAMS
    kinds: Mapping[str, str]  # agency → one of AGENCY_KINDS

    @property
    def rostered_agencies(self) -> frozenset[str]:
        """The agencies whose hours are held against a roster."""
        return frozenset(self.rostered["agency"])


@dataclass(frozen=True)
class _Stretch:
    """One row, as one who holds it against others sees it."""

    row_id: str
    who: str
    start: datetime
    end: datetime


def check_hours_ledger(ledger: HoursLedger, rules: FundRules, areas: Collection[str]) -> None:
    """Raise unless every hour of a ledger can be true and may be claimed; silent when it can.

    Parameters
    ----------
    ledger : HoursLedger
        Rows that stand; see `take_known_on`.
    rules : FundRules
        Of the fund whose return is made. Rows of streams of other funds are held against their
        stream's own conditions alone.
    areas : collection of str
        The hot spots that there are.

    Raises
    ------
    InputError
        A row has an unknown hot spot, agency, kind or stream, no whole minutes, or no people.
    RefusedError
        A unit or a member of staff is in two rows at once; a row is not wholly within its unit's
        rostered time, with as many people; or a row is claimed from a stream against its dates or
        conditions. All are named.
    """
    for name in ("hours", "rostered", "streams"):
        check_return_table(getattr(ledger, name), name)
    rows = ledger.hours.rename({"row_id": "row"})
    check_faults("hours", _tell_unreadable(rows, ledger, areas))
    faults = [*find_double_hours(ledger.hours), *find_beyond_roster(ledger)]
    check_faults("hours", [*faults, *_tell_claims(ledger, rules)], RefusedError)


def find_double_hours(hours: pl.DataFrame) -> list[str]:
    """Return a sentence for each two rows that hold the same unit, or the same staff, at once.

    Parameters
    ----------
    hours : (n, 17) HOURS_WORKED

    Returns
    -------
    list of str
        No items when no hour is there twice.
    """
    units = pl.concat_str(pl.lit("Unit "), "unit_id", pl.lit(" of "), "agency")
    by_unit = _find_overlaps(hours.with_columns(who=units))
    staff = (
        hours.filter(pl.col("staff_codes").is_not_null())
        .with_columns(code=pl.col("staff_codes").str.split(" "))
        .explode("code")
        .filter(pl.col("code") != "")
        .with_columns(who=pl.concat_str(pl.lit("Staff "), "code", pl.lit(" of "), "agency"))
    )
    found = dict(_find_overlaps(staff)) | dict(by_unit)
    told = [
        f"Rows {first} and {second}: {who} is in both at once. An hour is claimed once: "
        "withdraw one, or mend its times."
        for (first, second), who in sorted(found.items())
    ]
    return _shorten(told)


def find_beyond_roster(ledger: HoursLedger) -> list[str]:
    """Return a sentence for each row that is not within its unit's rostered time.

    As a unit is in one row at a time, no unit then has more hours than it is rostered for.

    Parameters
    ----------
    ledger : HoursLedger

    Returns
    -------
    list of str
        Nothing of agencies that keep no roster, but for rows that are claimed from a stream.
    """
    shifts: dict[tuple[str, str], list[tuple[datetime, datetime, int]]] = {}
    for agency, unit, start, end, staff in (
        ledger.rostered.select("agency", "unit_id", "start", "end", "staff").sort("start")
    ).iter_rows():
        shifts.setdefault((agency, unit), []).append((start, end, staff))
    told, keepers = [], ledger.rostered_agencies
    for row_id, agency, unit, start, end, staff, stream in ledger.hours.select(
        "row_id", "agency", "unit_id", "start", "end", "staff", "stream_id"
    ).iter_rows():
        if agency not in keepers:
            if stream is not None:
                told.append(
                    f"Row {row_id} is claimed from {stream}, and {agency} has no roster to hold "
                    "it against. Add its roster, or leave the stream out."
                )
        elif not _is_within(start, end, staff, shifts.get((agency, unit), [])):
            told.append(
                f"Row {row_id}: unit {unit} of {agency} is not rostered with {staff} people from "
                f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC. Hours worked are at most "
                "those rostered; mend the row, or the roster if it was changed."
            )
    return _shorten(told)


def _is_within(
    start: datetime, end: datetime, staff: int, shifts: Sequence[tuple[datetime, datetime, int]]
) -> bool:
    """Return whether shifts, by their start, leave no minute uncovered."""
    for first, last, rostered in shifts:
        if rostered >= staff and first <= start < last:
            start = last
    return start >= end


def _find_overlaps(rows: pl.DataFrame) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each row that begins before an earlier one of the same has ended, with that one."""
    latest: _Stretch | None = None
    columns = rows.select("row_id", "who", "start", "end").sort("who", "start", "end", "row_id")
    for stretch in (_Stretch(*row) for row in columns.iter_rows()):
        if latest is None or latest.who != stretch.who:
            latest = stretch
            continue
        if stretch.start < latest.end and stretch.row_id != latest.row_id:
            first, second = sorted((latest.row_id, stretch.row_id))
            yield (first, second), stretch.who
        latest = max(latest, stretch, key=lambda one: one.end)


def _tell_unreadable(rows: pl.DataFrame, ledger: HoursLedger, areas: Collection[str]) -> list[str]:
    streams = ledger.streams["row_id"].to_list()
    agencies = [agency for agency, kind in ledger.kinds.items() if kind in AGENCY_KINDS]
    length = pl.col("end") - pl.col("start")
    whole = (pl.col("start").dt.truncate("1m") == pl.col("start")) & (
        pl.col("end").dt.truncate("1m") == pl.col("end")
    )
    codes = pl.col("staff_codes").str.strip_chars().str.split(" ").list.n_unique()
    wrong = [
        (
            "start",
            ~pl.col("row").is_first_distinct(),
            "another row has the same row_id. Withdraw one of the two.",
        ),
        ("area_id", ~pl.col("area_id").is_in(list(areas)), _one_of(areas)),
        ("agency", ~pl.col("agency").is_in(agencies), _one_of(agencies)),
        ("staff", pl.col("staff") < 1, "write how many people, 1 or more."),
        ("start", ~whole, "write whole minutes, start and end."),
        (
            "end",
            (length <= pl.duration(hours=0)) | (length > pl.duration(hours=_LONGEST_H)),
            f"it must be after start, by at most {_LONGEST_H} hours.",
        ),
        ("patrol_type", ~pl.col("patrol_type").is_in(PATROL_TYPES), _one_of(PATROL_TYPES)),
        ("activity", ~pl.col("activity").is_in(ACTIVITY_KINDS), _one_of(ACTIVITY_KINDS)),
        ("paid", ~pl.col("paid").is_in(WAYS_PAID), _one_of(WAYS_PAID)),
        ("visibility", ~pl.col("visibility").is_in(VISIBILITIES), _one_of(VISIBILITIES)),
        ("basis", ~pl.col("basis").is_in(BASES), _one_of(BASES)),
        (
            "stream_id",
            ~pl.col("stream_id").is_in(streams).fill_null(value=True),
            _one_of(streams),
        ),
        (
            "staff_codes",
            (codes != pl.col("staff")).fill_null(value=False),
            "write as many codes as there are people, or leave it blank.",
        ),
    ]
    return [
        fault
        for column, bad, remedy in wrong
        for fault in describe_bad_rows(rows, bad, column, remedy)
    ]


def _tell_claims(ledger: HoursLedger, rules: FundRules) -> list[str]:
    """Return what is wrong with rows that a stream pays, or should."""
    streams = ledger.streams.select(
        stream_id="row_id",
        opens="first",
        closes="last",
        may_claim="agencies",
        may_types="patrol_types",
        fund="fund",
    )
    rows = ledger.hours.rename({"row_id": "row"}).join(streams, on="stream_id", how="left")
    claimed = rows.filter(pl.col("stream_id").is_not_null())
    own = claimed.filter(pl.col("fund") == rules.name)
    bare = (pl.col("paid") == "funded") & pl.col("stream_id").is_null()
    told = describe_bad_rows(
        rows, bare, "stream_id", "name the stream that pays it, or say overtime or in kind."
    )
    for some, broken in ((claimed, _of_streams()), (own, _of_fund(rules))):
        for column, bad, remedy in broken:
            told += describe_bad_rows(some, bad, column, remedy)
    return told


def _of_streams() -> list[tuple[str, pl.Expr, str]]:
    """Return what breaks the conditions of a stream: column, rows, remedy."""
    first = patrol_day(pl.col("start"))
    last = patrol_day(pl.col("end") - pl.duration(minutes=1))  # 04:00 itself is the next day
    return [
        (
            "stream_id",
            pl.col("paid") == "in kind",
            "an hour given in kind is claimed from no stream. Leave it blank.",
        ),
        (
            "start",
            (first < pl.col("opens")) | (last > pl.col("closes")),
            "its stream does not run on that day. Name another, or none.",
        ),
        (
            "agency",
            ~_is_listed("agency", "may_claim"),
            "its stream may not be claimed by that agency.",
        ),
        (
            "patrol_type",
            ~_is_listed("patrol_type", "may_types"),
            "its stream does not pay for such patrols.",
        ),
    ]


def _of_fund(rules: FundRules) -> list[tuple[str, pl.Expr, str]]:
    """Return what breaks the rules of the fund whose return is made."""
    return [
        (
            column,
            ~pl.col(column).is_in(known),
            f"{rules.key} pays for {', '.join(known)}{noun} only.",
        )
        for column, known, noun in (
            ("patrol_type", rules.patrol_types, " patrols"),
            ("visibility", rules.visibilities, ""),
        )
    ]


def _is_listed(column: str, listed: str) -> pl.Expr:
    parts = pl.col(listed).str.split(";").list.eval(pl.element().str.strip_chars())
    return parts.list.contains(pl.col(column))


def _one_of(known: Collection[str]) -> str:
    return f"write one of {', '.join(known) or 'none that there are'}."


def _shorten(told: list[str]) -> list[str]:
    rest = len(told) - MOST_TOLD
    return [*told[:MOST_TOLD], f"And {rest} more like these."] if rest > 0 else told
