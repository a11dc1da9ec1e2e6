"""`count_doses`: count the minutes of the last days, where fixes came late or a set changed."""

import time
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections

from patrolwise.web.livemap.debriefs import join_counted_debriefs
from patrolwise.web.livemap.jobs import count_recent


class Command(BaseCommand):
    """Count minutes by hot spot and day."""

    help = "Count minutes by hot spot for the last days. `serve` does it every hour."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's arguments."""
        parser.add_argument("--days", type=int, default=14, help="today with them; default 14")
        parser.add_argument("--every", type=int, help="seconds from one count to the next")
        parser.add_argument("--rounds", type=int, help="how many; without end when absent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count once, or every so often. A count that meets a held database is tried again."""
        every, left = options["every"], options["rounds"] or (-1 if options["every"] else 1)
        while left:
            if every:
                self._try_count(options["days"])
            else:
                self._count(options["days"])
            left -= 1
            if left:
                time.sleep(every or 0)

    def _try_count(self, days: int) -> None:
        try:
            self._count(days)
        except OperationalError as error:
            self.stderr.write(str(error))
            close_old_connections()  # the next count opens one that works

    def _count(self, days: int) -> None:
        for day, units in count_recent(days, now=datetime.now(UTC)).items():
            self.stdout.write(f"{day}: {units} units counted anew")
        joined = join_counted_debriefs(datetime.now(UTC))
        self.stdout.write(f"{joined} debriefs joined to minutes")
