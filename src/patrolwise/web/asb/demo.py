"""A demonstration of casework: made-up people and cases, by the pages' own actions."""

from datetime import date, datetime, timedelta
from importlib.resources import files

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.asb.actions.risk import load_instrument
from patrolwise.web.asb.demo_cases import Cast, tell_cases
from patrolwise.web.asb.demo_rest import tell_rest
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.vault.writing import Writing

PASSWORD = "patrolwise-demo-only"  # noqa: S105  (exists in demonstrations alone, and is printed)
_NAMES = {
    "case_officer": "Casey Demo",
    "lead": "Lee Demo",
    "partner": "Pat Demo",
    "patrol": "Sam Demo",
    "panel": "Pia Demo",
    "analyst": "Ana Demo",
    "commissioner": "Chris Demo",
    "evaluator": "Eve Demo",
    "protection": "Dana Demo",
    "administrator": "Alex Demo",
}
_SPOTS = (  # west and south edge, degrees
    ("demo-square", "Demonstration square", -1.1350, 52.6350),
    ("demo-green", "Demonstration green", -1.1290, 52.6310),
    ("demo-arcade", "Demonstration arcade", -1.1400, 52.6390),
)
_WIDE, _HIGH = 0.0029, 0.0018  # about 200 m


def address_of(role: str) -> str:
    """Return what a made-up person signs in with.

    Parameters
    ----------
    role : str

    Returns
    -------
    str
    """
    return f"{role.replace('_', '-')}@demo.example"


def tell_people() -> str:
    """Return the sign-ins, a line a role.

    Returns
    -------
    str
    """
    lines = [f"  {address_of(key):32} {role.title}" for key, role in ROLES.items()]
    return "\n".join([f"Sign in with the password {PASSWORD} as one of", *lines])


def add_people(now: datetime) -> dict[str, Person]:
    """Add one made-up person of each role, and a second case officer.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    dict
        By the role's key; `case_officer2` is the second.
    """
    landlord = Team.objects.create(name="Demonstration housing association", is_partner=True)
    Team.objects.create(name="Demonstration neighbourhood police", is_partner=True)
    made = {}
    for key in (*ROLES, "case_officer2"):
        person = Person(
            email=address_of(key),
            name=_NAMES.get(key, "Quinn Demo"),
            role=key.rstrip("2"),
            team=landlord if key == "partner" else None,
            last_login=now,
        )
        person.set_password(PASSWORD)
        person.save()
        made[key] = person
    return made


def fill(now: datetime, people: dict[str, Person]) -> int:
    """Fill the site with places, the demonstration matrix and cases in many states.

    Parameters
    ----------
    now : datetime
        Aware.
    people : dict of Person
        As `add_people` returns them.

    Returns
    -------
    int
        How many cases there are.
    """
    _add_spots(now.date() - timedelta(days=800))
    data = (files("patrolwise.partnership") / "data" / "risk-demo-1.toml").read_bytes()
    load_instrument(writing=Writing(by=people["lead"], now=now - timedelta(days=60)), data=data)
    agency = people["partner"].team
    assert agency is not None  # add_people gave it one
    cast = Cast(
        now=now,
        officer=people["case_officer"],
        second=people["case_officer2"],
        lead=people["lead"],
        agency=agency,
    )
    cases = tell_cases(cast)
    tell_rest(cast, cases)
    return len(cases)


def _add_spots(valid_from: date) -> None:
    for key, name, west, south in _SPOTS:
        east, north = west + _WIDE, south + _HIGH
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        AgreedHotSpot.objects.create(
            hot_spot_id=key,
            name=name,
            set_version="demonstration@1",
            shape={"type": "Polygon", "coordinates": [ring]},
            valid_from=valid_from,
        )
