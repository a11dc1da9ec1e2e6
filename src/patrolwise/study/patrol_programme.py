"""What a programme declares of its patrols: fixes, crews, dose rules, costs, who keeps apart.

It is the `[tracking]` part of the one programme file; `programme` has the other parts.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from patrolwise.errors import InputError, check_faults
from patrolwise.patrols.dose_rules import DoseRule
from patrolwise.patrols.ledgers import KINDS
from patrolwise.patrols.minutes_totals import BASES, Basis
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.study.programme import Service, SpotSource
from patrolwise.times import Window


@dataclass(frozen=True, kw_only=True)
class CostKinds:
    """Which kinds of a ledger's lines count as the cost of a service: declared, never guessed."""

    service: str
    kinds: tuple[str, ...]

    def __post_init__(self) -> None:
        if unknown := [kind for kind in self.kinds if kind not in KINDS]:
            raise InputError(
                f"The kinds of {self.service} name {', '.join(unknown)}; known are "
                f"{', '.join(KINDS)}."
            )
        if not self.kinds or len(set(self.kinds)) < len(self.kinds):
            raise InputError(
                f"The kinds of {self.service} must name what counts, each once; got "
                f"{', '.join(self.kinds) or 'none'}."
            )


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """What was tracked, by whom, and what it is held against."""

    window: Window  # of patrol days
    fixes: tuple[Path, ...]
    crews: Path
    mapping: Path | None = None
    zone: str = ""  # of times without an offset in the forms
    abstractions: Path | None = None
    reported: Path | None = None
    ledger: Path | None = None
    cost_basis: Basis = "patrol"
    cost_kinds: tuple[CostKinds, ...] = ()
    separated: tuple[str, ...] = ()  # none, or the two services that must not meet
    margin_min: float = 0.0  # a near miss is no further apart
    visit_rule: VisitRule = field(default_factory=VisitRule)
    dose_rules: tuple[DoseRule, ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if self.cost_basis not in BASES:
            faults.append(f"cost_basis is {self.cost_basis!r}. Give {' or '.join(BASES)}.")
        if self.separated and (len(self.separated) != 2 or len(set(self.separated)) != 2):
            faults.append(
                f"separated names {', '.join(self.separated)}. Give the two services that must "
                "not meet."
            )
        if bool(self.cost_kinds) != (self.ledger is not None):
            faults.append(
                "ledger and cost_kinds go together: the one holds the pounds, the other says "
                "which of them count."
            )
        check_faults("tracking", faults)

    @property
    def forms(self) -> tuple[Path, ...]:
        """Every file that is read besides the fixes, in a fixed order."""
        paths = (self.mapping, self.crews, self.abstractions, self.reported, self.ledger)
        return tuple(path for path in paths if path is not None)


@dataclass(frozen=True, kw_only=True)
class PatrolProgramme:
    """Everything that a study of patrols needs, as declared."""

    title: str
    notice: str
    seed: int
    services: tuple[Service, ...]
    hot_spots: SpotSource  # a file: what was patrolled was agreed before
    tracking: Tracking
    sha256: str  # of the programme file's bytes
    file_name: str

    @property
    def service_names(self) -> tuple[str, ...]:
        """The names of the services, as declared."""
        return tuple(service.name for service in self.services)

    def between(self, first: date | None, last: date | None) -> "PatrolProgramme":
        """Return the programme with a narrower window of patrol days.

        Parameters
        ----------
        first, last : date or None
            None keeps that end.

        Returns
        -------
        PatrolProgramme

        Raises
        ------
        InputError
            A day lies outside the declared window, or the last is before the first.
        """
        declared = self.tracking.window
        faults = [
            f"{day} lies outside the programme's tracking window, {declared}. Give a day in it, or "
            "extend the window in the file."
            for day in (first, last)
            if day is not None and not declared.first <= day <= declared.last
        ]
        check_faults(self.file_name, faults)
        window = Window(declared.name, first or declared.first, last or declared.last)
        return replace(self, tracking=replace(self.tracking, window=window))
