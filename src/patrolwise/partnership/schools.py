"""How many pupils a schools programme reached, and in which schools: reach, never effect.

No pupil is in any table. A school says how many attended, and how many of these were new this
school year; so attendances and different pupils are counted apart. Small counts are the caller's
to hide: see `reporting.suppression`.
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import polars as pl

from patrolwise.errors import RefusedError, check_faults
from patrolwise.patrols.row_faults import describe_bad_rows, number_rows
from patrolwise.tables import Column, Table, check_columns
from patrolwise.times import Window

TARGET = 10_000  # different pupils a year, as the programme was announced
AUDIENCES = ("pupils", "mentors", "mentees", "staff")
_PUPILS = ("pupils", "mentors", "mentees")
_YEAR_STARTS = 9  # month; a school year is 1 September to 31 August

SCHOOL_SESSIONS = Table(
    "SCHOOL_SESSIONS",
    "one session, or several of one day, of one programme for one audience in one school",
    (
        Column("session_id", pl.String, "the register's number of it"),
        Column("urn", pl.String, "the school's unique reference number, six digits"),
        Column("programme", pl.String, "a key of school-programmes.csv"),
        Column("audience", pl.String, "pupils, mentors, mentees or staff"),
        Column("day", pl.Date, "the day"),
        Column("sessions", pl.Int64, "how many sessions"),
        Column("attendances", pl.Int64, "people present, added up over the sessions"),
        Column("new", pl.Int64, "of these, different people in no earlier row of the school year"),
    ),
)
SCHOOL_SURVEYS = Table(
    "SCHOOL_SURVEYS",
    "one item asked of one audience in one school, before and after",
    (
        Column("urn", pl.String, "the school's unique reference number"),
        Column("programme", pl.String, "a key of school-programmes.csv"),
        Column("audience", pl.String, "pupils, mentors or mentees"),
        Column("item", pl.String, "what was asked"),
        Column("before_n", pl.Int64, "answers before"),
        Column("before_mean", pl.Float64, "their mean; null without answers", True),
        Column("after_n", pl.Int64, "answers after"),
        Column("after_mean", pl.Float64, "their mean; null without answers", True),
    ),
)


@dataclass(frozen=True, kw_only=True)
class SchoolProgramme:
    """One programme, and how its kind is rated from a day until a day."""

    key: str
    title: str
    topic: str
    starts: date
    ends: date | None
    rating: str
    source: str

    def is_in_force(self, on: date) -> bool:
        """Return whether the rating holds on a day."""
        return self.starts <= on and (self.ends or on) >= on


@dataclass(frozen=True, kw_only=True)
class AudienceReach:
    """What one programme reached of one audience."""

    programme: str
    audience: str
    sessions: int
    attendances: int
    unique: int  # different people


@dataclass(frozen=True, kw_only=True)
class SchoolReach:
    """What a schools programme reached in a window within one school year."""

    window: Window
    parts: tuple[AudienceReach, ...]  # mentors apart from mentees
    covered: tuple[str, ...]  # URNs with a session for pupils
    uncovered: tuple[str, ...]
    attendances: int  # of pupils, mentors and mentees
    unique: int  # different pupils, mentors and mentees


@dataclass(frozen=True, kw_only=True)
class SurveyChange:
    """Answers to one item of one audience, all schools together. Not an effect."""

    programme: str
    audience: str
    item: str
    before_n: int
    before_mean: float | None
    after_n: int
    after_mean: float | None


@cache
def load_school_programmes() -> tuple[SchoolProgramme, ...]:
    """Return the programmes that come with Patrolwise, each with its rating and dates.

    Returns
    -------
    tuple of SchoolProgramme
        In the order of the file.

    References
    ----------
    Youth Endowment Fund, Toolkit: knife crime education and police in schools, "no clear evidence".

    Examples
    --------
    >>> load_school_programmes()[0].rating
    'no clear evidence'
    """
    text = (files("patrolwise.partnership") / "data" / "school-programmes.csv").read_text("utf-8")
    return tuple(
        SchoolProgramme(
            starts=date.fromisoformat(row.pop("from")),
            ends=date.fromisoformat(until) if (until := row.pop("until")) else None,
            **row,
        )
        for row in csv.DictReader(text.splitlines())
    )


def find_school_programme(key: str, on: date) -> SchoolProgramme:
    """Return a programme with the rating in force on a day.

    Parameters
    ----------
    key : str
    on : date

    Returns
    -------
    SchoolProgramme

    Raises
    ------
    RefusedError
        There is none on that day: no rating is guessed.

    Examples
    --------
    >>> find_school_programme("assembly", date(2026, 11, 2)).topic
    'knife-crime education'
    """
    for one in load_school_programmes():
        if one.key == key and one.is_in_force(on):
            return one
    known = ", ".join(sorted({one.key for one in load_school_programmes()}))
    raise RefusedError(
        f"{key} has no row of school-programmes.csv on {on}; programmes are {known}. Add a dated "
        "row with the rating and its source."
    )


def check_school_sessions(sessions: pl.DataFrame) -> None:
    """Raise unless a register of sessions can be true; silent when it can.

    Parameters
    ----------
    sessions : (n, 8) SCHOOL_SESSIONS
        A reader leaves the line in `row`.

    Raises
    ------
    InputError
        A reference number, programme, audience or count cannot be; all rows are named.
    """
    check_columns(sessions, SCHOOL_SESSIONS, name="sessions")
    known = {one.key for one in load_school_programmes()}
    rows = number_rows(sessions)
    faults = [
        fault
        for is_bad, column, remedy in (
            (~pl.col("session_id").is_first_distinct(), "session_id", "it is there twice."),
            (
                ~pl.col("urn").str.contains(r"^\d{6}$"),
                "urn",
                "a school's reference number has six digits.",
            ),
            (
                ~pl.col("programme").is_in(known),
                "programme",
                f"write one of {', '.join(sorted(known))}.",
            ),
            (
                ~pl.col("audience").is_in(AUDIENCES),
                "audience",
                f"write one of {', '.join(AUDIENCES)}.",
            ),
            (pl.col("sessions") < 1, "sessions", "write 1 or more."),
            (pl.col("attendances") < 0, "attendances", "write 0 or more."),
            (
                ~pl.col("new").is_between(0, pl.col("attendances")),
                "new",
                "write 0 or more, and no more than attendances.",
            ),
        )
        for fault in describe_bad_rows(rows, is_bad, column, remedy)
    ]
    check_faults("School sessions", faults)


def count_school_reach(
    sessions: pl.DataFrame, schools: Collection[str], window: Window
) -> SchoolReach:
    """Return how many a schools programme reached in a window.

    Parameters
    ----------
    sessions : (n, 8) SCHOOL_SESSIONS
    schools : collection of str
        The URNs of all schools that it is for.
    window : Window
        Within one school year, from its first day, as pupils are new once a school year.

    Returns
    -------
    SchoolReach
        A pupil who changes school in the year counts in both; nothing can tell.

    Raises
    ------
    InputError
        As `check_school_sessions`; or a session is in a school that is not among them, or the
        window is not the beginning of one school year.

    Examples
    --------
    >>> from patrolwise.tables import make_table
    >>> year = Window("2026/27", date(2026, 9, 1), date(2027, 8, 31))
    >>> count_school_reach(make_table(SCHOOL_SESSIONS), ["100001"], year).uncovered
    ('100001',)
    """
    check_school_sessions(sessions)
    check_faults("School reach", _reach_faults(sessions, schools, window))
    within = sessions.filter(pl.col("day").is_between(window.first, window.last))
    sums = (
        within.group_by("programme", "audience")
        .agg(pl.col("sessions", "attendances").sum(), unique=pl.col("new").sum())
        .sort("programme", "audience")
    )
    parts = tuple(AudienceReach(**row) for row in sums.iter_rows(named=True))
    of_pupils = within.filter(pl.col("audience").is_in(_PUPILS))
    covered = set(of_pupils["urn"])
    return SchoolReach(
        window=window,
        parts=parts,
        covered=tuple(sorted(covered)),
        uncovered=tuple(sorted(set(schools) - covered)),
        attendances=int(of_pupils["attendances"].sum()),
        unique=int(of_pupils["new"].sum()),
    )


def tell_school_reach(reach: SchoolReach, on: date, target: int = TARGET) -> tuple[str, ...]:
    """Return what was reached, in sentences that claim no effect.

    Parameters
    ----------
    reach : SchoolReach
    on : date
        The day on which it is told: it decides which ratings hold.
    target : int
        Different pupils a year.

    Returns
    -------
    tuple of str
        The last ones say how each topic is rated. Schools and pupils are large counts here; hide
        small ones of parts by `reporting.suppression`.

    Raises
    ------
    RefusedError
        A programme has no rating on that day.
    """
    all_schools = len(reach.covered) + len(reach.uncovered)
    topics = {
        one.topic: one.rating
        for one in (find_school_programme(part.programme, on) for part in reach.parts)
    }
    return (
        f"{reach.unique:,} different pupils of {target:,} a year, in {reach.attendances:,} "
        f"attendances, {reach.window}.",
        f"{len(reach.covered)} of {all_schools} schools had a session.",
        "This is reach, not effect: it does not show that any pupil was safer.",
        *(f"{topic}: {rating}." for topic, rating in sorted(topics.items())),
    )


def add_school_surveys(surveys: pl.DataFrame) -> tuple[SurveyChange, ...]:
    """Return answers before and after, all schools together, each audience apart.

    Parameters
    ----------
    surveys : (n, 8) SCHOOL_SURVEYS

    Returns
    -------
    tuple of SurveyChange
        By programme, audience, item. Means are weighted by answers. Mentors and mentees are
        never added. Those who answered after need not be those who answered before, and there
        is no comparison: a difference is no effect.

    Raises
    ------
    InputError
        An audience is not known, a count is below zero, or a mean does not go with its count.
    """
    check_columns(surveys, SCHOOL_SURVEYS, name="surveys")
    rows = number_rows(surveys)
    faults = describe_bad_rows(
        rows, ~pl.col("audience").is_in(_PUPILS), "audience", f"write one of {', '.join(_PUPILS)}."
    )
    for when in ("before", "after"):
        count, mean = pl.col(f"{when}_n"), pl.col(f"{when}_mean")
        faults += describe_bad_rows(
            rows,
            (count < 0) | ((count == 0) != mean.is_null()),
            f"{when}_n",
            f"give 0 or more, and {when}_mean with it unless it is 0.",
        )
    check_faults("School surveys", faults)
    sums = (
        surveys.with_columns(
            (pl.col(f"{when}_n") * pl.col(f"{when}_mean")).alias(f"{when}_sum")
            for when in ("before", "after")
        )
        .group_by("programme", "audience", "item")
        .agg(pl.col("before_n", "after_n", "before_sum", "after_sum").sum())
        .sort("programme", "audience", "item")
    )
    return tuple(
        SurveyChange(
            **{name: row[name] for name in ("programme", "audience", "item")},
            before_n=row["before_n"],
            before_mean=row["before_sum"] / row["before_n"] if row["before_n"] else None,
            after_n=row["after_n"],
            after_mean=row["after_sum"] / row["after_n"] if row["after_n"] else None,
        )
        for row in sums.iter_rows(named=True)
    )


def _reach_faults(sessions: pl.DataFrame, schools: Collection[str], window: Window) -> list[str]:
    first = window.first
    year_ends = date(first.year + 1, _YEAR_STARTS, 1)
    faults = []
    if (first.month, first.day) != (_YEAR_STARTS, 1) or window.last >= year_ends:
        faults.append(
            f"The window is {window}. Pupils are new once a school year: begin on 1 September, and "
            "end by 31 August after it."
        )
    strange = sorted(set(sessions["urn"]) - set(schools))
    if strange:
        faults.append(
            f"Sessions were in {', '.join(strange)}, not among the schools given. Add them there."
        )
    return faults
