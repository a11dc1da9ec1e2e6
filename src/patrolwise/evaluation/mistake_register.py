"""Which 17 mistakes evaluators of hot spots policing make, and how each is met here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_WINDOWS, _CHOSEN, _DRAWN, _PLAN = "windows", "chosen days", "drawn days", "plan"
_NO_DATA = "A plan is made before there are crimes to count; the evaluation looks."


def _in_days(sentence: str) -> dict[str, str]:
    return {_CHOSEN: sentence, _DRAWN: sentence}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One mistake: what is looked for, by which guards, and where it cannot be made."""

    number: int
    title: str
    looked_for: str
    guards: tuple[str, ...]  # ids
    impossible: Mapping[str, str] = field(default_factory=dict)  # design: why
    absent: Mapping[str, str] = field(default_factory=dict)  # design: why nobody can look


ENTRIES = (
    Entry(
        number=1,
        title="Hot spots chosen on the crimes they are compared with",
        looked_for="Whether the selection window and the before window share a day.",
        guards=("selected-on-before",),
        impossible={
            **_in_days(
                "Days of the same hot spots in the same weeks are compared, so that how the hot "
                "spots were chosen weighs on both sides alike."
            ),
            _PLAN: "Days of the same hot spots will be compared, however they were chosen.",
        },
    ),
    Entry(
        number=2,
        title="Patrol days described as drawn by lot when they were not",
        looked_for="Whether days match an allocation that was drawn, sealed and told before.",
        guards=("days-not-drawn",),
        impossible={
            _WINDOWS: (
                "Every comparison of windows says that it is no experiment, and no verdict of one "
                "names a cause."
            ),
            _DRAWN: "The allocation was opened from its seal and held against the published hash.",
            _PLAN: "The days are drawn by lot, and the hash of the draw is told before the start.",
        },
    ),
    Entry(
        number=3,
        title="Weekdays, seasons or holidays unbalanced",
        looked_for="Whether both sides have the same days of the week, Easter and the same season.",
        guards=("calendar-unbalanced", "easter-unbalanced", "weekdays-unbalanced"),
        impossible={
            _DRAWN: "The test draws again as the days were drawn, and holds at any balance.",
            _PLAN: "Days are drawn within weekdays and weeks; the balance is in the plan's report.",
        },
    ),
    Entry(
        number=4,
        title="Variation beyond chance ignored",
        looked_for="Whether variance over mean is 1.5 or more; headlines allow for it at any size.",
        guards=("overdispersion", "overdispersed"),
        absent={
            _PLAN: _NO_DATA,
            _WINDOWS: "Months could not be paired.",
            **_in_days(
                "No model of the days could be fitted; the headline takes no spread for granted."
            ),
        },
    ),
    Entry(
        number=5,
        title="Effects that last ignored",
        looked_for=(
            "Whether a service already ran before, and whether days after patrol are low too."
        ),
        guards=("contaminated-baseline", "effect-lasts"),
        absent={_PLAN: _NO_DATA},
    ),
    Entry(
        number=6,
        title="Days of one hot spot taken as independent",
        looked_for="Whether a conclusion rests on hot spot-days or crimes instead of areas.",
        guards=("headline-not-calibrated", "few-areas", "few-hot-spots"),
        absent={_PLAN: _NO_DATA},
    ),
    Entry(
        number=7,
        title="Rings that overlap hot spots or comparison areas",
        looked_for="Whether any ground is counted on two sides.",
        guards=("comparison-overlap", "comparison-in-rings", "comparison-without-rings"),
        impossible={
            _WINDOWS: (
                "Rings are cut free of hot spots and comparison areas; hot spots that overlap "
                "each other or a comparison area are refused."
            ),
            **_in_days("Days of the same hot spots are compared: there are no rings."),
            _PLAN: "Days of the same hot spots will be compared: there are no rings.",
        },
    ),
    Entry(
        number=8,
        title="Many tests without a false discovery rate",
        looked_for="Whether a finding is lost once all outcomes tested are allowed for.",
        guards=("many-tests", "many-displacement-tests"),
        impossible={
            _PLAN: "The plan names the outcomes before there are crimes to test.",
        },
    ),
    Entry(
        number=9,
        title="Percentages of few crimes",
        looked_for="Whether there are fewer than 20 crimes.",
        guards=("few-crimes",),
        absent={_PLAN: _NO_DATA},
    ),
    Entry(
        number=10,
        title="Windows unlike in season or length",
        looked_for="Windows unlike in season or length are refused unless a reason is written.",
        guards=("windows-overridden",),
        impossible={
            **_in_days("Days with and without patrol are of the same weeks."),
            _PLAN: "Days with and without patrol are drawn from the same weeks.",
        },
    ),
    Entry(
        number=11,
        title="Changes in recording, late records, reclassification",
        looked_for=(
            "When the crimes were taken from the records, declared changes in recording, and "
            "whether the share without a place or the map of points changed."
        ),
        guards=(
            "recording-break",
            "extract-too-soon",
            "extract-date-missing",
            "missing-places",
            "snap-points-moved",
        ),
        absent={_PLAN: _NO_DATA},
    ),
    Entry(
        number=12,
        title="Crimes that patrols find by searching counted as outcome",
        looked_for="Whether the definition counts drugs, weapons or other crimes that police find.",
        guards=("patrol-generated",),
        absent={_PLAN: "The outcome is named in the protocol; the evaluation looks."},
    ),
    Entry(
        number=13,
        title="One offence makes the harm result",
        looked_for=(
            "Whether one class of crime or one day makes the score, or its change, and what is "
            "left without it."
        ),
        guards=("one-offence-harm", "harm-turned-by-one", "harm-of-one-day"),
        absent={
            _WINDOWS: "No harm was scored.",
            **_in_days("No harm was scored."),
            _PLAN: _NO_DATA,
        },
    ),
    Entry(
        number=14,
        title="One-sided tests for two-sided claims, or the reverse",
        looked_for="Whether each p-value that carries a conclusion is two-sided, as its interval.",
        guards=("p-and-interval-disagree",),
        absent={_PLAN: _NO_DATA},
    ),
    Entry(
        number=15,
        title="Anonymised points read as exact places",
        looked_for="Whether the crimes are open data, whose places are approximate.",
        guards=("snap-points",),
        impossible=_in_days("Open data has no times, and is refused where days are compared."),
        absent={_PLAN: _NO_DATA},
    ),
    Entry(
        number=16,
        title="A finding that hangs on the size of the hot spots",
        looked_for="Whether the verdict changes when hot spots are grown and shrunk.",
        guards=("modifiable-unit",),
        absent={
            _WINDOWS: "The hot spots could not be given another size.",
            **_in_days("Visits are of the hot spots as drawn, so that these cannot be resized."),
            _PLAN: _NO_DATA,
        },
    ),
    Entry(
        number=17,
        title="A last month that is not whole",
        looked_for="Whether the crimes end with the window, and the last month looks complete.",
        guards=("data-end-early", "last-month-incomplete"),
        absent={
            _WINDOWS: "Needs crimes with days, or 24 months of data up to the window's end.",
            **_in_days("Needs crimes with days."),
            _PLAN: _NO_DATA,
        },
    ),
)
