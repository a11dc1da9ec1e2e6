"""What else the demonstration holds: powers, a link, imports, an opened case, a deletion."""

from datetime import timedelta

from patrolwise.partnership.asb_powers import TestAnswer, load_powers
from patrolwise.web.asb.actions import cases as reports
from patrolwise.web.asb.actions import imports, keeping, people, powers, sharing
from patrolwise.web.asb.demo_cases import Cast
from patrolwise.web.asb.models import Case, PowerAction, Subject
from patrolwise.web.commons.clock import day_of

_DAY = timedelta(days=1)
_MAPPING = """zone = "Europe/London"
time_format = "%d/%m/%Y %H:%M"

[columns]
incident_id = "Reference"
case_id = "Case"
reported_at = "Reported"
happened_from = "From"
category = "Type"
x = "Easting"
y = "Northing"

[categories]
"Rowdy/Inconsiderate" = "rowdy or inconsiderate"

[victims]
victim_id = "Complainant"

[subjects]
subject_id = "Perpetrator"
"""
_HEAD = "Reference,Case,Reported,From,Type,Easting,Northing,Complainant,Perpetrator\n"


def tell_rest(cast: Cast, cases: dict[str, Case]) -> None:
    """Write down what belongs to the cases of the demonstration.

    Parameters
    ----------
    cast : Cast
    cases : dict of Case
        As `tell_cases` returns them.
    """
    _serve_contract(cast, cases["music"])
    _serve_place(cast, cases["drinking"])
    _join(cast, cases["drinking"])
    _read_in(cast)
    new = reports.NewIncident(
        reported_at=cast.now - 2 * _DAY,
        category="begging or vagrancy",
        channel="online form",
        words="Somebody asks for money at the cash machine each morning.",
    )
    reports.add_incident(writing=cast.write(1), case=None, new=new)
    sharing.break_glass(
        writing=cast.write(0.01, cast.second),
        case_id=cases["threat"].pk,
        reason="cover for a colleague",
        words="The lead officer is ill, and the victim rang.",
    )
    keeping.propose_deletion(writing=cast.write(0, cast.lead), on=day_of(cast.now))


def _serve_contract(cast: Cast, case: Case) -> None:
    subject = Subject.objects.get(case=case)
    new = powers.NewPower(
        power="acceptable-behaviour-contract",
        starts=cast.now - 15 * _DAY,
        ends=cast.now + 75 * _DAY,
        issued_by="council",
        answers=_answer("acceptable-behaviour-contract"),
        consulted=frozenset(),
        less_intrusive="Two words at the door and a written warning: it began again.",
        support="Headphones from the landlord, and somebody to talk to about sleep.",
        equality_note="It touches nobody more than others.",
        conditions="No amplified music between ten at night and eight in the morning.",
        area="The block at the north end of the green.",
        hot_spot_id="demo-green",
        review_due=day_of(cast.now) + 20 * _DAY,
        subject=subject,
        age=36,
    )
    power = _serve(cast, case, new)
    powers.report_breach(
        writing=cast.write(2, cast.officer),
        power=power,
        seen_at=cast.now - 2 * _DAY - timedelta(hours=3),
        words="Music was heard from the street at half past eleven.",
    )


def _serve_place(cast: Cast, case: Case) -> None:
    new = powers.NewPower(
        power="dispersal-authorisation",
        starts=cast.now - timedelta(hours=3),
        ends=cast.now + timedelta(hours=40),
        issued_by="police inspector",
        answers=_answer("dispersal-authorisation"),
        consulted=frozenset(),
        less_intrusive="Wardens asked groups to move on for two weeks: they came back each day.",
        support="An alcohol worker is on the square each afternoon.",
        equality_note="Rough sleepers are touched more: outreach was told a day before.",
        conditions="Whoever is told to leave stays away for as long as is said to them.",
        area="The square and the streets around it.",
        hot_spot_id="demo-square",
    )
    _serve(cast, case, new)


def _serve(cast: Cast, case: Case, new: powers.NewPower) -> PowerAction:
    days_ago = (cast.now - new.starts) / _DAY
    power = powers.use_power(writing=cast.write(days_ago), case=case, new=new)
    served = cast.write(days_ago)
    powers.serve_power(writing=served, power=power, served_at=served.now)
    return power


def _answer(key: str) -> dict[str, TestAnswer]:
    law = next(one for one in load_powers() if one.key == key)
    why = "Yes: by the reports of the last weeks."
    return {test: TestAnswer(is_yes=True, reason=why) for test, _ in law.tests}


def _join(cast: Cast, case: Case) -> None:
    people.link_roles(
        writing=cast.write(5, cast.lead),
        victim=case.victims.all()[0],
        subject=case.subjects.all()[0],
        reason="The shopkeeper drinks with the group; both plans have to know.",
    )


def _read_in(cast: Cast) -> None:
    """Read in two exports: one is kept, one waits."""
    for number, is_kept in ((1, True), (2, False)):
        rows = [
            f"D{number}{row},F{number}-{row % 3},{_tell(cast, row)},{_tell(cast, row + 1)},"
            f"Rowdy/Inconsiderate,458800,304{700 + 9 * row},V{row % 4},S{row % 2}\n"
            for row in range(6)
        ]
        run = imports.preview_import(
            writing=cast.write(number, cast.lead),
            data=(_HEAD + "".join(rows)).encode(),
            mapping=_MAPPING,
            lead_agency="Demonstration council",
        )
        if is_kept:
            imports.keep_import(writing=cast.write(number, cast.lead), run=run)


def _tell(cast: Cast, days_ago: int) -> str:
    return f"{cast.now - (days_ago + 3) * _DAY:%d/%m/%Y} 12:00"
