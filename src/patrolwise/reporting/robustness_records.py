"""What re-estimates of a headline come to: the values behind the table of robustness."""

from dataclasses import dataclass

from patrolwise.evaluation.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class RobustnessRow:
    """One other way to reckon the headline of an outcome."""

    kind: str  # hot spot, comparison area, time, campaign, hours, definition, size or model
    name: str  # "Without Market Cross (the largest)"
    note: str  # what was done, where the name does not say it all
    before: int  # crimes in hot spots
    after: int
    estimate: Estimate
    verdict_id: str  # fall, rise, chance or few; empty: this way carries no conclusion
    keeps_direction: bool | None  # None: one of the two has no direction
    keeps_verdict: bool | None  # None: this way carries no conclusion


@dataclass(frozen=True, kw_only=True)
class SkippedWay:
    """A way that could not be gone, and why."""

    name: str
    reason: str  # a sentence
    kind: str = ""  # campaign; empty: another


@dataclass(frozen=True, kw_only=True)
class RobustnessRecord:
    """All ways to reckon the headline of one outcome."""

    definition: str  # id@version
    title: str  # of the outcome
    before: int  # crimes in hot spots, as declared
    after: int
    headline: Estimate | None  # as declared; None: there is none to re-estimate
    verdict_id: str  # fall, rise, chance or few
    rows: tuple[RobustnessRow, ...]
    skipped: tuple[SkippedWay, ...]
    sentence: str  # how many keep direction and verdict, and which do not

    @property
    def turning(self) -> tuple[RobustnessRow, ...]:
        """The ways that have another verdict."""
        return tuple(row for row in self.rows if row.keeps_verdict is False)
