"""Which hot spots there are, and whether words about them tell of a person."""

from datetime import date

from django.db.models import Q

from patrolwise.outreach.text_checks import find_person_words
from patrolwise.web.street.clock import day_of, now
from patrolwise.web.street.models import Place

OUTSIDE = "outside_hotspot"


def list_places(on: date) -> list[Place]:
    """Return the hot spots in force on a day, by name.

    Parameters
    ----------
    on : date

    Returns
    -------
    list of Place
    """
    until = Q(valid_until=None) | Q(valid_until__gte=on)
    return list(Place.objects.filter(until, valid_from__lte=on))


def list_choices() -> list[tuple[str, str]]:
    """Return the hot spots in force today as choices of a form.

    Returns
    -------
    list of (id, name)
    """
    return [(place.hot_spot_id, place.name) for place in list_places(day_of(now()))]


def list_names() -> list[str]:
    """Return the names of all hot spots that ever were: none of them is a person's.

    Returns
    -------
    list of str
    """
    return list(Place.objects.values_list("name", flat=True).distinct().order_by("name"))


def check_place(hot_spot_id: str, on: date, faults: list[str]) -> None:
    """Add a fault when there is no such hot spot on a day.

    Parameters
    ----------
    hot_spot_id : str
    on : date
    faults : list of str
        Is added to.
    """
    if hot_spot_id == OUTSIDE:
        return
    if hot_spot_id not in {place.hot_spot_id for place in list_places(on)}:
        faults.append("The place is none of today's hot spots. Choose one, or outside them.")


def check_words(text: str, what: str, most: int, faults: list[str]) -> None:
    """Add a fault when words are too many, or look as if they were about a person.

    Parameters
    ----------
    text : str
    what : str
        As a person would name it: "The note".
    most : int
        Characters.
    faults : list of str
        Is added to. The words are not repeated.
    """
    if len(text) > most:
        faults.append(f"{what} has {len(text)} characters. Write {most} at most.")
    found = sorted({finding.what for finding in find_person_words(text, list_names())})
    if found:
        faults.append(
            f"{what} looks as if it told of a person ({', '.join(found)}). Write what happened "
            "without who it was."
        )
