"""What results say, one figure at a time: definition, window, interval, evidence grade."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from patrolwise.claims.claim_records import ResultsRead

Span = tuple[date, date]  # first and last day, both included

EFFECTS = frozenset(
    {"crime", "comparison", "area", "ring", "estimate", "harm", "severity", "days", "harm of days"}
)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of a results document."""

    path: str  # in the document, such as outcomes[0].before
    value: float
    unit: str  # "count", "percent", "days", "minutes", "hours", "pounds", "ratio" and the like
    topic: str  # one of `EFFECTS`, or "expected", "hot spots", "window", "visits", "cost", ...
    role: str  # "before", "after", "change" or "difference"; else empty
    definition: str  # id@version; empty where it counts no crimes
    window: str
    grade: str
    wording: str  # a sentence with it that would be true
    low: float | None = None  # of the outcome's headline ratio, or of the estimate itself
    high: float | None = None
    base: float | None = None  # the crimes that a percentage rests on
    verdict_id: str = ""
    place: str = ""  # the area or ring that it is of, which its sentence must name
    service: str = ""  # whose patrols it is of
    basis: str = ""  # of a cost: "patrol" or "person" minutes
    interval_of: str = ""  # what low and high are of, in words
    spans: tuple[Span, ...] = ()  # the windows that a sentence with it may name
    shows_cause: bool = False  # the design can bear a causal word
    results: str = ""  # the file that it is in

    @property
    def record(self) -> tuple[str, str, str]:
        """What the two ends of a pair have in common."""
        return self.results, self.path.rpartition(".")[0], self.topic


@dataclass(frozen=True)
class OwnWords:
    """One sentence that results hold, word for word."""

    text: str
    path: str
    window: str
    results: str


@dataclass(frozen=True, kw_only=True)
class ResultsFacts:
    """What claims are held against: the figures of all results together."""

    figures: tuple[Figure, ...]
    read: tuple[ResultsRead, ...]
    words: Mapping[str, OwnWords]  # by the sentence as `plain_words` makes it
    before: Span | None = None  # of the first evaluation
    after: Span | None = None
    severity_fell: bool | None = None  # harm per crime; None when it is not known

    @property
    def shows_cause(self) -> bool:
        """Whether any design among them can bear a causal word."""
        return any(figure.shows_cause for figure in self.figures)

    @property
    def services(self) -> tuple[str, ...]:
        """The services whose patrols the results hold."""
        return tuple(dict.fromkeys(f.service for f in self.figures if f.service))
