"""Which effect the pounds of a service are set against: patrol days, or before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.protocol import NO_PROTOCOL, PlanStatus
from patrolwise.reporting.day_results import DayResults
from patrolwise.reporting.day_wording import tell_hours
from patrolwise.reporting.results import OutcomeRecord, WindowRecord
from patrolwise.times import Window

RATIOS = ("ratio-of-ratios-robust", "ratio-of-ratios-permutation")  # headlines with comparison
DRAWN = "patrol days, drawn by lot"
EXCHANGED = "patrol days, not drawn by lot"
BEFORE_AFTER = "before and after, with comparison areas"
_UNSAFE = ("refused", "few")  # verdicts that carry no figure
_NOT_DRAWN = "Days were not drawn by lot: whether the patrols did it, this design cannot say."
_ALL_DONE = (
    "The effect is that of everything that was done in these hot spots in the after window, and of "
    "what else happened there and not in the comparison areas."
)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """An effect on one outcome, with the crimes and minutes of the days that it is of."""

    services: tuple[str, ...]
    definition: str  # id@version
    outcome: str
    what: str  # one of those prevented
    design: str
    window: Window
    ratio: Estimate
    recorded: float  # on the days that are costed
    hours: tuple[int, int] | None = None  # local; None: all day
    minutes: float | None = None  # expected, on those days; None: not known
    minutes_error: float | None = None
    share: float = 1.0  # of the service's minutes in the window, that fall on those days
    cautions: tuple[str, ...] = ()
    planned: PlanStatus = NO_PROTOCOL  # how the effect stands to the protocol

    @property
    def is_drawn(self) -> bool:
        """Whether lots decided on which days there was patrol."""
        return self.design.startswith(DRAWN)


@dataclass(frozen=True, kw_only=True)
class NoEvidence:
    """Why no effect can be had for a service and an outcome."""

    services: tuple[str, ...]
    definition: str
    outcome: str
    reason: str  # whole sentences


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What an evaluation found, that pounds may be set against."""

    days: tuple[DayResults, ...]
    outcomes: tuple[OutcomeRecord, ...]  # before and after
    after: Window


def find_evidence(services: Sequence[str], judged: Judged) -> tuple[Evidence | NoEvidence, ...]:
    """Return the effects that the pounds of services may be set against.

    Parameters
    ----------
    services : sequence of str
        Whose pounds are declared.
    judged : Judged

    Returns
    -------
    tuple of Evidence or NoEvidence
        Of each outcome: the patrol days of each service, with crimes and, where harm was asked
        for, harm. An outcome without patrol days has one, for all services together, from before
        and after: nobody can tell apart there what each of them did.
    """
    found: list[Evidence | NoEvidence] = []
    titles = {one.definition: one.outcome for one in judged.days}
    titles |= {one.definition: one.title for one in judged.outcomes}
    for definition, title in titles.items():
        own = [
            one for one in judged.days if one.definition == definition and one.service in services
        ]
        if not own:
            found += [
                _before_after(tuple(services), one, judged.after)
                for one in judged.outcomes
                if one.definition == definition
            ]
            continue
        for one in own:
            found += _patrol_days(one)
        known = {one.service for one in own}
        found += [
            NoEvidence(
                services=(service,),
                definition=definition,
                outcome=title,
                reason=(
                    f"Patrol days tell of {', '.join(sorted(known))}, and none are declared of "
                    f"{service}. Before and after cannot tell apart what each did. Declare its "
                    "[[patrol_days]]."
                ),
            )
            for service in services
            if service not in known
        ]
    return tuple(found)


def _patrol_days(results: DayResults) -> list[Evidence | NoEvidence]:
    found = [_day_evidence(results, "crime", results.headline)]
    if results.harm and results.charged is not None and results.charged.harm is not None:
        what = "CCHI day" if "cchi" in results.harm_index.casefold() else "harm day"
        found.append(_day_evidence(results, what, results.harm[0]))
    return found


def _day_evidence(results: DayResults, what: str, ratio: Estimate) -> Evidence | NoEvidence:
    charged = results.charged
    recorded = None
    if charged is not None:
        recorded = charged.crimes if what == "crime" else charged.harm
    if reason := _why_not(ratio, recorded):
        return NoEvidence(
            services=(results.service,),
            definition=results.definition,
            outcome=results.outcome,
            reason=reason,
        )
    assert charged is not None
    assert recorded is not None
    return Evidence(
        services=(results.service,),
        definition=results.definition,
        outcome=results.outcome,
        what=what,
        design=_design(results),
        window=_window(results.window),
        ratio=ratio,
        recorded=recorded,
        hours=results.hours,
        minutes=charged.minutes,
        minutes_error=charged.error_min,
        share=charged.minutes / charged.all_minutes if charged.all_minutes > 0 else 0.0,
        cautions=() if results.is_drawn else (_NOT_DRAWN,),
        planned=results.planned,
    )


def _design(results: DayResults) -> str:
    hours = f", {tell_hours(results.hours)}" if results.hours else ""
    return f"{DRAWN if results.is_drawn else EXCHANGED}{hours}"


def _before_after(
    services: tuple[str, ...], outcome: OutcomeRecord, after: Window
) -> Evidence | NoEvidence:
    ratio = next((one for one in outcome.estimates if one.headline and one.id in RATIOS), None)
    reason = ""
    if ratio is None:
        reason = (
            "There is no ratio against comparison areas, and a fall in hot spots alone is what "
            "regression to the mean and season do too. Declare comparison areas, or compare patrol "
            "days."
        )
    elif outcome.verdict_id in _UNSAFE:
        reason = outcome.verdict
    else:
        reason = _why_not(ratio, float(outcome.after))
    if ratio is None or reason:
        return NoEvidence(
            services=services,
            definition=outcome.definition,
            outcome=outcome.title,
            reason=reason,
        )
    return Evidence(
        services=services,
        definition=outcome.definition,
        outcome=outcome.title,
        what="crime",
        design=BEFORE_AFTER,
        window=after,
        ratio=ratio,
        recorded=float(outcome.after),
        cautions=(_ALL_DONE,),
        planned=outcome.planned,
    )


def _why_not(ratio: Estimate, recorded: float | None) -> str:
    """Return why a ratio cannot be carried to pounds; empty when it can."""
    if not ratio.headline:
        return f"{ratio.name} is not calibrated to carry a conclusion, so no pounds rest on it."
    if not recorded:
        return "Nothing was recorded on the days that are costed: there is nothing to start from."
    value, low, high = ratio.value, ratio.low, ratio.high
    if value is None or low is None or high is None:
        return f"{ratio.name} is not defined. {ratio.note}".strip()
    if not 0 < low <= value <= high < inf:
        return (
            f"Not shown to prevent crime: the interval of the ratio, {low:.2f} to {high:.2f}, "
            "runs to an end where no price can be given."
        )
    return ""


def _window(record: WindowRecord) -> Window:
    return Window(record.name, date.fromisoformat(record.first), date.fromisoformat(record.last))
