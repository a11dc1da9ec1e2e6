"""People of each role on the police and partners' site, and clients that are signed in as them."""

import os
import subprocess
import sys

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES

PASSWORD = "a long word for tests 1"


def run_site(folder, *command):
    """Run a command of a site on SQLite in a folder, as people do, and return it done."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PATROLWISE", "DATABASE"))}
    return subprocess.run(
        [sys.executable, "-m", "patrolwise.web", "police", *command],
        env=environ | {"PATROLWISE_DATA": str(folder), "PATROLWISE_DEMO": "yes"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="session")
def made_site(tmp_path_factory):
    """Return the folder of a site as `init` makes it from nothing: to be copied."""
    folder = tmp_path_factory.mktemp("made") / "site"
    done = run_site(folder, "init")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def people(db):
    """Return one person of each role, by the role's key; all are written at once, with one hash."""
    hashed = make_password(PASSWORD)
    made = {
        key: Person(email=f"{key}@example.org", name=f"The {key}", role=key, password=hashed)
        for key in ROLES
    }
    Person.objects.bulk_create(made.values())
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
