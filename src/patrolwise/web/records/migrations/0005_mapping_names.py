"""Each upload keeps the name of the saved mapping that it was read by."""

from typing import Any

from django.db import migrations, models


def name_mappings(apps: Any, schema_editor: Any) -> None:
    """Write the names of saved mappings to the uploads that were read by them."""
    upload, saved = (apps.get_model("records", name) for name in ("Upload", "SavedMapping"))
    for one in saved.objects.order_by("saved"):
        upload.objects.filter(kind="fixes", mapping=one.text).update(mapping_name=one.name)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_recorded_crime"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="mapping_name",
            field=models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        ),
        migrations.RunPython(name_mappings, migrations.RunPython.noop),
    ]
