"""What a plan is and what is known of it: the values behind plan.json, its report, the terminal.

Everything that a reader sees is in here, and only here. Staff are codes, never names. What an
experiment drew for a day is not in here, only its hash and its balance: it stays concealed.
"""

from dataclasses import dataclass

from patrolwise.reporting.results import Made, QualityLine, WindowRecord

PLAN_SCHEMA = "patrolwise.plan/1"


@dataclass(frozen=True, kw_only=True)
class ConflictRecord:
    """Rules that cannot all be kept: leave out any one of them and the others can."""

    rules: tuple[str, ...]  # each a sentence
    sentence: str  # what it comes to
    remedies: tuple[str, ...]  # changes each of which would do, such as "one more pair on Friday"


@dataclass(frozen=True, kw_only=True)
class ServiceTimeRecord:
    """Where the paid minutes of one service go, and what a planned minute costs."""

    service: str
    units: int
    shifts: int  # of units: a pair on one shift is one
    visits: int
    paid_min: float  # of units on duty, whatever they do
    planned_min: float  # in hot spots
    travel_min: float  # between places
    break_min: float
    floor_min: float | None  # least minutes of any plan outside hot spots; None: unknown
    asked_min: float | None  # in hot spots, were every visit made that is asked for; None: unknown
    pounds: float | None  # of the shifts; None: no pay was declared
    per_minute: float | None  # pounds for a planned minute in a hot spot; None also without visits
    floor_per_minute: float | None  # the least that any plan can cost

    @property
    def spare_min(self) -> float:
        """Paid minutes that are neither visit nor travel nor break."""
        return self.paid_min - self.planned_min - self.travel_min - self.break_min


@dataclass(frozen=True, kw_only=True)
class PlanDoseRecord:
    """What one service is planned to give one hot spot in the window."""

    area_id: str
    name: str
    service: str
    visits: int
    planned_min: float
    owed_visits: int | None  # by the rules in force; None: no rule is
    owed_min: float | None
    expected_min: float | None  # planned, times the share that was delivered before; None: unknown


@dataclass(frozen=True, kw_only=True)
class PlannedStayRecord:
    """One planned visit or break; times are UTC, ISO 8601."""

    unit_id: str
    service: str
    day: str
    shift: str
    area_id: str  # empty for a break
    start: str
    end: str


@dataclass(frozen=True, kw_only=True)
class UnitShiftRecord:
    """One unit on one shift; times are UTC, ISO 8601."""

    unit_id: str
    service: str
    day: str
    shift: str
    start: str
    end: str
    people: int


@dataclass(frozen=True, kw_only=True)
class PlanMarginRecord:
    """How near two services are planned to come to each other in one hot spot."""

    service_a: str
    service_b: str
    area_id: str
    name: str
    nearest_min: float | None  # from one leaving to the other coming; None: never both on one day
    day: str  # when; empty if never
    asked_min: float  # the margin that the plan must keep


@dataclass(frozen=True, kw_only=True)
class FairnessRecord:
    """What one member of staff is asked to do, beside an even share of it."""

    staff_id: str  # a code
    service: str
    shifts: int
    evenings: int
    fair_evenings: float | None  # None: not worked out
    weekends: int
    fair_weekends: float | None
    worst_min: float  # minutes in the hardest hot spots
    fair_worst_min: float | None


@dataclass(frozen=True, kw_only=True)
class RequestRecord:
    """One wish of one member of staff, and what became of it."""

    request_id: str
    staff_id: str  # a code
    day: str
    wants: str  # "off", or the name of a shift
    is_honoured: bool
    reason: str  # why not; empty when honoured


@dataclass(frozen=True, kw_only=True)
class BalanceRecord:
    """One arm of an experiment, in all or in one part of it."""

    by: str  # "all", "weekday", "week" or "hot spot"
    part: str
    arm: str
    days: int  # hot spot-days
    minutes: float  # of patrol planned on them
    baseline: float | None  # mean crimes expected without patrol
    difference: float | None  # from the last arm, standardised


@dataclass(frozen=True, kw_only=True)
class ExperimentRecord:
    """Which experiment the plan carries; what was drawn for a day is not told."""

    design: str  # in a sentence
    arms: tuple[str, ...]
    allocation_sha256: str  # of the seal; empty when nothing is known to have been drawn
    set_sha256: str  # of the allocations that could have been drawn
    set_count: int
    balance: tuple[BalanceRecord, ...]
    power: tuple[str, ...]  # sentences


@dataclass(frozen=True, kw_only=True)
class ArrivalRecord:
    """How hard it is to foretell when one service comes to a hot spot."""

    area_id: str
    name: str
    service: str
    visits: int
    entropy_bits: float | None  # of the arrivals over the hours of duty; None: too few
    most_bits: float | None  # were each time as likely as any other


@dataclass(frozen=True, kw_only=True)
class MethodRecord:
    """How one shift was planned, and how good the plan is known to be."""

    shift: str  # such as "2024-06-03 late"
    method: str  # "exact", "routes", "greedy", "by hand"
    score: float
    bound: float | None  # no plan scores more; None: nothing is proven
    was_cut: bool  # stopped by the wall clock

    @property
    def is_proven(self) -> bool:
        """Whether no plan can be better."""
        return self.bound is not None and self.score >= self.bound

    @property
    def gap(self) -> float | None:
        """How far a better plan could be above it, as a share of the bound; None: unknown."""
        if self.bound is None or self.bound <= 0:
            return 0.0 if self.is_proven else None
        return max(0.0, (self.bound - self.score) / self.bound)


@dataclass(frozen=True, kw_only=True)
class PlanBreachRecord:
    """One rule that the plan breaks once, as the independent checker found."""

    shift: str
    rule: str  # its name
    sentence: str


@dataclass(frozen=True, kw_only=True)
class PlanReport:
    """The whole document."""

    schema: str = PLAN_SCHEMA
    title: str
    notice: str  # printed on every page
    is_draft: bool
    is_simulated: bool
    made: Made
    plan_sha256: str  # of the plan's tables; empty when there is no plan yet
    inputs_sha256: str
    window: WindowRecord
    hot_spot_set: str
    hot_spot_hash: str
    services: tuple[str, ...]
    is_feasible: bool | None  # None: no plan was found, and none is proven impossible
    conflicts: tuple[ConflictRecord, ...]
    times: tuple[ServiceTimeRecord, ...]  # one for each service
    doses: tuple[PlanDoseRecord, ...]  # their order numbers the hot spots
    shifts: tuple[UnitShiftRecord, ...]
    stays: tuple[PlannedStayRecord, ...]  # of the whole window
    shown_day: str  # whose shift is drawn; empty without a visit
    margins: tuple[PlanMarginRecord, ...]
    fairness: tuple[FairnessRecord, ...]
    requests: tuple[RequestRecord, ...]
    experiment: ExperimentRecord | None
    arrivals: tuple[ArrivalRecord, ...]
    methods: tuple[MethodRecord, ...]
    rules_checked: tuple[str, ...]  # what the checker held the plan against
    breaches: tuple[PlanBreachRecord, ...]
    findings: tuple[str, ...]  # the main ones, plain sentences
    limits: tuple[str, ...]
    quality: tuple[QualityLine, ...]
