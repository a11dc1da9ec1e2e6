"""Run inside a filled site's shell: on a day without a police shift, one is moved to today.

The demonstration's units patrol from Sunday to Thursday; journeys must be the same on every day.
"""

from datetime import UTC, datetime, timedelta

from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.models import Brief, UnitShift

now = datetime.now(UTC).replace(second=0, microsecond=0)
today = local_day(now)
shifts = UnitShift.objects.filter(plan__state="published", service="police").order_by("start")
first = shifts.first()
if not shifts.filter(day=today).exists():
    moved = now - timedelta(hours=1) - first.start
    first.day, first.start, first.end = today, first.start + moved, first.end + moved
    first.save()
    for visit in first.visits.all():
        visit.start, visit.end = visit.start + moved, visit.end + moved
        visit.save()
if not shifts.filter(start__lte=now).exists():
    first.refresh_from_db()
    first.start, first.end = now - timedelta(hours=1), now + timedelta(hours=7)
    first.save()
if not Brief.objects.filter(service="police", day=today).exists():
    brief = Brief.objects.filter(service="police").exclude(published=None).first()
    brief.day = today
    brief.save()
