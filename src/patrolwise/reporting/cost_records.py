"""What patrols cost for each crime prevented, as a document of plain values."""

from dataclasses import dataclass, field

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.protocol import NO_PROTOCOL, PlanStatus
from patrolwise.reporting.source_records import WindowRecord

COST_EFFECTS_SCHEMA = "patrolwise.cost-effects/1"


@dataclass(frozen=True, kw_only=True)
class BreakEvenRecord:
    """What must be prevented for a service to pay for itself, and what a crime prevented is worth.

    The second half is None where the patrols are not shown to prevent crime.
    """

    pounds_a_crime: float  # what one crime costs, by the user's table
    price_year: int
    sources: tuple[str, ...]
    crimes: float  # to prevent on the days that are costed
    crimes_low: float | None  # None: nobody knows how sure the minutes are
    crimes_high: float | None
    fall: float  # the same as a share of the crimes there would have been, 0 to 1
    minutes_a_crime: float | None  # of patrol, that one crime pays for; None: no rate known
    pounds_a_pound: float | None  # worth of what was prevented, for each pound paid
    pounds_a_pound_low: float | None
    pounds_a_pound_high: float | None
    minutes_paid_for: float | None  # of patrol, that the crimes prevented pay for


@dataclass(frozen=True, kw_only=True)
class CostEffectRecord:
    """Pounds for each crime, or day of harm, prevented; or why there is no figure."""

    service: str  # several, joined by "and", where their effects cannot be told apart
    definition: str  # id@version
    outcome: str  # its title
    what: str  # one of those prevented: "crime", "CCHI day", "harm day"
    design: str  # what the effect comes from, in words; empty when there is none
    window: WindowRecord | None = None  # days of the crimes and of the pounds
    ratio: Estimate | None = None  # with patrol over without
    recorded: float | None = None  # crimes, or days of harm, on the days that are costed
    prevented: float | None = None  # None: not shown
    prevented_low: float | None = None
    prevented_high: float | None = None
    pounds: float | None = None  # paid for those days
    pounds_error: float | None = None  # one standard error; None: nobody knows
    price_year: int
    minutes: float | None = None  # in hot spots on those days; None: not known
    pounds_a_minute: float | None = None
    is_verified: bool  # whether trackers recorded the minutes, where minutes count
    pounds_each: float | None = None  # for each one prevented; None: not shown
    pounds_each_low: float | None = None  # None: not lower in any plausible case
    pounds_each_high: float | None = None  # None: no upper end
    even: BreakEvenRecord | None = None  # None: no unit costs, or not per crime
    sentence: str  # the figure as it may be quoted, or that there is none
    reason: str  # why something is missing; empty when nothing is
    cautions: tuple[str, ...] = ()
    planned: PlanStatus = NO_PROTOCOL


@dataclass(frozen=True, kw_only=True)
class EffectComparisonRecord:
    """Pounds for each one prevented by one service, over those by another."""

    a: str
    b: str
    definition: str  # id@version
    what: str
    ratio: float | None  # a over b; None: one of them is not shown to prevent crime
    low: float | None
    high: float | None
    reason: str  # why there is no ratio; empty when there is


@dataclass(frozen=True, kw_only=True)
class RateComparisonRecord:
    """Pounds a minute of two services: what was bought, and nothing of what it did."""

    a: str
    b: str
    a_pounds: float  # a minute
    b_pounds: float
    percent: float  # of a over b, less 100: -32.5 is 32.5 % less


@dataclass(frozen=True, kw_only=True)
class CostEffects:
    """The whole document."""

    schema: str = COST_EFFECTS_SCHEMA
    title: str = ""
    notice: str = ""
    version: str = ""  # of Patrolwise
    is_simulated: bool = False
    price_year: int
    records: tuple[CostEffectRecord, ...]
    comparisons: tuple[EffectComparisonRecord, ...]
    rates: tuple[RateComparisonRecord, ...]
    limits: tuple[str, ...] = field(default=())
