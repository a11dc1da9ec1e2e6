"""What is done to hot spot sets: drafts, edits, publishing; each change with its event."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.files.hot_spot_sets import is_hot_spot_set, read_hot_spot_set
from patrolwise.hot_spots import HotSpotSet
from patrolwise.study.programme import SpotSource
from patrolwise.study.spots import check_spots
from patrolwise.times import Window
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.records.jobs import choose_spots, count_days
from patrolwise.web.records.models import Kind, SetState, SpotChoice, SpotSet, State, Upload
from patrolwise.web.records.spot_documents import add_set, read_set
from patrolwise.web.records.stored_files import find_stored, named_as_sent


def draft_from_upload(
    *, by: Person, upload: Upload, set_id: str, how: dict[str, Any], reason: str
) -> SpotSet:
    """Make a draft from a kept upload: a hot spot set as it is, or plain areas described.

    Parameters
    ----------
    by : Person
    upload : Upload
        Of areas, kept.
    set_id : str
        Of plain areas.
    how : dict
        Of plain areas: first and last day looked at, definition, method.
    reason : str

    Returns
    -------
    SpotSet

    Raises
    ------
    InputError
        It is not kept, two areas overlap, or plain areas are not described.
    RefusedError
        That version is there already.
    """
    if upload.kind != Kind.AREAS or upload.state != State.KEPT:
        raise InputError(f"{upload.name} is no kept upload of areas. Keep it first.")
    spots = _read_upload(upload, set_id, how)
    _check_no_overlap(spots)
    with transaction.atomic():
        made = add_set(spots, by_id=by.pk, reason=reason)
        _record("hot spots drafted", made, by, upload=upload.pk)
    return made


def ask_for_choice(*, by: Person, rule: dict[str, Any]) -> SpotChoice:
    """Have hot spots chosen by a rule in the background.

    Parameters
    ----------
    by : Person
    rule : dict
        As `choosing.choose_for` takes it.

    Returns
    -------
    SpotChoice

    Raises
    ------
    RefusedError
        A set of that id is there already.
    """
    if SpotSet.objects.filter(set_id=rule["set_id"]).exists():
        raise RefusedError(
            f"There is a set {rule['set_id']} already. Give the new one another id: a set chosen "
            "anew is another set, not a version."
        )
    with transaction.atomic():
        choice = SpotChoice.objects.create(rule=rule, asked=datetime.now(UTC), asked_by_id=by.pk)
        record_event(
            NewEvent(
                action="hot spots asked for",
                subject=f"choice:{choice.pk}",
                actor_id=by.pk,
                role=by.role,
                detail={"definition": rule["definition"], "count": rule["count"]},
            )
        )
        choose_spots.enqueue(choice.pk)
    return choice


def save_edit(*, by: Person, spot_set: SpotSet, edited: HotSpotSet, reason: str) -> SpotSet:
    """Keep an edit as the next version of a set, a draft.

    Parameters
    ----------
    by : Person
    spot_set : SpotSet
        That was edited.
    edited : HotSpotSet
    reason : str

    Returns
    -------
    SpotSet

    Raises
    ------
    RefusedError
        There is a newer version: somebody else edited it, or an old page was open.
    """
    with transaction.atomic():
        made = add_set(edited, by_id=by.pk, reason=reason)
        _record("hot spots edited", made, by, before=spot_set.pk, reason=reason)
    return made


def publish_set(*, by: Person, spot_set: SpotSet, reason: str) -> None:
    """Put a set in force; the one that was in force until now is retired with it.

    Parameters
    ----------
    by : Person
    spot_set : SpotSet
    reason : str

    Raises
    ------
    InputError
        No reason is given, or two of its areas overlap.
    RefusedError
        It is in force already, or somebody published another one at this moment.
    """
    faults = [] if reason.strip() else ["No reason is given. Say in a few words why it changes."]
    check_faults("Publishing", faults, InputError)
    _check_no_overlap(read_set(spot_set))
    try:
        with transaction.atomic():
            in_force = SpotSet.objects.select_for_update().filter(state=SetState.PUBLISHED)
            before = list(in_force.values_list("pk", flat=True))
            if spot_set.pk in before:
                raise RefusedError(f"{spot_set} is in force already.")
            in_force.update(state=SetState.RETIRED)
            SpotSet.objects.filter(pk=spot_set.pk).update(
                state=SetState.PUBLISHED,
                reason=reason.strip(),
                published=datetime.now(UTC),
                published_by_id=by.pk,
            )
            _record("hot spots published", spot_set, by, before=before, reason=reason.strip())
            count_days.enqueue()
    except IntegrityError as error:
        raise RefusedError(
            "Somebody put another set in force at this moment. Look at it first."
        ) from error


def _read_upload(upload: Upload, set_id: str, how: dict[str, Any]) -> HotSpotSet:
    with named_as_sent(upload.stored, upload.name) as path:
        if is_hot_spot_set(path):
            return read_hot_spot_set(path)
    faults = [
        f"{words} is missing: these are plain areas, so say how they were chosen."
        for key, words in (
            ("first", "The first day"),
            ("last", "The last day"),
            ("definition", "The definition"),
            ("method", "The method"),
        )
        if not how.get(key)
    ]
    if not set_id:
        faults.append("The id is missing: give one of a-z, 0-9 and hyphens.")
    check_faults(upload.name, faults)
    return HotSpotSet(
        id=set_id,
        method=how["method"],
        window=Window("selection", how["first"], how["last"]),
        definition=how["definition"],
        areas=pl.read_parquet(find_stored(upload.table)),
    )


def _check_no_overlap(spots: HotSpotSet) -> None:
    check_spots(spots, SpotSource(id=spots.id, file=find_stored("none")))


def _record(action: str, spot_set: SpotSet, by: Person, **detail: object) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=f"hot-spot-set:{spot_set.pk}",
            actor_id=by.pk,
            role=by.role,
            detail=dict(detail),
        )
    )
