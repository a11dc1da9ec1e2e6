"""Which parts a plan has that is frozen before the data: windows, areas, tests, patrol days."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PlannedWindow:
    """A dated window, both days included (ISO dates)."""

    first: str
    last: str

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


@dataclass(frozen=True, kw_only=True)
class PlannedArea:
    """One area, and the sha256 of its shape."""

    area_id: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PlannedAreas:
    """Areas of one kind, and how they came about, in words."""

    rule: str
    areas: tuple[PlannedArea, ...]

    @property
    def hashes(self) -> dict[str, str]:
        """The hash of each area's shape, by area id."""
        return {area.area_id: area.sha256 for area in self.areas}


@dataclass(frozen=True, kw_only=True)
class PlannedTest:
    """One test that may carry a conclusion, and its level."""

    id: str  # of the estimate, such as "ratio-of-ratios-robust"
    level: float  # of its interval, 0 to 1


@dataclass(frozen=True, kw_only=True)
class PlannedDays:
    """One comparison of days with patrol and days without."""

    service: str
    outcome: str  # id@version
    test: PlannedTest
    lot: str  # sha256 of the seal, as published; empty: not drawn, so exchanged
    hours: tuple[int, int] | None  # local, the last excluded; None: all day
    least_min: float  # patrol-minutes from which a day counts as patrolled
    washout_days: int
    window: PlannedWindow | None  # None: the days of the doses
    events: str  # file of them with its hash; empty when there are none

    @property
    def key(self) -> tuple[str, str, tuple[int, int] | None]:
        """What tells one comparison from another."""
        return self.service, self.outcome, self.hours

    def __str__(self) -> str:
        hours = "all day" if self.hours is None else f"{self.hours[0]}:00 to {self.hours[1]}:00"
        design = f"drawn by lot {self.lot[:12]}" if self.lot else "by exchange"
        window = str(self.window) if self.window else "the days of the doses"
        events = f", events {self.events}" if self.events else ""
        return (
            f"{self.service} on {self.outcome}, {design}, {self.test.id} at {self.test.level:g}, "
            f"{hours}, {window}, from {self.least_min:g} min, washout {self.washout_days} days"
            f"{events}"
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that decides what an evaluation can find, other than the data.

    The last three are None in a protocol of the first schema, which says nothing of them.
    """

    question: str
    outcomes: tuple[str, ...]  # id@version, the primary one first
    before: PlannedWindow
    after: PlannedWindow
    selection: PlannedWindow | None  # on which the hot spots were chosen
    hot_spots: PlannedAreas
    comparison: PlannedAreas  # no areas: nothing to compare with
    rings_m: tuple[float, ...]
    tests: tuple[PlannedTest, ...]
    exclusions: tuple[str, ...]  # whole sentences
    harm: str  # how harm is weighed; empty when it is not
    seed: int
    patrol_days: tuple[PlannedDays, ...] | None = None
    displacement: tuple[PlannedTest, ...] | None = None  # of the rings, each area by area
    comparators: tuple[PlannedTest, ...] | None = None  # beside the headline


# What a change may name; each is a field of Plan.
PARTS = (
    "question",
    "outcomes",
    "before",
    "after",
    "selection",
    "hot_spots",
    "comparison",
    "rings_m",
    "tests",
    "exclusions",
    "harm",
    "seed",
    "patrol_days",
    "displacement",
    "comparators",
)
LATER_PARTS = ("patrol_days", "displacement", "comparators")  # not in the first schema
