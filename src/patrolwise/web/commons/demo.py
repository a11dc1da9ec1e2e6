"""What a partners' site's demonstration begins with: people of each role, and the hot spots."""

import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings

from patrolwise.demo import demo_programme
from patrolwise.errors import RefusedError
from patrolwise.files.hot_spot_sets import write_hot_spot_set
from patrolwise.study.evaluation import open_study
from patrolwise.study.reading import read_programme
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.commons.clock import day_of
from patrolwise.web.commons.hot_spots import take_set

PASSWORD = "patrolwise-demo-only"  # noqa: S105  (exists in demonstrations alone, and is printed)
People = dict[str, Person]


def check_empty() -> None:
    """Refuse any site but an empty demonstration.

    Raises
    ------
    RefusedError
    """
    if not settings.IS_DEMO:
        raise RefusedError("This is no demonstration. Made-up people have no place here.")
    if Person.objects.exists():
        raise RefusedError("There are people already. Fill a new data folder instead.")


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


def add_people(now: datetime, teams: dict[str, str]) -> People:
    """Add one made-up person of each role.

    Parameters
    ----------
    now : datetime
        Aware.
    teams : dict of str
        Role → name of the partner's team that it is in.

    Returns
    -------
    dict of Person
        By role.
    """
    made = {}
    for key, role in ROLES.items():
        team = Team.objects.create(name=teams[key], is_partner=True) if key in teams else None
        person = Person(
            email=address_of(key), name=f"Demo {role.title}", role=key, team=team, last_login=now
        )
        person.set_password(PASSWORD)
        person.save()
        made[key] = person
    return made


def take_hot_spots(person: Person, now: datetime) -> int:
    """Take in the hot spots of the shipped worked example, chosen on its real crimes.

    Parameters
    ----------
    person : Person
        Who takes them in.
    now : datetime
        Aware.

    Returns
    -------
    int
        How many there are.
    """
    spots = open_study(read_programme(demo_programme()), progress=lambda _: None).spots
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hot-spots.geojson"
        write_hot_spot_set(path, spots)
        data = path.read_bytes()
    first = day_of(now).replace(year=day_of(now).year - 1, day=1)
    return take_set(data, valid_from=first, by=person.pk)


def tell_people() -> str:
    """Return the sign-ins, a line a role."""
    lines = [f"  {address_of(key):32} {role.title}" for key, role in ROLES.items()]
    return "\n".join([f"Sign in with the password {PASSWORD} as one of", *lines])
