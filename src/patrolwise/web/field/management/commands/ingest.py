"""`ingest`: take fixes in, in processes of their own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from granian.constants import Interfaces

from patrolwise.web.serving import Server

_SERVED = "patrolwise.web.rsgi:application"


class Command(BaseCommand):
    """Take fixes in until it is interrupted."""

    requires_system_checks: tuple[str, ...] = ()  # they would load every page of the site
    help = "Take fixes in under /in/. A proxy with HTTPS leads there what begins so."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's arguments."""
        parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument("--workers", type=int, default=1, help="processes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the server."""
        Server(
            _SERVED,
            address=options["host"],
            port=options["port"],
            interface=Interfaces.RSGI,
            workers=options["workers"],
            log_access=False,  # paths hold tokens
        ).serve()
