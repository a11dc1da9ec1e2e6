"""`restore`: put a site back from an archive, where there is none."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from patrolwise.errors import InputError
from patrolwise.web.accounts.backups import restore_backup
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.audit.queries import verify_chain


class Command(BaseCommand):
    """Restore a backup, bring its tables up to date, and check the record."""

    requires_system_checks: tuple[str, ...] = ()  # they would load every page of the site
    help = "Put a backup back into an empty data folder (and an empty database)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's arguments."""
        parser.add_argument("archive", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and check."""
        connections.close_all()
        database = settings.DATABASES["default"]
        made = restore_backup(
            options["archive"].resolve(), settings.SITE_KEY, settings.DATA_FOLDER, database
        )
        call_command("init")
        found = verify_chain()
        if not found.is_whole:
            raise InputError(
                f"The record is broken from event {found.broken_at} on: {found.reason}. The site "
                "was put back as it was in the backup; look into it before anybody uses it."
            )
        record_event(NewEvent(action="site restored", detail={"as_of": made.made}))
        self.stdout.write(
            f"Restored as of {made.made}. The record is whole: {found.events} events."
        )
