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
class ResultsRead:
    """One results document that the texts are held against."""

    name: str
    kind: str  # schema: patrolwise.results/1, patrolwise.patrol-days/1 and the like
    about: str  # its title, outcome or service
    window: str
    is_simulated: bool
    is_sealed: bool  # it holds a hash of its content, and the hash fits


@dataclass(frozen=True, kw_only=True)
class JudgedClaim:
    """One number of a text, or one word such as "halved", held against the results."""

    file: str
    place: str  # "12:34", line and column; "paragraph 3", "table 1, row 2", "footnote 2"
    line: int | None  # of the number itself; None: the file has no lines
    column: int | None  # counted from 1
    sentence: str
    number: str  # as it is written
    value: float  # of a word without a number: -1 fell, 1 rose
    unit: str  # "count", "percent", "minutes" and the like; "direction" of such a word
    verdict: ClaimVerdict
    reason: str
    results: str  # the file of the figure; empty when none was matched
    figure: str  # path in that file; empty when none was matched
    figure_value: float | None
    figure_unit: str
    definition: str  # id@version; empty when none
    window: str
    low: float | None  # of what `interval_of` says
    high: float | None
    interval_of: str  # empty when there is no interval
    grade: str  # evidence grade: how the figure was got
    wording: str  # that would be true


@dataclass(frozen=True, kw_only=True)
class TrapFinding:
    """One known way of misleading with true figures, found in a text."""

    trap: str  # stable slug
    file: str
    place: str  # of the sentence's first letter, as of a claim
    line: int | None
    column: int | None
    sentence: str
    verdict: ClaimVerdict
    reason: str
    wording: str  # that would be true


@dataclass(frozen=True, kw_only=True)
class ClaimReport:
    """The whole document."""

    schema: str = CLAIMS_SCHEMA
    results: tuple[ResultsRead, ...]
    files: tuple[str, ...]
    claims: tuple[JudgedClaim, ...]
    traps: tuple[TrapFinding, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether anything is wrong: the exit code is 1."""
        verdicts = [claim.verdict for claim in self.claims] + [t.verdict for t in self.traps]
        return ClaimVerdict.WRONG in verdicts
