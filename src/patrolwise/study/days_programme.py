"""What a programme declares of patrol days: whose patrols, which crimes, hours, and the lot."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from patrolwise.crimes.day_counts import DayRule
from patrolwise.errors import check_faults
from patrolwise.evaluation.day_comparison import DayComparisonRule
from patrolwise.study.file_names import DRAWS, PUBLIC
from patrolwise.times import Window

_SOME_DAY = Window("days", date(2024, 1, 1), date(2024, 1, 1))


@dataclass(frozen=True, kw_only=True)
class PatrolDays:
    """One comparison of days with patrol and days without, for one outcome or more."""

    service: str
    doses: tuple[Path, ...]  # doses.csv as `patrolwise dose` writes it, or folders of such
    definitions: tuple[str, ...]  # id@version
    hours: tuple[int, int] | None = None  # local, the last excluded; None: all day
    least_min: float = 1.0  # patrol-minutes from which a day counts as patrolled
    washout_days: int = 2
    seal: Path | None = None  # both, or neither
    published: Path | None = None  # folder of what was published before the start
    window: Window | None = None  # of patrol days; None: the days of the doses
    events: Path | None = None  # days that were not like others

    def __post_init__(self) -> None:
        faults = []
        if not self.doses:
            faults.append("doses is empty. Give the doses.csv of patrolwise dose.")
        if not self.definitions:
            faults.append("There is no definition. Name one, or outcomes.definitions.")
        if (self.seal is None) != (self.published is None):
            faults.append(
                "seal and published go together: patrolwise plan allocate wrote both. Give both, "
                "or neither."
            )
        check_faults(f"Patrol days of {self.service}", faults)
        # both rules check themselves
        self.make_rule()
        DayRule(window=self.window or _SOME_DAY, hours=self.hours)

    def make_rule(self) -> DayComparisonRule:
        """Return the rule of the comparison, without its events, which are in a file."""
        return DayComparisonRule(
            service=self.service, least_min=self.least_min, washout_days=self.washout_days
        )

    @property
    def dose_files(self) -> tuple[Path, ...]:
        """The files of doses, those of a folder in order of their names; it may be empty yet."""
        return tuple(
            file
            for path in self.doses
            for file in (sorted(path.glob("*.csv")) if path.is_dir() else [path])
        )

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that is read for it, in a fixed order."""
        lot = (self.published / PUBLIC, self.published / DRAWS) if self.published else ()
        others = (path for path in (self.seal, *lot, self.events) if path is not None)
        return (*self.dose_files, *others)
