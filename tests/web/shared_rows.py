"""Rows made once for all tests of a file, and undone after the last.

Each test's own transaction is a savepoint within that of the rows, so that what it changes is gone
after it. Of what is in memory it gets a copy.
"""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import transaction

from patrolwise.web.vault.keyring import write_keyring


@contextmanager
def keep_rows(blocker, ring, folder):
    """Open what rows are made within, with keys; yield what patches until the last test is done.

    Give `django_db_blocker`, and ask for `django_db_setup` before it.
    """
    with blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(settings, "KEYRING", folder / "keyring.json")
        write_keyring(ring, settings.KEYRING)
        yield patch
        transaction.set_rollback(True)
