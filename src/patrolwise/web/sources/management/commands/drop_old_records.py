"""`drop_old_records`: drop words about places, rows and tracks that are older than agreed."""

import time
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from patrolwise.web.agencies.tracks import drop_old_tracks
from patrolwise.web.schools.session_actions import drop_old_words
from patrolwise.web.sources.actions import drop_old


class Command(BaseCommand):
    """Drop once, or again and again beside the server."""

    help = "Drop records and tracks of other agencies that are older than their terms allow."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add how often."""
        parser.add_argument("--every", type=int, default=0, help="seconds; 0: once")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drop."""
        while True:
            now = datetime.now(UTC)
            drop_old_words(now)
            dropped = drop_old(now)
            tracks = drop_old_tracks(now)
            self.stdout.write(
                f"Dropped: words of {dropped['words']} records, {dropped['rows']} rows. "
                f"Tracks of agencies: {tracks}."
            )
            if not options["every"]:
                return
            time.sleep(options["every"])
