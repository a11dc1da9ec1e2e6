"""`first_administrator`: the one person whom nobody can invite."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.actions import invitation_to, invite_person
from patrolwise.web.accounts.models import Person


class Command(BaseCommand):
    """Make an administrator where there is none, and print the way in."""

    help = "Make the first administrator. Later ones are invited on the page People."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's arguments."""
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the person, and print the path of the page where a password is chosen."""
        if Person.objects.filter(role="administrator", is_active=True).exists():
            raise RefusedError(
                "There is an administrator already, who can invite others on the page People."
            )
        person = invite_person(
            by=None,
            email=options["email"],
            name=options["name"],
            role="administrator",
            team=None,
        )
        self.stdout.write(f"Works once, for three days: {invitation_to(person)}")
