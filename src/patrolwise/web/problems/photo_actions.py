"""What is done to photographs of places: kept sealed, let be seen by a second person, deleted."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django_tasks import default_task_backend

from patrolwise.errors import RefusedError, check_faults
from patrolwise.files.photographs import redraw_photograph
from patrolwise.partnership.environment_audits import load_items
from patrolwise.partnership.problem_plans import Stage
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.problems.jobs import drop_photographs
from patrolwise.web.problems.models import PlacePhoto, PlaceWalk, ProblemPlan

KEPT_FOR = timedelta(days=365)  # from the walk
MOST_PHOTOS = 10  # of one walk


@dataclass(frozen=True, kw_only=True)
class NewPhoto:
    """A photograph as a phone sends it."""

    item: str
    data: bytes
    marks: int  # spots that were pixelated before it was sent


def keep_photo(*, by: Person, walk: PlaceWalk, new: NewPhoto, now: datetime) -> PlacePhoto:
    """Keep the pixels of a photograph, sealed until a second person has looked at it.

    Parameters
    ----------
    by : Person
    walk : PlaceWalk
    new : NewPhoto
    now : datetime
        Aware.

    Returns
    -------
    PlacePhoto

    Raises
    ------
    InputError
        It is no plain photograph.
    RefusedError
        It is of nothing that was looked at, the walk is too long ago, or has enough of them.
    """
    until = walk.walked.date() + KEPT_FOR
    faults = []
    if new.item not in load_items(walk.audit.items_version):
        faults.append("It is of nothing that a walk looks at. Choose an item.")
    if until <= now.date():
        faults.append("The walk was over a year ago. Walk the place again.")
    if walk.photos.count() >= MOST_PHOTOS:
        faults.append(f"The walk has {MOST_PHOTOS} photographs, which is the most. Delete one.")
    check_faults("Photograph", faults, RefusedError)
    taken = redraw_photograph(new.data)
    with transaction.atomic():
        row = PlacePhoto.objects.create(
            walk=walk,
            item=new.item,
            jpeg=taken.jpeg,
            marks=new.marks,
            kept=now,
            kept_by_id=by.pk,
            delete_on=until,
        )
        _record(by, "photograph kept", row, item=new.item, marks=new.marks)
        if default_task_backend.supports_defer:
            start = datetime.combine(until, time.min, UTC)
            drop_photographs.using(run_after=start).enqueue()
    return row


def let_be_seen(*, by: Person, photo: PlacePhoto, now: datetime) -> None:
    """Let a photograph be seen by all who see walks: a second person saw nobody in it.

    Parameters
    ----------
    by : Person
    photo : PlacePhoto
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        The same person sent it, or it is seen already.
    """
    with transaction.atomic():
        row = PlacePhoto.objects.select_for_update().defer("jpeg").get(pk=photo.pk)
        if row.kept_by_id == by.pk:
            raise RefusedError("You sent it. Another person has to look at it.")
        if row.seen is not None:
            raise RefusedError("It was looked at before.")
        PlacePhoto.objects.filter(pk=row.pk).update(seen=now, seen_by_id=by.pk)
        _record(by, "photograph let be seen", row)


def delete_photo(*, by: Person, photo: PlacePhoto) -> None:
    """Delete a photograph; that there was one stays in the record.

    Parameters
    ----------
    by : Person
    photo : PlacePhoto
    """
    with transaction.atomic():
        _record(by, "photograph deleted", photo)
        PlacePhoto.objects.filter(pk=photo.pk).delete()


def drop_with_plan(plan: ProblemPlan) -> int:
    """Delete the photographs that were taken for a plan that closes; return how many.

    Parameters
    ----------
    plan : ProblemPlan
        Those of its places since it began, where no other open plan is about the place.

    Returns
    -------
    int
    """
    others = ProblemPlan.objects.exclude(pk=plan.pk).exclude(stage=Stage.CLOSED)
    needed = {area for one in others.values_list("area_ids", flat=True) for area in one}
    since = datetime.combine(plan.begun, time.min, UTC)
    count, _ = PlacePhoto.objects.filter(
        walk__audit__area_id__in=set(plan.area_ids) - needed, walk__walked__gte=since
    ).delete()
    return count


def _record(by: Person, action: str, photo: PlacePhoto, **detail: Any) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=f"place-photo:{photo.pk}",
            actor_id=by.pk,
            role=by.role,
            detail={"walk": photo.walk_id, **detail},
        )
    )
