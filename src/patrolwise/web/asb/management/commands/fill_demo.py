"""`fill_demo`: fill a new site of anti-social behaviour casework with made-up people and cases."""

from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.module_loading import import_string

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.asb.demo import add_people, fill, tell_people

MORE = "patrolwise.web.casereviews"  # the app above, where it is installed


class Command(BaseCommand):
    """Fill a demonstration, by the same actions that people's pages call."""

    help = "Fill an empty demonstration site; refuses any other."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps."""
        if not settings.IS_DEMO:
            raise RefusedError("This is no demonstration. Made-up people have no place here.")
        if Person.objects.exists():
            raise RefusedError("There are people already. Fill a new data folder instead.")
        now = datetime.now(UTC)
        with transaction.atomic():  # all of it, or nothing
            people = add_people(now)
            cases = fill(now, people)
            if apps.is_installed(MORE):
                import_string(f"{MORE}.demo.fill")(now, people)
        self.stdout.write(f"Filled: {cases} made-up cases.\n{tell_people()}")
