"""What a programme declares of costs: the pounds of each service, and what a crime costs.

Pounds are declared in one of three ways, never guessed: what was paid, what a ledger holds, or a
rate for each minute. What a crime costs is the user's own dated table.
"""

from dataclasses import dataclass
from pathlib import Path

from patrolwise.errors import check_faults
from patrolwise.patrols.minutes_totals import BASES, Basis
from patrolwise.times import Window

_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True, kw_only=True)
class ServiceCost:
    """The pounds of one service: paid, of a ledger, or a rate for each minute."""

    service: str
    paid: float | None = None  # pounds, on the days of the window
    kinds: tuple[str, ...] = ()  # of the ledger's lines that count; none: no ledger
    rate: float | None = None  # pounds a minute
    basis: Basis = "patrol"  # what the rate's minute is of: a patrol, or each person
    minutes: float | None = None  # in hot spots, on the days of the window
    minutes_error: float | None = None  # one standard error of them; None: nobody knows
    is_verified: bool = False  # whether trackers recorded those minutes
    window: Window | None = None  # the days that paid, or minutes, are of

    def __post_init__(self) -> None:
        ways = [self.paid is not None, bool(self.kinds), self.rate is not None]
        checks = [
            (
                sum(ways) != 1,
                "Give one of paid (pounds), ledger = true (the ledger of [tracking]) and rate "
                "(pounds a minute), and no other.",
            ),
            (self.paid is not None and not self.paid > 0, "paid must be above 0 pounds."),
            (self.rate is not None and not self.rate > 0, "rate must be above 0 pounds a minute."),
            (
                self.minutes is not None and not self.minutes > 0,
                "minutes must be above 0: without any there is nothing to cost.",
            ),
            (self.basis not in BASES, f"basis is {self.basis!r}. Give {' or '.join(BASES)}."),
            (
                (self.paid is not None or self.minutes is not None) and self.window is None,
                "paid and minutes need window: the days that they are of, so that pounds of one "
                "time are never set against crimes of another.",
            ),
            (
                self.minutes is None and self.minutes_error is not None,
                "minutes_error needs minutes.",
            ),
        ]
        told = [sentence for is_wrong, sentence in checks if is_wrong]
        check_faults(f"Costs of {self.service}", told)


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Everything that a programme declares of costs."""

    price_year: int  # of every pound that was paid
    services: tuple[ServiceCost, ...]
    ledger: Path | None = None  # of [tracking]
    unit_costs: Path | None = None  # what a crime costs; None: no break-even, no benefit
    deflators: Path | None = None  # levels of prices
    groups: tuple[tuple[str, str], ...] = ()  # definition (id@version) → group of unit costs

    def __post_init__(self) -> None:
        faults = []
        if not _FIRST_YEAR <= self.price_year <= _LAST_YEAR:
            faults.append(f"price_year is {self.price_year}. Give a year such as 2024.")
        if not self.services:
            faults.append("There is no [[costs.services]]: declare the pounds of a service.")
        names = [one.service for one in self.services]
        faults += [
            f"{name} is there twice. Keep one."
            for name in sorted(set(names))
            if names.count(name) > 1
        ]
        if self.unit_costs is None and (self.deflators or self.groups):
            faults.append("deflators and groups need unit_costs: what a crime costs.")
        if self.ledger is None and any(one.kinds for one in self.services):
            faults.append("ledger = true needs tracking.ledger.")
        check_faults("costs", faults)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that is read for them, in a fixed order."""
        uses_ledger = any(one.kinds for one in self.services)
        paths = (self.ledger if uses_ledger else None, self.unit_costs, self.deflators)
        return tuple(path for path in paths if path is not None)

    def group_of(self, definition: str) -> str:
        """Return the group of unit costs that an outcome's crimes are in.

        Parameters
        ----------
        definition : str
            id@version.

        Returns
        -------
        str
            What `groups` says, or the definition's id.
        """
        return dict(self.groups).get(definition, definition.partition("@")[0])
