"""Which services the programmes on this site name, and whether each is police, partner or outreach.

Devices are given to services by these names, so that nobody types one that no programme knows.
"""

import tomllib
from functools import lru_cache
from pathlib import Path

from patrolwise.web.accounts.wall import NOT_HERE, is_of_outreach, name_kind
from patrolwise.web.records.models import Kind
from patrolwise.web.records.queries import kept_tables

_OUTREACH = "outreach"
_KEPT = 200  # programmes whose services are remembered


def list_service_kinds() -> dict[str, str]:
    """Return what each service is that a kept programme names.

    Returns
    -------
    dict of str to str
        Name to "police", "partner" or "outreach"; "outreach" where any programme says so, and ""
        where none says it.
    """
    kinds: dict[str, str] = {}
    for path in kept_tables(Kind.PROGRAMME):
        for service, kind in _read_services(path) if path.is_file() else ():
            known = kinds.get(service, "")
            kinds[service] = _OUTREACH if _OUTREACH in (kind, known) else kind or known
    return kinds


def list_own_services() -> list[str]:
    """Return the services that devices can be given to on this site: all but outreach.

    Returns
    -------
    list of str
        By name.
    """
    kinds = list_service_kinds()
    return sorted(name for name, kind in kinds.items() if kind not in ("", _OUTREACH))


def find_service_fault(service: str) -> list[str]:
    """Return why a device cannot be given to a service; nothing when it can.

    Parameters
    ----------
    service : str
        Blank is no fault here: whoever asks says so already.

    Returns
    -------
    list of str
    """
    if not service.strip():
        return []
    if is_of_outreach(service) or list_service_kinds().get(service) == _OUTREACH:
        return [NOT_HERE]
    known = list_own_services()
    if service in known:
        return []
    what_to_do = (
        f"Choose {' or '.join(known)}, or upload the programme that names it."
        if known
        else "Upload the programme that names it, and keep it."
    )
    return [f"No programme on this site knows the service {service}. {what_to_do}"]


@lru_cache(maxsize=_KEPT)
def _read_services(path: Path) -> tuple[tuple[str, str], ...]:
    """Return name and kind of each service; a kept programme's file never changes."""
    declared = tomllib.loads(path.read_text("utf-8")).get("services", ())
    return tuple((one["name"], name_kind(one["name"], one.get("kind", ""))) for one in declared)
