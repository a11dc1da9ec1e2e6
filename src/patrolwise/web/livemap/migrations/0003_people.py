from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("livemap", "0002_counted_parts"),
    ]

    operations = [
        migrations.AddField(
            model_name="countedday",
            name="people",
            field=models.PositiveSmallIntegerField(default=1),
        ),
    ]
