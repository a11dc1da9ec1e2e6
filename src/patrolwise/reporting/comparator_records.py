"""What results hold of an outcome set beside other places, other times and a wider area.

Every comparison is an answer of its own to one question: what would have happened with nothing
done? They lean on different things, so what stands against one need not stand against another.
"""

from dataclasses import dataclass

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard


@dataclass(frozen=True, kw_only=True)
class ComparedRecord:
    """One estimate, and what takes a conclusion from it."""

    estimate: Estimate
    against: tuple[str, ...] = ()  # titles of the red guards that concern it

    @property
    def carries(self) -> bool:
        """Whether a conclusion may rest on it: calibrated, and no red guard against it."""
        return self.estimate.headline and self.estimate.value is not None and not self.against


@dataclass(frozen=True, kw_only=True)
class UncomputedRecord:
    """A comparison that could not be made."""

    what: str  # its name, as a reader is told it
    reason: str  # whole sentences


@dataclass(frozen=True, kw_only=True)
class PanelRecord:
    """Which areas and periods are compared."""

    unit: str  # of the periods: month, or block of four weeks
    periods: tuple[str, ...]  # first day of each, ISO, in order of time
    last: str  # last day of the last one, ISO
    first_after: int  # position in `periods` of the first one after
    gap_days: int  # days between the last period before and the first after; in neither
    hot_spots: int  # areas
    comparison: int  # areas
    hot_spots_crimes: tuple[int, int]  # before, after; in all hot spots, in these periods
    comparison_crimes: tuple[int, int]  # before, after; in all comparison areas, in these periods
    left_out: tuple[str, ...]  # whole sentences: which days, and why


@dataclass(frozen=True, kw_only=True)
class WeightRecord:
    """How much of the blend one comparison area makes up."""

    area_id: str
    name: str
    weight: float  # 0 to 1; over all areas they sum to 1


@dataclass(frozen=True, kw_only=True)
class SyntheticRecord:
    """The blend of comparison areas that moved most like the hot spots before."""

    result: ComparedRecord  # crimes after over the blend's
    weights: tuple[WeightRecord, ...]  # largest first; areas of weight 0 too
    hot_spots: tuple[float, ...]  # mean crimes of a hot spot, by period of the panel
    blend: tuple[float, ...]  # crimes of the blend, by period of the panel
    gap_before: float  # root mean squared difference before, crimes a hot spot and period
    gap_by_chance: float  # what counts' own variation would give, in the same unit
    off_level: float | None  # share of the hot spots' mean by which the blend misses it before
    guards: tuple[Guard, ...]  # on this comparison alone


@dataclass(frozen=True, kw_only=True)
class LeadRecord:
    """One stretch of days before, against the last stretch before."""

    first: str  # day, ISO
    last: str  # day, ISO
    ratio: float  # of ratios: hot spots to comparison areas, then over now; 1 is moving alike


@dataclass(frozen=True, kw_only=True)
class PreTrendRecord:
    """Whether hot spots and comparison areas moved alike before, and could a drift be seen."""

    leads: tuple[LeadRecord, ...]  # in order of time; none where a stretch has no crime
    p: float | None  # that all leads are 1
    power: float  # share of drifts of the size below that the check would find
    drift: float | None  # ratio from period to period that is found with that power
    faked: float | None  # ratio that such a drift would give with no effect at all
    note: str


@dataclass(frozen=True, kw_only=True)
class TwinSpotRecord:
    """One hot spot beside its forecast with nothing done."""

    area_id: str
    name: str
    before: float  # crimes on all known days before, as if they were as long as the after window
    expected: float  # crimes to expect after with nothing done
    low: float  # fewest that chance makes likely (95 %)
    high: float  # most that chance makes likely (95 %)
    after: int  # crimes seen after
    p: float  # two-sided, of so many with nothing done
    q: float  # p, allowed for the number of hot spots


@dataclass(frozen=True, kw_only=True)
class TwinRecord:
    """The forecasts of all hot spots, and what they share."""

    spots: tuple[TwinSpotRecord, ...]  # in the order of the hot spots
    ratio: ComparedRecord  # crimes after over the forecast, all hot spots together
    difference: Estimate  # crimes after less the forecast, all hot spots together
    regression: float  # share by which they would have changed by regression to the mean alone
    trend: float | None  # rate ratio of the rest of the study area; None: not known, none taken
    places: int  # that could have been chosen
    elsewhere: int  # busy ones among them without the patrol, where the forecast was tried too
    missed: float | None  # share of those whose count after lay outside its 95 % range; 0 to 1
    dispersion: float  # variance over mean of a place's periods
    known: tuple[tuple[str, str], ...]  # windows before that were counted: first, last day, ISO


@dataclass(frozen=True, kw_only=True)
class BreakRecord:
    """A change in how crime is recorded or published."""

    month: str  # first day of the first month of the new way, ISO
    what: str


@dataclass(frozen=True, kw_only=True)
class WiderRecord:
    """The hot spots' change beside that of a wider area."""

    name: str
    result: ComparedRecord
    hot_spots_ratio: float | None  # after over before, in the months compared
    wider_ratio: float | None
    months: int  # compared in each window
    holds_hot_spots: bool  # their crimes were then taken out of it
    breaks: tuple[BreakRecord, ...]
    guards: tuple[Guard, ...]  # on this comparison alone


@dataclass(frozen=True, kw_only=True)
class ComparatorRecord:
    """One outcome beside everything that it was compared with."""

    definition: str  # id@version
    title: str
    panel: PanelRecord | None
    difference: ComparedRecord | None  # ratio of ratios, error clustered by area
    permutation: ComparedRecord | None  # the same ratio, judged by choosing other areas
    synthetic: SyntheticRecord | None
    pre_trend: PreTrendRecord | None
    twin: TwinRecord | None
    wider: tuple[WiderRecord, ...]
    uncomputed: tuple[UncomputedRecord, ...]
    guards: tuple[Guard, ...]  # that bear on the outcome itself
