"""How the [protocol] section of a programme file is read."""

from patrolwise.errors import InputError
from patrolwise.evaluation.protocol import DeclaredChange
from patrolwise.study.programme import ProtocolSource
from patrolwise.study.toml_reader import TomlReader


def read_protocol_source(table: TomlReader, faults: list[str]) -> ProtocolSource:
    """Return which protocol was frozen, and the changes that were declared since.

    Parameters
    ----------
    table : TomlReader
        Of [protocol]; empty when there is none.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    ProtocolSource
    """
    file = table.path("file")
    changes = [_change(one, faults) for one in table.tables("change")]
    table.finish()
    if file is None and changes:
        faults.append("[[protocol.change]] needs protocol.file: the protocol that was changed.")
    return ProtocolSource(file=file, changes=tuple(change for change in changes if change))


def _change(table: TomlReader, faults: list[str]) -> DeclaredChange | None:
    day, what, reason = table.day("date", needed=True), table.text("what"), table.text("reason")
    table.finish()
    if day is None or not what or not reason:
        return None
    try:
        return DeclaredChange(day=day, what=what, reason=reason)
    except InputError as error:
        faults.append(f"[[protocol.change]]: {error}")
        return None
