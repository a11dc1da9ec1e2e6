"""`fill_demo`: fill a new site of the commissioning partnership with made-up work."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from patrolwise.web.agencies import demo as agencies
from patrolwise.web.commons.demo import add_people, check_empty, take_hot_spots, tell_people
from patrolwise.web.grants import demo as grants
from patrolwise.web.learning import demo as learning
from patrolwise.web.returns import demo
from patrolwise.web.schools import demo as schools
from patrolwise.web.sources import demo as sources

_FILLED = (agencies.fill, schools.fill, grants.fill, learning.fill, sources.fill, demo.fill)
_TEAMS = {"agency": "City wardens"}


class Command(BaseCommand):
    """Fill a demonstration, by the same actions that people's pages call."""

    help = "Fill an empty demonstration site; refuses any other."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps."""
        check_empty()
        now = datetime.now(UTC)
        people = add_people(now, _TEAMS)
        spots = take_hot_spots(people["programme"], now)
        for fill in _FILLED:
            fill(now, people)
        self.stdout.write(f"Filled: {spots} hot spots, made-up funds and returns.\n{tell_people()}")
