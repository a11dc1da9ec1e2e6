"""A site that an earlier version made is brought up to date, and nothing in it is lost."""

import json
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from patrolwise.web.accounts.management.commands import init

from .. import upgrading

SITE = site_settings.SITE_KEY
STATES = upgrading.list_states()
LATER = [name for name in STATES if name != upgrading.FIRST]


@pytest.fixture
def old_site(tmp_path):
    """Return the folder of a site to be, with a database of its own."""
    folder = tmp_path / "site"
    upgrading.make_database(folder)
    yield folder
    upgrading.make_database(folder, is_dropped=True)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """Return, by state, the folder of a site that was in it and is up to date: one process did it.

    What is lost is in faults.json, and what there was in before.json.
    """
    place = tmp_path_factory.mktemp("states")
    folders = {state: place / str(number) for number, state in enumerate(LATER)}
    for folder in folders.values():
        folder.mkdir()
        upgrading.make_database(folder)
    given = [word for pair in folders.items() for word in pair]
    done = upgrading.run_old_site(SITE, folders[LATER[0]], "migrate", *given)
    assert done.returncode == 0, done.stdout + done.stderr
    yield folders
    for folder in folders.values():
        upgrading.make_database(folder, is_dropped=True)


def test_every_app_that_was_ever_changed_has_a_state_before_its_latest_change():
    changed = {
        path.parts[-3]
        for path in (Path(upgrading.__file__).parents[2] / "src/patrolwise/web").glob(
            "*/migrations/0002*.py"
        )
    }
    _, ours = upgrading.graph_and_ours()
    found = {name.split()[1].split(".")[0] for name in STATES if name != upgrading.FIRST}
    assert found == changed & ours
    assert "audit" in found


@pytest.mark.each_database
@pytest.mark.parametrize("state", LATER)
def test_what_was_in_a_site_before_a_change_is_there_after_it(state, migrated):
    faults = json.loads((migrated[state] / "faults.json").read_text())
    assert faults == [], "\n".join(faults)
    before = json.loads((migrated[state] / "before.json").read_text())
    assert {len(rows) for rows in before.values()} == {upgrading.ROWS}
    assert len(before) > 10


@pytest.mark.each_database
def test_init_brings_the_first_site_that_ever_was_up_to_date(old_site, tmp_path):
    file = tmp_path / "before.json"
    filled = upgrading.run_old_site(SITE, old_site, "fill", upgrading.FIRST, file)
    assert filled.returncode == 0, filled.stdout + filled.stderr
    early = upgrading.run_old_site(SITE, old_site, "compare", file)
    assert "not done" in early.stdout  # the comparing can fail

    backed_up = upgrading.run_old_site(SITE, old_site, "-", "backup", tmp_path / "b.tar.gz")
    assert backed_up.returncode == 0, backed_up.stderr
    done = upgrading.run_old_site(SITE, old_site, "-", "init")
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert "An earlier version made this site" in told[0]
    assert "a backup comes first" in told[0]
    assert told[-1].startswith("Ready")
    compared = upgrading.run_old_site(SITE, old_site, "compare", file)
    assert compared.returncode == 0, compared.stdout + compared.stderr


@pytest.mark.parametrize(("due", "told"), [(0, False), (2, True)])
def test_init_tells_of_a_backup_when_changes_are_due_and_only_then(
    due, told, db, settings, tmp_path, monkeypatch, capsys
):
    settings.DATA_FOLDER = tmp_path
    monkeypatch.setattr(init, "call_command", lambda *_, **__: None)  # nothing is made here
    recorder = MigrationRecorder(connection)
    for node in list(upgrading.graph_and_ours()[0].leaf_nodes())[:due]:
        recorder.record_unapplied(*node)
    call_command("init")
    text = capsys.readouterr().out
    assert (f"{due} changes to its tables are due" in text) is told
    assert ("a backup comes first" in text) is told


def test_init_tells_nothing_of_it_to_a_new_site(db, settings, tmp_path, monkeypatch, capsys):
    settings.DATA_FOLDER = tmp_path
    monkeypatch.setattr(init, "call_command", lambda *_, **__: None)
    MigrationRecorder(connection).migration_qs.all().delete()
    call_command("init")
    assert "backup" not in capsys.readouterr().out
