"""How much patrol was decided for which area and day, when, and why it was changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, time, timedelta
from itertools import combinations

import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.patrols.dose import AREA_DAYS
from patrolwise.tables import Column, Table, check_columns, make_table

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)

DOSE_RULES = Table(
    "DOSE_RULES",
    "one rule: the dose that a service owes to areas from one day to another",
    (
        Column("service", pl.String, "the service"),
        Column("first", pl.Date, "first patrol day on which it is in force"),
        Column("last", pl.Date, "last such day; null while it is open-ended", True),
        Column("visit_min", pl.Float64, "minutes that each visit must last"),
        Column("visits_a_day", pl.Int64, "visits owed to each area on each of its days"),
        Column("areas", pl.List(pl.String), "the areas; null for all of them", True),
        Column("weekdays", pl.List(pl.Int64), "days of the week owed, 1 is Monday"),
        Column("from_clock", pl.Time, "visits begin at or after, local time; null for any", True),
        Column("until_clock", pl.Time, "visits begin before, local time; null for any", True),
        Column("reason", pl.String, "why this rule, or why it replaced the one before"),
        Column("decided", pl.Date, "day on which it was decided"),
    ),
)

RULE_GAPS = Table(
    "RULE_GAPS",
    "one run of days between two rules on which no rule was in force",
    (
        Column("service", pl.String, "the service"),
        Column("area_id", pl.String, "the area; null for areas that no rule names", True),
        Column("first", pl.Date, "first day without a rule"),
        Column("last", pl.Date, "last day without a rule"),
    ),
)

PLANNED_DOSES = Table(
    "PLANNED_DOSES",
    "one area, patrol day and service, and what the rule in force that day owes it",
    (
        Column("area_id", pl.String, "the area"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("service", pl.String, "the service"),
        Column("status", pl.String, "planned, not planned (another weekday) or no rule"),
        Column("visit_min", pl.Float64, "minutes that each visit must last; null if none", True),
        Column("planned_visits", pl.Int64, "visits owed"),
        Column("planned_min", pl.Float64, "minutes owed: visits times minutes each"),
        Column("from_clock", pl.Time, "visits begin at or after, local time; null for any", True),
        Column("until_clock", pl.Time, "visits begin before, local time; null for any", True),
        Column("is_backdated", pl.Boolean, "the rule was decided after this day"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class DoseRule:
    """The dose that a service owes to areas, from one patrol day to another.

    A change of mind is a new rule with a new reason: a rule in force is never edited, so that each
    day is judged by what was asked for on it.
    """

    service: str
    first: date
    last: date | None = None  # None while it is open-ended
    visit_min: float
    visits_a_day: int
    areas: tuple[str, ...] | None = None  # None for all areas
    weekdays: tuple[int, ...] = EVERY_DAY  # of the patrol day, 1 is Monday
    from_clock: time | None = None  # when visits may begin, local time; both or neither;
    until_clock: time | None = None  # before `from_clock` it is past midnight
    reason: str
    decided: date

    def __post_init__(self) -> None:
        checks = [
            (not self.service.strip(), "It names no service."),
            (not self.reason.strip(), "It has no reason; say why it was decided or changed."),
            (
                self.last is not None and self.last < self.first,
                f"It ends on {self.last}, before it begins on {self.first}. Swap the two days.",
            ),
            (
                not 0 < self.visit_min <= 1440,
                f"visit_min must be above 0 and at most 1440 minutes, got {self.visit_min}.",
            ),
            (self.visits_a_day < 1, f"visits_a_day must be at least 1, got {self.visits_a_day}."),
            (
                self.areas is not None and (not self.areas or _has_twice(self.areas)),
                "Its areas are empty or hold one twice; give None for all areas.",
            ),
            (
                not self.weekdays or _has_twice(self.weekdays) or set(self.weekdays) - {*EVERY_DAY},
                f"weekdays must be different numbers from 1 (Monday) to 7, got {self.weekdays}.",
            ),
            (
                (self.from_clock is None) != (self.until_clock is None)
                or (self.from_clock is not None and self.from_clock == self.until_clock),
                "Its hours need a beginning and another end; give neither for the whole day.",
            ),
        ]
        faults = [sentence for is_wrong, sentence in checks if is_wrong]
        check_faults(f"Dose rule of {self.service or 'no service'} from {self.first}", faults)

    def __str__(self) -> str:
        return (
            f"{self.service}, {self.first} to {self.last or 'now'}: "
            f"{self.visits_a_day} x {self.visit_min:g} min a day"
        )

    @property
    def is_backdated(self) -> bool:
        """Whether it was decided after its first day: days before were patrolled without it."""
        return self.decided > self.first

    def covers(self, area_id: str, day: date) -> bool:
        """Return whether the area and the day are its own, whatever the day of the week."""
        is_dated = self.first <= day and (self.last is None or day <= self.last)
        return is_dated and (self.areas is None or area_id in self.areas)


def rule_in_force(
    rules: Sequence[DoseRule], service: str, area_id: str, day: date
) -> DoseRule | None:
    """Return the rule by which a service owes patrol to an area on a patrol day.

    Parameters
    ----------
    rules : sequence of DoseRule
    service, area_id : str
    day : date
        The patrol day.

    Returns
    -------
    DoseRule or None
        None when no rule is in force, or the one in force plans nothing on that weekday.

    Raises
    ------
    InputError
        As `check_dose_rules`.

    Examples
    --------
    >>> first = date(2024, 6, 2)
    >>> rule = DoseRule(
    ...     service="police", first=first, visit_min=15, visits_a_day=1,
    ...     reason="as the programme began", decided=first,
    ... )
    >>> print(rule_in_force([rule], "police", "a", date(2024, 6, 3)))
    police, 2024-06-02 to now: 1 x 15 min a day
    >>> rule_in_force([rule], "police", "a", date(2024, 6, 1))
    """
    check_dose_rules(rules)
    for rule in rules:
        is_owed = rule.service == service and day.isoweekday() in rule.weekdays
        if is_owed and rule.covers(area_id, day):
            return rule
    return None


def check_dose_rules(rules: Sequence[DoseRule]) -> None:
    """Raise when two rules of a service say something about the same area and day.

    Rules for different weekdays may share dates.

    Parameters
    ----------
    rules : sequence of DoseRule

    Raises
    ------
    InputError
        Rules overlap; each pair is named.
    """
    faults = [
        f"Rules {i} ({one}) and {j} ({other}) are both in force for the same area and day. "
        "End one before the other begins, or give them different areas or weekdays."
        for (i, one), (j, other) in combinations(enumerate(rules, 1), 2)
        if _overlap(one, other)
    ]
    check_faults("Dose rules", faults)


def find_rule_gaps(rules: Sequence[DoseRule]) -> pl.DataFrame:
    """Return the days between a service's first and last rule on which no rule was in force.

    A gap can be meant; it is shown so that nobody takes its days for failures.

    Parameters
    ----------
    rules : sequence of DoseRule

    Returns
    -------
    (n, 4) RULE_GAPS, by service, area and day; no rows when there is no gap
        Weekdays that a rule leaves out are not gaps.
    """
    named = {(rule.service, area) for rule in rules for area in rule.areas or ()}
    all_areas = {(rule.service, None) for rule in rules if rule.areas is None}
    found = []
    for service, area in sorted(named | all_areas, key=lambda pair: (pair[0], pair[1] or "")):
        own = sorted(
            (rule.first, rule.last or date.max)
            for rule in rules
            if rule.service == service and (rule.areas is None or area in rule.areas)
        )
        ended = own[0][1]
        for first, last in own[1:]:
            if (first - ended).days > 1:
                one = timedelta(days=1)
                found.append((service, area, ended + one, first - one))
            ended = max(ended, last)
    return make_table(RULE_GAPS, pl.DataFrame(found, schema=RULE_GAPS.schema, orient="row"))


def plan_doses(rules: Sequence[DoseRule], area_days: pl.DataFrame) -> pl.DataFrame:
    """Return what the rule in force owes to each area on each day from each service.

    Parameters
    ----------
    rules : sequence of DoseRule
        None of them gives "no rule" throughout.
    area_days : (n, any) AREA_DAYS
        `dose.list_area_days` makes it; DOSES holds its columns too.

    Returns
    -------
    (n, 10) PLANNED_DOSES, in the order given

    Raises
    ------
    InputError
        As `check_dose_rules`, or a rule names areas that `area_days` does not hold.
    """
    check_columns(area_days, AREA_DAYS, name="area_days")
    check_dose_rules(rules)
    known = set(area_days["area_id"])
    faults = [
        f"Rule {number} ({rule}) names areas that are not among those reported on: "
        f"{', '.join(sorted(set(rule.areas or ()) - known))}. Mend the id, or add the area."
        for number, rule in enumerate(rules, 1)
        if set(rule.areas or ()) - known
    ]
    check_faults("Dose rules", faults)
    rows = area_days.select(AREA_DAYS.names).with_row_index("n")
    owed = [_rows_of_rule(rows, rule) for rule in rules]
    empty = rows.clear().with_columns(_owe(None))
    # of two rules with different weekdays on the same dates, the one that plans the day counts
    best = pl.concat([empty, *owed]).sort("n", "status", descending=[False, True]).unique(
        "n", keep="first", maintain_order=True
    )  # fmt: skip
    planned = rows.join(best.drop(AREA_DAYS.names), on="n", how="left").with_columns(
        pl.col("status").fill_null("no rule"),
        pl.col("planned_visits", "planned_min").fill_null(0),
        pl.col("is_backdated").fill_null(value=False),
    )
    return make_table(PLANNED_DOSES, planned.sort("n"))


def tabulate_dose_rules(rules: Iterable[DoseRule]) -> pl.DataFrame:
    """Return rules as a table.

    Parameters
    ----------
    rules : iterable of DoseRule

    Returns
    -------
    (n, 11) DOSE_RULES, in the order given
    """
    rows = [
        {**{f.name: getattr(rule, f.name) for f in fields(rule)}, "areas": rule.areas and
         list(rule.areas), "weekdays": list(rule.weekdays)}
        for rule in rules
    ]  # fmt: skip
    return make_table(DOSE_RULES, pl.DataFrame(rows, schema=DOSE_RULES.schema))


def make_dose_rules(table: pl.DataFrame) -> tuple[DoseRule, ...]:
    """Return the rules that a table holds.

    Parameters
    ----------
    table : (n, any) DOSE_RULES

    Returns
    -------
    tuple of DoseRule, in the order of the rows

    Raises
    ------
    InputError
        A row is not a rule, or two rules overlap; all such rows are named.
    """
    check_columns(table, DOSE_RULES, name="dose rules")
    rules, faults = [], []
    for number, row in enumerate(table.select(DOSE_RULES.names).iter_rows(named=True), 1):
        empty = [c.name for c in DOSE_RULES.columns if row[c.name] is None and not c.may_be_null]
        if empty:
            faults.append(f"Row {number} has nothing in {', '.join(empty)}.")
            continue
        lists = {
            "areas": row["areas"] if row["areas"] is None else tuple(row["areas"]),
            "weekdays": tuple(row["weekdays"]),
        }
        try:
            rules.append(DoseRule(**{**row, **lists}))
        except InputError as error:
            faults.append(f"Row {number}: {error}")
    check_faults("Dose rules", faults)
    check_dose_rules(rules)
    return tuple(rules)


def _has_twice(values: Sequence[object]) -> bool:
    return len(set(values)) < len(values)


def _overlap(one: DoseRule, other: DoseRule) -> bool:
    dates = one.first <= (other.last or date.max) and other.first <= (one.last or date.max)
    areas = one.areas is None or other.areas is None or not {*one.areas}.isdisjoint(other.areas)
    weekdays = not set(one.weekdays).isdisjoint(other.weekdays)
    return one.service == other.service and dates and areas and weekdays


def _rows_of_rule(rows: pl.DataFrame, rule: DoseRule) -> pl.DataFrame:
    own = rows.filter(
        pl.col("service") == rule.service,
        pl.col("day").is_between(rule.first, rule.last or date.max),
        pl.lit(value=True) if rule.areas is None else pl.col("area_id").is_in(rule.areas),
    )
    return own.with_columns(_owe(rule))


def _owe(rule: DoseRule | None) -> list[pl.Expr]:
    """Return the columns of PLANNED_DOSES that a rule gives; None gives their types alone."""
    if rule is None:
        columns = [c for c in PLANNED_DOSES.columns if c.name not in AREA_DAYS.names]
        return [pl.lit(None, dtype=column.dtype).alias(column.name) for column in columns]
    is_owed = pl.col("day").dt.weekday().is_in(rule.weekdays)
    visits = pl.when(is_owed).then(pl.lit(rule.visits_a_day, pl.Int64)).otherwise(0)
    return [
        pl.when(is_owed).then(pl.lit("planned")).otherwise(pl.lit("not planned")).alias("status"),
        pl.lit(rule.visit_min, pl.Float64).alias("visit_min"),
        visits.alias("planned_visits"),
        (visits * float(rule.visit_min)).alias("planned_min"),
        pl.lit(rule.from_clock, pl.Time).alias("from_clock"),
        pl.lit(rule.until_clock, pl.Time).alias("until_clock"),
        (pl.col("day") < rule.decided).alias("is_backdated"),
    ]
