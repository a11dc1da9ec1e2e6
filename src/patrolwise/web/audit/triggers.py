"""How the database itself refuses to change or delete what is in the record."""

from typing import Any

_SQLITE = (
    "CREATE TRIGGER audit_no_{what} BEFORE {what} ON audit_event BEGIN "
    "SELECT RAISE(ABORT, 'the record is only added to'); END"
)
_POSTGRES = (
    "CREATE FUNCTION audit_only_added() RETURNS trigger AS $$ BEGIN "
    "RAISE EXCEPTION 'the record is only added to'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_event "
    "FOR EACH ROW EXECUTE FUNCTION audit_only_added()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_event "
    "EXECUTE FUNCTION audit_only_added()",
)


def add_triggers(apps: Any, schema_editor: Any) -> None:
    """Make the table one that is only added to.

    Parameters
    ----------
    apps, schema_editor
        As a migration gives them.
    """
    for sql in _list_sql(schema_editor.connection.vendor):
        schema_editor.execute(sql)


def _list_sql(vendor: str) -> tuple[str, ...]:
    if vendor == "postgresql":
        return _POSTGRES
    return tuple(_SQLITE.format(what=what) for what in ("UPDATE", "DELETE"))
