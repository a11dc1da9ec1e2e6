"""How the `[returns]` part of a programme is read and checked."""

from typing import Any

from patrolwise.partnership.return_tables import RETURN_TABLES
from patrolwise.study.patrol_reading import keep
from patrolwise.study.programme import Service
from patrolwise.study.return_programme import ReturnQuarter, Returns
from patrolwise.study.source_reading import read_definitions
from patrolwise.study.toml_reader import TomlReader


def read_returns(
    table: TomlReader, services: tuple[Service, ...], faults: list[str]
) -> Returns | None:
    """Return what the part declares.

    Parameters
    ----------
    table : TomlReader
        Of [returns].
    services : tuple of Service
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    Returns or None
        None when something is wrong.
    """
    known = len(faults)
    forms = {name: path for name in RETURN_TABLES if (path := table.path(name)) is not None}
    given: dict[str, Any] = {
        "force": table.text("force"),
        "zone": table.text("zone", ""),
        "harm_index": table.text("harm_index", ""),
        "definitions": read_definitions(
            table.texts("definitions", needed=True), "returns.definitions", faults
        ),
        "forms": forms,
        "kinds": tuple((service.name, service.kind) for service in services),
        "quarters": tuple(
            made
            for one in table.tables("quarters")
            if (made := _read_quarter(one, faults)) is not None
        ),
    }
    table.finish()
    if len(faults) > known:
        return None
    return keep(lambda: Returns(**given), "", faults)


def _read_quarter(table: TomlReader, faults: list[str]) -> ReturnQuarter | None:
    known = len(faults)
    given: dict[str, Any] = {
        "quarter": table.text("quarter"),
        "fund_rules": table.text("fund_rules"),
        "cut": table.day("cut", needed=True),
        "earlier_cut": table.day("earlier_cut"),
        "version": table.whole("version", 1),
        "prepared_by": table.text("prepared_by", ""),
        "approved_by": table.text("approved_by", ""),
        "open_queries": table.texts("open_queries"),
    }
    table.finish()
    if len(faults) > known:
        return None
    return keep(lambda: ReturnQuarter(**given), "", faults)
