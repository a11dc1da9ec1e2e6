"""`backup`: write the site's database and files into one archive."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from patrolwise.web.accounts.backups import make_backup
from patrolwise.web.audit.actions import NewEvent, record_event


class Command(BaseCommand):
    """Back up the site; it may go on working meanwhile."""

    requires_system_checks: tuple[str, ...] = ()  # they would load every page of the site
    help = "Write database and files into one archive. Keep the secret key elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's arguments."""
        parser.add_argument("archive", type=Path, help="such as patrols-2026-03-01.tar.gz")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it."""
        database = settings.DATABASES["default"]
        made = make_backup(
            settings.SITE_KEY,
            settings.DATA_FOLDER,
            database,
            options["archive"].resolve(),
            datetime.now(UTC),
        )
        record_event(NewEvent(action="backup made", detail={"files": len(made.files)}))
        self.stdout.write(f"{len(made.files)} files: {options['archive']}")
