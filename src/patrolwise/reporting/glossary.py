"""Which of the field's words a report uses, and what each means."""

from collections.abc import Callable
from dataclasses import dataclass

from patrolwise.reporting.patrol_results import PatrolResults
from patrolwise.reporting.results import Results

_Uses = Callable[[Results], bool]


@dataclass(frozen=True, kw_only=True)
class _Entry:
    term: str
    meaning: str
    is_used: _Uses = lambda _: True


def terms_used(results: Results) -> tuple[tuple[str, str], ...]:
    """Return the words that this report uses, by the alphabet, each with its meaning.

    Parameters
    ----------
    results : Results

    Returns
    -------
    tuple of (word, meaning)
    """
    used = [(entry.term, entry.meaning) for entry in _ENTRIES if entry.is_used(results)]
    return tuple(sorted(used, key=lambda pair: pair[0].casefold()))


def patrol_terms(results: PatrolResults) -> tuple[tuple[str, str], ...]:
    """Return the words that a report on patrols uses, by the alphabet, each with its meaning.

    Parameters
    ----------
    results : PatrolResults

    Returns
    -------
    tuple of (word, meaning)
    """
    used = dict(_PATROL_WORDS)
    if results.rules:
        used["Dose rule"] = (
            "How much patrol was decided for a hot spot and day, from when until when, and why."
        )
    if results.abstractions:
        used["Called away"] = (
            "A unit left a hot spot for something else, such as an arrest or an emergency."
        )
    if results.costs:
        used["Cost per minute"] = (
            "The pounds of a ledger divided by verified minutes in hot spots, never by paid hours."
        )
    return tuple(sorted(used.items(), key=lambda pair: pair[0].casefold()))


def _has_comparison(results: Results) -> bool:
    return any(outcome.comparison_before is not None for outcome in results.outcomes)


def _has_rings(results: Results) -> bool:
    return any(outcome.rings for outcome in results.outcomes)


def _has_dispersion(results: Results) -> bool:
    return any(e.dispersion is not None for outcome in results.outcomes for e in outcome.estimates)


def _has_q(results: Results) -> bool:
    return any(area.q is not None for outcome in results.outcomes for area in outcome.areas)


_ENTRIES = (
    _Entry(
        term="95 % interval",
        meaning="The range of values that the data are compatible with. If the study could be "
        "repeated many times, 95 in 100 such ranges would hold the true value.",
    ),
    _Entry(
        term="Before and after windows",
        meaning="The two dated stretches of time that are compared, both ends included.",
    ),
    _Entry(
        term="Comparison areas",
        meaning="Places without the service, counted over the same windows, to show what "
        "happened elsewhere meanwhile.",
        is_used=_has_comparison,
    ),
    _Entry(
        term="Definition",
        meaning="Which crimes are counted. Each has an id and a version, printed with every "
        "figure that rests on it.",
    ),
    _Entry(
        term="Diffusion of benefits",
        meaning="Crime that also fell near the hot spots, where nobody patrolled.",
        is_used=_has_rings,
    ),
    _Entry(
        term="Dispersion (φ)",
        meaning="How much more the counts vary than pure chance would make them: 1 is pure "
        "chance, 2 is twice its variance. Robust intervals are widened by it.",
        is_used=_has_dispersion,
    ),
    _Entry(
        term="Displacement",
        meaning="Crime that moved to places nearby instead of being prevented.",
        is_used=_has_rings,
    ),
    _Entry(
        term="Harm per crime",
        meaning="The harm score divided by the number of crimes: how serious the average crime "
        "was. It can rise while the total falls.",
        is_used=lambda results: bool(results.harm),
    ),
    _Entry(
        term="Harm score",
        meaning="The sum of the weights of the crimes. The weights come from the index named "
        "beside it.",
        is_used=lambda results: bool(results.harm),
    ),
    _Entry(
        term="Headline estimate",
        meaning="An estimate whose method raised a false alarm about as often as it says when it "
        "was tried on months in which nothing was done. Only these carry a verdict.",
    ),
    _Entry(term="Hot spot", meaning="A small place with much crime, chosen for patrols."),
    _Entry(
        term="p",
        meaning="How often chance alone would give a difference at least this large.",
    ),
    _Entry(
        term="q",
        meaning="p allowing for how many hot spots were tested: of those with q below 0.05, "
        "about 1 in 20 would be a false alarm.",
        is_used=_has_q,
    ),
    _Entry(
        term="Ratio",
        meaning="The figure after divided by the figure before: 0.61 is 39 % lower, 1 is no "
        "change.",
    ),
    _Entry(
        term="Ratio of ratios",
        meaning="The ratio in the hot spots divided by the ratio in the comparison areas: 1 is "
        "the same change in both.",
        is_used=_has_comparison,
    ),
    _Entry(
        term="Regression to the mean",
        meaning="Places picked because a count was high tend to have a lower one next time, with "
        "no action at all. The count to expect is printed beside each fall.",
    ),
    _Entry(
        term="WDD, weighted displacement difference",
        meaning="The change in the hot spots less the change in the comparison areas, in crimes, "
        "with rings round both where they are given.",
        is_used=lambda results: _has_comparison(results) or _has_rings(results),
    ),
)

_PATROL_WORDS = {
    "95 % interval": "The range that holds the true minutes 95 times in 100, given how often and "
    "how exactly the tracker reported.",
    "Cannot tell": "The interval lies on both sides of what the rule asks, so neither met nor "
    "short would be honest.",
    "Dose": "Minutes of patrol that a hot spot got. Each service has its own.",
    "Fix": "One place at one time, as a tracker reported it.",
    "Hot spot": "A small place with much crime, chosen for patrols.",
    "Minutes": "Time in a hot spot that fixes verify; a pair that walks together counts once.",
    "Passed through": "A stay too short to be a visit; counted apart, and no dose.",
    "Patrol day": "From 04:00 UTC to 04:00 UTC, so that a night's patrol is in one piece.",
    "Person-minutes": "The same time, counted once for each person.",
    "Refresh": "How many seconds pass from one fix to the next.",
    "Service": "Who patrols: the police, an outreach charity, a partner.",
    "Silence": "Time without a fix, too long to say where the unit was. Credited to nobody.",
    "Unit": "An officer, a pair or a vehicle that patrols as one.",
    "Visit": "An unbroken stay of a unit in a hot spot.",
}
