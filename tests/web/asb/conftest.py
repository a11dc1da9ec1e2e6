"""People of each role on the site, its keys, and clients that are signed in."""

from datetime import date

import pytest
from django.test import Client

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.vault.keyring import make_keyring, write_keyring

PASSWORD = "a long word for tests 1"
SQUARE = [[-1.134, 52.634], [-1.132, 52.634], [-1.132, 52.636], [-1.134, 52.636], [-1.134, 52.634]]


@pytest.fixture(scope="session")
def ring():
    """Return keys that are made once."""
    return make_keyring(("asb",), "2026-01-01")


@pytest.fixture(autouse=True)
def keyring(tmp_path, settings, ring):
    """Give each test a file of keys of its own."""
    settings.KEYRING = tmp_path / "keyring.json"
    write_keyring(ring, settings.KEYRING)
    return settings.KEYRING


def make_person(name, role):
    """Make one person with a password."""
    person = Person(email=f"{name}@example.org", name=f"The {name}", role=role)
    person.set_password(PASSWORD)
    person.save()
    return person


def make_people():
    """Make one person of each role, by the role's key."""
    return {key: make_person(key, key) for key in ROLES}


@pytest.fixture
def people(db):
    """Return one person of each role, by the role's key."""
    return make_people()


@pytest.fixture
def sign_in(people, settings):
    """Return a function: role → client that is signed in, second factor and all."""
    settings.IS_DEMO = True  # no second factor is asked for: the police site's tests have those

    def enter(role):
        client = Client()
        client.force_login(people[role])
        return client

    return enter


@pytest.fixture
def hot_spot(db):
    """Return one agreed hot spot."""
    return make_hot_spot()


def make_hot_spot():
    """Make one agreed hot spot."""
    return AgreedHotSpot.objects.create(
        hot_spot_id="hs-1",
        name="Clock Tower",
        set_version="leicester@1",
        shape={"type": "Polygon", "coordinates": [SQUARE]},
        valid_from=date(2026, 1, 1),
    )
