"""`exchange`: send what waits for the other site, and take in what came from it."""

import time
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections
from django.utils.module_loading import import_string

from patrolwise.errors import PatrolwiseError
from patrolwise.web.exchange.delivery import exchange_parcels


class Command(BaseCommand):
    """Do one round, or a round every so often."""

    help = "Send and take in what crosses between the sites."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's arguments."""
        parser.add_argument("--every", type=int, help="seconds from one round to the next")
        parser.add_argument("--rounds", type=int, help="how many; without end when absent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the rounds. One that fails says why, and the next is tried."""
        every, left = options["every"], options["rounds"] or (-1 if options["every"] else 1)
        while left:
            if every:
                self._try_round()
            else:
                self._do_round()
            left -= 1
            if left:
                time.sleep(every or 0)

    def _try_round(self) -> None:
        try:
            self._do_round()
        except PatrolwiseError as error:
            self.stderr.write(str(error))
        except OperationalError as error:
            self.stderr.write(str(error))
            close_old_connections()  # the next round opens one that works

    def _do_round(self) -> None:
        now = datetime.now(UTC)
        for gather in settings.EXCHANGE_SENDERS:
            import_string(gather)(now)
        done = exchange_parcels(now)
        if done.sent or done.taken or done.refused:
            self.stdout.write(f"Sent {done.sent}, taken in {done.taken}, refused {done.refused}.")
        for why in done.told:
            self.stdout.write(why)
