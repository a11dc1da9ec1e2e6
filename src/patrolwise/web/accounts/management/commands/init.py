"""`init`: make a site's folder, its secret key, its tables and its static files."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Make everything that a new site needs; run again after an upgrade. It deletes nothing."""

    help = "Make the site's folder, tables and static files; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps."""
        settings.DATA_FOLDER.mkdir(parents=True, exist_ok=True)
        for command in settings.INIT:
            call_command(command)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        self.stdout.write(f"Ready: {settings.DATA_FOLDER}")
