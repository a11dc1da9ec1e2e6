"""How the directory of services is read from, and written to, an Open Referral UK file."""

import json
from collections.abc import Sequence
from pathlib import Path

from patrolwise.errors import InputError
from patrolwise.files.whole_files import write_whole
from patrolwise.outreach.service_directory import Service, make_services, record_services


def read_services(path: str | Path) -> list[Service]:
    """Return the services that a file of Open Referral UK 3.0 holds.

    Parameters
    ----------
    path : str or Path
        JSON: a page of `/services`, a list of services, or one service.

    Returns
    -------
    list of Service
        In the order of the file.

    Raises
    ------
    InputError
        The file cannot be read or is not JSON, or as `make_services`; all faults are named.
    """
    path = Path(path)
    try:
        document = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}. Check its path."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.name} is not JSON in UTF-8: {error}. Fetch it again.") from error
    return make_services(document, path.name)


def write_services(services: Sequence[Service], path: str | Path) -> None:
    """Write services as one page of `/services`, Open Referral UK 3.0.

    Parameters
    ----------
    services : sequence of Service
    path : str or Path

    Raises
    ------
    InputError
        The folder does not exist, or the disk refuses.
    """
    text = json.dumps(record_services(services), ensure_ascii=False, indent=2) + "\n"
    write_whole(Path(path), text.encode("utf-8", "backslashreplace"))
