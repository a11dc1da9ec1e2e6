"""`work`: do what is to be done in the background."""

from typing import Any

from django_tasks_db.management.commands.db_worker import Command as Worker

from patrolwise.web.accounts.left_work import take_up_left_work


class Command(Worker):
    """Do the site's background jobs until it is told to stop, first those that were cut off."""

    help = "Do what is to be done in the background. `serve` starts it, unless `--alone` is given."

    def handle(self, **options: Any) -> None:
        """Work."""
        with take_up_left_work():
            super().handle(**options)
