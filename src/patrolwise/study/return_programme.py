"""What a programme declares of its quarterly returns: the `[returns]` part of its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from patrolwise.errors import InputError, check_faults
from patrolwise.partnership.fund_rules import find_fund_rules
from patrolwise.partnership.hours_ledger import AGENCY_KINDS
from patrolwise.partnership.quarters import parse_quarter

NEEDED_FORMS = ("hours", "hot_spots", "outcomes")


@dataclass(frozen=True, kw_only=True)
class ReturnQuarter:
    """One return: of which quarter, by which rules, from rows known on which day."""

    quarter: str
    fund_rules: str
    cut: date
    earlier_cut: date | None = None
    version: int = 1
    prepared_by: str = ""
    approved_by: str = ""
    open_queries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rules = find_fund_rules(self.fund_rules)
        window = parse_quarter(self.quarter, rules.year_starts).window
        faults = []
        if self.cut < window.last:
            faults.append(
                f"cut is {self.cut}, before the quarter has ended ({window}). Give the day on "
                "which the rows were taken."
            )
        if self.earlier_cut is not None and self.earlier_cut >= self.cut:
            faults.append(f"earlier_cut is {self.earlier_cut}. Give a day before cut.")
        if (self.earlier_cut is not None) != (self.version > 1):
            faults.append("version 2 and later need earlier_cut, and version 1 has none.")
        check_faults(f"Return of {self.quarter}", faults)


@dataclass(frozen=True, kw_only=True)
class Returns:
    """Everything that a programme declares of its returns."""

    force: str
    zone: str  # of times without an offset
    definitions: tuple[str, ...]  # id@version
    harm_index: str
    forms: Mapping[str, Path]  # of RETURN_TABLES; those not named are empty
    quarters: tuple[ReturnQuarter, ...]
    kinds: tuple[tuple[str, str], ...]  # agency → kind, of every service

    def __post_init__(self) -> None:
        faults = [
            f"{name} is missing. Give the path of a form."
            for name in NEEDED_FORMS
            if name not in self.forms
        ]
        faults += [
            f"Service {agency} needs its kind: {', '.join(AGENCY_KINDS)}."
            for agency, kind in self.kinds
            if kind not in AGENCY_KINDS
        ]
        if not self.kinds:
            faults.append("There is no [[services]]: name each agency that patrols, and its kind.")
        labels = [f"{one.quarter}, version {one.version}" for one in self.quarters]
        faults += [f"{one} is there twice." for one in sorted(set(labels)) if labels.count(one) > 1]
        check_faults("returns", faults)

    def find(self, quarter: str, version: int | None = None) -> ReturnQuarter:
        """Return what is declared of a quarter's return.

        Parameters
        ----------
        quarter : str
        version : int or None
            None takes the newest.

        Returns
        -------
        ReturnQuarter

        Raises
        ------
        InputError
            There is none; the message lists those there are.
        """
        found = [
            one
            for one in self.quarters
            if one.quarter == quarter and version in (None, one.version)
        ]
        if not found:
            known = ", ".join(f"{one.quarter} version {one.version}" for one in self.quarters)
            raise InputError(
                f"No return of {quarter}{f' version {version}' if version else ''} is declared; "
                f"there are {known or 'none'}. Add [[returns.quarters]], with its cut."
            )
        return max(found, key=lambda one: one.version)


@dataclass(frozen=True, kw_only=True)
class ReturnProgramme:
    """Everything that a return needs, as declared."""

    title: str
    notice: str
    returns: Returns
