"""Whether a round of grants can be as its forms say, and how far it has come on a day."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from patrolwise.errors import RefusedError, check_faults
from patrolwise.files.giving_360 import Grants
from patrolwise.files.grant_folder import GrantFolder
from patrolwise.partnership.grant_awards import list_award_faults, list_report_faults
from patrolwise.partnership.grant_payments import (
    GrantMoney,
    InstalmentState,
    PayState,
    add_up_money,
    list_instalments,
    list_payment_faults,
)
from patrolwise.partnership.grant_rounds import show_pounds
from patrolwise.partnership.grant_scoring import (
    GrantScore,
    RankedApplication,
    list_assessment_faults,
    rank_applications,
    score_application,
    tell_ranking,
)
from patrolwise.partnership.grants import GrantState, list_lacking

_MUST_BE_SCORED = (GrantState.SCORED, GrantState.DECIDED, GrantState.AWARDED)


@dataclass(frozen=True, kw_only=True)
class GrantsChecked:
    """How far a round has come on a day."""

    key: str
    on: date
    states: tuple[tuple[str, int], ...]  # state and how many applications are there
    waiting: tuple[str, ...]  # why some are not ranked, a sentence each
    ranking: tuple[RankedApplication, ...]
    instalments: tuple[InstalmentState, ...]
    money: GrantMoney


def latest_day(folder: GrantFolder) -> date:
    """Return the last day that anything in a round's forms is of; no clock is asked.

    Parameters
    ----------
    folder : GrantFolder

    Returns
    -------
    date
        The round's first day where nothing is dated.
    """
    return max(
        (
            folder.grant_round.opens,
            *(one.submitted for one in folder.applications.values() if one.submitted),
            *(one.completed for of in folder.assessments.values() for one in of if one.completed),
            *(one.awarded for one in folder.awards),
            *(one.received for one in folder.reports),
            *(one.paid for one in folder.payments),
        )
    )


def check_grants(folder: GrantFolder, on: date) -> GrantsChecked:
    """Return how far a round has come on a day, or refuse what cannot be.

    Parameters
    ----------
    folder : GrantFolder
    on : date

    Returns
    -------
    GrantsChecked

    Raises
    ------
    InputError
        Scores, awards or reports cannot be, or a submitted application lacks something; all
        are named.
    RefusedError
        An application was scored, decided or awarded without all its assessments or its
        moderation, or a payment was early, held or too much.
    """
    awards = {one.award_id: one for one in folder.awards}
    check_faults(
        folder.grant_round.key,
        [
            *_submission_faults(folder),
            *(
                fault
                for given in folder.assessments.values()
                for fault in list_assessment_faults(given, folder.grant_round)
            ),
            *list_award_faults(folder.awards, folder.applications, folder.grant_round),
            *list_report_faults(folder.reports, awards),
        ],
    )
    scores, waiting = _score_all(folder)
    payment_faults = list_payment_faults(
        folder.payments, awards, folder.reports, folder.grant_round
    )
    too_early = [
        f"{sentence} It is at {folder.applications[application_id].state} all the same."
        for application_id, sentence in waiting
        if folder.applications[application_id].state in _MUST_BE_SCORED
    ]
    check_faults(folder.grant_round.key, [*too_early, *payment_faults], RefusedError)
    asked = {key: one.asked_pence for key, one in folder.applications.items()}
    paid = (folder.payments, folder.reports, folder.grant_round, on)
    return GrantsChecked(
        key=folder.grant_round.key,
        on=on,
        states=_count_states(folder),
        waiting=tuple(sentence for _, sentence in waiting),
        ranking=rank_applications(scores, asked, folder.grant_round),
        instalments=tuple(state for one in folder.awards for state in list_instalments(one, *paid)),
        money=add_up_money(folder.awards, *paid),
    )


def gather_grants(folder: GrantFolder) -> Grants:
    """Return what of a checked round may be published.

    Parameters
    ----------
    folder : GrantFolder

    Returns
    -------
    Grants
    """
    return Grants(
        grant_round=folder.grant_round,
        applications=folder.applications,
        awards=folder.awards,
        payments=folder.payments,
    )


def tell_grants(checked: GrantsChecked) -> str:
    """Return how far a round has come, for a person.

    Parameters
    ----------
    checked : GrantsChecked

    Returns
    -------
    str
        Lines.
    """
    money = checked.money
    lines = [
        f"{checked.key} on {checked.on}",
        "Applications: " + ", ".join(f"{state} {count}" for state, count in checked.states),
        *checked.waiting,
        *tell_ranking(checked.ranking),
        f"Budget {show_pounds(money.budget_pence)}: awarded {show_pounds(money.awarded_pence)}, "
        f"not awarded {show_pounds(money.unawarded_pence)}",
        f"Of awards: paid {show_pounds(money.paid_pence)}, due {show_pounds(money.due_pence)}, "
        f"held {show_pounds(money.held_pence)}, later {show_pounds(money.later_pence)}",
        *_tell_open(checked.instalments),
    ]
    return "\n".join(lines)


def describe_grants(checked: GrantsChecked) -> dict[str, Any]:
    """Return how far a round has come, for a program.

    Parameters
    ----------
    checked : GrantsChecked

    Returns
    -------
    dict
        Ready for JSON; money in pence.
    """
    return {
        "schema": "patrolwise.grants/1",
        "round": checked.key,
        "on": checked.on,
        "states": dict(checked.states),
        "waiting": list(checked.waiting),
        "ranking": [
            {
                "rank": one.rank,
                "application_id": one.score.application_id,
                "per_cent": round(float(one.score.per_cent), 1),
                "spread_per_cent": round(float(one.score.spread), 1),
                "asked_pence": one.asked_pence,
                "tied_with": list(one.tied_with),
                "place": one.place.value,
            }
            for one in checked.ranking
        ],
        "instalments": [
            {
                "award_id": one.award_id,
                "number": one.instalment.number,
                "due": one.instalment.due,
                "left_pence": one.left_pence,
                "state": one.state.value,
                "late": list(one.late),
            }
            for one in checked.instalments
        ],
        "money": asdict(checked.money),
    }


def _tell_open(instalments: Sequence[InstalmentState]) -> list[str]:
    return [
        f"{one.award_id}, instalment {one.instalment.number}: {show_pounds(one.left_pence)} "
        f"{one.state}" + (f" ({', '.join(one.late)})" if one.late else "")
        for one in instalments
        if one.state in (PayState.DUE, PayState.HELD)
    ]


def _count_states(folder: GrantFolder) -> tuple[tuple[str, int], ...]:
    found = [one.state for one in folder.applications.values()]
    return tuple((state.value, found.count(state)) for state in GrantState if state in found)


def _submission_faults(folder: GrantFolder) -> list[str]:
    """Return what applications lacked on the day that they were submitted."""
    faults = []
    for one in folder.applications.values():
        if one.state is GrantState.DRAFT:
            continue
        if one.submitted is None:
            faults.append(
                f"Application {one.application_id} is at {one.state} and was not submitted."
            )
            continue
        faults += [
            f"Application {one.application_id}: {lacking}"
            for lacking in list_lacking(one, folder.grant_round, one.submitted)
        ]
    return faults


def _score_all(folder: GrantFolder) -> tuple[list[GrantScore], list[tuple[str, str]]]:
    """Return the scores that are ready, and why others are not, with their applications."""
    scores: list[GrantScore] = []
    waiting: list[tuple[str, str]] = []
    for application_id, application in folder.applications.items():
        given = folder.assessments.get(application_id, ())
        if not given:
            if application.state in _MUST_BE_SCORED:
                waiting.append(
                    (application_id, f"Application {application_id}: no assessment is in.")
                )
            continue
        moderation = folder.moderations.get(application_id, "")
        try:
            scores.append(score_application(given, folder.grant_round, moderation))
        except RefusedError as error:
            waiting.append((application_id, str(error)))
    return scores, waiting
