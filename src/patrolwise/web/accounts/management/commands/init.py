"""`init`: make a site's folder, its secret key, its tables and its static files."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    """Make everything that a new site needs; run again after an upgrade. It deletes nothing."""

    requires_system_checks: tuple[str, ...] = ()  # they would load every page of the site
    help = "Make the site's folder, tables and static files; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps."""
        settings.DATA_FOLDER.mkdir(parents=True, exist_ok=True)
        if due := _count_due():
            self.stdout.write(
                f"An earlier version made this site: {due} changes to its tables are due, and "
                "a backup comes first. They are made now; to go back, put the backup back with "
                "the version that made it."
            )
            self.stdout.flush()
        for command in settings.INIT:
            call_command(command)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        self.stdout.write(f"Ready: {settings.DATA_FOLDER}")


def _count_due() -> int:
    """Return how many changes an old site's tables are behind; none for a new site."""
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        return 0
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
