"""How words of a command line become values, with what to write instead when they cannot."""

import argparse
from datetime import date
from pathlib import Path


def a_date(text: str) -> date:
    """Return a date written as 2021-12-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write 2021-12-31") from None


def a_path(text: str) -> Path:
    """Return a path; an empty one, as of an unset variable, is refused."""
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty path: is a variable unset?")
    return Path(text)


def a_count(text: str) -> int:
    """Return a whole number of 0 or more."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of 0 or more")
    return int(text)
