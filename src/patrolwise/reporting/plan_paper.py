"""What of a plan may stand on paper: shifts of units, visits, places, and what it was made from.

A unit's shift holds no staff code: cards, week sheets and calendars cannot tell who is who.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.planning.plan_tables import PLANNED_VISITS, ROTA
from patrolwise.tables import AREAS, UTC_TIME, Column, Table, check_columns, make_table

UNIT_SHIFTS = Table(
    "UNIT_SHIFTS",
    "one unit on one shift; who is in the unit is not told",
    (
        Column("day", pl.Date, "the local date on which the shift begins"),
        Column("shift", pl.String, "name of the shift template"),
        Column("service", pl.String, "the service"),
        Column("unit_id", pl.String, "the unit"),
        Column("start", UTC_TIME, "from, UTC"),
        Column("end", UTC_TIME, "until, UTC"),
        Column("people", pl.Int64, "how many people the unit has"),
        Column("base_id", pl.String, "where it begins and ends; null where its patrol does", True),
    ),
)
DRAFT = "DRAFT: not decided, do not patrol by it"
SIMULATED = "SIMULATED: made by a program, nobody patrols by it"
SHIFT_KEY = ("day", "shift", "service", "unit_id")

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class PlanStamp:
    """Which plan it is and what it was made from; the same inputs give the same stamp."""

    title: str  # of the programme
    version: str  # of Patrolwise
    plan_sha256: str
    inputs_sha256: str
    revision: int = 0  # 0 as first given out, one more each time the plan is changed
    decided: date | None = None  # when the plan was decided, as its inputs say: never the clock
    is_draft: bool = False
    is_simulated: bool = False

    def __post_init__(self) -> None:
        faults = [
            f"{name} must be 64 hexadecimal digits, got {value!r}."
            for name, value in (
                ("plan_sha256", self.plan_sha256),
                ("inputs_sha256", self.inputs_sha256),
            )
            if not _SHA256.fullmatch(value)
        ]
        if not self.title.strip():
            faults.append("It names no programme.")
        if self.revision < 0:
            faults.append(f"revision must be 0 or more, got {self.revision}.")
        check_faults("Plan stamp", faults)

    @property
    def notice(self) -> str:
        """What every page says first; empty for a plan that is real and decided."""
        marks = ((DRAFT, self.is_draft), (SIMULATED, self.is_simulated))
        return " · ".join(mark for mark, is_so in marks if is_so)

    @property
    def origin(self) -> str:
        """The line at the foot of every page: plan, inputs and program, without a clock."""
        revision = f", change {self.revision}" if self.revision else ""
        decided = f", decided on {self.decided:%d/%m/%Y}" if self.decided else ""
        return (
            f"Plan {self.plan_sha256[:12]}{revision}{decided}, made from inputs "
            f"{self.inputs_sha256[:12]} by Patrolwise {self.version}"
        )


@dataclass(frozen=True, kw_only=True)
class PlanPaper:
    """A plan whose tables fit each other: each visit has its shift and its hot spot."""

    stamp: PlanStamp
    shifts: pl.DataFrame  # (n, 8) UNIT_SHIFTS
    visits: pl.DataFrame  # (n, 8) PLANNED_VISITS, of all services
    areas: pl.DataFrame  # (n, 3) AREAS: the hot spots, in the order of their numbers

    def __post_init__(self) -> None:
        check_columns(self.shifts, UNIT_SHIFTS, name="shifts")
        check_columns(self.visits, PLANNED_VISITS, name="visits")
        check_columns(self.areas, AREAS, name="areas")
        check_faults(f"Plan of {self.stamp.title}", list(_find_faults(self)))

    @property
    def names(self) -> dict[str, str]:
        """What each hot spot is called, by id, in the order of their numbers."""
        rows = self.areas.select("area_id", "name").iter_rows()
        return {area_id: name.strip() or area_id for area_id, name in rows}

    @property
    def services(self) -> tuple[str, ...]:
        """The services on the plan, by the alphabet."""
        return tuple(sorted(set(self.shifts["service"])))


def list_unit_shifts(rota: pl.DataFrame) -> pl.DataFrame:
    """Return the shifts of units that a rota holds, without its staff codes.

    Parameters
    ----------
    rota : (n, 8) ROTA
        A unit is on duty from the first of its people to the last.

    Returns
    -------
    (k, 8) UNIT_SHIFTS, by day, service, unit and start
        `people` counts the members of staff; `base_id` is null.
    """
    check_columns(rota, ROTA, name="rota")
    grouped = rota.group_by(SHIFT_KEY).agg(
        pl.col("start").min(),
        pl.col("end").max(),
        pl.col("staff_id").n_unique().cast(pl.Int64).alias("people"),
    )
    return make_table(UNIT_SHIFTS, grouped.sort("day", "service", "unit_id", "start", "shift"))


def _find_faults(paper: PlanPaper) -> Iterator[str]:
    known = set(paper.areas["area_id"])
    if len(known) < paper.areas.height:
        yield "An area is there twice. Give each hot spot an id of its own."
    key = pl.struct(SHIFT_KEY)
    twice = paper.shifts.filter(key.is_duplicated()).select(SHIFT_KEY).unique().sort(SHIFT_KEY)
    for row in twice.iter_rows(named=True):
        yield f"{_say(row)} is there twice. Make them one shift."
    for name, frame in (("shift", paper.shifts), ("visit or break", paper.visits)):
        for row in frame.filter(pl.col("end") <= pl.col("start")).iter_rows(named=True):
            yield f"A {name} of {_say(row)} ends at {row['end']}, not after its start."
    homeless = paper.visits.join(paper.shifts, on=SHIFT_KEY, how="anti", nulls_equal=True)
    for row in homeless.select(SHIFT_KEY).unique().sort(SHIFT_KEY).iter_rows(named=True):
        yield f"{_say(row)} has visits but no shift. Add the shift, or take the visits out."
    unknown = sorted(set(paper.visits["area_id"].drop_nulls()) - known)
    if unknown:
        yield f"No area is called {', '.join(unknown)}. Mend the id, or add the area."


def _say(row: dict[str, object]) -> str:
    return f"{row['unit_id']} ({row['service']}) on {row['day']}, {row['shift']}"
