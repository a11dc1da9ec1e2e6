"""How forces compare by counts that they shared: the values behind merged.json and its pack."""

from dataclasses import dataclass

from patrolwise.reporting.benchmark_records import LimitRecord


@dataclass(frozen=True, kw_only=True)
class SharedForce:
    """One force in one comparison."""

    force: str
    observed: int | None  # rounded; None: hidden
    expected: float | None  # if it were as all together; None: not judged
    size: float | None  # at which it is drawn: expected; of a change 1 / (1 / before + 1 / after)
    ratio: float | None
    low: float | None  # 95 % limits of the ratio for a force like the others
    high: float | None
    z: float | None  # against all others
    agreeing: int  # methods that put it beyond the same limit on the same side
    methods: int
    flag: str  # what may be said of it


@dataclass(frozen=True, kw_only=True)
class SharedComparison:
    """All forces in one measure and period, by level or by change."""

    measure: str
    kind: str  # "level" or "change"
    period: str
    baseline: str  # empty for a level
    beside: str  # what is expected stands on
    judged: int  # forces; 0 where fewer than five can be
    limits: tuple[LimitRecord, ...]  # by size: the funnel; none where none is judged
    forces: tuple[SharedForce, ...]


@dataclass(frozen=True, kw_only=True)
class ShareTold:
    """One force's file, as it was verified."""

    force: str
    file: str
    until: str  # last day of its data, ISO
    signed_by: str
    public_key: str
    told: int  # counts that it tells
    hidden: int
