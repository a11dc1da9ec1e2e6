"""Run inside a filled site's shell: on a Monday morning no shift has begun, so begin one."""

from datetime import UTC, datetime, timedelta

from patrolwise.web.tasking.models import UnitShift

now = datetime.now(UTC).replace(second=0, microsecond=0)
shifts = UnitShift.objects.filter(plan__state="published", service="police").order_by("start")
first = shifts.first()
if first.start > now:
    first.start, first.end = now - timedelta(hours=1), now + timedelta(hours=7)
    first.save()
