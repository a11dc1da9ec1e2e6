"""The people of a demonstration: one of each role, with sign-ins that everybody is told."""

from datetime import UTC, datetime

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.audit.actions import NewEvent, record_event

PASSWORD = "patrolwise-demo-only"  # noqa: S105  (exists in demonstrations alone, and is printed)
_NAMES = {
    "coordinator": "Priya Demo",
    "officer": "Sam Demo",
    "analyst": "Ana Demo",
    "commissioner": "Chris Demo",
    "partner": "Pat Demo",
    "evaluator": "Eve Demo",
    "administrator": "Alex Demo",
}


def add_people() -> dict[str, Person]:
    """Add one made-up person of each role.

    Returns
    -------
    dict
        By the role's key.
    """
    wardens = Team.objects.create(name="Demonstration wardens", is_partner=True)
    neighbourhood = Team.objects.create(name="Demonstration neighbourhood team")
    made = {}
    for key in ROLES:
        person = Person(
            email=address_of(key),
            name=_NAMES[key],
            role=key,
            team=wardens if key == "partner" else neighbourhood,
            last_login=datetime.now(UTC),
        )
        person.set_password(PASSWORD)
        person.save()
        record_event(NewEvent(action="demonstration person made", subject=f"person:{person.pk}"))
        made[key] = person
    return made


def address_of(role: str) -> str:
    """Return what a made-up person signs in with.

    Parameters
    ----------
    role : str
        Its key.

    Returns
    -------
    str
    """
    return f"{role}@demo.example"


def tell_people() -> str:
    """Return the sign-ins, a line a role.

    Returns
    -------
    str
    """
    lines = [f"  {address_of(key):32} {role.title}" for key, role in ROLES.items()]
    return "\n".join([f"Sign in with the password {PASSWORD} as one of", *lines])
