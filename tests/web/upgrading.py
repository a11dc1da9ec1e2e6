"""Sites as earlier versions left them, filled and brought up to date, in a process of their own.

`python tests/web/upgrading.py police fill STATE FILE` makes one where DATABASE_URL or the data
folder says; `compare FILE` tells what of it is not there any more. The run itself is a test's.
`migrate STATE FOLDER...` does all three with a site of each state, each in tables of its own.
"""

import json
import os
import subprocess
import sys
import traceback
import uuid
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

OURS = "patrolwise.web"
FIRST = "first"
ROWS = 3  # of each table
# columns that went elsewhere: to which rows, by which column of theirs, and what it is there
MOVED = {("field.Device", "unit_id"): ("field.Assignment", "device_id", "unit_id")}
# values that rows are held to beside others of the same row
HELD = {
    ("agencies.HoursRow", "is_in_kind"): False,  # as it has a stream
    ("returns.Release", "update"): None,  # as it is of a return
}
TEXT = "Né à Łódź 'x' 100 % {n}"


def graph_and_ours():
    """Return the graph of all changes of the tables, and which apps are the project's own."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    graph = MigrationLoader(None).graph
    return graph, {one.label for one in apps.get_app_configs() if one.name.startswith(OURS)}


def list_states():
    """Return the states that a site can be upgraded from: name → the changes made until then.

    The first that was ever made, and for each app the state before its latest change, with all
    other apps as far on as they can be without it.
    """
    graph, ours = graph_and_ours()
    others = [leaf for leaf in graph.leaf_nodes() if leaf[0] not in ours]
    leaves = [leaf for leaf in graph.leaf_nodes() if leaf[0] in ours]
    states = {FIRST: others + [root for app in sorted(ours) for root in graph.root_nodes(app)]}
    for latest in leaves:
        if latest not in graph.root_nodes(latest[0]):
            found = [_furthest_without(graph, leaf, latest) for leaf in others + leaves]
            states[f"before {'.'.join(latest)}"] = [node for node in found if node]
    return states


def _furthest_without(graph, leaf, latest):
    for node in reversed(graph.forwards_plan(leaf)):
        if node[0] == leaf[0] and latest not in graph.forwards_plan(node):
            return node
    return None


def fill(state, file):
    """Bring the tables to a state, fill each through its model of then, and write what is in it."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    settings.DATA_FOLDER.mkdir(parents=True, exist_ok=True)
    for command in settings.INIT:
        call_command(command)
    targets = list_states()[state]
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    then = executor.loader.project_state(targets).apps
    _, ours = graph_and_ours()
    models = [model for model in then.get_models() if model._meta.app_label in ours]
    done = set()
    for model in models:
        _fill_model(model, done)
    told = {model._meta.label: list(read_rows(model)) for model in models}
    Path(file).write_text(json.dumps(told), encoding="utf-8")


def _fill_model(model, done):
    if model in done:
        return
    done.add(model)
    for field in model._meta.concrete_fields:
        if field.remote_field:
            _fill_model(field.related_model, done)
    if model._meta.label == "audit.Event":
        _fill_record(model)
        return
    for number in range(1, ROWS + 1):
        row = model()
        for field in model._meta.concrete_fields:
            if not getattr(field, "source", "") and field.get_internal_type() != "BigAutoField":
                setattr(row, field.name, make_value(field, number))
        row.save(force_insert=True)
        is_sealed = any(type(one).__name__.startswith("Sealed") for one in row._meta.fields)
        if row._meta.auto_field and is_sealed:
            row.save()  # what is sealed is bound to its row's number, which it has only now


def _fill_record(model):
    """Write events as the record of then did: each with the hash of the one before."""
    from patrolwise.web.audit.chain import FIRST as NOTHING
    from patrolwise.web.audit.chain import Link, hash_link

    previous = NOTHING
    for number in range(1, ROWS + 1):
        at = datetime(2026, 1, number, 7, 30, 0, 123, tzinfo=UTC)
        link = Link(
            number=number,
            time=at.isoformat(timespec="microseconds"),
            actor_id=number if number > 1 else None,
            role="analyst",
            action="did",
            subject=TEXT.format(n=number),
            is_read=False,
            detail={"é": [1, None, 2.5]},
            previous=previous,
        )
        previous = hash_link(link)
        model.objects.create(**{**vars(link), "time": at}, hash=previous)


def make_value(field, number):
    """Return a value that a field can hold, another for each number."""
    if (where := (field.model._meta.label, field.name)) in HELD:
        return HELD[where]
    if field.remote_field:
        return field.related_model._base_manager.order_by("pk")[number - 1 : number].first()
    if field.name == "controller":
        return field.default  # whose key seals the row: the site has no other
    if field.choices:
        return field.choices[number % len(field.choices)][0]
    kind = field.get_internal_type()
    if type(field).__name__.startswith("Sealed"):
        is_text = type(field).__name__ == "SealedField"
        return TEXT.format(n=number) if is_text else {"é": [number, None]}
    hour = 1 if field.name == "end" else 0  # a thing lasts
    made = {
        "BinaryField": TEXT.format(n=number).encode(),
        "BooleanField": number % 2 == 0,
        "DateField": date(2026, 2, number),
        "DateTimeField": datetime(2026, 3, 29, hour, 59, number, 999_999, tzinfo=UTC),
        "DecimalField": Decimal(number) / 4,
        "FloatField": 0.1 * number,
        "SlugField": f"n-{number}",
        "JSONField": {"é": [number, None, {"a": 0.5}]},
        "TimeField": time(23, 59, number),
        "UUIDField": uuid.uuid5(uuid.NAMESPACE_URL, f"{field}{number}"),
    }
    if kind in made:
        return made[kind]
    if "Integer" in kind:
        # whoever decides is another than whoever asked: some tables hold their rows to that
        return number + ROWS if field.name.startswith(("decided_by", "released_by")) else number
    if kind in ("CharField", "TextField", "URLField"):
        text = TEXT.format(n=number)
        return text if field.max_length is None else text[-field.max_length :]
    raise AssertionError(f"{field} is a {kind}: say here what a row of an old site has in it")


def read_rows(model):
    """Yield each row as its columns' values, opened where they are sealed, as text."""
    for row in model._base_manager.order_by("pk"):
        fields = model._meta.concrete_fields
        yield {field.attname: _tell(getattr(row, field.attname)) for field in fields}


def _tell(value):
    return repr(bytes(value)) if isinstance(value, memoryview) else repr(value)


def migrate_each(*given):
    """Bring a site of each state up to date, and write into its folder what was lost of it."""
    from django.contrib.contenttypes.models import ContentType
    from django.core.management import call_command
    from django.db import connection

    for state, folder in zip(given[::2], map(Path, given[1::2]), strict=True):
        connection.close()
        ContentType.objects.clear_cache()
        connection.settings_dict["NAME"] = where_tables_are(folder)
        try:
            fill(state, folder / "before.json")
            call_command("migrate", verbosity=0)
            faults = compare(folder / "before.json")
        except Exception:  # the other states are looked at all the same
            faults = [traceback.format_exc()]
        (folder / "faults.json").write_text(json.dumps(faults), encoding="utf-8")
    connection.close()


def compare(file):
    """Return all that an upgrade lost or left undone; empty when there is nothing."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from patrolwise.web.audit.actions import NewEvent, record_event
    from patrolwise.web.audit.models import Event
    from patrolwise.web.audit.queries import verify_chain

    executor = MigrationExecutor(connection)
    if due := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return [f"not done: {due}"]
    faults = []
    for label, before in json.loads(Path(file).read_text(encoding="utf-8")).items():
        model = apps.get_model(label)
        key = model._meta.pk.attname
        now = {row[key]: row for row in read_rows(model)}
        for row in before:
            kept = now.get(row[key], {}) | find_moved(label, row[key])
            faults += [
                f"{label} {row[key]}.{name} was {value}, and is {kept.get(name, 'gone')}"
                for name, value in row.items()
                if kept.get(name) != value
            ]
    faults += _try_to_change(connection)
    record_event(NewEvent(action="looked after the upgrade"))
    check = verify_chain()
    if not check.is_whole or check.events != Event.objects.count() or check.events <= ROWS:
        faults.append(f"the record: {check}")
    return faults


def find_moved(label, key):
    """Return what stands elsewhere now of the columns that a row had, as text: the newest."""
    from django.apps import apps

    moved = {}
    for (model, name), (other, by, column) in MOVED.items():
        rows = apps.get_model(other).objects.filter(**{by: key}) if model == label else ()
        for row in rows:
            moved[name] = repr(getattr(row, column))
    return moved


def _try_to_change(connection):
    from django.db import DatabaseError, transaction

    for sql in ("UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        except DatabaseError as error:
            if "only added to" in str(error):
                continue
            raise
        yield f"the database let this pass: {sql}"


def run_old_site(site, folder, *arguments):
    """Run this file, or with a dash a command of the site, on a site in a folder; return it done.

    Where the tests' own database is PostgreSQL, the old site's is another one on that server.
    """
    environ = {**os.environ, "PATROLWISE_DATA": str(folder)}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    if url := os.environ.get("DATABASE_URL"):
        environ["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{_name_of(folder)}"))
    here = [__file__, site] if arguments[0] != "-" else ["-m", OURS, site]
    given = [one for one in arguments if one != "-"]
    return subprocess.run(
        [sys.executable, *here, *map(str, given)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def make_database(folder, *, is_dropped=False):
    """Make or drop the old site's database, where it is one of PostgreSQL."""
    if url := os.environ.get("DATABASE_URL"):
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            what = "DROP DATABASE IF EXISTS" if is_dropped else "CREATE DATABASE"
            connection.execute(f'{what} "{_name_of(folder)}"')


def where_tables_are(folder):
    """Return the database of a site in a folder: a file in it, or its name on the server."""
    return _name_of(folder) if os.environ.get("DATABASE_URL") else str(folder / "tables.sqlite3")


def _name_of(folder):
    return quote("upgrade_" + "_".join(Path(folder).parts[-3:]), safe="").lower()[-60:]


def main(site, what, *given):
    """Do one of these things in this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{OURS}.settings.{site}"
    import django

    django.setup()
    if what == "fill":
        fill(*given)
    elif what == "migrate":
        migrate_each(*given)
    elif what == "states":
        sys.stdout.write(json.dumps(list(list_states())))
    else:
        faults = compare(given[-1])
        sys.stdout.write("\n".join(faults))
        return 1 if faults else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
