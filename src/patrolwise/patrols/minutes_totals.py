"""How many minutes a service was in hot spots over a period, and how sure that is."""

from dataclasses import dataclass
from math import hypot, inf, isfinite, sqrt
from typing import Literal

import polars as pl
from scipy import special

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.tables import DOSES, UNIT_VISITS, check_columns
from patrolwise.times import Window

Basis = Literal["patrol", "person"]
BASES: tuple[Basis, ...] = ("patrol", "person")
_LEVEL_OF_DOSES = 0.95  # of patrol_low_min and patrol_high_min


@dataclass(frozen=True, kw_only=True)
class MinutesTotal:
    """Minutes of one service in hot spots over a period, from any source that can say how sure."""

    service: str
    minutes: float  # credited
    period: Window
    basis: Basis  # patrol: a pair counts once; person: each of them counts
    verified: bool  # by fixes; False when somebody only said so
    edge_min: float = 0.0  # expected truth less credit
    variance_min2: float | None = 0.0  # of truth less credit, visit by visit; None: unknown
    shared_min: float | None = 0.0  # standard error that all visits share; None: left out
    refresh_s: float | None = None  # seconds from fix to fix; None: unknown

    def __post_init__(self) -> None:
        faults = []
        if not (isfinite(self.minutes) and self.minutes >= 0):
            faults.append(f"minutes must be 0 or more, got {self.minutes:g}.")
        if self.basis not in BASES:
            faults.append(f"basis must be patrol or person, got {self.basis!r}.")
        if not isfinite(self.edge_min):
            faults.append(f"edge_min must be finite, got {self.edge_min:g}.")
        if self.variance_min2 is not None and not 0 <= self.variance_min2 < inf:
            faults.append(f"variance_min2 must be 0 or more, got {self.variance_min2:g}.")
        if self.shared_min is not None and not 0 <= self.shared_min < inf:
            faults.append(f"shared_min must be 0 or more, got {self.shared_min:g}.")
        if self.refresh_s is not None and not 0 < self.refresh_s < inf:
            faults.append(f"refresh_s must be above 0, got {self.refresh_s:g}.")
        check_faults(f"Minutes of {self.service}", faults)

    @property
    def expected(self) -> float:
        """The truth to be expected: the credit, and what was lost or gained at the edge."""
        return self.minutes + self.edge_min

    @property
    def error_min(self) -> float | None:
        """One standard error of the expected truth, as far as it is known; None when it is not."""
        if self.variance_min2 is None:
            return None
        return hypot(sqrt(self.variance_min2), self.shared_min or 0.0)

    @property
    def leaves_out_shared(self) -> bool:
        """Whether the error is told without the part that all visits share."""
        return self.variance_min2 is not None and self.shared_min is None


def check_basis(basis: str) -> None:
    """Raise when minutes cannot be counted so; silent when they can.

    Parameters
    ----------
    basis : str

    Raises
    ------
    InputError
        It is neither patrol nor person.
    """
    if basis not in BASES:
        raise InputError(f"basis must be {' or '.join(BASES)}, got {basis!r}.")


def total_minutes(
    doses: pl.DataFrame,
    service: str,
    period: Window,
    basis: Basis,
    refresh_s: float | None = None,
) -> MinutesTotal:
    """Return the verified minutes of a service over a period, from its doses.

    The edge and the variance of each row are found again from its interval and added; ends of
    intervals are never added. Where the lower end was clipped at 0 the edge cannot be found and
    counts as 0. For person-minutes both are scaled by people, as if a pair's errors were the
    same. Doses do not say which part of their error all days share, so the total leaves that out
    and says so; `total_visit_minutes` has it.

    Parameters
    ----------
    doses : (n, 11) DOSES
        With rows of zero for days without a visit; other services and days are left aside.
    service : str
    period : Window
    basis : "patrol" or "person"
        Whether a pair counts once, or each of its people.
    refresh_s : float, optional
        Seconds from fix to fix of the service's devices.

    Returns
    -------
    MinutesTotal

    Raises
    ------
    InputError
        The basis is none, or an area has two rows for one day.
    RefusedError
        The doses have no row of the service, or none of some day of the period.
    """
    check_basis(basis)
    check_columns(doses, DOSES, name="doses")
    own = doses.filter(pl.col("service") == service)
    if own.is_empty():
        has = ", ".join(sorted(doses["service"].unique())) or "no rows"
        raise RefusedError(f"The doses have no row of {service}; they have {has}.")
    rows = own.filter(pl.col("day").is_between(period.first, period.last))
    if rows["day"].n_unique() < period.days:
        raise RefusedError(
            f"The minutes of {service} run from {own['day'].min()!s} to {own['day'].max()!s}, "
            f"with rows for {rows['day'].n_unique()} of the {period.days} days of the cost's "
            f"period {period}. Give both for the same days; a day without a visit is a row of 0."
        )
    twice = rows.filter(pl.struct("area_id", "day").is_duplicated())
    if twice.height:
        area_id, day = twice.row(0)[:2]
        raise InputError(
            f"The doses of {service} have {twice.height} rows that share an area and a day, "
            f"the first {area_id} on {day}. Its minutes would count twice: delete one."
        )
    reach = float(special.ndtri((1 + _LEVEL_OF_DOSES) / 2))
    credited, low, high = pl.col("patrol_min"), pl.col("patrol_low_min"), pl.col("patrol_high_min")
    edge = pl.when(low > 0).then((low + high) / 2 - credited).otherwise(0.0)
    people = pl.when(credited > 0).then(pl.col("person_min") / credited).otherwise(1.0)
    scale = people if basis == "person" else pl.lit(1.0)
    summed = rows.select(
        minutes=pl.col(f"{basis}_min").sum(),
        edge=(edge * scale).sum(),
        variance=((high - credited - edge) * scale / reach).pow(2).sum(),
    ).row(0, named=True)
    return MinutesTotal(
        service=service,
        minutes=summed["minutes"],
        period=period,
        basis=basis,
        verified=True,
        edge_min=summed["edge"],
        variance_min2=summed["variance"],
        shared_min=None,
        refresh_s=refresh_s,
    )


def total_visit_minutes(
    unit_visits: pl.DataFrame,
    service: str,
    period: Window,
    basis: Basis,
    refresh_s: float | None = None,
) -> MinutesTotal:
    """Return the verified minutes of a service over a period, from its visits.

    Pass-throughs are not dose and not counted. For person-minutes the errors of each visit are
    scaled by its people, as if a pair's errors were the same.

    Parameters
    ----------
    unit_visits : (n, 13) UNIT_VISITS
        Other services and days are left aside.
    service : str
    period : Window
        Days on which the service's fixes were kept: visits do not tell a day without a visit
        from a day without fixes.
    basis : "patrol" or "person"
        Whether a pair counts once, or each of its people.
    refresh_s : float, optional
        Seconds from fix to fix of the service's devices.

    Returns
    -------
    MinutesTotal
        Variances of visits are added, and so are the standard errors that they share.

    Raises
    ------
    InputError
        The basis is none.
    RefusedError
        The service has no visit in the period.
    """
    check_basis(basis)
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    visits = unit_visits.filter(
        pl.col("service") == service,
        pl.col("day").is_between(period.first, period.last),
        ~pl.col("is_pass_through"),
    )
    if visits.is_empty():
        raise RefusedError(
            f"{service} has no visit in {period}, so there is nothing to divide by. "
            f"There are visits of {', '.join(sorted(unit_visits['service'].unique())) or 'nobody'}."
        )
    credited = pl.col("patrol_s")
    people = pl.when(credited > 0).then(pl.col("person_s") / credited).otherwise(1.0)
    scale = people if basis == "person" else pl.lit(1.0)
    summed = visits.select(
        minutes=pl.col(f"{basis}_s").sum() / 60,
        edge_min=(pl.col("edge_s") * scale).sum() / 60,
        variance_min2=(pl.col("variance_s2") * scale.pow(2)).sum() / 3600,
        shared_min=(pl.col("common_s") * scale).sum() / 60,
    ).row(0, named=True)
    return MinutesTotal(
        service=service,
        period=period,
        basis=basis,
        verified=True,
        refresh_s=refresh_s,
        **summed,
    )
