"""How the services of a programme are read and checked."""

from patrolwise.study.programme import SERVICE_KINDS, Service
from patrolwise.study.toml_reader import TomlReader


def read_services(top: TomlReader, faults: list[str]) -> tuple[Service, ...]:
    """Return the services that a programme names.

    Parameters
    ----------
    top : TomlReader
        Of the whole file.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    tuple of Service
    """
    return tuple(_service(table, faults) for table in top.tables("services"))


def _service(table: TomlReader, faults: list[str]) -> Service:
    service = Service(
        name=table.text("name"),
        provider=table.text("provider", ""),
        kind=table.text("kind", ""),
        began=table.day("began"),
        ended=table.day("ended"),
    )
    table.finish()
    if service.kind not in ("", *SERVICE_KINDS):
        faults.append(
            f"Service {service.name} is of the kind {service.kind!r}. Give police, outreach or "
            "partner, or leave kind out."
        )
    if service.ended and (service.began is None or service.ended < service.began):
        began = f"it began on {service.began}" if service.began else "began is missing"
        faults.append(f"Service {service.name} ended on {service.ended}, but {began}. Mend them.")
    return service
