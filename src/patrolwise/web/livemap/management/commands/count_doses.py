"""`count_doses`: count the minutes of the last days, where fixes came late or a set changed."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from patrolwise.web.livemap.debriefs import join_counted_debriefs
from patrolwise.web.livemap.jobs import count_recent


class Command(BaseCommand):
    """Count minutes by hot spot and day."""

    help = "Count minutes by hot spot for the last days. Run it once a night; it is safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's arguments."""
        parser.add_argument("--days", type=int, default=14, help="today with them; default 14")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, and tell what was counted anew."""
        for day, units in count_recent(options["days"], now=datetime.now(UTC)).items():
            self.stdout.write(f"{day}: {units} units counted anew")
        joined = join_counted_debriefs(datetime.now(UTC))
        self.stdout.write(f"{joined} debriefs joined to minutes")
