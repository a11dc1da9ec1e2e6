"""What tracked patrols delivered: the values behind patrols.json, its report and the terminal.

Everything that a reader sees is in here, and only here. Units and devices, never a person.
"""

from dataclasses import dataclass, field

from patrolwise.reporting.results import Made, MapShape, QualityLine, WindowRecord

PATROL_SCHEMA = "patrolwise.patrols/1"


@dataclass(frozen=True, kw_only=True)
class VisitRecord:
    """How visits were found: enough to find the same again."""

    rule: tuple[tuple[str, float], ...]  # durations in seconds, lengths in metres
    kernel: int
    areas_sha256: str
    fixes_fingerprint: str
    fixes: int
    device_days: int


@dataclass(frozen=True, kw_only=True)
class DoseRecord:
    """What one service delivered to one hot spot in the whole window."""

    area_id: str
    name: str
    service: str
    patrol_min: float  # credited minutes of visits
    low_min: float  # 95 % interval for the true minutes
    high_min: float
    person_min: float
    planned_min: float | None  # owed by the rules in force; None: no rule was
    visits: int
    pass_throughs: int
    unknown_min: float  # of silence within stays
    abstracted_min: float
    days_planned: int
    days_met: int
    days_short: int
    days_unclear: int  # the interval straddles what the rule asks


@dataclass(frozen=True, kw_only=True)
class TotalRecord:
    """What one service gave in the whole window, all its hot spots together; never two services."""

    service: str
    patrol_min: float  # credited minutes of visits
    low_min: float  # 95 % interval for the true minutes, of the sum: not a sum of intervals
    high_min: float
    planned_min: float | None  # owed by the rules in force; None: no rule was
    visits: int
    pass_throughs: int
    days_planned: int  # days of hot spots: ten hot spots have ten a day
    days_met: int
    days_short: int
    days_unclear: int


@dataclass(frozen=True, kw_only=True)
class DoseDayRecord:
    """One hot spot, service and patrol day (ISO date)."""

    area_id: str
    day: str
    service: str
    patrol_min: float
    low_min: float
    high_min: float
    planned_min: float | None
    visits: int
    verdict: str  # met, short, cannot tell, not planned, no rule


@dataclass(frozen=True, kw_only=True)
class DoseRuleRecord:
    """One dose rule, with the days on which it was in force and why it was decided."""

    service: str
    first: str
    last: str  # empty while it is open-ended
    words: str  # "1 visit of 40 min a day, Sunday to Thursday, 14:00 to 20:00"
    reason: str
    decided: str


@dataclass(frozen=True, kw_only=True)
class StayRecord:
    """One stay of a unit in a hot spot; times are UTC, ISO 8601."""

    unit_id: str
    service: str
    area_id: str
    day: str
    start: str
    end: str
    patrol_min: float
    unknown_min: float
    is_pass_through: bool


@dataclass(frozen=True, kw_only=True)
class TrackRecord:
    """Where one device was on the day that is shown; thinned for drawing."""

    device_id: str
    unit_id: str  # empty when nobody was assigned
    service: str
    lines: tuple[tuple[tuple[float, float], ...], ...]  # longitude, latitude; cut at silences


@dataclass(frozen=True, kw_only=True)
class RhythmRecord:
    """Frequency, duration and intermittency of one service in one hot spot."""

    area_id: str
    name: str
    service: str
    visits_a_day: float
    mean_min: float | None
    median_min: float | None
    median_gap_min: float | None  # from the end of a visit to the next of that day
    koper_visits: float | None  # share of visits of 10 to 16 minutes, 0 to 1
    koper_gaps: float | None  # share of gaps of two hours or less


@dataclass(frozen=True, kw_only=True)
class MeetingRecord:
    """Two services in one hot spot at once; times are UTC, ISO 8601."""

    area_id: str
    name: str
    day: str
    unit_a: str
    unit_b: str
    start: str
    end: str
    minutes: float


@dataclass(frozen=True, kw_only=True)
class SeparationRecord:
    """Whether two services kept apart."""

    service_a: str
    service_b: str
    minutes_together: float
    meetings: tuple[MeetingRecord, ...]
    hours_of_b: float  # in hot spots
    rate: float | None  # meetings in 100 hours of service_b in hot spots
    rate_low: float | None
    rate_high: float | None
    nearest_margin_min: float | None  # from one leaving to the other coming; None: never both
    sentence: str


@dataclass(frozen=True, kw_only=True)
class AbstractionRecord:
    """Times that units left a hot spot for something else, by reason."""

    service: str
    reason: str
    times: int
    minutes: float
    share_of_planned: float | None


@dataclass(frozen=True, kw_only=True)
class CostRecord:
    """Cost per minute in hot spots of one service."""

    service: str
    pounds: float
    pounds_by_kind: tuple[tuple[str, float], ...]
    minutes: float
    basis: str  # "patrol" or "person"
    per_minute: float  # on credited minutes
    low: float | None  # the interval is that of the corrected figure
    high: float | None
    corrected: float | None  # on the minutes that are expected to be true
    is_verified: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class CostDifferenceRecord:
    """One service's cost per minute against another's."""

    service_a: str
    service_b: str
    difference_percent: float  # on credited minutes
    corrected_percent: float  # on the minutes that are expected to be true; the interval's middle
    low_percent: float | None
    high_percent: float | None
    sentence: str
    cautions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReportedRecord:
    """Minutes that a partner without trackers says it gave; nobody verified them."""

    service: str
    area_id: str
    name: str
    minutes: float
    days: int


@dataclass(frozen=True, kw_only=True)
class TrustRecord:
    """How far one service's minutes can be trusted."""

    service: str
    device_days: int
    grades: tuple[tuple[str, int], ...]  # A to D → device-days
    refresh_s: float | None  # median
    slowest_s: float | None
    accuracy_m: float | None
    silent_share: float | None  # of the time between first and last fix, 0 to 1
    sentence: str  # which visits the refresh can see


@dataclass(frozen=True, kw_only=True)
class PatrolResults:
    """The whole document."""

    schema: str = PATROL_SCHEMA
    title: str
    notice: str  # printed on every page
    is_simulated: bool
    made: Made
    record: VisitRecord
    window: WindowRecord
    hot_spot_set: str
    hot_spot_hash: str
    services: tuple[str, ...]
    rules: tuple[DoseRuleRecord, ...]
    doses: tuple[DoseRecord, ...]
    totals: tuple[TotalRecord, ...]  # one for each service
    days: tuple[DoseDayRecord, ...]
    shown_day: str  # whose shift and tracks are drawn; empty without a visit
    stays: tuple[StayRecord, ...]  # of the whole window
    tracks: tuple[TrackRecord, ...]  # of the day that is shown; empty unless asked for
    rhythm: tuple[RhythmRecord, ...]
    separation: tuple[SeparationRecord, ...]
    abstractions: tuple[AbstractionRecord, ...]
    costs: tuple[CostRecord, ...]
    cost_difference: CostDifferenceRecord | None
    reported: tuple[ReportedRecord, ...]
    trust: tuple[TrustRecord, ...]
    questions: tuple[str, ...]  # what somebody must be asked: undeclared pairs, idle trackers
    findings: tuple[str, ...]
    limits: tuple[str, ...]
    quality: tuple[QualityLine, ...]
    shapes: tuple[MapShape, ...] = field(default=())
