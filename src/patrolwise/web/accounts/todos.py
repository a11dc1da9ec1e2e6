"""What needs somebody today: one entry of a first page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from patrolwise.web.accounts.models import Person

NOW, SOON, LATER = 0, 1, 2  # danger to somebody; today; when there is time


@dataclass(frozen=True, kw_only=True)
class Todo:
    """Something that needs somebody: how many, and where they are."""

    title: str
    number: int
    page: str  # name of the address
    urgency: int = SOON
    query: str = ""

    @property
    def address(self) -> str:
        """Return where they are."""
        return reverse(self.page) + self.query


Source = Callable[[Person, datetime], Iterable[Todo]]


def order_todos(found: Iterable[Todo]) -> list[Todo]:
    """Return what there is at all, the most urgent first.

    Parameters
    ----------
    found : iterable of Todo

    Returns
    -------
    list of Todo
    """
    return sorted((todo for todo in found if todo.number), key=lambda todo: todo.urgency)
