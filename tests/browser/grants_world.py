"""Run inside the partnership's shell: people, hot spots, and the made-up rounds of grants."""

from datetime import UTC, datetime

from patrolwise.web.commons.demo import PASSWORD, add_people
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.grants import demo

now = datetime.now(UTC)
AgreedHotSpot.objects.create(
    hot_spot_id="hs-1", name="Clock Tower", set_version="leicester@1",
    shape={"type": "Point", "coordinates": [-1.13, 52.63]},
    valid_from=now.date().replace(year=now.year - 1, month=1, day=1),
)  # fmt: skip
demo.fill(now, add_people(now, {}))
print(PASSWORD)
