"""A counted day is told by its parts: one for each unit that had the device.

What was counted already says which unit had a device on which day, so it becomes the device's
dated lines: days that are counted anew later give the same units.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import migrations, models

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_BEGINS, _DAY = timedelta(hours=4), timedelta(days=1)  # a patrol day, UTC


def tell_parts(apps: Any, schema_editor: Any) -> None:
    """Say of each counted day that its unit had the device for all of it."""
    counted = apps.get_model("livemap", "CountedDay")
    rows = list(counted.objects.only("pk", "day"))
    for row in rows:
        row.start = _begin(row.day)
        row.end = row.start + _DAY
    counted.objects.bulk_update(rows, ["start", "end"], batch_size=500)


def date_lines(apps: Any, schema_editor: Any) -> None:
    """Put the units of counted days into the lines of their devices."""
    assignment = apps.get_model("field", "Assignment")
    counted = apps.get_model("livemap", "CountedDay")
    for line in list(assignment.objects.order_by("pk")):
        days = counted.objects.filter(device_id=line.device_id).order_by("day")
        runs = list(_find_runs(days.values_list("day", "unit_id", "service"), line))
        starts = [start for start, _, _ in runs]
        line.start = starts[-1]
        line.save()
        assignment.objects.bulk_create(
            assignment(
                device_id=line.device_id, unit_id=unit, service=service, start=start, end=end
            )
            for (start, unit, service), end in zip(runs, starts[1:], strict=False)
        )


def _find_runs(days: Any, line: Any) -> Iterator[tuple[datetime, str, str]]:
    """Yield from when each unit had a device: by its counted days, the last as its line says."""
    before, after = None, line.start
    for day, unit, service in days:
        if (unit, service) != before:
            yield (line.start if before is None else _begin(day)), unit, service
        before, after = (unit, service), _begin(day) + _DAY
    if before != (line.unit_id, line.service):
        yield after, line.unit_id, line.service


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + _BEGINS


class Migration(migrations.Migration):
    dependencies = [
        ("livemap", "0001_initial"),
        ("field", "0005_assignments"),
    ]

    operations = [
        migrations.AddField(
            model_name="countedday",
            name="start",
            field=models.DateTimeField(default=_BEGINNING),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="countedday",
            name="end",
            field=models.DateTimeField(default=_BEGINNING),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="countedday", name="one_count_a_device_day"),
        migrations.AddConstraint(
            model_name="countedday",
            constraint=models.UniqueConstraint(
                fields=("device_id", "day", "start"), name="one_count_a_device_and_part_of_day"
            ),
        ),
        migrations.RunPython(tell_parts, migrations.RunPython.noop),
        migrations.RunPython(date_lines, migrations.RunPython.noop),
    ]
