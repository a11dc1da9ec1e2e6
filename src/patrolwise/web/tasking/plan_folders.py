"""Where the files of a plan lie, how they come there whole, and which of them may be given out.

Everything is written below a name that nobody asks for, is on the disk, and is then renamed: a
plan's row names a folder only when all of it is there.
"""

import json
import os
import re
import secrets
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from patrolwise.errors import InputError
from patrolwise.reporting.card_making import make_cards
from patrolwise.reporting.card_records import PatrolCard
from patrolwise.study.file_names import name_files
from patrolwise.study.plan_study import MadePlan
from patrolwise.study.plan_writing import write_plan

PLANS = "plans"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.(pdf|html|csv|xlsx|ics|json)")
_INNER = "site-"  # of files that only pages read


def write_folder_of(made: MadePlan, *, progress: Callable[[str], None]) -> str:
    """Write a plan into a new folder; return its name below the data folder.

    Parameters
    ----------
    made : MadePlan
    progress : callable
        Told of each step.

    Returns
    -------
    str

    Raises
    ------
    InputError
        The disk refuses.
    """
    name = f"{PLANS}/{secrets.token_hex(12)}"
    place = _below(name)
    making = place.with_name(f".making-{place.name}")
    try:
        write_plan(made, making, progress=progress)
        for file, cards in _tell_cards(made).items():
            (making / file).write_text(json.dumps(cards), encoding="utf-8")
        _put_on_disk(making)
        making.rename(place)
        _sync(place.parent)
    except OSError as error:
        raise InputError(f"The plan cannot be written: {error.strerror}. Make room.") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return name


def remove_folder(name: str) -> None:
    """Take the folder of a plan away that no row names any more.

    Parameters
    ----------
    name : str
        Below the data folder; empty does nothing.
    """
    if name:
        shutil.rmtree(_below(name), ignore_errors=True)


def folder_path(name: str) -> Path:
    """Return where the folder of a plan lies.

    Parameters
    ----------
    name : str
        Below the data folder.

    Returns
    -------
    Path
    """
    return _below(name)


def list_files(name: str) -> list[str]:
    """Return the files of a plan that may be given out to whoever plans, by name.

    Parameters
    ----------
    name : str
        Below the data folder; empty has none.

    Returns
    -------
    list of str
    """
    folder = _below(name)
    if not name or not folder.is_dir():
        return []
    names = (path.name for path in folder.iterdir() if path.is_file())
    return sorted(one for one in names if _NAME.fullmatch(one) and not one.startswith(_INNER))


def find_file(name: str, file: str) -> Path | None:
    """Return a file of a plan; None when it has none of that name.

    Parameters
    ----------
    name : str
        Below the data folder.
    file : str
        As somebody asked for it: nothing but a name that the folder lists is ever opened.

    Returns
    -------
    Path or None
    """
    return _below(name) / file if file in list_files(name) else None


def find_cards_file(name: str, service: str, services: tuple[str, ...], day: date) -> Path | None:
    """Return the printed cards of a service on a day; None when there are none.

    Parameters
    ----------
    name : str
        Below the data folder.
    service : str
    services : tuple of str
        All of the plan, as they are ordered in it.
    day : date

    Returns
    -------
    Path or None
    """
    return find_file(name, f"cards-{_word(service, services)}-{day}.pdf")


def find_calendar_file(
    name: str, unit: tuple[str, str], units: tuple[tuple[str, str], ...]
) -> Path | None:
    """Return the calendar of a unit; None when there is none.

    Parameters
    ----------
    name : str
        Below the data folder.
    unit : (service, unit)
    units : tuple of (service, unit)
        All of the plan.

    Returns
    -------
    Path or None
    """
    ordered = sorted(units)
    words = name_files([unit_id for _, unit_id in ordered])
    word = dict(zip(ordered, words, strict=True)).get(unit, "")
    return find_file(name, f"calendar-{word}.ics")


def read_cards(name: str, service: str, services: tuple[str, ...], day: date) -> list[Any]:
    """Return what the cards of a service on a day say.

    Parameters
    ----------
    name : str
        Below the data folder.
    service : str
    services : tuple of str
        All of the plan.
    day : date

    Returns
    -------
    list of dict
        One for each unit and shift; empty when there is none.
    """
    path = _below(name) / _cards_name(_word(service, services), day)
    return json.loads(path.read_text(encoding="utf-8")) if name and path.is_file() else []


def _word(service: str, services: tuple[str, ...]) -> str:
    return dict(zip(services, name_files(services), strict=True)).get(service, "")


def _cards_name(word: str, day: date) -> str:
    return f"{_INNER}cards-{word}-{day}.json"


def _tell_cards(made: MadePlan) -> dict[str, list[dict[str, Any]]]:
    services = made.paper.services
    found = {}
    for service, word in zip(services, name_files(services), strict=True):
        for day in made.paper.shifts["day"].unique().sort():
            cards = make_cards(made.paper, made.notes, day, [service])
            found[_cards_name(word, day)] = [_tell_card(card) for card in cards]
    return found


def _tell_card(card: PatrolCard) -> dict[str, Any]:
    return {
        "unit_id": card.unit_id,
        "shift": card.shift,
        "people": card.people,
        "hours": card.hours,
        "clock_note": card.clock_note,
        "first_leg": card.first_leg,
        "notice": card.stamp.notice,
        "origin": card.stamp.origin,
        "when_not": card.note.when_not,
        "phone": card.note.phone,
        "notes": card.note.notes,
        "steps": [
            {
                "number": step.number,
                "area_id": step.area_id,
                "name": step.name,
                "span": step.span,
                "minutes": step.minutes,
                "then": step.then,
                "why": step.why,
            }
            for step in card.steps
        ],
        "keep_clear": [
            {"name": one.name, "service": one.service, "label": one.label, "clear": one.clear}
            for one in card.keep_clear
        ],
    }


def _below(name: str) -> Path:
    return Path(settings.DATA_FOLDER) / name


def _put_on_disk(folder: Path) -> None:
    for path in folder.iterdir():
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
