"""What may be done with recommendations, lessons and trials; each with its line in the record."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.outreach.text_checks import find_person_words
from patrolwise.partnership.learning import (
    CLOSED,
    OPEN,
    Gate,
    Step,
    check_gate,
    check_lesson,
    check_step,
)
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.commons.clock import day_of
from patrolwise.web.commons.hot_spots import list_names
from patrolwise.web.learning.models import (
    Lesson,
    Recommendation,
    RecommendationStep,
    StageGate,
    Trial,
)


def add_recommendation(given: dict[str, Any], by: Person, now: datetime) -> Recommendation:
    """Keep a recommendation.

    Parameters
    ----------
    given : dict
        source, reference, text, made_on, owner, due.
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    Recommendation

    Raises
    ------
    InputError
        It is there already, is due before it was made, or tells of a person.
    """
    faults = _find_persons(given["text"], "The recommendation")
    if given["due"] < given["made_on"]:
        faults.append(f"It is due on {given['due']}, before it was made on {given['made_on']}.")
    same = {"source": given["source"], "reference": given["reference"]}
    if Recommendation.objects.filter(**same).exists():
        faults.append(f"{given['source']} {given['reference']} is there already.")
    check_faults("Recommendation", faults)
    with transaction.atomic():
        made = Recommendation.objects.create(**given, state=OPEN, added_at=now, added_by_id=by.pk)
        _record("recommendation added", str(made), by)
    return made


def take_step(
    one: Recommendation, given: dict[str, Any], by: Person, now: datetime
) -> RecommendationStep:
    """Take a recommendation a step on.

    Parameters
    ----------
    one : Recommendation
    given : dict
        state, words, evidence, due (None keeps it).
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    RecommendationStep

    Raises
    ------
    RefusedError
        The step may not be taken; all that stands against it is named.
    """
    due: date = given["due"] or one.due
    new = Step(
        state=given["state"], words=given["words"], evidence=given["evidence"], by=str(by.pk)
    )
    with transaction.atomic():
        found = Recommendation.objects.select_for_update().get(pk=one.pk)
        before = [
            Step(state=step.state, words=step.words, evidence=step.evidence, by=str(step.by_id))
            for step in RecommendationStep.objects.filter(recommendation=found)
        ]
        faults = check_step(before, new) + _find_persons(new.words, "What you wrote")
        check_faults("Recommendation", faults, RefusedError)
        made = RecommendationStep.objects.create(
            recommendation=found,
            state=new.state,
            words=new.words,
            evidence=new.evidence,
            due=due,
            at=now,
            by_id=by.pk,
        )
        found.state, found.due = new.state, due
        found.save()
        _record(f"recommendation: {new.state}", str(found), by)
    return made


def write_lesson(
    given: dict[str, Any], by: Person, now: datetime, replaces: Lesson | None = None
) -> Lesson:
    """Keep a lesson; what it replaces stays, and is shown beneath it.

    Parameters
    ----------
    given : dict
        The columns that people fill in.
    by : Person
    now : datetime
        Aware.
    replaces : Lesson, optional

    Returns
    -------
    Lesson

    Raises
    ------
    InputError
        Its effect rests on nothing, it is of a day to come, or it tells of a person.
    """
    faults = check_lesson(given["changed"], given["effect"], given["effect_words"])
    for name in ("text", "changed", "effect_words"):
        faults += _find_persons(given[name], f"“{name.replace('_', ' ')}”")
    if given["learned_on"] > day_of(now):
        faults.append(f"{given['learned_on']} is still to come.")
    if replaces is not None and Lesson.objects.filter(replaces=replaces).exists():
        faults.append("Somebody has written it anew already. Look at that one.")
    check_faults("Lesson", list(dict.fromkeys(faults)))
    with transaction.atomic():
        made = Lesson.objects.create(
            **given, written_at=now, written_by_id=by.pk, replaces=replaces
        )
        _record("lesson written", str(made), by)
    return made


def begin_trial(name: str, question: str, by: Person, now: datetime) -> Trial:
    """Begin something that is to be tried; its first gate is the pilot's.

    Parameters
    ----------
    name, question : str
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    Trial

    Raises
    ------
    InputError
        There is one of that name.
    """
    if Trial.objects.filter(name__iexact=name).exists():
        raise InputError(f"{name} is there already. Open it, or give another name.")
    with transaction.atomic():
        made = Trial.objects.create(name=name, question=question, added_at=now, added_by_id=by.pk)
        _record("trial begun", name, by)
    return made


def pass_gate(trial: Trial, new: Gate, by: Person, now: datetime) -> StageGate:
    """Keep a decision on the stage of a trial.

    Parameters
    ----------
    trial : Trial
    new : Gate
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    StageGate

    Raises
    ------
    RefusedError
        The stage may not be entered; all that stands against it is named.
    """
    with transaction.atomic():
        found = Trial.objects.select_for_update().get(pk=trial.pk)
        before = [
            Gate(
                stage=gate.stage,
                on=gate.on,
                evidence=gate.evidence,
                decision=gate.decision,
                funder=gate.funder,
                until=gate.until,
            )
            for gate in StageGate.objects.filter(trial=found)
        ]
        faults = check_gate(before, new)
        for name in ("evidence", "decision"):
            faults += _find_persons(getattr(new, name), f"The {name}")
        check_faults("Stage gate", faults, RefusedError)
        made = StageGate.objects.create(trial=found, **vars(new), added_at=now, added_by_id=by.pk)
        _record(f"stage gate: {new.stage}", found.name, by)
    return made


def count_overdue(on: date) -> int:
    """Return how many recommendations are overdue on a day."""
    return Recommendation.objects.filter(due__lt=on).exclude(state=CLOSED).count()


def _find_persons(text: str, what: str) -> list[str]:
    found = sorted({finding.what for finding in find_person_words(text, list_names())})
    if not found:
        return []
    return [f"{what} looks as if it told of a person ({', '.join(found)}). Write it without."]


def _record(action: str, subject: str, by: Person) -> None:
    record_event(NewEvent(action=action, subject=subject, actor_id=by.pk, role=by.role))
