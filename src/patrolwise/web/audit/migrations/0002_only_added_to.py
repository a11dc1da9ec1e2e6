"""The database refuses to change or delete events."""

from django.db import migrations

from patrolwise.web.audit.triggers import add_triggers


class Migration(migrations.Migration):
    """Triggers, for SQLite and for PostgreSQL."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, migrations.RunPython.noop)]
