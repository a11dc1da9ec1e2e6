"""A site made, a return compiled on it, backed up and put back elsewhere; compiled there again.

`python tests/web/partnership/return_backup.py FORMS FOLDER` prints whether it is the same bytes.
In a process of its own, as the tests' own database is in memory and cannot be backed up.
"""

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path


def main(forms: Path, folder: Path) -> None:
    """Run the steps."""
    os.environ |= {
        "PATROLWISE_DATA": str(folder / "site"),
        "PATROLWISE_SECRET_KEY": "not-a-secret-but-as-long-as-one-for-tests-0123456789",
        "PATROLWISE_HOSTS": "localhost",
        "DJANGO_SETTINGS_MODULE": "patrolwise.web.settings.partnership",
    }
    os.environ.pop("DATABASE_URL", None)  # a backup of the embedded database
    (folder / "site").mkdir(parents=True)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from patrolwise.web.accounts.backups import make_backup, restore_backup
    from patrolwise.web.accounts.models import Person
    from patrolwise.web.returns import actions, demo, making
    from patrolwise.web.returns.bundles import unpack_files
    from patrolwise.web.returns.models import CompiledReturn

    call_command("migrate", verbosity=0)
    now = datetime(2026, 11, 28, 9, tzinfo=UTC)
    by = Person.objects.create(email="a@made.example", name="The analyst", role="analyst")
    actions.declare_settings(demo._SETTINGS, by, now)
    sent = [actions.SentForm(name=p.name, content=p.read_bytes()) for p in forms.glob("*.csv")]
    actions.keep_forms(sent, by, now)
    made = actions.make_return(demo._ask(date(2024, 10, 14)), by, now)
    own = connections["default"].settings_dict
    make_backup("partnership", folder / "site", own, folder / "b.tar.gz", now)

    there = {**own, "NAME": str(folder / "other" / "patrolwise.sqlite3")}
    restore_backup(folder / "b.tar.gz", "partnership", folder / "other", there)
    connections.settings["restored"] = there
    back = CompiledReturn.objects.using("restored").get(pk=made.pk)
    asked = making.ask_again(back, prepared_by=by.name, approved_by="")
    print(making.compile_files(asked) == unpack_files(made.files), len(asked.forms))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
