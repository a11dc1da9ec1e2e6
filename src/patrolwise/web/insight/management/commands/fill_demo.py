"""`fill_demo`: fill a new site with real crimes and made-up patrols, marked as such."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.insight.actions import start_run
from patrolwise.web.insight.demo_files import (
    choose_demo_spots,
    read_in_crimes,
    read_in_programmes,
    read_in_recorded_crime,
    read_in_spots,
    simulate_patrols,
    work_now,
)
from patrolwise.web.insight.demo_people import add_people, tell_people
from patrolwise.web.insight.demo_problems import solve_problems
from patrolwise.web.insight.demo_week import clock, plan_week, say_things, send_fixes, tell_site
from patrolwise.web.insight.national_actions import NationalAsk, start_national
from patrolwise.web.insight.pack_actions import ask_pack
from patrolwise.web.insight.pack_queries import newest_week
from patrolwise.web.livemap.debriefs import join_counted_debriefs

MEASURES = ("robbery", "homicide")  # of the sample's; all would take most of a minute


class Command(BaseCommand):
    """Fill a demonstration, by the same actions that people's pages call."""

    help = "Fill an empty demonstration site; refuses any other."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps, saying each."""
        if not settings.IS_DEMO:
            raise RefusedError("This is no demonstration. Made-up people have no place here.")
        if Person.objects.exists():
            raise RefusedError("There are people already. Fill a new data folder instead.")
        now, say = clock(), self.stdout.write
        people = add_people()
        say("Choosing hot spots, making patrols up ...")
        spots = choose_demo_spots()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folders = simulate_patrols(folder, spots, now.date())
            say("Reading in crimes, hot spots and programmes ...")
            read_in_crimes(people["analyst"])
            in_force = read_in_spots(people, spots, folder)
            patrols, example = read_in_programmes(people["analyst"], folders)
            say("Planning the week ...")
            plan = plan_week(people["coordinator"], patrols, folders)
            say("Counting minutes ...")
            fixes = send_fixes(people["coordinator"], folders, now)
        say_things(people, in_force, plan, now)
        solve_problems(people, in_force, now)
        join_counted_debriefs(now)
        say("Evaluating the worked example ...")
        start_run(by=people["analyst"], upload=example, title="Worked example: seven hot spots")
        work_now()
        say("Comparing the force with all others ...")
        tables = read_in_recorded_crime(people["analyst"])
        ask = NationalAsk(uploads=tables, force="Leicestershire", measures=MEASURES)
        start_national(by=people["analyst"], ask=ask)
        ask_pack(by=people["coordinator"], week=newest_week(now))
        work_now()
        say(f"{tell_site(plan, fixes)}\n{tell_people()}")
