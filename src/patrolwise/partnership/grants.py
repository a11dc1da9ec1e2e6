"""How far an application for a grant has come, and what its next step still lacks.

A draft may be saved with anything missing; what is missing is told when it is submitted. Nothing is
decided before it was scored by two who did not see each other's scores.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.grant_rounds import GrantRound, show_pounds
from patrolwise.partnership.org_ids import Organisation

LONGEST_TITLE = 140  # characters: as open data of grants asks


class GrantState(StrEnum):
    """How far an application is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCREENING = "screening"
    MORE_INFORMATION = "more information"
    SCORED = "scored"
    DECIDED = "decided"
    AWARDED = "awarded"
    DECLINED = "declined"


STEPS: Mapping[GrantState, tuple[GrantState, ...]] = {
    GrantState.DRAFT: (GrantState.SUBMITTED,),
    GrantState.SUBMITTED: (GrantState.SCREENING,),
    GrantState.SCREENING: (
        GrantState.MORE_INFORMATION,
        GrantState.SCORED,
        GrantState.DECLINED,  # it was not eligible
    ),
    GrantState.MORE_INFORMATION: (GrantState.SCREENING, GrantState.DECLINED),
    GrantState.SCORED: (GrantState.DECIDED,),
    GrantState.DECIDED: (GrantState.AWARDED, GrantState.DECLINED),
    GrantState.AWARDED: (),
    GrantState.DECLINED: (),
}
IN_THE_ROUND = tuple(state for state in GrantState if state is not GrantState.DRAFT)


@dataclass(frozen=True, kw_only=True)
class Application:
    """What an organisation asks for. Anything but its number may be missing in a draft."""

    application_id: str
    organisation: Organisation | None = None
    title: str = ""
    summary: str = ""
    asked_pence: int = 0
    first: date | None = None  # of the project
    last: date | None = None
    areas: tuple[str, ...] = ()  # hot spots that it serves
    young_people: int = 0  # different ones that it expects to reach
    has_safeguarding_policy: bool = False
    is_designed_with_young_people: bool = False
    state: GrantState = GrantState.DRAFT
    submitted: date | None = None


def list_lacking(application: Application, grant_round: GrantRound, on: date) -> tuple[str, ...]:
    """Return what a draft lacks before it can be submitted on a day, all of it at once.

    Parameters
    ----------
    application : Application
    grant_round : GrantRound
    on : date

    Returns
    -------
    tuple of str
        Whole sentences that say what to do; empty when it may be submitted.

    Examples
    --------
    >>> from patrolwise.partnership.grant_rounds import Criterion, Funder
    >>> example = GrantRound(
    ...     id="r", version=1, title="Round", opens=date(2026, 4, 1), closes=date(2026, 5, 15),
    ...     budget_pence=100, most_pence=100, criteria=(Criterion("need", "Need", 1),),
    ...     top_score=5, assessors=2, widest_spread=20, least_total=50, days_to_report=28,
    ...     funder=Funder(org_id="360G-e", name="F", prefix="360G-e"))
    >>> list_lacking(Application(application_id="1"), example, date(2026, 4, 2))[0]
    'Say which organisation applies.'
    """
    faults = _window_faults(grant_round, on)
    if application.organisation is None:
        faults.append("Say which organisation applies.")
    else:
        faults += application.organisation.list_faults()
    return (*faults, *_project_faults(application, grant_round))


def check_step(application: Application, to: GrantState, grant_round: GrantRound, on: date) -> None:
    """Refuse a step that does not follow, or a submission that lacks something.

    Parameters
    ----------
    application : Application
    to : GrantState
    grant_round : GrantRound
    on : date
        The day of the step.

    Raises
    ------
    RefusedError
        With everything that is lacking. Whether scores are in is asked of `score_application`.
    """
    what = f"Application {application.application_id}"
    if to not in STEPS[application.state]:
        onward = " or ".join(STEPS[application.state]) or "nothing: it is over"
        raise RefusedError(
            f"{what} is at {application.state}; from there it goes on to {onward}, not to {to}."
        )
    if to is GrantState.SUBMITTED:
        check_faults(what, list_lacking(application, grant_round, on), RefusedError)


def _window_faults(grant_round: GrantRound, on: date) -> list[str]:
    if on < grant_round.opens:
        return [f"The round opens on {grant_round.opens}. Keep the draft until then."]
    if on > grant_round.closes:
        return [f"The round closed on {grant_round.closes}. Keep the draft for the next one."]
    return []


def _project_faults(application: Application, grant_round: GrantRound) -> list[str]:
    words = {
        "title": "Give the project a title.",
        "summary": "Say in a few sentences what will be done, for whom and where.",
        "areas": "Name the hot spots that it serves.",
        "has_safeguarding_policy": "Confirm that there is a safeguarding policy.",
        "is_designed_with_young_people": "Confirm that young people had a part in its design.",
    }
    faults = [told for name, told in words.items() if not getattr(application, name)]
    if len(application.title) > LONGEST_TITLE:
        faults.append(
            f"The title has {len(application.title)} characters. Give {LONGEST_TITLE} at most."
        )
    if not 0 < application.asked_pence <= grant_round.most_pence:
        faults.append(
            f"It asks for {show_pounds(application.asked_pence)}. Ask for more than nothing and "
            f"{show_pounds(grant_round.most_pence)} at most."
        )
    if application.young_people < 1:
        faults.append(
            "Say how many different young people it expects to reach: a number, no names."
        )
    if application.first is None or application.last is None:
        faults.append("Give the project's first and last day.")
    elif not grant_round.closes < application.first <= application.last:
        faults.append(
            f"The project runs from {application.first} to {application.last}. It must begin after "
            f"the round closes on {grant_round.closes}, and end after it begins."
        )
    return faults
