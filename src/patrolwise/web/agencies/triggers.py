"""How the database itself refuses an hour that is there twice, and a row that is written over.

SQLite keeps times as text of one form, which is in order as the times are: rows have whole
minutes. PostgreSQL lets one row of an agency in at a time, so that two that come at once see each
other.
"""

from typing import Any

_TWICE = "a unit is in two rows of the hours ledger at once"
_FIXED = "rows of the hours ledger are taken back, never changed"
_COLUMNS = (
    *("agency_id", "unit_id", "hot_spot_id", "day", "start", '"end"', "staff", "patrol_type"),
    *("activity", "paid", "visibility", "basis", "stream_id", "patrol_minutes", "person_minutes"),
    *("is_in_kind", "recorded", "recorded_at", "staff_codes", '"key"'),
)
_OTHER = (
    "EXISTS (SELECT 1 FROM agencies_hoursrow other WHERE other.agency_id = NEW.agency_id "
    "AND other.unit_id = NEW.unit_id AND other.withdrawn_at IS NULL "
    'AND other.start < NEW."end" AND other."end" > NEW.start)'
)
_SQLITE = (
    "CREATE TRIGGER agencies_no_hour_twice BEFORE INSERT ON agencies_hoursrow "
    f"WHEN NEW.withdrawn_at IS NULL AND {_OTHER} BEGIN SELECT RAISE(ABORT, '{_TWICE}'); END",
    f"CREATE TRIGGER agencies_rows_stay BEFORE UPDATE OF {', '.join(_COLUMNS)} "
    f"ON agencies_hoursrow BEGIN SELECT RAISE(ABORT, '{_FIXED}'); END",
    "CREATE TRIGGER agencies_back_is_back BEFORE UPDATE OF withdrawn_at ON agencies_hoursrow "
    f"WHEN OLD.withdrawn_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{_FIXED}'); END",
    "CREATE TRIGGER agencies_rows_remain BEFORE DELETE ON agencies_hoursrow "
    f"BEGIN SELECT RAISE(ABORT, '{_FIXED}'); END",
)
_POSTGRES = (
    "CREATE FUNCTION agencies_no_hour_twice() RETURNS trigger AS $$ BEGIN "
    "IF NEW.withdrawn_at IS NULL THEN "
    "PERFORM 1 FROM agencies_agency WHERE id = NEW.agency_id FOR UPDATE; "
    f"IF {_OTHER} THEN RAISE EXCEPTION '{_TWICE}' USING ERRCODE = 'exclusion_violation'; "
    "END IF; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER agencies_no_hour_twice BEFORE INSERT ON agencies_hoursrow "
    "FOR EACH ROW EXECUTE FUNCTION agencies_no_hour_twice()",
    "CREATE FUNCTION agencies_rows_stay() RETURNS trigger AS $$ BEGIN "
    f"RAISE EXCEPTION '{_FIXED}' USING ERRCODE = 'integrity_constraint_violation'; "
    "END $$ LANGUAGE plpgsql",
    f"CREATE TRIGGER agencies_rows_stay BEFORE UPDATE OF {', '.join(_COLUMNS)} "
    "ON agencies_hoursrow FOR EACH ROW EXECUTE FUNCTION agencies_rows_stay()",
    "CREATE TRIGGER agencies_back_is_back BEFORE UPDATE OF withdrawn_at ON agencies_hoursrow "
    "FOR EACH ROW WHEN (OLD.withdrawn_at IS NOT NULL) EXECUTE FUNCTION agencies_rows_stay()",
    "CREATE TRIGGER agencies_rows_remain BEFORE DELETE ON agencies_hoursrow "
    "FOR EACH ROW EXECUTE FUNCTION agencies_rows_stay()",
)


def add_triggers(apps: Any, schema_editor: Any) -> None:
    """Let the ledger be only added to, and no hour be in it twice.

    Parameters
    ----------
    apps, schema_editor
        As a migration gives them.
    """
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for sql in _POSTGRES if is_postgres else _SQLITE:
        schema_editor.execute(sql)
