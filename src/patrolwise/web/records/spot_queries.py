"""What is read of hot spot sets."""

from collections.abc import Iterable

from django.db.models import QuerySet

from patrolwise.web.accounts.models import Person
from patrolwise.web.records.models import Kind, SpotChoice, SpotSet, State, Upload


def list_sets() -> QuerySet[SpotSet]:
    """Return all sets and versions without their documents."""
    return SpotSet.objects.defer("document")


def find_set(pk: int) -> SpotSet | None:
    """Return one version of a set."""
    return SpotSet.objects.filter(pk=pk).first()


def list_versions(spot_set: SpotSet) -> list[SpotSet]:
    """Return all versions of a set, the newest first."""
    return list(list_sets().filter(set_id=spot_set.set_id))


def is_newest(spot_set: SpotSet) -> bool:
    """Return whether there is no later version of a set."""
    later = SpotSet.objects.filter(set_id=spot_set.set_id, version__gt=spot_set.version)
    return not later.exists()


def name_people(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of people by id."""
    return dict(Person.objects.filter(pk__in=[i for i in ids if i]).values_list("pk", "name"))


def list_area_uploads() -> QuerySet[Upload]:
    """Return the kept uploads of areas, the newest first."""
    return Upload.objects.filter(kind=Kind.AREAS, state=State.KEPT)


def list_open_choices() -> QuerySet[SpotChoice]:
    """Return the requests to choose that made no set yet: under way, or refused."""
    return SpotChoice.objects.filter(spot_set=None)[:10]


def find_choice(pk: int) -> SpotChoice | None:
    """Return one request to choose."""
    return SpotChoice.objects.select_related("spot_set").filter(pk=pk).first()
