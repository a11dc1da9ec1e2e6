"""Which legal gateways are in force, and whether a disclosure may go through one.

Gateways are dated data, `data/gateways.csv`, for a data protection officer (DPO) to confirm: none
of it is advice. One whose first day is blank is not in force until somebody enters the day.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TypeVar

from patrolwise.errors import check_faults
from patrolwise.outreach.sharing_words import (
    Controller,
    Decider,
    DisclosedField,
    DisclosureDecision,
)

LEADS = (Decider.LEAD, Decider.DSL)
_NOT_FOR_CHARITY = ("pcsc-16", "pcsc-17")
_COLUMNS = (
    "key",
    "title",
    "act",
    "from",
    "until",
    "from_controllers",
    "to_controllers",
    "needs_consent",
    "allowed_fields",
    "not_allowed",
    "sure",
)
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """One way in law by which facts about a person may pass from one controller to another."""

    key: str
    title: str
    act: str
    starts: date | None  # first day in force; None while none was entered
    ends: date | None  # last day in force; None while it is
    from_controllers: frozenset[Controller]
    to_controllers: frozenset[Controller]
    needs_consent: bool
    allowed_fields: frozenset[DisclosedField]  # those that are never allowed are left out
    not_allowed: frozenset[DisclosedField]
    sure: str  # what a DPO still has to confirm

    def is_in_force(self, on: date) -> bool:
        """Return whether it is law on a day."""
        return self.starts is not None and self.starts <= on and (self.ends or on) >= on

    def joins(self, from_controller: Controller, to_controller: Controller) -> bool:
        """Return whether it leads from one controller to another."""
        return from_controller in self.from_controllers and to_controller in self.to_controllers


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What a lead decided to tell another controller about a person, or refused to."""

    from_controller: Controller
    to_controller: Controller
    on: date
    decision: DisclosureDecision
    decided_by: Decider
    gateway: str = ""  # its key; none for a refusal
    fields_sent: frozenset[DisclosedField] = frozenset()
    consented_fields: frozenset[DisclosedField] = frozenset()  # of a consent in force that day
    necessity: str = ""
    proportionality: str = ""


@cache
def _shipped() -> dict[str, Gateway]:
    text = (files("patrolwise.outreach") / "data" / "gateways.csv").read_text("utf-8")
    return make_gateways(csv.DictReader(text.splitlines()), "gateways.csv")


def load_gateways() -> dict[str, Gateway]:
    """Return the gateways that come with Patrolwise, by key.

    Returns
    -------
    dict of key to Gateway
        In the order of the file, those not in force included. A new dict each time.

    Examples
    --------
    >>> load_gateways()["pcsc-16"].act
    'Police, Crime, Sentencing and Courts Act 2022, section 16'
    """
    return dict(_shipped())


def make_gateways(rows: Iterable[Mapping[str, str | None]], what: str) -> dict[str, Gateway]:
    """Return gateways from rows of text.

    Parameters
    ----------
    rows : iterable of mapping
        With the columns of `data/gateways.csv`; lists are separated by semicolons, "any" is all.
    what : str
        What is being read, for the message.

    Returns
    -------
    dict of key to Gateway

    Raises
    ------
    InputError
        A column is missing, a word or a date is not known, a key comes twice; all are named.
    """
    found: dict[str, Gateway] = {}
    faults: list[str] = []
    for number, row in enumerate(rows, start=2):  # the header is line 1
        if missing := [name for name in _COLUMNS if row.get(name) is None]:
            faults.append(f"Line {number} lacks {', '.join(missing)}.")
            continue
        reader = _Row({name: str(row[name]).strip() for name in _COLUMNS}, number, faults)
        gateway = reader.make_gateway()
        if gateway.key in found:
            faults.append(f"Line {number} has the key {gateway.key} again. Keep one.")
        found[gateway.key] = gateway
    check_faults(what, faults)
    return found


class _Row:
    """One line that is being read; what is wrong with it is added to the faults."""

    def __init__(self, cells: dict[str, str], number: int, faults: list[str]) -> None:
        self._cells, self._number, self._faults = cells, number, faults

    def make_gateway(self) -> Gateway:
        never = self._words("not_allowed", DisclosedField)
        for name in ("key", "title", "act"):
            if not self._cells[name]:
                self._faults.append(f"Line {self._number} has no {name}.")
        if self._cells["needs_consent"] not in ("yes", "no"):
            self._complain("needs_consent", self._cells["needs_consent"], "yes or no")
        return Gateway(
            key=self._cells["key"],
            title=self._cells["title"],
            act=self._cells["act"],
            starts=self._day("from"),
            ends=self._day("until"),
            from_controllers=self._words("from_controllers", Controller),
            to_controllers=self._words("to_controllers", Controller),
            needs_consent=self._cells["needs_consent"] == "yes",
            allowed_fields=self._words("allowed_fields", DisclosedField) - never,
            not_allowed=never,
            sure=self._cells["sure"],
        )

    def _words(self, name: str, kind: type[_Word]) -> frozenset[_Word]:
        if self._cells[name] == "any":
            return frozenset(kind)
        known = {member.value: member for member in kind}
        given = [word.strip() for word in self._cells[name].split(";") if word.strip()]
        for word in given:
            if word not in known:
                self._complain(name, word, "; ".join(known))
        return frozenset(known[word] for word in given if word in known)

    def _day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self._cells[name]) if self._cells[name] else None
        except ValueError:
            self._complain(name, self._cells[name], "a date such as 2026-02-05, or blank")
            return None

    def _complain(self, name: str, given: str, known: str) -> None:
        self._faults.append(f"Line {self._number}, {name}: {given!r} is not one of {known}.")


def gateways_in_force(
    on: date, from_controller: Controller, to_controller: Controller
) -> list[Gateway]:
    """Return the gateways that lead from one controller to another on a day.

    Parameters
    ----------
    on : date
    from_controller, to_controller : Controller

    Returns
    -------
    list of Gateway
        In the order of the file.

    Examples
    --------
    >>> found = gateways_in_force(date(2026, 6, 1), Controller.OUTREACH, Controller.POLICE)
    >>> any(gateway.key == "pcsc-16" for gateway in found)
    False
    """
    return [
        gateway
        for gateway in _shipped().values()
        if gateway.is_in_force(on) and gateway.joins(from_controller, to_controller)
    ]


def check_disclosure(
    disclosure: Disclosure, gateways: Mapping[str, Gateway] | None = None
) -> list[str]:
    """Return what is wrong with a disclosure, all of it; an empty list when it may go.

    Parameters
    ----------
    disclosure : Disclosure
    gateways : mapping of key to Gateway, optional
        The shipped ones when None.

    Returns
    -------
    list of str
        Whole sentences.

    References
    ----------
    Police, Crime, Sentencing and Courts Act 2022, section 16(4): never patient information. ICO,
    Enforcement notice to the Metropolitan Police, Gangs Matrix (2018): no blanket sharing.
    """
    known = _shipped() if gateways is None else gateways
    faults = []
    if disclosure.decided_by not in LEADS:
        faults.append(
            f"Who decided it is not a {' or a '.join(LEADS)} (given: {disclosure.decided_by}). "
            "Ask one of them."
        )
    if disclosure.from_controller is disclosure.to_controller:
        faults.append("It goes from a controller to itself: that is no disclosure.")
    if disclosure.decision is DisclosureDecision.REFUSE:
        if disclosure.fields_sent:
            faults.append(
                f"It is refused, and sends {_list(disclosure.fields_sent)}. Send nothing."
            )
        return faults
    faults += [
        f"Its {name} is not written down. Say why in a sentence."
        for name in ("necessity", "proportionality")
        if not getattr(disclosure, name).strip()
    ]
    if not disclosure.fields_sent:
        faults.append("No field is chosen. Choose the fewest that serve, or refuse.")
    if disclosure.gateway not in known:
        faults.append(f"There is no gateway {disclosure.gateway!r}; there are {', '.join(known)}.")
        return faults
    return [*faults, *_faults_of_gateway(disclosure, known[disclosure.gateway])]


def _faults_of_gateway(disclosure: Disclosure, gateway: Gateway) -> list[str]:
    faults = []
    if not gateway.is_in_force(disclosure.on):
        faults.append(f"{gateway.act} is not in force on {disclosure.on}. Choose another gateway.")
    charity = Controller.OUTREACH in (disclosure.from_controller, disclosure.to_controller)
    if gateway.key in _NOT_FOR_CHARITY and charity:
        faults.append(f"{gateway.act} is no gateway for the charity: it is not a listed body.")
    elif not gateway.joins(disclosure.from_controller, disclosure.to_controller):
        faults.append(
            f"{gateway.act} does not lead from {disclosure.from_controller} to "
            f"{disclosure.to_controller}."
        )
    if never := disclosure.fields_sent & gateway.not_allowed:
        faults.append(f"{gateway.act} never allows {_list(never)}. Leave it out.")
    beyond = disclosure.fields_sent - gateway.allowed_fields - gateway.not_allowed
    if beyond:
        faults.append(f"{gateway.act} is not set up for {_list(beyond)}. Leave these out.")
    if gateway.needs_consent:
        if not disclosure.consented_fields:
            faults.append(f"{gateway.title} needs a consent in force on {disclosure.on}.")
        elif unasked := disclosure.fields_sent - disclosure.consented_fields:
            faults.append(f"The consent does not cover {_list(unasked)}. Leave these out, or ask.")
    return faults


def _list(fields: Iterable[DisclosedField]) -> str:
    return ", ".join(field for field in DisclosedField if field in fields)
