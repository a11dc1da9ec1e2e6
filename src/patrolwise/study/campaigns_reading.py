"""How the `[[campaigns]]` parts of a programme file are read and checked: every fault at once."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from patrolwise.errors import InputError, check_faults
from patrolwise.study.campaigns_programme import DeclaredCampaign
from patrolwise.study.patrol_reading import keep
from patrolwise.study.toml_reader import TomlReader

_LONGEST = timedelta(days=366)  # a longer campaign is a slip of the year, or no campaign


def read_campaigns(top: TomlReader, faults: list[str]) -> tuple[DeclaredCampaign, ...]:
    """Return the campaigns that a programme declares.

    Parameters
    ----------
    top : TomlReader
        The whole file; [[campaigns]] may be absent.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    tuple of DeclaredCampaign
        In the order of the file; those with a fault are left out.
    """
    read = [_read(table, at, faults) for at, table in enumerate(top.tables("campaigns"), start=1)]
    found = tuple(one for one in read if one is not None)
    faults += _list_twice(found)
    return found


def read_force_campaigns(path: Path) -> tuple[DeclaredCampaign, ...]:
    """Return the campaigns of a whole force, for charts that compare forces.

    Parameters
    ----------
    path : Path
        TOML: tables `[[campaigns]]` as in a programme, without areas.

    Returns
    -------
    tuple of DeclaredCampaign

    Raises
    ------
    InputError
        The file is not as it should be, or a campaign names areas: charts of a force have none.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path.name} cannot be read as TOML: {error}. Mend it.") from error
    faults: list[str] = []
    top = TomlReader(given, "", path.parent, faults)
    found = read_campaigns(top, faults)
    top.finish()
    faults += [
        f"{one.name} is of {', '.join(one.areas)} only. Charts of a force mark what held for the "
        "whole of it: leave it out here."
        for one in found
        if one.areas
    ]
    if not found and not faults:
        faults.append("There is no [[campaigns]] in it. Give one for each campaign.")
    check_faults(path.name, faults)
    return found


def _read(table: TomlReader, at: int, faults: list[str]) -> DeclaredCampaign | None:
    known, where = len(faults), f"campaigns[{at}]"
    name, url = table.text("name"), table.text("url", "")
    first, last = table.day("first", needed=True), table.day("last", needed=True)
    areas = table.texts("areas")
    if table.has("areas") and not areas and len(faults) == known:
        faults.append(
            f"{where}.areas is empty. Name the areas that it was in, or leave it out: everywhere."
        )
    table.finish()
    if first is not None and last is not None and last - first > _LONGEST:
        faults.append(
            f"{where} lasts from {first} to {last}, more than a year. Mend the year: what always "
            "holds is no campaign."
        )
    if first is None or last is None or len(faults) > known:
        return None
    return keep(
        lambda: DeclaredCampaign(name=name, first=first, last=last, areas=areas, url=url),
        where,
        faults,
    )


def _list_twice(found: Sequence[DeclaredCampaign]) -> Iterator[str]:
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            same = one.name.casefold() == other.name.casefold()
            if same and one.window.overlaps(other.window):
                yield (
                    f"campaigns: {one.name} is there for {one.window} and for {other.window}, "
                    "which share days. Make them one."
                )
