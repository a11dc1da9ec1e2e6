"""What becomes of an application: screened, given to assessors, scored blind, decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.partnership.grant_scoring import (
    Assessment,
    list_assessment_faults,
    score_application,
)
from patrolwise.partnership.grants import GrantState, check_step
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons.clock import day_of
from patrolwise.web.grants.actions.applying import renew_code
from patrolwise.web.grants.facts import (
    read_application,
    read_assessments,
    read_round,
    tell_assessor,
)
from patrolwise.web.grants.models import GrantApplication, GrantAssessment
from patrolwise.web.grants.models.rounds import CLOSED
from patrolwise.web.grants.writing import check_may, tell

_RUN = Permission.RUN_GRANTS


@dataclass(frozen=True, kw_only=True)
class Screened:
    """What the screening of an application says."""

    outcome: str  # eligible, not eligible, more
    reasons: str  # why, or what is asked


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What an assessor writes of an application."""

    scores: Mapping[str, int]  # criterion → score
    notes: Mapping[str, str]  # criterion → why
    is_complete: bool


def screen(*, by: Person, now: datetime, row: GrantApplication, said: Screened) -> None:
    """Say that an application is eligible or not, or ask for more.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantApplication
    said : Screened

    Raises
    ------
    RefusedError
        The round is still open, or the application is not to be screened.
    InputError
        Reasons are lacking.
    """
    check_may(by, _RUN)
    check_faults("Screening", [] if said.reasons.strip() else ["Give the reasons in words."])
    with transaction.atomic():
        row = _hold(row)
        _check_stands(row)
        if row.round.state != CLOSED:
            raise RefusedError("The round is not closed. Screen all of it when it is.")
        if row.is_eligible is not None:
            raise RefusedError("It was screened.")
        if row.state in (GrantState.SUBMITTED, GrantState.MORE_INFORMATION):
            _step(row, GrantState.SCREENING, now)
        if said.outcome == "more":
            _step(row, GrantState.MORE_INFORMATION, now)
            row.more_asked, row.more_asked_at = said.reasons.strip(), now
            row.more_answer, row.more_answered_at = "", None
        else:
            row.is_eligible = said.outcome == "eligible"
            row.screening_reasons = said.reasons.strip()
            if not row.is_eligible:
                _step(row, GrantState.DECLINED, now)
                row.clock_start = day_of(now)
        row.screened_at, row.screened_by_id = now, by.pk
        row.save()
        tell("grant application screened", row, by, now, outcome=said.outcome)


def give_to(*, by: Person, now: datetime, row: GrantApplication, assessors: list[Person]) -> None:
    """Give an application to assessors.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantApplication
    assessors : list of Person

    Raises
    ------
    RefusedError
        It is not eligible, or scored; one of them has it, or is no assessor.
    """
    check_may(by, _RUN)
    with transaction.atomic():
        row = _hold(row)
        _check_stands(row)
        has_it = set(row.assessments.values_list("assessor_id", flat=True))  # type: ignore[attr-defined]
        faults = [f"{one.name} has it already." for one in assessors if one.pk in has_it]
        faults += [
            f"{one.name} is no assessor."
            for one in assessors
            if not one.may(Permission.SCORE_GRANTS)
        ]
        if not (row.is_eligible and row.state == GrantState.SCREENING):
            faults.append("It is not at the point to be scored.")
        check_faults(f"Application {row.reference}", faults, RefusedError)
        for one in assessors:
            made = GrantAssessment.objects.create(
                application=row, assessor_id=one.pk, given_at=now, given_by_id=by.pk
            )
            tell("grant application given", made, by, now)


def declare(
    *, by: Person, now: datetime, row: GrantAssessment, has_conflict: bool, note: str
) -> None:
    """Declare whether one has an interest, before the application is seen.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantAssessment
        The assessor's own.
    has_conflict : bool
    note : str

    Raises
    ------
    RefusedError
        It was declared before.
    InputError
        A conflict is not told.
    """
    check_may(by, Permission.SCORE_GRANTS)
    lacks = has_conflict and not note.strip()
    check_faults("Declaration", ["Say in a few words what ties you to it."] if lacks else [])
    with transaction.atomic():
        row = GrantAssessment.objects.select_for_update().get(pk=row.pk, assessor_id=by.pk)
        if row.declared_at is not None:
            raise RefusedError("You declared before. Ask the programme manager to change it.")
        row.has_conflict, row.conflict_note, row.declared_at = has_conflict, note.strip(), now
        row.save(update_fields=["has_conflict", "conflict_note", "declared_at"])
        tell("grant interest declared", row, by, now, conflict=has_conflict)


def score(*, by: Person, now: datetime, row: GrantAssessment, said: Scored) -> None:
    """Keep an assessor's scores; once they are complete they are not changed.

    The application goes on to scored when as many are in as the round asks for, and they do not
    differ too much.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantAssessment
        The assessor's own.
    said : Scored

    Raises
    ------
    RefusedError
        No declaration, a conflict, or complete before.
    InputError
        With everything in the scores that cannot be.
    """
    check_may(by, Permission.SCORE_GRANTS)
    with transaction.atomic():
        row = GrantAssessment.objects.select_for_update().get(pk=row.pk, assessor_id=by.pk)
        application = _hold(row.application)
        _check_stands(application)
        faults = []
        if row.has_conflict is not False:
            faults.append("Declare first that you have no interest in it.")
        if row.completed_at is not None:
            faults.append("You completed it; scores are not changed after another's can be seen.")
        if application.state != GrantState.SCREENING:
            faults.append("Its scoring is over.")
        check_faults(f"Application {application.reference}", faults, RefusedError)
        row.scores, row.notes = dict(said.scores), dict(said.notes)
        row.completed_at = now if said.is_complete else None
        _check_scores(row, application)
        row.save(update_fields=["scores", "notes", "completed_at"])
        tell("grant scores kept", row, by, now, complete=said.is_complete)
        _close_scoring(application, now)


def moderate(*, by: Person, now: datetime, row: GrantApplication, note: str) -> None:
    """Write why assessors differ and what was made of it; then the totals count.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantApplication
    note : str

    Raises
    ------
    RefusedError
        It does not wait for a note, or scores are still out.
    InputError
        It says nothing.
    """
    check_may(by, _RUN)
    check_faults("Moderation", [] if note.strip() else ["Write what the panel made of it."])
    with transaction.atomic():
        row = _hold(row)
        _check_stands(row)
        if row.state != GrantState.SCREENING:
            raise RefusedError("Its scoring is over, or has not begun.")
        if not row.assessments.exists():  # type: ignore[attr-defined]
            raise RefusedError("Nobody has scored it yet.")
        score_application(_assessments_of(row), read_round(row.round), note)
        row.moderation, row.moderated_by_id = note.strip(), by.pk
        _step(row, GrantState.SCORED, now)
        row.save(update_fields=["moderation", "moderated_by_id", "state"])
        tell("grant scores moderated", row, by, now)


def decide(
    *, by: Person, now: datetime, row: GrantApplication, is_funded: bool, reasons: str
) -> None:
    """Decide on an application, with reasons that the applicant reads.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantApplication
    is_funded : bool
    reasons : str

    Raises
    ------
    RefusedError
        It is not scored, or decided.
    InputError
        Reasons are lacking.
    """
    check_may(by, _RUN)
    check_faults("Decision", [] if reasons.strip() else ["Give the reasons: applicants read them."])
    with transaction.atomic():
        row = _hold(row)
        _check_stands(row)
        _step(row, GrantState.DECIDED, now)
        row.is_funded, row.reasons = is_funded, reasons.strip()
        row.decided_at, row.decided_by_id = now, by.pk
        if not is_funded:
            _step(row, GrantState.DECLINED, now)
            row.clock_start = day_of(now)
        row.save()
        tell("grant application decided", row, by, now, funded=is_funded)


def give_new_code(*, by: Person, now: datetime, row: GrantApplication) -> str:
    """Make a new code for an applicant who lost theirs; ring back the number that they gave.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantApplication

    Returns
    -------
    str
        It is shown now and kept nowhere.
    """
    check_may(by, _RUN)
    with transaction.atomic():
        row = _hold(row)
        code = renew_code(row=row)
        tell("grant code renewed", row, by, now)
    return code


def _close_scoring(row: GrantApplication, now: datetime) -> None:
    try:
        score_application(_assessments_of(row), read_round(row.round))
    except RefusedError:
        return  # not all are in, or they differ: a note of the panel is needed
    _step(row, GrantState.SCORED, now)
    row.save(update_fields=["state"])


def _assessments_of(row: GrantApplication) -> tuple[Assessment, ...]:
    return read_assessments(row.assessments.all(), row.reference)  # type: ignore[attr-defined]


def _check_scores(row: GrantAssessment, application: GrantApplication) -> None:
    given = read_assessments([row], application.reference)
    where = f"{application.reference}, assessor {tell_assessor(row.assessor_id)}"
    faults = list_assessment_faults(given, read_round(application.round))
    told = [one.removeprefix(where).lstrip(":, ") for one in faults]
    check_faults("Your scores", told, InputError)


def _step(row: GrantApplication, to: GrantState, now: datetime) -> None:
    check_step(read_application(row), to, read_round(row.round), day_of(now))
    row.state = to.value


def _check_stands(row: GrantApplication) -> None:
    if row.withdrawn_at is not None:
        raise RefusedError("The applicant withdrew it.")


def _hold(row: GrantApplication) -> GrantApplication:
    held = GrantApplication.objects.select_for_update(of=("self",))
    return held.select_related("round").get(pk=row.pk)
