"""A site in a process of its own whose disk fills up, or whose database another process holds.

`python lacking.py full|locked`, with PATROLWISE_DATA on a disk of a few megabytes: prints as JSON
what people were answered meanwhile, what was kept, and how a second try went.
"""

import contextlib
import json
import os
import subprocess
import sys

HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def full(folder, _):
    """Leave less room than one page of the database."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    filler.unlink()


@contextlib.contextmanager
def locked(_, database):
    """Let another process hold the database for longer than anybody waits."""
    command = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield
        process.stdin.close()


def main(how):
    """Make the site, take its disk or its database away, and try; then give it back."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "patrolwise.web.settings.police"
    import django
    from django.conf import settings
    from django.core.management import call_command

    options = settings.DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace(
        "busy_timeout=20000", "busy_timeout=300"
    )
    settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    django.setup()
    settings.DATA_FOLDER.mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    sys.stdout.write(json.dumps(_try(how, settings)))


def _try(how, settings):
    from django.test import Client
    from django.urls import reverse

    from patrolwise.demo import demo_study_area
    from patrolwise.web.accounts.models import Person

    clients = {}
    for role in ("analyst", "administrator"):
        person = Person.objects.create(email=f"{role}@example.org", name=role, role=role)
        clients[role] = Client(raise_request_exception=False)
        clients[role].force_login(person)

    def send():
        with demo_study_area().open("rb") as file:
            return clients["analyst"].post(reverse("upload-new"), {"kind": "areas", "sent": file})

    def invite():
        data = {"email": "new@example.org", "name": "New", "role": "officer"}
        return clients["administrator"].post(reverse("invite"), data)

    def sign_in():
        data = {"login": "analyst@example.org", "password": "wrong"}
        return Client(raise_request_exception=False).post("/accounts/login/", data)

    def age():
        session = clients["analyst"].session
        session["last-seen"] -= 120
        session.save()

    send_page = clients["analyst"].get(reverse("uploads"))
    assert send_page.status_code == 200
    age()
    asked = {
        "upload": send,
        "post": invite,
        "read": lambda: clients["analyst"].get(reverse("uploads")),
        "session": lambda: clients["analyst"].get("/health/"),
        "sign-in": sign_in,
    }
    with HOW[how](settings.DATA_FOLDER, settings.DATABASES["default"]["NAME"]):
        answers = {name: _tell(ask()) for name, ask in asked.items()}
        meanwhile = _count()
    return {
        "answers": answers,
        "meanwhile": meanwhile,
        "again": {name: asked[name]().status_code for name in ("upload", "post", "read")},
        "after": _count(),
    }


def _tell(response):
    return response.status_code, response.content.decode()


def _count():
    from patrolwise.web.accounts.models import Person
    from patrolwise.web.audit.queries import verify_chain
    from patrolwise.web.records.models import Upload
    from patrolwise.web.records.stored_files import folder_of

    return {
        "people": Person.objects.count(),
        "uploads": Upload.objects.count(),
        "files": len(list(folder_of("incoming").iterdir())),
        "whole": verify_chain().is_whole,
    }


HOW = {"full": full, "locked": locked}

if __name__ == "__main__":
    main(sys.argv[1])
