"""Run inside the partnership site's shell: people of its roles, a hot spot, agency and school."""

from datetime import UTC, datetime, timedelta

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.agencies.stream_actions import NewAgency, add_agency
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.schools.school_actions import add_school

PASSWORD = "a long word for tests 1"
today = datetime.now(UTC).date()
team = Team.objects.create(name="City wardens", is_partner=True)
people = {}
for key, role in ROLES.items():
    people[key] = Person(
        email=f"{key}@example.org", name=f"The {role.title.lower()}", role=key,
        team=team if key == "agency" else None,
    )  # fmt: skip
    people[key].set_password(PASSWORD)
    people[key].save()
square = [[-1.134, 52.634], [-1.132, 52.634], [-1.132, 52.636], [-1.134, 52.636], [-1.134, 52.634]]
AgreedHotSpot.objects.create(
    hot_spot_id="hs-1", name="Clock Tower", set_version="leicester@1",
    shape={"type": "Polygon", "coordinates": [square]}, valid_from=today - timedelta(days=90),
)  # fmt: skip
add_agency(
    by=people["programme"],
    new=NewAgency(name="City wardens", kind="partner", sort="wardens", team=team),
)
add_school(by=people["programme"], urn="900001", name="Demonstration Academy")
print("{}")
