"""Which pages of grants the public finds from the sign-in page."""

from patrolwise.web.commons import clock
from patrolwise.web.grants.published import is_any_public
from patrolwise.web.grants.queries import list_open_rounds

Way = tuple[str, str]  # title, name of the address


def list_public_ways() -> list[Way]:
    """Return the page of open rounds while one is open, and that of awards once one is public.

    Returns
    -------
    list of (str, str)
        Titles and names of addresses.
    """
    ways: list[tuple[bool, Way]] = [
        (bool(list_open_rounds(clock.now())), ("Apply for money", "grants-open")),
        (is_any_public(), ("See who was given money", "awards-public")),
    ]
    return [way for is_there, way in ways if is_there]
