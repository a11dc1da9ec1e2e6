from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insight', '0004_tasking'),
    ]

    operations = [
        migrations.AddField(
            model_name='nationalrun',
            name='campaigns',
            field=models.JSONField(default=list),
        ),
    ]
