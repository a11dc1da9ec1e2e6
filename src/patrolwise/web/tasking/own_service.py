"""Which service stands first in a list: one's own, and outreach's last."""

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.wall import is_of_outreach


def rank_service(person: Person, service: str) -> tuple[bool, bool, str]:
    """Return what services are ordered by for somebody.

    A partner's worker is of the service that their team is named after. Whoever's team is no
    service is of the police, whose services stand before outreach.

    Parameters
    ----------
    person : Person
    service : str

    Returns
    -------
    (bool, bool, str)
        A key to sort by: their own first, outreach last, the others by the alphabet.
    """
    own = person.team.name if person.team else ""
    return (service.casefold() != own.casefold(), is_of_outreach(service), service)
