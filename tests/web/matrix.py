"""What the tests of both sites' access matrix share: which pages, tasks and commands there are.

Everything is found in the addresses, the modules and the command list of the site that runs, so
that what is added without a line in a test is missed by one.
"""

import gzip
import importlib
import inspect
import io
import logging
import pkgutil
import re
import tarfile
import uuid
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from django.db import connection
from django.urls import URLPattern, get_resolver, reverse
from django.utils.module_loading import import_string
from django_tasks.base import Task

from patrolwise.web.accounts.backups import make_backup
from patrolwise.web.accounts.log_lines import LineFormatter
from patrolwise.web.accounts.roles import ROLES

SIGN_IN = ("account_", "mfa_")  # the sign-in library's own pages
MADE_UP_NUMBER = 987_654_321
# no row has one of these
MADE_UP = {
    "UUIDConverter": uuid.UUID(int=MADE_UP_NUMBER),
    "IntConverter": MADE_UP_NUMBER,
    "StringConverter": "zq-made-up",
    "PathConverter": "zq-made-up",
    "SlugConverter": "zq-made-up",
    "DayConverter": date(1999, 1, 1),
}
# what probing programs ask any site for
PROBES = (
    "/admin/", "/admin/login/", "/django-admin/", "/__debug__/", "/silk/", "/.env", "/.git/config",
    "/server-status", "/phpmyadmin/", "/wp-login.php", "/media/", "/backup.tar.gz", "/db.sqlite3",
    "/static/../secret-key", "/keyring.json", "/metrics",
)  # fmt: skip
_DRAWN = re.compile(rb'value="\w{64}"')  # a form's token, another one each time


def walk(patterns):
    """Yield every address of a site."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from walk(pattern.url_patterns)


def list_views():
    """Return the site's own pages by the name of their address."""
    found = walk(get_resolver().url_patterns)
    return {one.name: one for one in found if not one.name.startswith(SIGN_IN)}


def list_open():
    """Return the names of pages that need no sign-in."""
    return {name for name, one in list_views().items() if hasattr(one.callback, "open_to_all")}


def list_modules():
    """Return every module of the apps that are installed here, but migrations and commands."""
    found = []
    for app in apps.get_app_configs():
        if app.name.startswith("patrolwise.web"):
            found.append(app.module)
            names = [one.name for one in pkgutil.walk_packages(app.module.__path__, f"{app.name}.")]
            wanted = [n for n in names if not {"migrations", "management"} & set(n.split("."))]
            found += [importlib.import_module(name) for name in wanted]
    return found


def list_tasks():
    """Return the background jobs by the end of their dotted name."""
    found = [one for module in list_modules() for one in vars(module).values()]
    tasks = {one.module_path: one for one in found if isinstance(one, Task)}
    return {path.removeprefix("patrolwise.web."): one for path, one in tasks.items()}


def list_commands():
    """Return the names of the site's own commands."""
    return {name for name, app in get_commands().items() if str(app).startswith("patrolwise")}


def find_arguments(task):
    """Return what a background job is given: name → type."""
    return {name: one.annotation for name, one in inspect.signature(task.func).parameters.items()}


def make_up(pattern):
    """Return the address of a page with parts that no row has."""
    parts = pattern.pattern.converters
    given = {key: MADE_UP[type(one).__name__] for key, one in parts.items()}
    return reverse(pattern.name, kwargs=given)


def tell(response):
    """Return everything that a visitor can tell an answer by, but a form's token and the time."""
    headers = sorted(one for one in response.headers.items() if one[0] != "Expires")
    return response.status_code, headers, _DRAWN.sub(b"", read_body(response))


def read_body(response):
    """Return the body of an answer, also where it comes in parts."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    for close in response._resource_closers:  # response.close() would end the test's connection
        close()
    return body


def find_unguarded():
    """Return pages where a check of the method answers before it is known who may see them."""
    found = []
    for name, one in list_views().items():
        view = one.callback
        while hasattr(view, "needs") and view.__code__.co_name not in ("checked", "opened"):
            if view.__code__.co_name == "inner":  # of Django's require_POST
                found.append(name)
            view = view.__wrapped__
    return found


def find_downloads():
    """Return pages that give something else than a page of the site, as their code says."""
    sources = {
        name: inspect.getsource(inspect.unwrap(v.callback)) for name, v in list_views().items()
    }
    pages = ("render(", "redirect(", "answer_page(", "_show_sent(")
    return {
        name
        for name, code in sources.items()
        if "Content-Disposition" in code or not any(word in code for word in pages)
    }


def find_open_cells(client, role):
    """Return cells of one role whose answer is another one than the matrix has.

    A page that the role may not see looks the same as an address that is not there; of a page that
    it may see, a row that nobody has is not there. Pages without rows: test_permissions.py.
    """
    wrong, absent = [], {}
    menu = sorted((reverse(way.page) for way in import_string(settings.WAYS)), key=len)
    for name, pattern in list_views().items():
        needed, address = getattr(pattern.callback, "needs", None), make_up(pattern)
        if needed is None or not pattern.pattern.converters:
            continue
        if needed in ROLES[role].permissions:
            none = (404, 405, 422) if name.startswith("api-") else (302, 404, 405)
            found = [ask(client, method, address).status_code for method in ("get", "post")]
            wrong += [(name, one) for one in found if one not in none]
            continue
        here = [one for one in menu if address.startswith(one)][-1]  # the menu marks where one is
        if here not in absent:
            absent[here] = tell(ask(client, "get", f"{here}zq-no-such-page/"))
        denied = ask(client, "get", address)
        if tell(denied) != absent[here]:
            wrong.append((name, denied.status_code))
    return wrong


def ask(client, method, address, **given):
    """Return the answer to somebody with a browser."""
    return getattr(client, method)(address, headers={"Accept": "text/html"}, **given)


class KeptLines(logging.Handler):
    """Keeps the lines of the log as the site writes them."""

    def __init__(self):
        super().__init__()
        self.setFormatter(LineFormatter())
        self.lines = []

    def emit(self, record):
        """Keep one."""
        self.lines.append(self.format(record))


def keep_lines():
    """Return what keeps every line that is logged from now on; the test's end takes it off."""
    kept = KeptLines()
    for name in ("", "django"):
        logging.getLogger(name).addHandler(kept)
    return kept


def drop_lines(kept):
    """Stop keeping lines."""
    for name in ("", "django"):
        logging.getLogger(name).removeHandler(kept)


def back_up(folder):
    """Return everything that a backup of the site holds, unpacked, with the rows of this test.

    Files in the folder are those of the site. On PostgreSQL the test is skipped: the dump is made
    by a program that does not see what is not committed.
    """
    if connection.vendor != "sqlite":
        pytest.skip("what a test writes is not committed, and pg_dump does not see it")
    connection.ensure_connection()
    database = folder / "patrolwise.sqlite3"
    database.write_bytes(connection.connection.serialize())
    archive = folder.parent / "backup.tar.gz"
    settings_of = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}
    make_backup(settings.SITE_KEY, folder, settings_of, archive, datetime.now(UTC))
    return list(unpack(archive.read_bytes()))


def unpack(data):
    """Yield bytes, and what they hold where they are an archive: nothing is hidden by packing."""
    yield data
    if data[:2] == b"\x1f\x8b":
        plain = gzip.decompress(data)
        yield plain
        if plain[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
                for member in archive.getmembers():
                    if member.isfile():
                        yield from unpack(archive.extractfile(member).read())
    elif data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from unpack(archive.read(name))
