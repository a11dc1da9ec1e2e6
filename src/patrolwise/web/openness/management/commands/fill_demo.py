"""`fill_demo`: fill a new outreach site with made-up people and work."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.openness.demo import add_people, fill, tell_people
from patrolwise.web.street.models import Place


class Command(BaseCommand):
    """Fill a demonstration, by the same actions that people's pages call."""

    help = "Fill an empty demonstration site; refuses any other."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps."""
        if not settings.IS_DEMO:
            raise RefusedError("This is no demonstration. Made-up people have no place here.")
        if Person.objects.exists():
            raise RefusedError("There are people already. Fill a new data folder instead.")
        if not Place.objects.exists():
            raise RefusedError(
                "There are no hot spots yet. Run exchange on the police site and then here first."
            )
        now = datetime.now(UTC)
        contacts = fill(add_people(now), now)
        self.stdout.write(
            f"Filled: {Place.objects.count()} hot spots, {contacts} made-up contacts.\n"
            f"{tell_people()}"
        )
