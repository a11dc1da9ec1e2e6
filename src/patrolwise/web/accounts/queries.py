"""What is read of people."""

from django.db.models import QuerySet

from patrolwise.web.accounts.models import Person


def list_people() -> QuerySet[Person]:
    """Return everybody with their team: those with access first, then by name.

    Returns
    -------
    QuerySet of Person
    """
    return Person.objects.select_related("team").order_by("-is_active", "name", "id")
