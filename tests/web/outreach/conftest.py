"""People of each role on the outreach service's site, its keys, and clients that are signed in."""

import pytest
from django.test import Client

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.vault.keyring import make_keyring, write_keyring

PASSWORD = "a long word for tests 1"


@pytest.fixture(autouse=True)
def keyring(tmp_path, settings):
    """Give each test keys of its own."""
    settings.KEYRING = tmp_path / "keyring.json"
    write_keyring(make_keyring(("outreach",), "2026-01-01"), settings.KEYRING)
    return settings.KEYRING


@pytest.fixture
def people(db):
    """Return one person of each role, by the role's key, and a second worker."""
    made = {}
    for key, role in [*((key, key) for key in ROLES), ("other", "worker"), ("second", "lead")]:
        person = Person(email=f"{key}@example.org", name=f"The {key}", role=role)
        person.set_password(PASSWORD)
        person.save()
        made[key] = person
    return made


@pytest.fixture
def sign_in(people, settings):
    """Return a function: role → client that is signed in, second factor and all."""
    settings.IS_DEMO = True  # no second factor is asked for: the police site's tests have those

    def enter(role):
        client = Client()
        client.force_login(people[role])
        return client

    return enter
