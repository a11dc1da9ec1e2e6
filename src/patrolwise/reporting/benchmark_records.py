"""Whether forces stand out among forces: the values behind benchmark.json, its pack and the page.

Everything that a reader sees is in here, and only here.
"""

from dataclasses import dataclass, field

from patrolwise.reporting.campaign_records import MarkedCampaign
from patrolwise.reporting.source_records import Made, QualityLine

BENCHMARK_SCHEMA = "patrolwise.benchmark/1"


@dataclass(frozen=True, kw_only=True)
class ForceRecord:
    """One force in one comparison of one measure."""

    force: str
    observed: float
    expected: float  # if it were as all forces together
    size: float | None  # at which it is drawn: expected; of a change 1 / (1 / before + 1 / after)
    ratio: float  # observed by expected
    low: float | None  # 95 % limits of that ratio for a force like the others
    high: float | None
    z_raw: float | None  # by chance alone
    z: float | None  # against the others, whose spread is learned; None: too few to say
    p: float | None
    q: float | None  # of all forces and measures of the pack
    band: str
    persistence: int  # of the newest periods, this one with them: beyond 95 % limits on its side
    periods: int  # of how many
    agreeing: int  # methods that put it beyond the same limit on the same side
    methods: int  # that were possible
    z_by_method: tuple[tuple[str, float | None], ...]
    variants_agreeing: int  # other baselines and definitions beyond 95 % limits on the same side
    variants: int
    best_tenth: float | None  # probability of being in the best tenth; None: no good side
    badge: str  # "stands", "method-dependent", or nothing where nothing is flagged
    flag: str  # what may be said of it
    faults: tuple[str, ...]  # of its data in these periods; none: passed


@dataclass(frozen=True, kw_only=True)
class LimitRecord:
    """Limits of the ratio at one size, for a force like all."""

    size: float
    low: float  # 95 %
    high: float
    lowest: float  # 99.8 %
    highest: float


@dataclass(frozen=True, kw_only=True)
class ComparisonRecord:
    """All forces by level, or by change."""

    kind: str  # "level" or "change"
    question: str
    period: str
    baseline: str  # empty for a level
    exposure: str  # what is expected stands on
    target: float  # of all together: offences per 1,000 of the exposure, or the change as a ratio
    phi: float  # 1 where forces differ by chance alone; the outer tenths left out
    tau: float  # spread of forces beyond chance, on logarithms: 0.1 is about 10 %
    limits: tuple[LimitRecord, ...]  # by size: the funnel
    forces: tuple[ForceRecord, ...]  # by name


@dataclass(frozen=True, kw_only=True)
class TrendRecord:
    """Offences of one force, period by period."""

    force: str
    counts: tuple[int | None, ...]  # None: not known
    rates: tuple[float | None, ...]  # per 1,000 people a year; None: not known


@dataclass(frozen=True, kw_only=True)
class OverTimeRecord:
    """The quarters of the force looked at, on a control chart."""

    kind: str  # u′ or c
    unit: str
    quarters: tuple[str, ...]
    values: tuple[float, ...]
    centre: tuple[float, ...]
    low: tuple[float, ...]  # three sigmas
    high: tuple[float, ...]
    signals: tuple[str, ...]  # which quarters do more than vary, in words
    rebases: tuple[tuple[str, str], ...]  # from which quarter limits begin anew, and why
    is_trial: bool  # the newest limits stand on fewer than 12 quarters


@dataclass(frozen=True, kw_only=True)
class LevelRecord:
    """Whether the force looked at moved to another level beside all other forces: its CUSUM."""

    quarters: tuple[str, ...]
    counts: tuple[int, ...]
    others: tuple[int, ...]  # of all other forces that are known throughout
    scores: tuple[float | None, ...]  # against its own level before; None: being learned
    ups: tuple[float | None, ...]  # sum that looks for more
    downs: tuple[float | None, ...]  # sum that looks for less
    threshold: float
    in_control: float  # quarters until a false signal, on average
    found_after: float  # quarters until a move by one standard deviation is found, on average
    moves: tuple[str, ...]  # in words
    is_moved: bool  # a move was found in the period


@dataclass(frozen=True, kw_only=True)
class WindowRecord:
    """The run of quarters in which the force looked at departs most from its share: its scan."""

    first: str
    last: str
    observed: int
    expected: float  # its share of all forces, as all quarters looked at have it
    ratio: float
    p: float  # chance of a run as unlikely, more or less, anywhere in the quarters looked at
    draws: int
    since: str  # first quarter looked at
    until: str
    longest: int  # quarters of a run, at most
    spread: float  # by which forces vary from quarter to quarter beyond chance, as a share
    told: str  # in words


@dataclass(frozen=True, kw_only=True)
class GapsRecord:
    """Days between one rare crime of the force looked at and the next, on a chart."""

    kind: str
    dates: tuple[str, ...]  # ISO, each with the gap that it ends
    days: tuple[int, ...]
    centre: float
    low: float  # three sigmas, or what is as rare
    high: float
    signals: tuple[str, ...]
    is_trial: bool
    told: str  # in words


@dataclass(frozen=True, kw_only=True)
class BreakRecord:
    """A day from which counts are not what they were."""

    force: str  # or "all"
    day: str  # ISO
    what: str
    source: str


@dataclass(frozen=True, kw_only=True)
class MeasureRecord:
    """One measure: what is counted, and how forces compare in it."""

    id: str
    title: str
    counted: str  # groups, sub-groups or codes
    source: str
    geography: str
    frequency: str
    lag_months: int
    direction_good: str
    min_count: int
    note: str
    level: ComparisonRecord | None  # None: too few forces to compare
    change: ComparisonRecord | None
    trend_periods: tuple[str, ...]
    trends: tuple[TrendRecord, ...]
    over_time: OverTimeRecord | None  # None: no force is looked at, or it has too few quarters
    level_over_time: LevelRecord | None = None  # likewise
    window: WindowRecord | None = None  # likewise, or no quarter departs from its share
    gaps: GapsRecord | None = None  # None: no dates of each crime are given


@dataclass(frozen=True, kw_only=True)
class SimilarRecord:
    """Another force that is like the one looked at."""

    force: str
    distance: float | None  # in standard deviations; None: a fixed list tells none


@dataclass(frozen=True, kw_only=True)
class DidRecord:
    """What a force did, as it says, with the grade of the evidence for it."""

    what: str
    since: str
    evidence: str
    grade: str


@dataclass(frozen=True, kw_only=True)
class BenchmarkResults:
    """All measures of a pack."""

    schema: str = BENCHMARK_SCHEMA
    title: str
    force: str  # that the pack looks at; empty: none
    period: str
    baseline: str
    forces: int
    tests: int  # made for each measure and kind together
    false_watch: float  # flags beyond 95 % expected in each comparison where nothing differs
    false_outliers: float  # likewise beyond 99.8 %
    similar: tuple[SimilarRecord, ...]  # of the force looked at
    similar_by: str  # how they were found
    measures: tuple[MeasureRecord, ...]
    changed: tuple[str, ...]  # flags that came or went since the period before
    did: tuple[DidRecord, ...]
    breaks: tuple[BreakRecord, ...]
    quality: tuple[QualityLine, ...]
    notes: tuple[str, ...] = field(default=())
    campaigns: tuple[MarkedCampaign, ...] = ()  # of the force looked at
    made: Made
