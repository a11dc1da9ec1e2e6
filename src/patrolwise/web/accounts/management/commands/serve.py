"""`serve`: answer requests, and do what they ask to be done in the background."""

import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from granian import Granian
from granian.constants import Interfaces


class Command(BaseCommand):
    """Serve the site until it is interrupted."""

    help = "Serve the site. Put a proxy with HTTPS in front, except on one machine."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's arguments."""
        parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2, help="processes")
        parser.add_argument(
            "--no-jobs", action="store_true", help="leave background jobs to db_worker elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the server, and a worker beside it that ends with it."""
        worker = None if options["no_jobs"] else subprocess.Popen(_worker())
        try:
            Granian(
                "patrolwise.web.wsgi:application",
                address=options["host"],
                port=options["port"],
                interface=Interfaces.WSGI,
                workers=options["workers"],
                blocking_threads=8,
                log_access=False,  # paths say what somebody asked for
            ).serve()
        finally:
            if worker is not None:
                worker.terminate()
                worker.wait(timeout=60)


def _worker() -> list[str]:
    return [sys.executable, "-m", "patrolwise.web", settings.SITE_KEY, "db_worker"]
