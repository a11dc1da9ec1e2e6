"""Which errors a person can do something about, and what a scheduler is told.

Each error says what is wrong (all of it at once), what was given and what to do. One line in
`patrolwise.cli` turns them into an exit code; nothing else catches them.
"""

from collections.abc import Sequence


class PatrolwiseError(Exception):
    """A fault that the message explains; the base of the others."""

    exit_code = 1


class InputError(PatrolwiseError):
    """The data, the programme file or an argument is wrong; the message says what to mend."""

    exit_code = 10


class RefusedError(PatrolwiseError):
    """The data is readable, but a rule of good analysis or of privacy forbids what was asked."""

    exit_code = 11


class MissingExtraError(PatrolwiseError):
    """An optional part of Patrolwise is not installed; the message names it."""

    exit_code = 12


def check_faults(
    what: str, faults: Sequence[str], error: type[PatrolwiseError] = InputError
) -> None:
    """Raise one error that lists every fault, or return silently when there is none.

    Parameters
    ----------
    what : str
        What was being read or checked, as a person would name it: "programme.toml".
    faults : sequence of str
        Whole sentences.
    error : type of PatrolwiseError
        The family to raise.

    Raises
    ------
    PatrolwiseError
        Of the family given, when `faults` is not empty.

    Examples
    --------
    >>> check_faults("programme.toml", [])
    >>> check_faults("programme.toml", ["It has no windows."])
    Traceback (most recent call last):
    patrolwise.errors.InputError: programme.toml: It has no windows.
    """
    if not faults:
        return
    if len(faults) == 1:
        raise error(f"{what}: {faults[0]}")
    listed = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, start=1))
    raise error(f"{what}: {len(faults)} faults.\n{listed}")
