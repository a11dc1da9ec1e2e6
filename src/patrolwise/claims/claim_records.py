"""What checking a text found: one record a number, one a trap; the document of `--json`."""

from dataclasses import dataclass
from enum import StrEnum

CLAIMS_SCHEMA = "patrolwise.claims/1"


class ClaimVerdict(StrEnum):
    """What may be said of a claim."""

    SUPPORTED = "supported"
    WRONG = "wrong"
    CHANCE = "could be chance"
    UNDEFINED = "undefined"  # no such figure, no definition, or no window
    CAUSAL = "causal word without design"


@dataclass(frozen=True, kw_only=True)
class JudgedClaim:
    """One number of a text, held against the results."""

    file: str
    line: int
    sentence: str
    number: str  # as it is written
    value: float
    unit: str
    verdict: ClaimVerdict
    reason: str
    figure: str  # path in the results file; empty when none was matched
    figure_value: float | None
    definition: str  # id@version; empty when none
    window: str
    low: float | None  # of the figure's interval; of the headline ratio for counts and changes
    high: float | None
    grade: str  # evidence grade of the figure
    wording: str  # that would be true


@dataclass(frozen=True, kw_only=True)
class TrapFinding:
    """One known way of misleading with true figures, found in a text."""

    trap: str  # stable slug
    file: str
    line: int
    sentence: str
    verdict: ClaimVerdict
    reason: str
    wording: str  # that would be true


@dataclass(frozen=True, kw_only=True)
class ClaimReport:
    """The whole document."""

    schema: str = CLAIMS_SCHEMA
    results: str  # name of the results file
    files: tuple[str, ...]
    claims: tuple[JudgedClaim, ...]
    traps: tuple[TrapFinding, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether anything is wrong: the exit code is 1."""
        verdicts = [claim.verdict for claim in self.claims] + [t.verdict for t in self.traps]
        return ClaimVerdict.WRONG in verdicts
