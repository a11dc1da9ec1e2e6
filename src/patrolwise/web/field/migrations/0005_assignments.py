"""Which unit has a device becomes dated lines; what each device has said until now is its unit's."""

from datetime import UTC, datetime
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def begin_lines(apps: Any, schema_editor: Any) -> None:
    """Give each device one line: the unit that it is with, from its first fix on."""
    device, assignment = (apps.get_model("field", name) for name in ("Device", "Assignment"))
    assignment.objects.bulk_create(
        assignment(device=one, unit_id=one.unit_id, service=one.service, start=_BEGINNING)
        for one in device.objects.order_by("pk")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("field", "0004_last_check_ins"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit_id", models.CharField(db_index=True, max_length=80)),
                ("service", models.CharField(max_length=80)),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField(null=True)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="field.device",
                    ),
                ),
            ],
            options={
                "ordering": ("device", "start", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("device", "start"), name="one_assignment_a_device_and_start"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("end", None)),
                        fields=("device",),
                        name="one_open_assignment_a_device",
                    ),
                ],
            },
        ),
        migrations.RunPython(begin_lines, migrations.RunPython.noop),
        migrations.RemoveField(model_name="device", name="unit_id"),
    ]
