"""Whether forces' shares stand out among forces: the values behind proportions.json and its pack.

Everything that a reader sees is in here, and only here.
"""

from dataclasses import dataclass

from patrolwise.reporting.source_records import Made

PROPORTIONS_SCHEMA = "patrolwise.proportions/1"


@dataclass(frozen=True, kw_only=True)
class ForceShareRecord:
    """One force in the period."""

    force: str
    events: int
    of: int
    share: float
    wilson_low: float  # 95 %: between which shares what is true of it lies, by chance alone
    wilson_high: float
    low: float | None = None  # 95 % limits of the share for a force like the others
    high: float | None = None
    z_raw: float | None = None  # by chance alone
    z: float | None = None  # against the others, whose spread is learned; None: too few to say
    p: float | None = None
    q: float | None = None  # of all forces
    z_by_method: tuple[tuple[str, float | None], ...] = ()
    agreeing: int = 0  # methods that put it beyond the same limit on the same side
    methods: int = 0
    persistence: int = 0  # of the newest periods, this one too: beyond 95 % limits on its side
    periods: int = 0  # of how many
    badge: str = ""  # "stands", "method-dependent", or nothing
    flag: str = "too few to say"  # what may be said of it


@dataclass(frozen=True, kw_only=True)
class ShareLimitRecord:
    """Limits of the share of so many, for a force like all."""

    of: float
    low: float  # 95 %
    high: float
    lowest: float  # 99.8 %
    highest: float


@dataclass(frozen=True, kw_only=True)
class ShareChartRecord:
    """The shares of the force looked at, period by period, on a p′ chart."""

    kind: str
    periods: tuple[str, ...]
    events: tuple[int, ...]
    of: tuple[int, ...]
    shares: tuple[float, ...]
    centre: tuple[float, ...]
    low: tuple[float, ...]  # three sigmas
    high: tuple[float, ...]
    signals: tuple[str, ...]
    is_trial: bool  # the limits stand on fewer than 12 periods


@dataclass(frozen=True, kw_only=True)
class ProportionResults:
    """All forces by their share of something in one period."""

    schema: str = PROPORTIONS_SCHEMA
    title: str  # what the share is
    direction_good: str  # down, up or neutral
    period: str
    force: str  # that the pack looks at; empty: none
    share: float  # of all forces together
    phi: float  # 1 where forces differ by chance alone; the outer tenths left out
    forces: tuple[ForceShareRecord, ...]  # by name
    limits: tuple[ShareLimitRecord, ...]  # by size: the funnel; none: too few to compare
    chart: ShareChartRecord | None  # None: no force is looked at, or it has too few periods
    notes: tuple[str, ...]
    made: Made
