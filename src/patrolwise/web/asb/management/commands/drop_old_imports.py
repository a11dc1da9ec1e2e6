"""`drop_old_imports`: delete exports that were read in to be looked at, and that nobody kept."""

import time
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from patrolwise.web.asb.actions.imports import drop_overdue


class Command(BaseCommand):
    """Drop once, or again and again beside the server."""

    help = "Delete the rows of exports that nobody kept within 24 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add how often."""
        parser.add_argument("--every", type=int, default=0, help="seconds; 0: once")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drop."""
        while True:
            dropped = drop_overdue(datetime.now(UTC))
            self.stdout.write(f"Dropped: {dropped} exports that nobody kept.")
            if not options["every"]:
                return
            time.sleep(options["every"])
