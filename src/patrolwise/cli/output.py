"""How a command speaks: results on standard output, faults and progress on standard error."""

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

from patrolwise.cli.__main__ import PARTIAL
from patrolwise.crimes.quality import FileFault


def say(text: str) -> None:
    """Write a result for a person, or a JSON document for a program."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def say_json(document: Any) -> None:
    """Write a document as JSON; dates as ISO 8601."""
    say(json.dumps(document, indent=2, ensure_ascii=False, default=_as_text))


def say_faults(command: str, faults: Sequence[FileFault]) -> int:
    """Name each file that could not be read; return the exit code."""
    for fault in faults:
        sys.stderr.write(f"patrolwise {command}: {fault.file}: {fault.message}\n")
    return PARTIAL if faults else 0


def steps(total: int) -> AbstractContextManager[Callable[[str], None]]:
    """Return a progress bar of so many steps; quiet when standard error is no terminal."""
    return _steps(total)


@contextmanager
def _steps(total: int) -> Any:
    from tqdm import tqdm

    bar_format = "{desc:<38} {bar:24} {n_fmt}/{total_fmt} {elapsed}"
    with tqdm(
        total=total, leave=False, disable=not sys.stderr.isatty(), bar_format=bar_format
    ) as bar:

        def step(what: str) -> None:
            bar.set_description_str(what)
            bar.update()

        yield step


def _as_text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON.")
