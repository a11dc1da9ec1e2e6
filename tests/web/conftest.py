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


# Files whose tests use a database, but only to hold the people who ask: which pages a role has, and
# how a file that was sent is read. What answers is the same code over the same few rows. Taint is
# not among them: what a database keeps of people is looked for in each.
ANY_DATABASE = {
    "test_permissions", "test_matrix", "test_asb_matrix", "test_agencies_matrix",
    "test_grants_matrix", "test_casereviews_access",
    "test_records_hostile", "test_records_hostile_more", "test_records_fix_mapping",
    "test_records_mapping", "test_agencies_demo", "test_grants_demo",
}  # fmt: skip


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL, leave out the tests to which the database is all one: SQLite's run has them.

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
    return bool(asks) and item.path.stem not in ANY_DATABASE


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    """Empty the cache: what is counted against a password must not reach the next test."""
    from django.core.cache import cache

    cache.clear()
