"""People of each role on the police and partners' site, and clients that are signed in as them."""

import pytest
from django.test import Client

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES

PASSWORD = "a long word for tests 1"


@pytest.fixture
def people(db):
    """Return one person of each role, by the role's key."""
    made = {}
    for key in ROLES:
        person = Person(email=f"{key}@example.org", name=f"The {key}", role=key)
        person.set_password(PASSWORD)
        person.save()
        made[key] = person
    return made


@pytest.fixture
def sign_in(people, settings):
    """Return a function: role → client that is signed in, second factor and all."""
    settings.IS_DEMO = True  # no second factor is asked for: test_sign_in.py has those

    def enter(role):
        client = Client()
        client.force_login(people[role])
        return client

    return enter
