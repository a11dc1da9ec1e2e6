"""Which powers against anti-social behaviour are law on a day, and what their use must show.

Powers are dated data, `data/asb-powers.toml`, never code: one whose day of commencement was not
entered is not in force. Nothing here decides; it refuses a use whose tests were not answered.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach.dates_ahead import add_months

ADULT = 18
_UNITS = {"hour": 0, "month": 1, "year": 12}  # months; hours are reckoned as such
_REQUIRED: dict[str, type] = {
    "key": str,
    "title": str,
    "act": str,
    "issued_by": list,
    "longest": str,
    "consult": list,
    "consult_under_18": list,
    "sure": str,
    "tests": dict,
}
_MAY_HAVE: dict[str, type] = {
    "from": date,
    "until": date,
    "least_age": int,
    "most_age": int,
    "longest_under_18": str,
    "shortest": str,
    "shortest_under_18": str,
}


@dataclass(frozen=True, kw_only=True)
class Power:
    """One power in one state of the law. Lengths are such as "48 hours"; empty: none is set."""

    key: str
    title: str
    act: str
    starts: date | None  # first day in force; None while it is not commenced
    ends: date | None  # last day in force; None while it is
    issued_by: tuple[str, ...]
    least_age: int | None  # None for one that is about a place
    most_age: int | None
    shortest: str
    shortest_under_18: str
    longest: str
    longest_under_18: str
    consult: tuple[str, ...]
    consult_under_18: tuple[str, ...]
    tests: tuple[tuple[str, str], ...]  # key and question; each must be answered with yes
    sure: str  # what a lawyer has to confirm

    def is_in_force(self, on: date) -> bool:
        """Return whether it is law on a day."""
        return self.starts is not None and self.starts <= on and (self.ends or on) >= on

    def allowed_length(self, *, is_under_18: bool) -> tuple[str, str]:
        """Return the shortest and the longest that it may last; empty where none is set."""
        if is_under_18:
            return self.shortest_under_18 or self.shortest, self.longest_under_18 or self.longest
        return self.shortest, self.longest

    def must_consult(self, *, is_under_18: bool) -> tuple[str, ...]:
        """Return who must be consulted first."""
        return self.consult + (self.consult_under_18 if is_under_18 else ())


@dataclass(frozen=True, kw_only=True)
class TestAnswer:
    """How one statutory question was answered, and why."""

    __test__ = False  # no test of pytest's

    is_yes: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class PowerUse:
    """What somebody means to do by a power, before it is done."""

    power: str  # its key
    starts: datetime  # with a time zone
    ends: datetime | None  # None for one without an end
    issued_by: str
    age: int | None  # of the subject, years; None for a place
    answers: Mapping[str, TestAnswer]
    consulted: frozenset[str]
    less_intrusive: str  # what was considered that intrudes less, and why it will not do
    support: str  # what help was offered, or why none


@cache
def _shipped() -> tuple[Power, ...]:
    text = (files("patrolwise.partnership") / "data" / "asb-powers.toml").read_text("utf-8")
    return make_powers(tomllib.loads(text), "asb-powers.toml")


def load_powers() -> tuple[Power, ...]:
    """Return the powers that come with Patrolwise, those not in force included.

    Returns
    -------
    tuple of Power
        In the order of the file.

    Examples
    --------
    >>> [power.key for power in load_powers() if power.starts is None]
    ['respect-order', 'youth-injunction', 'housing-injunction']
    """
    return _shipped()


def make_powers(given: Mapping[str, Any], what: str) -> tuple[Power, ...]:
    """Return powers from what a TOML file says.

    Parameters
    ----------
    given : mapping
        With a list `powers`, as in `data/asb-powers.toml`.
    what : str
        What is being read, for the message.

    Returns
    -------
    tuple of Power

    Raises
    ------
    InputError
        A key is missing, unknown or of another type, a length is none, a power has no test, or two
        states of one power are in force on one day; all are named.
    """
    rows = given.get("powers")
    if not isinstance(rows, list) or not rows:
        check_faults(what, ["It has no [[powers]]. Give one or more."])
    faults: list[str] = []
    found: list[Power] = []
    for number, row in enumerate(rows or (), start=1):
        wrong = _row_faults(row, number)
        faults += wrong
        if not wrong:
            found.append(_make_power(row))
    check_faults(what, faults or _overlap_faults(found))
    return tuple(found)


def find_power(key: str, on: date, powers: Iterable[Power] | None = None) -> Power:
    """Return a power as it is law on a day.

    Parameters
    ----------
    key : str
    on : date
    powers : iterable of Power, optional
        The shipped ones when None.

    Returns
    -------
    Power

    Raises
    ------
    InputError
        There is no such power.
    RefusedError
        It is not in force on that day.

    Examples
    --------
    >>> find_power("civil-injunction", date(2026, 6, 1)).longest_under_18
    '12 months'
    >>> find_power("respect-order", date(2026, 6, 1))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    patrolwise.errors.RefusedError: Respect order (Crime and Policing Act 2026, ...
    """
    given = tuple(_shipped() if powers is None else powers)
    states = [power for power in given if power.key == key]
    if not states:
        known = ", ".join(dict.fromkeys(power.key for power in given))
        check_faults("Powers", [f"There is no power {key}; there are {known}."])
    for power in states:
        if power.is_in_force(on):
            return power
    days = [f"{one.starts} to {one.ends or 'now'}" for one in states if one.starts]
    told = f"in force from {', '.join(days)}" if days else "not commenced: no day was entered"
    raise RefusedError(
        f"{states[0].title} ({states[0].act}) is no law on {on}; it is {told}. Choose another "
        "power, or enter the day of commencement."
    )


def check_power_use(use: PowerUse, powers: Iterable[Power] | None = None) -> list[str]:
    """Return what is wrong with a use of a power, all of it; an empty list when it may go on.

    Parameters
    ----------
    use : PowerUse
    powers : iterable of Power, optional
        The shipped ones when None.

    Returns
    -------
    list of str
        Whole sentences.

    Raises
    ------
    InputError
        There is no such power, or a time has no zone.
    RefusedError
        The power is not in force on the first day.

    References
    ----------
    Anti-social Behaviour, Crime and Policing Act 2014: the tests that each power's row names.
    """
    if use.starts.tzinfo is None or (use.ends is not None and use.ends.tzinfo is None):
        check_faults("Use of a power", ["A time has no zone. Give aware times."])
    power = find_power(use.power, use.starts.date(), powers)
    is_under_18 = use.age is not None and use.age < ADULT
    faults = [*_age_faults(use, power), *_test_faults(use, power)]
    if use.issued_by not in power.issued_by:
        faults.append(
            f"{power.title} is issued by {' or '.join(power.issued_by)}, not by {use.issued_by}."
        )
    if left_out := [
        body for body in power.must_consult(is_under_18=is_under_18) if body not in use.consulted
    ]:
        faults.append(f"Not consulted yet: {', '.join(left_out)}. Do so first.")
    faults += [
        f"Nothing is written on {told}. Say it in a sentence."
        for told, text in (
            ("what was considered that intrudes less", use.less_intrusive),
            ("what support was offered", use.support),
        )
        if not text.strip()
    ]
    return faults + _length_faults(use, power, is_under_18=is_under_18)


def _age_faults(use: PowerUse, power: Power) -> list[str]:
    if power.least_age is None:
        is_of_person = use.age is not None
        return ["It is about a place, no person. Take the age out."] if is_of_person else []
    if use.age is None:
        return ["The subject's age is not given. It decides what is allowed: find it out."]
    if not power.least_age <= use.age <= (power.most_age or use.age):
        upto = f" to {power.most_age}" if power.most_age else " and over"
        return [f"{power.title} is for ages {power.least_age}{upto}; the subject is {use.age}."]
    return []


def _test_faults(use: PowerUse, power: Power) -> list[str]:
    known = dict(power.tests)
    faults = [f"{power.title} has no test {key}." for key in use.answers if key not in known]
    for key, question in known.items():
        answer = use.answers.get(key)
        if answer is None:
            faults.append(f"Not answered: {question}")
        elif not answer.is_yes:
            faults.append(f"Answered with no, so that the power cannot be used: {question}")
        elif not answer.reason.strip():
            faults.append(f"Answered without a reason: {question}")
    return faults


def _length_faults(use: PowerUse, power: Power, *, is_under_18: bool) -> list[str]:
    shortest, longest = power.allowed_length(is_under_18=is_under_18)
    if use.ends is None:
        return [f"It has no end, and may last {longest} at most. Give one."] if longest else []
    # two local times of one zone are compared by their face, which is wrong when clocks change
    ends = use.ends.astimezone(UTC)
    if ends <= use.starts.astimezone(UTC):
        return ["It ends before it begins. Mend a time."]
    faults = []
    if longest and ends > (latest := _reach(use.starts, longest)).astimezone(UTC):
        faults.append(f"It may last {longest} at most. End it by {latest:%Y-%m-%d %H:%M}.")
    if shortest and ends < (earliest := _reach(use.starts, shortest)).astimezone(UTC):
        faults.append(f"It must last {shortest} at least, to {earliest:%Y-%m-%d %H:%M}.")
    return faults


def _reach(starts: datetime, length: str) -> datetime:
    """Return the time at which a length is over: hours by the clock's run, months by its face."""
    number, unit = _split(length)
    if not _UNITS[unit]:
        later = starts.astimezone(UTC) + timedelta(hours=number)
        return later.astimezone(starts.tzinfo)
    return datetime.combine(add_months(starts.date(), number * _UNITS[unit]), starts.timetz())


def _split(length: str) -> tuple[int, str]:
    number, _, unit = length.partition(" ")
    return int(number), unit.removesuffix("s")


def _is_length(text: str) -> bool:
    number, _, unit = text.partition(" ")
    return number.isdecimal() and int(number) > 0 and unit.removesuffix("s") in _UNITS


def _row_faults(row: object, number: int) -> list[str]:
    if not isinstance(row, Mapping):
        return [f"Power {number} is no table."]
    known = {**_REQUIRED, **_MAY_HAVE}
    faults = [f"Power {number} has {key}, which nothing reads." for key in row if key not in known]
    faults += [f"Power {number} lacks {key}." for key in _REQUIRED if key not in row]
    faults += [
        f"Power {number}: {key} must be {wanted.__name__}, got {row[key]!r}."
        for key, wanted in known.items()
        if key in row and type(row[key]) is not wanted
    ]
    if faults:
        return faults
    if not row["tests"]:
        faults.append(f"Power {number} has no test. Each power has its test of necessity.")
    return faults + [
        f"Power {number}: {key} is {row[key]!r}, no length. Write it as 48 hours or 3 months."
        for key in ("longest", "longest_under_18", "shortest", "shortest_under_18")
        if row.get(key) and not _is_length(row[key])
    ]


def _make_power(row: Mapping[str, Any]) -> Power:
    return Power(
        key=row["key"],
        title=row["title"],
        act=row["act"],
        starts=row.get("from"),
        ends=row.get("until"),
        issued_by=tuple(row["issued_by"]),
        least_age=row.get("least_age"),
        most_age=row.get("most_age"),
        shortest=row.get("shortest", ""),
        shortest_under_18=row.get("shortest_under_18", ""),
        longest=row["longest"],
        longest_under_18=row.get("longest_under_18", ""),
        consult=tuple(row["consult"]),
        consult_under_18=tuple(row["consult_under_18"]),
        tests=tuple(row["tests"].items()),
        sure=row["sure"],
    )


def _overlap_faults(powers: list[Power]) -> list[str]:
    return [
        f"{one.key} has two states in force on {max(one.starts, other.starts)}. End the earlier."
        for place, one in enumerate(powers)
        for other in powers[place + 1 :]
        if one.key == other.key
        and one.starts
        and other.starts
        and one.is_in_force(max(one.starts, other.starts))
        and other.is_in_force(max(one.starts, other.starts))
    ]
