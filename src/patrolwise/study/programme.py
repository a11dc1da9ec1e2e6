"""What a programme declares: services, windows, crimes, hot spots, comparison areas, outcomes.

A programme is one TOML file. Everything that an evaluation does is in it, so that the file can
be dated, hashed and agreed before anybody sees a result.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from patrolwise.errors import InputError
from patrolwise.evaluation.protocol import DeclaredChange
from patrolwise.places import GridShape
from patrolwise.reporting.reflection_records import NOTHING_SAID, Reflection
from patrolwise.study.campaigns_programme import DeclaredCampaign
from patrolwise.study.costs_programme import Costs
from patrolwise.study.days_programme import PatrolDays
from patrolwise.study.displacement_programme import DisplacementPlan
from patrolwise.study.recording_programme import Recording
from patrolwise.study.robustness_programme import Robustness
from patrolwise.study.wider_trend_programme import WiderTrend
from patrolwise.times import Window

SERVICE_KINDS = ("police", "outreach", "partner")


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service that patrols: the police, the outreach charity, a partner."""

    name: str
    provider: str = ""
    kind: str = ""  # of SERVICE_KINDS; blank: not told
    began: date | None = None  # None: has not begun, or is not evaluated
    ended: date | None = None

    @property
    def ran(self) -> Window | None:
        """When it ran; open-ended when no end is declared."""
        if self.began is None:
            return None
        return Window(self.name, self.began, self.ended or date(9999, 12, 31))


@dataclass(frozen=True, kw_only=True)
class CrimeSource:
    """Where the crimes are."""

    files: tuple[Path, ...]
    mapping: Path | None = None  # for a force's own export
    force_area: Path | None = None


@dataclass(frozen=True, kw_only=True)
class SpotSelection:
    """How hot spots are to be chosen, when the programme brings no set of its own."""

    window: Window
    definition: str
    study_area: Path
    count: int = 7
    shape: GridShape = GridShape.SQUARE
    size_m: float = 200.0
    resolution: int = 9  # of H3 cells, which take it instead of a size
    apart_m: float = 100.0
    method: str = "shrunken"  # or "count"
    nudge: bool = False
    merge_to_m: float = 0.0  # touching cells merge while they fit this side; 0: never
    exclude: Path | None = None
    small_areas_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class SpotSource:
    """The hot spots: a set in a file, or a rule to choose them; never both."""

    id: str = "hot-spots"
    file: Path | None = None
    expected: int | None = None  # how many hot spots the set must have
    chosen_on: Window | None = None  # of a plain area file: the days that were looked at
    definition: str = ""  # of a plain area file: the crimes that were looked at
    method: str = ""  # of a plain area file: how they were chosen, in words
    select: SpotSelection | None = None

    def __post_init__(self) -> None:
        if (self.file is None) == (self.select is None):
            raise InputError("hot_spots needs either file or [hot_spots.select], and not both.")
        if self.select is not None and (self.chosen_on or self.definition or self.method):
            raise InputError(
                "hot_spots.chosen_on, definition and method describe the areas of a file; with "
                "[hot_spots.select] leave them out."
            )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The comparison areas: a file, or a number of like cells; none when both are absent."""

    file: Path | None = None
    match: int = 0  # so many cells, nearest to the hot spots in their count when selected
    apart_m: float = 200.0  # from any hot spot
    declared: date | None = None  # when they were chosen; ideally before the result

    def __post_init__(self) -> None:
        if self.file is not None and self.match:
            raise InputError("comparison needs either file or match, and not both.")


@dataclass(frozen=True, kw_only=True)
class HarmSource:
    """Which harm index is used, and for open data which offence mix."""

    weights_file: Path | None = None  # the Cambridge workbook; None: the shipped index
    version: str = ""  # of the workbook, such as "2020-10"; a score names it
    offence_mix: Path | None = None
    mix_years: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.weights_file is not None and not self.version.strip():
            raise InputError(
                "A harm workbook needs its version, such as 2020-10: a score that does not name "
                "it cannot be compared with another."
            )


@dataclass(frozen=True, kw_only=True)
class ProtocolSource:
    """The protocol that was frozen before the data, and what was changed since, with reasons."""

    file: Path | None = None
    changes: tuple[DeclaredChange, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Programme:
    """Everything that one evaluation needs, as declared."""

    title: str
    question: str
    notice: str
    seed: int
    services: tuple[Service, ...]
    crimes: CrimeSource
    before: Window
    after: Window
    window_override: str
    hot_spots: SpotSource
    comparison: Comparison
    definitions: tuple[str, ...]
    rings_m: tuple[float, ...]  # edges of the rings: (0, 100, 200) is two rings
    harm: HarmSource | None
    sha256: str  # of the file's bytes
    file_name: str
    folder: Path  # of the file
    protocol: ProtocolSource = field(default_factory=ProtocolSource)
    report: Reflection = NOTHING_SAID
    wider_trends: tuple[WiderTrend, ...] = ()
    recording: Recording = field(default_factory=Recording)
    robustness: Robustness = field(default_factory=Robustness)
    displacement: DisplacementPlan | None = None
    patrol_days: tuple[PatrolDays, ...] = ()
    costs: Costs | None = None
    campaigns: tuple[DeclaredCampaign, ...] = ()

    @property
    def other_files(self) -> tuple[Path, ...]:
        """Every file that is read besides the crimes, in a fixed order."""
        select, harm = self.hot_spots.select, self.harm
        paths = [
            self.crimes.mapping,
            self.crimes.force_area,
            self.hot_spots.file,
            select.study_area if select else None,
            select.exclude if select else None,
            self.comparison.file,
            harm.weights_file if harm else None,
            harm.offence_mix if harm else None,
            self.protocol.file,
            *(trend.file for trend in self.wider_trends),
            *(file for part in self.patrol_days for file in part.files),
            *(self.costs.files if self.costs else ()),
        ]
        return tuple(dict.fromkeys(path for path in paths if path is not None))
