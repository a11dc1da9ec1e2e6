"""What one evaluation found: the values behind results.json, the report and the terminal.

Everything that a reader sees is in here, and only here: the HTML and the PDF hold no figure that
results.json lacks. `docs/reference/results.md` describes the fields for other programs.
"""

from dataclasses import dataclass, field

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard, Severity
from patrolwise.evaluation.mistakes import MistakeRecord
from patrolwise.evaluation.protocol import NO_PROTOCOL, PlanStatus
from patrolwise.reporting.campaign_records import CampaignRecord
from patrolwise.reporting.comparator_records import ComparatorRecord
from patrolwise.reporting.cost_records import CostEffects
from patrolwise.reporting.day_results import DayResults, RefusedDays
from patrolwise.reporting.displacement_records import DisplacementRecord
from patrolwise.reporting.reflection_records import (
    NO_FACTS,
    NOTHING_SAID,
    Reflection,
    ReportFacts,
)
from patrolwise.reporting.robustness_records import RobustnessRecord
from patrolwise.reporting.source_records import InputFile, Made, QualityLine, WindowRecord

SCHEMA = "patrolwise.results/1"

__all__ = [
    "SCHEMA",
    "AreaRecord",
    "CampaignRecord",
    "Estimate",
    "Guard",
    "HarmDriver",
    "HarmRecord",
    "InputFile",
    "Made",
    "MapShape",
    "MonthRecord",
    "OutcomeRecord",
    "PlanStatus",
    "ProtocolChange",
    "ProtocolRecord",
    "QualityLine",
    "Results",
    "RingRecord",
    "Severity",
    "Source",
    "SourceFile",
    "SourceVersion",
    "StandingRecord",
    "WindowRecord",
]


@dataclass(frozen=True, kw_only=True)
class AreaRecord:
    """One hot spot or comparison area, with its counts for one outcome."""

    area_id: str
    name: str
    area_m2: float
    selected_on: int | None  # crimes in the selection window; None: not selected on counts
    before: int
    after: int
    ratio: Estimate
    expected_after: float | None  # with no effect, regression to the mean allowed for
    q: float | None  # false discovery rate over the areas


@dataclass(frozen=True, kw_only=True)
class MonthRecord:
    """One calendar month (ISO first day) of one outcome."""

    month: str
    hot_spots: int
    comparison: int | None


@dataclass(frozen=True, kw_only=True)
class RingRecord:
    """What happened in one ring round the hot spots: displacement, or diffusion of benefits."""

    name: str
    inner_m: float
    outer_m: float
    before: int
    after: int
    wdd: Estimate


@dataclass(frozen=True, kw_only=True)
class OutcomeRecord:
    """One definition counted before and after, in hot spots and comparison areas."""

    definition: str  # id@version
    title: str
    is_open_data: bool
    before: int
    after: int
    comparison_before: int | None
    comparison_after: int | None
    estimates: tuple[Estimate, ...]  # the first one with headline=True carries the verdict
    areas: tuple[AreaRecord, ...]
    months: tuple[MonthRecord, ...]
    rings: tuple[RingRecord, ...]
    expected_after: float | None  # all hot spots, with no effect
    detectable_fall: float | None  # share, 0 to 1: smallest fall found with 80 % power
    verdict: str  # one plain sentence
    verdict_id: str  # "fall", "rise", "chance", "few", "refused"
    planned: PlanStatus = NO_PROTOCOL  # whether the verdict is what the protocol planned


@dataclass(frozen=True, kw_only=True)
class HarmDriver:
    """One offence class behind a harm score."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class HarmRecord:
    """Total harm and harm per crime, apart: one can fall while the other rises."""

    index: str  # name@version
    definition: str  # id@version of the crimes that were scored
    is_estimate: bool  # True for open data: no official weight exists for a category
    before: float
    after: float
    before_low: float | None  # range of the estimate, where it is one
    before_high: float | None
    after_low: float | None
    after_high: float | None
    per_crime_before: float | None
    per_crime_after: float | None
    coverage: float  # share of crimes with a weight, 0 to 1
    excluded: int  # police-detected offences left out, as the index's authors say
    drivers: tuple[HarmDriver, ...]  # the largest first
    wdd: Estimate | None  # harm-weighted, with comparison areas
    verdict: str
    planned: PlanStatus = NO_PROTOCOL


@dataclass(frozen=True, kw_only=True)
class MapShape:
    """One polygon for the map; rings of (longitude, latitude), the outer ring first."""

    area_id: str
    name: str
    kind: str  # "hot spot", "comparison", "ring", "study area", "cell"
    rings: tuple[tuple[tuple[float, float], ...], ...]
    value: float | None = None


@dataclass(frozen=True, kw_only=True)
class ProtocolChange:
    """One part of the plan that is not as it was frozen."""

    part: str
    then: str
    now: str
    declared_on: str | None  # ISO date; None: nobody declared it
    reason: str  # empty when nobody declared it


@dataclass(frozen=True, kw_only=True)
class StandingRecord:
    """Whether one result of a further design was planned."""

    design: str  # "Days with patrol", "Displacement", "Other places"
    what: str  # which result of it
    definition: str  # id@version
    planned: PlanStatus


@dataclass(frozen=True, kw_only=True)
class ProtocolRecord:
    """The protocol that the results are held against."""

    sha256: str
    frozen_at: str  # ISO, UTC
    frozen_by: str
    changes: tuple[ProtocolChange, ...]
    standings: tuple[StandingRecord, ...] = ()  # of all but outcomes and harm, which say it


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """One file on disk that was read."""

    path: str  # from the programme's folder
    sha256: str


@dataclass(frozen=True, kw_only=True)
class SourceVersion:
    """One program that the figures were made with."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """What `patrolwise reproduce` needs to make the same results again."""

    command: str
    programme: str  # name of its file
    files: tuple[SourceFile, ...]
    versions: tuple[SourceVersion, ...]


@dataclass(frozen=True, kw_only=True)
class Results:
    """The whole document."""

    schema: str = SCHEMA
    title: str
    question: str
    notice: str  # printed on every page: "Worked example on open data", say
    made: Made
    services: tuple[str, ...]
    hot_spot_set: str  # id@version
    hot_spot_method: str
    hot_spot_hash: str
    selection_window: WindowRecord | None
    before: WindowRecord
    after: WindowRecord
    window_override: str  # the written reason, or empty
    comparison_rule: str  # what the comparison areas are, in words; empty when there are none
    outcomes: tuple[OutcomeRecord, ...]
    harm: tuple[HarmRecord, ...]
    guards: tuple[Guard, ...]
    findings: tuple[str, ...]  # the three main ones, plain sentences
    limits: tuple[str, ...]
    quality: tuple[QualityLine, ...]
    shapes: tuple[MapShape, ...] = field(default=())
    protocol: ProtocolRecord | None = None  # None: none was frozen
    source: Source | None = None
    comparators: tuple[ComparatorRecord, ...] = ()  # one an outcome
    displacement: DisplacementRecord | None = None  # by ring, hours and type
    days: tuple[DayResults, ...] = ()  # with patrol against without
    days_refused: tuple[RefusedDays, ...] = ()  # asked for, and why there is none
    costs: CostEffects | None = None  # pounds for each crime prevented
    robustness: tuple[RobustnessRecord, ...] = ()  # one an outcome
    mistakes: tuple[MistakeRecord, ...] = ()  # the 17, by number
    reflection: Reflection = NOTHING_SAID  # what the programme says of itself
    facts: ReportFacts = NO_FACTS  # what parts of the study say for the summary tables
    campaigns: tuple[CampaignRecord, ...] = ()  # by their first day
    integrity: str = ""  # sha256 of all else in the document; filled in when it is written
