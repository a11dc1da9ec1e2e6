"""`make_keyring`: make the keys that seal what is written about people, where there are none."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from patrolwise.web.vault.keyring import make_keyring, read_keyring, write_keyring


class Command(BaseCommand):
    """Make the site's keyring; one that is there is read, and kept."""

    help = "Make the keyring, where there is none. Keep a copy apart from the backups."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it."""
        path = Path(settings.KEYRING)
        if path.exists():
            read_keyring(path)  # a damaged one is told now, and not by the first page
            return
        made = datetime.now(UTC).date().isoformat()
        write_keyring(make_keyring(settings.CONTROLLERS, made), path)
        self.stdout.write(
            f"Made {path}: without it nothing that is written about people can be read again. "
            "Keep a copy where the backups are not."
        )
