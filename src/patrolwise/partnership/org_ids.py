"""By which public number an organisation is known, written as open data of grants writes it."""

import re
from dataclasses import dataclass
from enum import StrEnum


class OrgKind(StrEnum):
    """What asks for a grant. Money to individuals is never published here."""

    CHARITY = "charity"
    COMPANY = "company"
    CHARITABLE_COMPANY = "charity and company"
    COMMUNITY_GROUP = "community group"
    INDIVIDUAL = "individual"


# how the number of a register is written → the register's prefix, by org-id.guide
_CHARITIES = (
    (re.compile(r"\d{6,7}(-\d{1,3})?"), "GB-CHC"),  # England and Wales; -1 is a linked charity
    (re.compile(r"SC\d{6}"), "GB-SC"),  # Scotland
    (re.compile(r"NIC\d{6}"), "GB-NIC"),  # Northern Ireland, whose numbers are written bare
)
_COMPANY = re.compile(r"(\d{8}|[A-Z]{2}\d{6})")
_FULL = 8  # digits of a company's number; spreadsheets lose the zeros before it
_PREFIXED = re.compile(r"[A-Z0-9]{2,4}-[A-Z]{2,7}-[A-Za-z0-9-]+|360G-[A-Za-z0-9-]+")


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """Who applies for a grant: an organisation, never a person."""

    ref: str  # the funder's own number of it
    name: str
    kind: OrgKind
    charity_number: str = ""
    company_number: str = ""

    def list_faults(self) -> list[str]:
        """Return what is wrong with its numbers, all of it, as whole sentences."""
        faults = []
        if self.kind is OrgKind.INDIVIDUAL:
            faults.append(
                f"{self.ref} is an individual. Grants to people are neither scored nor published "
                "here; give the organisation that is accountable for the money."
            )
        if self.charity_number and not _charity_id(self.charity_number):
            faults.append(
                f"{self.ref}: {self.charity_number!r} is no charity number. Write it as 1000147, "
                "SC123456 or NIC123456."
            )
        if self.company_number and not _company_id(self.company_number):
            faults.append(
                f"{self.ref}: {self.company_number!r} is no company number. Write it as 01234567 "
                "or SC123456."
            )
        needed = {
            "charity_number": (OrgKind.CHARITY, OrgKind.CHARITABLE_COMPANY),
            "company_number": (OrgKind.COMPANY, OrgKind.CHARITABLE_COMPANY),
        }
        return faults + [
            f"{self.ref} is a {self.kind} without {name}. Look it up in the public register."
            for name, kinds in needed.items()
            if self.kind in kinds and not getattr(self, name)
        ]

    @property
    def registered(self) -> dict[str, str]:
        """Its numbers as the registers write them, by what each is: only those that it has.

        Examples
        --------
        >>> Organisation(ref="1", name="C", kind=OrgKind.CHARITABLE_COMPANY,
        ...              charity_number="1000 148", company_number="1234567").registered
        {'charityNumber': '1000148', 'companyNumber': '01234567'}
        """
        found = {
            "charityNumber": _plain(self.charity_number),
            "companyNumber": _company_id(self.company_number).removeprefix("GB-COH-"),
        }
        return {what: number for what, number in found.items() if number}

    def org_id(self, prefix: str) -> str:
        """Return its identifier in open data: by a register, else by the publisher's prefix.

        Parameters
        ----------
        prefix : str
            The publisher's at 360Giving, for groups in no register.

        Returns
        -------
        str
            A charity's number goes before a company's.

        References
        ----------
        org-id.guide, GB-CHC, GB-SC, GB-NIC, GB-COH; 360Giving Data Standard, identifiers.

        Examples
        --------
        >>> Organisation(ref="12", name="Boxing", kind=OrgKind.COMPANY,
        ...              company_number="1234567").org_id("360G-example")
        'GB-COH-01234567'
        """
        found = _charity_id(self.charity_number) or _company_id(self.company_number)
        return found or f"{prefix}-org-{self.ref}"


def is_org_id(text: str) -> bool:
    """Return whether a text has the form of an organisation's identifier.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
        That the register exists or holds the number is not looked up.

    Examples
    --------
    >>> [is_org_id(text) for text in ("GB-CHC-1000147", "360G-example", "1000147")]
    [True, True, False]
    """
    return _PREFIXED.fullmatch(text) is not None


def _plain(number: str) -> str:
    return number.replace(" ", "").upper()


def _charity_id(number: str) -> str:
    plain = _plain(number)
    for form, prefix in _CHARITIES:
        if form.fullmatch(plain):
            return f"{prefix}-{plain.removeprefix('NIC')}"
    return ""


def _company_id(number: str) -> str:
    plain = _plain(number)
    full = plain.zfill(_FULL) if plain.isdecimal() and len(plain) >= _FULL - 2 else plain
    return f"GB-COH-{full}" if _COMPANY.fullmatch(full) else ""
