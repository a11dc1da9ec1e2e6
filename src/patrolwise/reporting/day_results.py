"""What a comparison of days with and without patrol came to, as a document of plain values."""

from dataclasses import dataclass

from patrolwise.evaluation.day_comparison import Side
from patrolwise.evaluation.dose_curves import Curve, ScaleFound
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard
from patrolwise.evaluation.mistakes import MistakeRecord
from patrolwise.evaluation.protocol import NO_PROTOCOL, PlanStatus
from patrolwise.reporting.source_records import Made, QualityLine, WindowRecord

DAY_RESULTS_SCHEMA = "patrolwise.patrol-days/1"


@dataclass(frozen=True, kw_only=True)
class Charged:
    """The hot spot-days whose crimes and minutes belong together when patrols are costed.

    Where days were drawn: those drawn for patrol, as the headline is of them. Where not: every
    hot spot-day with patrol.
    """

    days: int
    crimes: float
    harm: float | None  # None: no harm was asked for
    minutes: float  # expected, of the service, on these hot spot-days
    error_min: float  # one standard error, without what all visits share
    all_minutes: float  # expected, on all hot spot-days of the window


@dataclass(frozen=True, kw_only=True)
class RefusedDays:
    """A comparison of days that was asked for and cannot be made, with the reason."""

    service: str
    definition: str  # id@version
    outcome: str  # its title
    hours: tuple[int, int] | None  # local; None: all day
    reason: str  # whole sentences


@dataclass(frozen=True, kw_only=True)
class DayResults:
    """The whole document."""

    schema: str = DAY_RESULTS_SCHEMA
    made: Made
    is_simulated: bool = False
    definition: str = ""  # id@version
    outcome: str = ""  # its title
    service: str
    hot_spots: str = ""  # the set's key, or the file's name
    window: WindowRecord
    hours: tuple[int, int] | None  # local; None: all day
    least_min: float
    washout_days: int
    is_drawn: bool
    allocation_sha256: str = ""  # empty when nothing was drawn
    patrolled: Side
    without: Side
    used_share: float  # of hot spot-days, that could be compared
    headline: Estimate
    beside: tuple[Estimate, ...]  # washed out, delivered, model, plain ratio
    lags: tuple[Estimate, ...]
    curves: tuple[Curve, ...]
    scales: tuple[ScaleFound, ...]
    together: tuple[Estimate, ...]
    harm: tuple[Estimate, ...]  # tested by exchange or draw; by weeks; without the worst day
    harm_index: str = ""  # empty when no harm was asked for
    worst_share: float | None  # of all harm, by one hot spot-day
    verdict: str = ""
    guards: tuple[Guard, ...]
    limits: tuple[str, ...]
    quality: tuple[QualityLine, ...]
    events: tuple[str, ...] = ()  # that the models beside the headline allow for
    charged: Charged | None = None
    planned: PlanStatus = NO_PROTOCOL  # whether the verdict is what the protocol planned
    mistakes: tuple[MistakeRecord, ...] = ()  # the 17, by number
