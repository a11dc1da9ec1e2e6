"""What was found on displacement: the values that results.json holds of it."""

from dataclasses import dataclass

from patrolwise.evaluation.estimate import Estimate

__all__ = [
    "DisplacementRecord",
    "HourShiftRecord",
    "MovedOutcome",
    "NearRepeatBand",
    "NearRepeatRecord",
    "RingMove",
    "RingQuotientRecord",
    "SwitchRecord",
    "TestRecord",
]


@dataclass(frozen=True, kw_only=True)
class RingQuotientRecord:
    """The measures of the POP Center's guide for one ring; None where a denominator is 0."""

    gross_effect: float  # crimes in the hot spots, before less after
    net_effect: float | None  # hot spots over comparison areas, before less after
    success: float | None  # below 0: hot spots fell beyond the comparison areas
    buffer: float | None  # below 0: the ring fell beyond the comparison areas
    quotient: float | None  # displacement quotient (WDQ); only when success is below 0
    total_net_effect: float | None  # crimes prevented in hot spots and ring together
    reading: str  # what the quotient says, or why it is not defined


@dataclass(frozen=True, kw_only=True)
class RingMove:
    """What happened in one ring round the hot spots, net of the like rings."""

    name: str  # such as "0 to 100 m"
    inner_m: float  # metres from the hot spots' edges
    outer_m: float  # metres
    ground_m2: float  # square metres of the ring
    comparison_ground_m2: float  # square metres of the like rings; 0 when there are none
    before: float  # crimes; days of harm where the outcome is harm
    after: float
    comparison_before: float  # in the like rings, as counted
    comparison_after: float
    comparison_weight: float  # by which a like ring counts, to be of the hot spots' ground
    displacement: Estimate  # in crimes, or days of harm; above 0 is displacement
    total: Estimate  # hot spots and this ring together, the same unit
    quotient: RingQuotientRecord | None  # None for harm, which the guide does not know
    is_like: bool  # whether the like rings had about as many crimes before
    q: float | None = None  # p allowing for all tests of the record


@dataclass(frozen=True, kw_only=True)
class MovedOutcome:
    """One outcome, counted or weighed, in the hot spots and in every ring."""

    definition: str  # id@version
    title: str
    is_harm: bool  # days of harm when True, crimes when False
    harm_index: str  # name@version; empty for counts
    is_estimate: bool  # harm of open data, which has no official weights
    local: Estimate  # in the hot spots, net of comparison areas
    rings: tuple[RingMove, ...]  # nearest first
    total: Estimate  # hot spots and all rings
    verdict: str  # one plain sentence
    # "moved", "spread", "mixed", "rose-near", "fell-near", "not-shown", "exploratory",
    # "cannot-tell"
    verdict_id: str


@dataclass(frozen=True, kw_only=True)
class HourShiftRecord:
    """Whether one outcome moved to the hours beside the patrol's, in the hot spots."""

    definition: str  # id@version
    title: str
    hours: tuple[int, ...]  # of patrol, local time; 14 is 14:00 to 15:00
    beside_hours: tuple[int, ...]
    crimes: int  # that have a time, in hot spots and comparison areas, both windows
    left_out: int  # without a time, or known by a range wider than a week
    patrol: Estimate  # ratio: the patrol's hours over the rest of the day
    beside: Estimate  # ratio: above 1, crime moved to the hours beside
    q: float | None = None  # of `beside`


@dataclass(frozen=True, kw_only=True)
class SwitchRecord:
    """One type of crime in the hot spots: its change over that of all types together."""

    name: str  # slug of a category, or id@version of a definition
    title: str
    before: int  # crimes in the hot spots
    after: int
    estimate: Estimate  # ratio: above 1, it rose by more than the total or fell by less
    q: float | None = None


@dataclass(frozen=True, kw_only=True)
class NearRepeatBand:
    """Pairs of crimes so far apart in place and time, in one window."""

    from_m: float  # metres
    below_m: float
    from_days: float  # days
    below_days: float
    pairs: int
    expected: float  # with times shuffled over places
    ratio: float | None  # None when none are expected
    p: float  # one-sided, from the shuffles


@dataclass(frozen=True, kw_only=True)
class NearRepeatRecord:
    """Near repeats of one outcome in one window, in the hot spots and their rings."""

    definition: str  # id@version
    title: str
    window: str  # "before" or "after"
    crimes: int  # whose time is known to within a day
    left_out: int  # in those places and that window, but with no such time
    bands: tuple[NearRepeatBand, ...]
    reason: str = ""  # why there are no bands


@dataclass(frozen=True, kw_only=True)
class TestRecord:
    """One of the tests that are judged together."""

    kind: str  # "ring", "hours" or "type"
    name: str  # unique among the tests
    value: float | None  # crimes or days of harm for rings, else a ratio
    p: float | None  # None: it could not be tested, and does not count
    q: float | None


@dataclass(frozen=True, kw_only=True)
class DisplacementRecord:
    """All that was looked at to see whether crime moved or the benefit spread."""

    declared: str | None  # ISO date on which the rings were fixed; None: not said
    is_fixed_in_advance: bool  # before the after window began
    comparison_areas: int  # that have like rings of their own
    comparison_areas_without: int  # that have none, and are left out here
    outcomes: tuple[MovedOutcome, ...]  # counts, then harm, in the programme's order
    rings_reason: str  # why rings say nothing; empty when they do
    hours: tuple[HourShiftRecord, ...]
    hours_reason: str  # why there are none
    switches: tuple[SwitchRecord, ...]
    switches_reason: str
    near_repeats: tuple[NearRepeatRecord, ...]
    near_repeats_reason: str
    tests: tuple[TestRecord, ...]  # one family: one false discovery rate over all
    level: float  # a q at or below this is a find, 0 to 1
    verdict: str  # one plain sentence over all outcomes
