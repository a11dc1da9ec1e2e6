"""How strong a design is, on the Maryland Scientific Methods Scale: what was really done counts.

The scale asks how well a design rules out other explanations. It says nothing about how large an
effect is, nor how many crimes it rests on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from patrolwise.errors import check_faults
from patrolwise.evaluation.guards import Guard, Severity

LEVEL_NAMES = {
    1: "a link at one time, and no more",
    2: "before and after, with no comparison that can be relied on",
    3: "before and after, beside comparison areas",
    4: "several places with and without, shown to be alike beforehand",
    5: "drawn by lot",
}
SEVERAL = 2  # places with, and places without: one of either is level 3 at best
SCALE_SOURCE = (
    "Farrington, Gottfredson, Sherman and Welsh (2002), in Evidence-Based Crime Prevention, "
    "pages 13 to 21"
)

# The highest level that is left while a red guard is open, and why.
CAPS = {
    "contaminated-baseline": (1, "a service already ran before, so no clean before is left"),
    "no-comparison": (2, "there is nothing to compare with"),
    "few-areas": (2, "there are too few areas to compare"),
    "unlike-comparison": (2, "the comparison areas are unlike the hot spots"),
    "comparison-after-data": (2, "the comparison areas were chosen when the data were there"),
    "comparison-overlap": (2, "the comparison areas overlap with what was patrolled"),
    "pre-trend": (2, "hot spots and comparison areas already moved apart beforehand"),
    "selected-on-before": (2, "the hot spots were chosen on the same days that are compared"),
    "windows-overridden": (2, "the windows before and after do not match"),
    "snap-points-moved": (2, "the map points of the data moved"),
    "recording-break": (2, "crime was recorded in another way before and after"),
    "file-faults": (2, "some files could not be read"),
    "missing-months": (2, "months are missing"),
    "data-end-early": (2, "the data end before the after window does"),
    "days-not-drawn": (3, "the days of patrol were not drawn by lot"),
    "few-donors": (3, "there were too few areas for a blend of them"),
    "poor-synthetic-fit": (3, "no blend of areas moved like the hot spots beforehand"),
}
_OF_SIZE = {"few-crimes"}  # how much can be seen is no matter of design


@dataclass(frozen=True, kw_only=True)
class DesignFacts:
    """What was really done, as far as it bears on the scale."""

    hot_spots: int  # places with the service
    comparison_areas: int  # places without that were compared
    has_before: bool = True  # crime was measured before the service began
    is_drawn: bool = False  # who got the service, or on which days, was drawn by lot
    is_seal_verified: bool = False  # the draw equals the sealed one, by its published hash
    pre_trend_ok: bool | None = None  # None: not checked
    synthetic_ok: bool | None = None  # a blend fitted beforehand; None: none was made

    def __post_init__(self) -> None:
        faults = [
            f"{name} must be 0 or more, got {count}."
            for name, count in (
                ("hot_spots", self.hot_spots),
                ("comparison_areas", self.comparison_areas),
            )
            if count < 0
        ]
        if self.is_seal_verified and not self.is_drawn:
            faults.append("is_seal_verified is true, but nothing was drawn. Set is_drawn too.")
        check_faults("DesignFacts", faults)


@dataclass(frozen=True, kw_only=True)
class DesignLevel:
    """A level of the scale, with every reason for it in words."""

    level: int  # 1 to 5
    design: int  # 1 to 5: what the design alone would have reached
    reasons: tuple[str, ...]  # whole sentences: what was done
    lowered_by: tuple[str, ...]  # whole sentences: what took levels from it; empty when none did

    @property
    def name(self) -> str:
        """What the level stands for."""
        return LEVEL_NAMES[self.level]


def judge_design(facts: DesignFacts, guards: Sequence[Guard]) -> DesignLevel:
    """Return the level of one outcome's design on the Maryland Scientific Methods Scale.

    Parameters
    ----------
    facts : DesignFacts
    guards : sequence of Guard
        That fired on this outcome or on the whole evaluation; only red ones count. A red guard
        that this table does not know takes one level.

    Returns
    -------
    DesignLevel

    References
    ----------
    Sherman, Gottfredson, MacKenzie, Eck, Reuter and Bushway (1997), Preventing Crime: what works,
    what doesn't, what's promising, chapter 2; Farrington, Gottfredson, Sherman and Welsh (2002), in
    Evidence-Based Crime Prevention, 13-21: the five levels. That a likeness in one earlier count
    is not enough for level 4, that a draw counts only with its seal verified, and how far each
    guard lowers the level, are choices made here.

    Examples
    --------
    >>> judge_design(DesignFacts(hot_spots=7, comparison_areas=14), []).level
    3
    >>> judge_design(DesignFacts(hot_spots=7, comparison_areas=0), []).level
    2
    """
    design, reasons = _level_of(facts)
    red = {guard.id: guard for guard in guards if guard.severity is Severity.RED}
    caps = [CAPS[name] for name in red if name in CAPS and CAPS[name][0] < design]
    unknown = [one for name, one in red.items() if name not in CAPS and name not in _OF_SIZE]
    lowered = [f"No higher than {cap}: {why}." for cap, why in caps]
    lowered += [f"One level lower: {guard.title.rstrip('.')}." for guard in unknown]
    level = min([design, *(cap for cap, _ in caps)])
    return DesignLevel(
        level=max(1, level - len(unknown)),
        design=design,
        reasons=reasons,
        lowered_by=tuple(lowered),
    )


def _level_of(facts: DesignFacts) -> tuple[int, tuple[str, ...]]:
    """Return the level that the design alone reaches, and why it is no higher."""
    if not facts.has_before:
        return 1, ("Crime was not measured before the service began.",)
    if facts.is_drawn and facts.is_seal_verified:
        drawn = "What was patrolled was drawn by lot, and the draw was verified against its seal."
        return 5, (drawn,)
    reasons = ["Crime was counted before and after."]
    if facts.is_drawn:
        reasons.append("A draw by lot was declared, but not verified, so it does not count here.")
    if not facts.comparison_areas:
        return 2, (*reasons, "Nothing was compared with: whatever else changed is in the figure.")
    reasons.append(
        f"{_places(facts.hot_spots, 'hot spot')} and "
        f"{_places(facts.comparison_areas, 'comparison area')} were counted in the same way."
    )
    alike = _likeness(facts)
    if not alike:
        reasons.append(
            "That they moved alike beforehand was not shown, which the next level asks for."
        )
        return 3, tuple(reasons)
    reasons += alike
    if min(facts.hot_spots, facts.comparison_areas) < SEVERAL:
        reasons.append("The next level asks for several places of each kind.")
        return 3, tuple(reasons)
    reasons.append("Nothing was drawn by lot, which the next level asks for.")
    return 4, tuple(reasons)


def _likeness(facts: DesignFacts) -> list[str]:
    alike = []
    if facts.pre_trend_ok:
        alike.append("Before anything began, hot spots and comparison areas moved alike.")
    if facts.synthetic_ok:
        alike.append("A blend of comparison areas moved like the hot spots beforehand.")
    return alike


def _places(count: int, name: str) -> str:
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"
