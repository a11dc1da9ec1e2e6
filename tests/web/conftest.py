"""The sites are tested each under its own settings, in a run of its own: ./run test does it."""

import os

import pytest

if not os.environ.get("DJANGO_SETTINGS_MODULE"):
    collect_ignore_glob = ["*"]
else:
    from django.conf import settings as site_settings

    # fast, and without files that collectstatic makes
    site_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    site_settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    immediate = "django_tasks.backends.immediate.ImmediateBackend"
    site_settings.TASKS = {"default": {"BACKEND": immediate}}
    site_settings.WHITENOISE_AUTOREFRESH = True
    site_settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL, leave out the tests that use no database: SQLite's run has them.

    pytest-django keeps a test that does not ask for `db` from every database of the site. One that
    reaches PostgreSQL by itself is marked with `each_database`.
    """
    if os.environ.get("DATABASE_URL"):
        config.hook.pytest_deselected(items=[one for one in items if not _needs_each(one)])
        items[:] = filter(_needs_each, items)


def _needs_each(item):
    if item.get_closest_marker("each_database"):
        return True
    asks = item.get_closest_marker("django_db") or "django_db_setup" in item.fixturenames
    return bool(asks)


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    """Empty the cache: what is counted against a password must not reach the next test."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def plain_tokens(monkeypatch):
    """Make the random tokens of forms of two letters: nothing looked for is there by chance.

    A page has one or more of 64 letters and digits: two that a test looks for, and must not find,
    stood in about one page of fifty.
    """
    monkeypatch.setattr("django.middleware.csrf.CSRF_ALLOWED_CHARS", "JQ")
