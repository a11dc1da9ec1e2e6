"""Awards: made, their conditions met, reports taken and sent back, released to the public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.files.giving_360 import make_giving_360
from patrolwise.partnership.grant_awards import list_award_faults, list_report_faults
from patrolwise.partnership.grants import GrantState
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons.clock import day_of
from patrolwise.web.grants.actions.applying import PAID
from patrolwise.web.grants.codes import digest_code, is_code, make_code
from patrolwise.web.grants.facts import (
    read_application,
    read_award,
    read_reports,
    read_round,
)
from patrolwise.web.grants.models import (
    AwardReport,
    FundRound,
    GrantApplication,
    GrantAward,
    GrantCondition,
    GrantInstalment,
    PublishedGrant,
)
from patrolwise.web.grants.published import gather_round
from patrolwise.web.grants.writing import GRANTEE, check_may, tell

_RUN = Permission.RUN_GRANTS
_NOBODY = 0


@dataclass(frozen=True, kw_only=True)
class NewAward:
    """What is awarded, and how."""

    first: date
    last: date
    place: str
    place_code: str
    place_code_type: str
    conditions: Sequence[tuple[str, int]]  # words, and the instalment that waits for it
    instalments: Sequence[tuple[date, int]]  # due, pence


def make_award(*, by: Person, now: datetime, row: GrantApplication, new: NewAward) -> GrantAward:
    """Award a grant to an application that was decided so; its pence are its instalments'.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantApplication
    new : NewAward

    Returns
    -------
    GrantAward

    Raises
    ------
    RefusedError
        It was not decided so, or is awarded already.
    InputError
        With everything that cannot be, such as more than was asked or than the round has.
    """
    check_may(by, _RUN)
    with transaction.atomic():
        FundRound.objects.select_for_update().get(pk=row.round.pk)  # its budget is shared
        row = GrantApplication.objects.select_related("round").get(pk=row.pk)
        if row.state != GrantState.DECIDED or not row.is_funded or row.withdrawn_at:
            raise RefusedError("It was not decided to fund it.")
        if GrantAward.objects.filter(application=row).exists():
            raise RefusedError("It is awarded already.")
        made = GrantAward.objects.create(
            application=row,
            number=_next_number(row.round),
            pence=sum(pence for _, pence in new.instalments),
            awarded=day_of(now),
            awarded_by_id=by.pk,
            first=new.first,
            last=new.last,
            place=new.place,
            place_code=new.place_code,
            place_code_type=new.place_code_type,
        )
        GrantInstalment.objects.bulk_create(
            GrantInstalment(award=made, number=number, due=due, pence=pence)
            for number, (due, pence) in enumerate(new.instalments, start=1)
        )
        _add_conditions(made, new)
        check_faults("The award", _find_award_faults(row.round))
        tell("grant awarded", made, by, now)
    return made


def note_met(*, by: Person, now: datetime, row: GrantCondition, seen: str) -> None:
    """Note that a condition is met, and what was seen.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantCondition
    seen : str

    Raises
    ------
    InputError
        It is not said what was seen.
    RefusedError
        It was met before.
    """
    check_may(by, _RUN)
    check_faults("Condition", [] if seen.strip() else ["Say what you saw."])
    with transaction.atomic():
        row = GrantCondition.objects.select_for_update().get(pk=row.pk)
        if row.met is not None:
            raise RefusedError("It was met before.")
        row.met, row.met_by_id, row.seen = day_of(now), by.pk, seen.strip()
        row.save(update_fields=["met", "met_by_id", "seen"])
        tell("grant condition met", row, by, now)


def give_report_code(*, by: Person, now: datetime, row: GrantAward) -> str:
    """Make the code with which a grantee reports; the one before ends.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantAward

    Returns
    -------
    str
        It is shown now and kept nowhere.

    Raises
    ------
    RefusedError
        The award was not accepted.
    """
    check_may(by, _RUN)
    if row.accepted_at is None:
        raise RefusedError("The award was not accepted yet.")
    code = make_code()
    with transaction.atomic():
        row.digest = digest_code(row.application.reference, code)
        row.save(update_fields=["digest"])
        tell("grant report code given", row, by, now)
    return code


def open_reports(*, reference: str, code: str, now: datetime) -> GrantAward:
    """Return the award that a number and a code for reports open.

    Parameters
    ----------
    reference, code : str
        As they were typed.
    now : datetime
        Aware.

    Returns
    -------
    GrantAward

    Raises
    ------
    InputError
    """
    plain = reference.strip().upper()
    found = GrantAward.objects.filter(application__reference=plain).first()
    if found is None or not is_code(plain, code, found.digest):
        raise InputError("That number and code do not go together. Look at both and try again.")
    tell("grant reports opened", found, GRANTEE, now)
    return found


def send_report(*, row: GrantAward, values: Mapping[str, Any], now: datetime) -> AwardReport:
    """Take a report of a quarter, or a new one in the place of one that was sent back.

    Parameters
    ----------
    row : GrantAward
    values : mapping
        Its fields.
    now : datetime
        Aware.

    Returns
    -------
    AwardReport

    Raises
    ------
    RefusedError
        There is one that stands, or the quarter is not over.
    InputError
        With everything that cannot be.
    """
    with transaction.atomic():
        # as it is now, and not as the page has read it
        held = GrantAward.objects.select_for_update(of=("self",)).select_related("application")
        row = held.get(pk=row.pk)
        before = row.reports.filter(quarter=values["quarter"]).first()  # type: ignore[attr-defined]
        if before is not None and before.returned_at is None:
            raise RefusedError("We have the report of that quarter. Ask us to send it back.")
        _check_story(values)
        made = before or AwardReport(
            award=row, created_by_id=_NOBODY, created_at=now, retention_class=PAID
        )
        for name, value in values.items():
            setattr(made, name, value)
        made.received, made.returned_at, made.returned_why = day_of(now), None, ""
        made.save()
        _check_reports(row, made, day_of(now))
        tell("grant report sent", made, GRANTEE, now, quarter=made.quarter)
    return made


def return_report(*, by: Person, now: datetime, row: AwardReport, why: str) -> None:
    """Send a report back: until it is sent anew it does not count.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : AwardReport
    why : str

    Raises
    ------
    InputError
        It is not said why.
    RefusedError
        It was sent back before.
    """
    check_may(by, _RUN)
    check_faults("Report", [] if why.strip() else ["Say what is to be mended."])
    with transaction.atomic():
        row = AwardReport.objects.select_for_update().get(pk=row.pk)
        if row.returned_at is not None:
            raise RefusedError("It was sent back before.")
        row.returned_at, row.returned_why = now, why.strip()
        row.save(update_fields=["returned_at", "returned_why"])
        tell("grant report returned", row, by, now)


def release_awards(*, by: Person, now: datetime, row: FundRound) -> int:
    """Release the accepted awards of a round to the public.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : FundRound

    Returns
    -------
    int
        How many were released now.

    Raises
    ------
    RefusedError
        A text seems to name somebody, or there is nothing to release.
    InputError
        A number or a code is not in the form that 360Giving asks for.
    """
    check_may(by, _RUN)
    with transaction.atomic():
        make_giving_360(gather_round(row, is_released=False))
        ready = GrantAward.objects.filter(
            application__round=row, released_at=None, accepted_at__isnull=False
        )
        number = ready.update(released_at=now, released_by_id=by.pk)
        if not number:
            raise RefusedError("All that were accepted are released already.")
        tell("grant awards released", row, by, now, number=number)
    return number


def _add_conditions(made: GrantAward, new: NewAward) -> None:
    numbers = range(1, len(new.instalments) + 1)
    check_faults(
        "The award",
        [
            f"{text}: there is no instalment {before}."
            for text, before in new.conditions
            if before not in numbers
        ],
    )
    GrantCondition.objects.bulk_create(
        GrantCondition(award=made, text=text, before=before) for text, before in new.conditions
    )


def _find_award_faults(row: FundRound) -> list[str]:
    awards = GrantAward.objects.filter(application__round=row)
    awards = awards.select_related("application").prefetch_related("instalments")
    applications = {one.application.reference: read_application(one.application) for one in awards}
    return list_award_faults([read_award(one) for one in awards], applications, read_round(row))


def _next_number(row: FundRound) -> str:
    """Return a number that no award of the round has or had in public: open data keeps them."""
    rows = (
        GrantAward.objects.filter(application__round=row),
        PublishedGrant.objects.filter(round=row),
    )
    given = [one for each in rows for one in each.values_list("number", flat=True)]
    last = max((int(one.rsplit("-", 1)[1]) for one in given), default=0)
    return f"{row.key}-{row.version}-{last + 1:03}"


def _check_story(values: Mapping[str, Any]) -> None:
    if values.get("story") and not values.get("has_permission"):
        raise InputError(
            "Your report: send a story only with the permission of whoever it is about. Ask them, "
            "or leave the story out."
        )


def _check_reports(row: GrantAward, made: AwardReport, today: date) -> None:
    award = read_award(row)
    reports = read_reports(row.reports.all(), award.award_id)  # type: ignore[attr-defined]
    faults = list_report_faults(reports, {award.award_id: award})
    where = f"Report of {award.award_id}, {made.quarter}: "
    told = [one.removeprefix(where) for one in faults]
    ends = next(one.quarter.window.last for one in reports if one.quarter.label == made.quarter)
    if today <= min(ends, award.last):
        told.append(f"It ends on {min(ends, award.last)}. Report from the day after.")
    check_faults("Your report", told)
