"""How awards of grants become open data by the 360Giving Data Standard, without a person in it.

No applicant's name, address, telephone or e-mail is ever a field of it; a title or summary that
names somebody is refused; an application that was declined is not told.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from patrolwise.errors import RefusedError, check_faults
from patrolwise.files.whole_files import write_whole
from patrolwise.outreach.text_checks import PersonWord, find_person_words
from patrolwise.partnership.grant_awards import Award
from patrolwise.partnership.grant_payments import Payment
from patrolwise.partnership.grant_rounds import PENCE, GrantRound
from patrolwise.partnership.grants import LONGEST_TITLE, Application, GrantState
from patrolwise.partnership.org_ids import Organisation, OrgKind, is_org_id

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_GSS = re.compile(r"[EKNSW]\d{8}")
_EMAIL_LIKE = re.compile(r"[\w.-]+@[\w.-]+\.[\w.-]+")  # what 360Giving's own tool warns of
_WEB = re.compile(r"https?://[!-~]+")
_MONTH_DAYS, _YEAR_MONTHS = 30, 12
_CONTACTS = frozenset((PersonWord.PHONE, PersonWord.EMAIL, PersonWord.HANDLE))
# a plate or a postcode names nobody in a summary: "CV1 5FB" is where a club meets
_PEOPLE = _CONTACTS | {PersonWord.NAME, PersonWord.DATE_OF_BIRTH}


@dataclass(frozen=True, kw_only=True)
class Grants:
    """What is published of a round."""

    grant_round: GrantRound
    applications: Mapping[str, Application]
    awards: Sequence[Award]
    payments: Sequence[Payment] = ()

    @property
    def published(self) -> tuple[Award, ...]:
        """The awards that applicants accepted, by number; the others are not told."""
        return tuple(
            award
            for award in sorted(self.awards, key=lambda one: one.award_id)
            if self.applications[award.application_id].state is GrantState.AWARDED
        )


def make_giving_360(grants: Grants, issued: date | None = None, source: str = "") -> dict[str, Any]:
    """Return the awards of a round as a 360Giving package.

    Parameters
    ----------
    grants : Grants
        Checked: see `list_award_faults` and `list_payment_faults`.
    issued : date or None
        The day of publication, where it is to be told.
    source : str
        Web address of the page where the awards are published, where there is one.

    Returns
    -------
    dict
        Ready for JSON. The licence is CC BY 4.0. Amounts are in pounds, a grant's duration in
        months, to the nearest; it was last modified when it was awarded or last paid, at 00:00
        UTC, for no clock is asked.

    Raises
    ------
    RefusedError
        There is nothing to publish, a recipient is an individual, or a text holds a name, a
        telephone number or an address. The text is not repeated.
    InputError
        A number, an identifier, a code or an address is not in the form that the standard asks for.

    References
    ----------
    360Giving Data Standard: schema/360-giving-package-schema.json at version 1.4, and
    360-giving-schema.json at an earlier one, ThreeSixtyGiving/standard, CC BY 4.0; org-id.guide
    for prefixes.
    """
    if not grants.published:
        raise RefusedError("360Giving: no application is at awarded. There is nothing to publish.")
    check_faults("360Giving", _person_faults(grants), RefusedError)
    faults = _funder_faults(grants) + _form_faults(grants)
    if source and not _WEB.fullmatch(source):
        faults.append(
            f"The source is {source!r}. Write the address of the page, as https://example.org/awards."
        )
    check_faults("360Giving", faults)
    funder = grants.grant_round.funder
    return {
        "title": f"Grants awarded: {grants.grant_round.title}",
        "publisher": {"identifier": funder.org_id, "name": funder.name},
        "license": LICENCE,
        **({"issued": issued.isoformat()} if issued else {}),
        "grants": [_describe(grants, award, source) for award in grants.published],
    }


def write_giving_360(
    grants: Grants, path: Path, issued: date | None = None, source: str = ""
) -> int:
    """Write the awards of a round as a 360Giving package, whole or not at all.

    Parameters
    ----------
    grants : Grants
    path : Path
        The same awards give the same bytes.
    issued : date or None
    source : str
        As `make_giving_360`.

    Returns
    -------
    int
        How many awards were written.

    Raises
    ------
    RefusedError, InputError
        As `make_giving_360`, or the file cannot be written.
    """
    package = make_giving_360(grants, issued, source)
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    write_whole(path, text.encode())
    return len(package["grants"])


def _describe(grants: Grants, award: Award, source: str) -> dict[str, Any]:
    application = grants.applications[award.application_id]
    grant_round = grants.grant_round
    funder = grant_round.funder
    payments = [one for one in grants.payments if one.award_id == award.award_id]
    paid = sum(one.pence for one in payments)
    last = max((award.awarded, *(one.paid for one in payments)))
    place = {
        "name": award.place.name,
        "countryCode": "GB",
        "geoCode": award.place.code,
        "geoCodeType": award.place.code_type,
    }
    return {
        "id": f"{funder.prefix}-{award.award_id}",
        "title": application.title,
        "description": application.summary,
        "currency": "GBP",
        "amountAppliedFor": _pounds(application.asked_pence),
        "amountAwarded": _pounds(award.pence),
        "amountDisbursed": _pounds(paid),
        "awardDate": award.awarded.isoformat(),
        "plannedDates": [_describe_time(award.first, award.last)],
        "recipientOrganization": [_describe_recipient(_recipient(application), funder.prefix)],
        "beneficiaryLocation": [{key: value for key, value in place.items() if value}],
        "fundingOrganization": [{"id": funder.org_id, "name": funder.name}],
        "grantProgramme": [{"code": grant_round.key, "title": grant_round.title}],
        "fromOpenCall": "Yes",
        "dateModified": f"{last.isoformat()}T00:00:00Z",
        **({"dataSource": source} if source else {}),
    }


def _describe_time(first: date, last: date) -> dict[str, Any]:
    end = last + timedelta(days=1)
    months = (end.year - first.year) * _YEAR_MONTHS + end.month - first.month
    months += round((end.day - first.day) / _MONTH_DAYS)
    return {
        "startDate": first.isoformat(),
        "endDate": last.isoformat(),
        "duration": max(months, 1),
    }


def _describe_recipient(organisation: Organisation, prefix: str) -> dict[str, str]:
    known = {"id": organisation.org_id(prefix), "name": organisation.name}
    return known | organisation.registered


def _recipient(application: Application) -> Organisation:
    if application.organisation is None:
        raise RefusedError(
            f"Application {application.application_id} names no organisation: it was not submitted."
        )
    return application.organisation


def _pounds(pence: int) -> int | float:
    return pence / PENCE if pence % PENCE else pence // PENCE


def _person_faults(grants: Grants) -> list[str]:
    faults = []
    for award in grants.published:
        application = grants.applications[award.application_id]
        recipient = _recipient(application)
        if recipient.kind is OrgKind.INDIVIDUAL:
            faults.append(f"{award.award_id} is a grant to an individual, which is not published.")
        texts = {
            "title": (application.title, _PEOPLE),
            "summary": (application.summary, _PEOPLE),
            "place": (award.place.name, _CONTACTS),
            "organisation's name": (recipient.name, _CONTACTS),  # it may be called after somebody
        }
        for name, (text, unwanted) in texts.items():
            seen = {one.what for one in find_person_words(text)}
            if _EMAIL_LIKE.search(text):
                seen.add(PersonWord.EMAIL)
            found = sorted(seen & unwanted)
            if found:
                faults.append(
                    f"{award.award_id}: the {name} seems to hold a {' and a '.join(found)}. Write "
                    "it without."
                )
    return faults


def _funder_faults(grants: Grants) -> list[str]:
    funder = grants.grant_round.funder
    faults = []
    if not is_org_id(funder.org_id):
        faults.append(
            f"The funder's org_id is {funder.org_id!r}. Look it up at org-id.guide and write it as "
            "GB-CHC-1000147."
        )
    if not (is_org_id(funder.prefix) and funder.prefix.startswith("360G-")):
        faults.append(
            f"The funder's prefix is {funder.prefix!r}. 360Giving gives each publisher one, such "
            "as 360G-example."
        )
    return faults


def _form_faults(grants: Grants) -> list[str]:
    faults = []
    for award in grants.published:
        application = grants.applications[award.application_id]
        recipient = _recipient(application)
        faults += recipient.list_faults()
        if not recipient.registered and not _ID.fullmatch(recipient.ref):
            faults.append(
                f"{award.award_id}: {recipient.ref!r} would stand in its organisation's "
                "identifier. Use letters, digits, . _ -"
            )
        if not _ID.fullmatch(award.award_id):
            faults.append(
                f"{award.award_id!r} is no award's number to publish. Use letters, digits, . _ -"
            )
        faults += [
            f"{award.award_id} has no {name}. Write one."
            for name, text in (
                ("title", application.title),
                ("summary", application.summary),
                ("place", award.place.name),
            )
            if not text.strip()
        ]
        if len(application.title) > LONGEST_TITLE:
            faults.append(f"{award.award_id}: its title has more than {LONGEST_TITLE} characters.")
        if award.place.code and not _GSS.fullmatch(award.place.code):
            faults.append(
                f"{award.award_id}: {award.place.code!r} is no code of an area. Write it as "
                "E06000016."
            )
    return faults
