from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("field", "0005_assignments"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="people",
            field=models.PositiveSmallIntegerField(default=1),
        ),
    ]
