"""Awards as open data: the standard's fields, the registers' numbers, and nobody's name."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, FormatChecker

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.giving_360 import Grants, make_giving_360, write_giving_360
from patrolwise.partnership.grant_awards import Award, BenefitPlace, Instalment
from patrolwise.partnership.grant_payments import Payment
from patrolwise.partnership.grant_rounds import Criterion, Funder, GrantRound
from patrolwise.partnership.grants import Application, GrantState
from patrolwise.partnership.org_ids import Organisation, OrgKind

SCHEMA = json.loads(Path(__file__).with_name("giving-360-fields.json").read_text("utf-8"))
SOURCE = "https://fund.example.org/awards/"
VALIDATOR = Draft4Validator(SCHEMA, format_checker=FormatChecker())
ROUND = GrantRound(
    id="fund", version=1, title="Communities fund", opens=date(2026, 4, 1),
    closes=date(2026, 5, 15), budget_pence=6_000_000, most_pence=2_000_000,
    criteria=(Criterion("need", "Need", 1),), top_score=5, assessors=2, widest_spread=20,
    least_total=50, days_to_report=28,
    funder=Funder(org_id="GB-CHC-1000147", name="Example Fund", prefix="360G-example"),
)  # fmt: skip


def application(number="1", **given):
    organisation = Organisation(
        ref=f"O{number}", name="Sarah Jones Trust", kind=OrgKind.CHARITY, charity_number="1000148"
    )
    made = Application(
        application_id=number, organisation=organisation, title="Boxing on Fridays",
        summary="Two sessions a week near the market, LE1 5FQ.", asked_pence=2_000_000,
        state=GrantState.AWARDED,
    )  # fmt: skip
    return replace(made, **given)


def award(number="1", **given):
    made = Award(
        award_id=f"2026-{number}", application_id=number, pence=1_800_050,
        awarded=date(2026, 6, 10), first=date(2026, 7, 1), last=date(2027, 3, 31),
        schedule=(Instalment(1, date(2026, 7, 1), 1_800_050),),
        place=BenefitPlace(name="Leicester", code="E06000016", code_type="UA"),
    )  # fmt: skip
    return replace(made, **given)


def grants(*rows, round_=ROUND, payments=()):
    given = rows or ((application(), award()),)
    return Grants(
        grant_round=round_,
        applications={one.application_id: one for one, _ in given},
        awards=[one for _, one in given if one],
        payments=payments,
    )


def refusal(given, error=RefusedError):
    with pytest.raises(error) as caught:
        make_giving_360(given)
    return str(caught.value)


def test_an_award_has_the_fields_of_the_standard_and_no_others():
    paid = [Payment(award_id="2026-1", number=1, paid=date(2026, 7, 2), pence=60_025)]
    package = make_giving_360(grants(payments=paid), date(2026, 12, 1), SOURCE)
    VALIDATOR.validate(package)
    (grant,) = package["grants"]
    assert package["issued"] == "2026-12-01"
    assert grant == {
        "id": "360G-example-2026-1",
        "title": "Boxing on Fridays",
        "description": "Two sessions a week near the market, LE1 5FQ.",
        "currency": "GBP",
        "amountAppliedFor": 20_000,
        "amountAwarded": 18_000.5,
        "amountDisbursed": 600.25,
        "awardDate": "2026-06-10",
        "plannedDates": [{"startDate": "2026-07-01", "endDate": "2027-03-31", "duration": 9}],
        "recipientOrganization": [
            {"id": "GB-CHC-1000148", "name": "Sarah Jones Trust", "charityNumber": "1000148"}
        ],
        "beneficiaryLocation": [
            {"name": "Leicester", "countryCode": "GB", "geoCode": "E06000016", "geoCodeType": "UA"}
        ],
        "fundingOrganization": [{"id": "GB-CHC-1000147", "name": "Example Fund"}],
        "grantProgramme": [{"code": "fund@1", "title": "Communities fund"}],
        "fromOpenCall": "Yes",
        "dateModified": "2026-07-02T00:00:00Z",
        "dataSource": SOURCE,
    }


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 7, 1), date(2026, 7, 1), 1),
        (date(2026, 7, 1), date(2027, 6, 30), 12),
        (date(2026, 1, 31), date(2026, 2, 27), 1),
        (date(2026, 1, 20), date(2026, 3, 5), 2),
        (date(2026, 1, 5), date(2026, 3, 25), 3),
    ],
)
def test_a_grant_lasts_its_months_to_the_nearest(first, last, months):
    package = make_giving_360(grants((application(), award(first=first, last=last))))
    assert package["grants"][0]["plannedDates"][0]["duration"] == months


def test_numbers_are_published_as_the_registers_write_them():
    typed = Organisation(
        ref="1", name="C", kind=OrgKind.CHARITABLE_COMPANY, charity_number="sc 123456",
        company_number="1234567",
    )  # fmt: skip
    package = make_giving_360(grants((application(organisation=typed), award())))
    assert package["grants"][0]["recipientOrganization"] == [
        {"id": "GB-SC-SC123456", "name": "C", "charityNumber": "SC123456",
         "companyNumber": "01234567"}
    ]  # fmt: skip


def test_the_check_by_schema_can_fail():
    package = make_giving_360(grants())
    for spoil in (
        lambda grant: grant.pop("awardDate"),
        lambda grant: grant.update(amountAwarded="18,000"),
        lambda grant: grant.update(awardDate="10/06/2026"),
        lambda grant: grant["recipientOrganization"][0].update(email="a@example.org"),
        lambda grant: grant.update(recipientIndividual={"id": "1"}),
    ):
        spoilt = json.loads(json.dumps(package))
        spoil(spoilt["grants"][0])
        assert not VALIDATOR.is_valid(spoilt)


def test_what_was_not_awarded_is_not_told():
    declined = application("2", title="Declined project", state=GrantState.DECLINED)
    decided = application("3", title="Not yet accepted", state=GrantState.DECIDED)
    text = json.dumps(
        make_giving_360(grants((application(), award()), (declined, None), (decided, award("3"))))
    )
    assert "Declined project" not in text
    assert "Not yet accepted" not in text
    assert "nothing to publish" in refusal(grants((decided, award("3"))))


def test_nothing_about_a_person_is_published_and_the_refusal_does_not_repeat_it():
    individual = Organisation(ref="O1", name="X", kind=OrgKind.INDIVIDUAL)
    told = refusal(
        grants(
            (application(title="Boxing with Ahmed Khan"), award()),
            (application("2", summary="Ring 07700 900123 or a.khan@example.org"), award("2")),
            (application("3", organisation=individual), award("3")),
        )
    )
    for part in ("2026-1: the title seems to hold a name", "2026-2: the summary", "phone", "email",
                 "2026-3 is a grant to an individual"):  # fmt: skip
        assert part in told
    for person in ("Ahmed", "Khan", "07700", "example.org"):
        assert person not in told
    for text in ("as é@7.uk", "-@a.1"):  # 360Giving's tool warns of what only looks like an address
        assert "the summary seems to hold a email" in refusal(
            grants((application(summary=text), award()))
        )
    assert "names no organisation" in refusal(grants((application(organisation=None), award())))


def test_numbers_codes_and_texts_that_the_standard_cannot_take_are_named():
    funder = Funder(org_id="1000147", name="F", prefix="example")
    bare = BenefitPlace(name=" ", code="Leicester")
    odd = award(award_id="20/26", place=bare)
    club = Organisation(ref="O1", name="C", kind=OrgKind.COMPANY, company_number="12")
    group = Organisation(ref="2\n", name="G", kind=OrgKind.COMMUNITY_GROUP)
    told = refusal(
        grants(
            (application(title="x" * 141, summary="", organisation=club), odd),
            (application("2", organisation=group), award("2")),
            round_=replace(ROUND, funder=funder),
        ),
        InputError,
    )
    for part in ("org_id is '1000147'", "prefix is 'example'", "no company number", "no award's",
                 "has no summary", "has no place", "more than 140",
                 "'Leicester' is no code", "'2\\n' would stand in"):  # fmt: skip
        assert part in told
    with pytest.raises(InputError, match="The source is 'our page'"):
        make_giving_360(grants(), source="our page")


def test_a_file_is_the_same_again_and_is_not_begun_when_refused(tmp_path):
    path = tmp_path / "grants.json"
    assert write_giving_360(grants(), path) == 1
    first = path.read_bytes()
    write_giving_360(grants(), path)
    assert path.read_bytes() == first
    VALIDATOR.validate(json.loads(first))
    other = tmp_path / "other.json"
    with pytest.raises(RefusedError):
        write_giving_360(grants((application(title="Ask Ahmed Khan"), award())), other)
    assert not other.exists()


TEXT = st.text(st.characters(codec="utf-8"), max_size=150)


@settings(max_examples=60, deadline=None)
@given(
    TEXT,
    TEXT,
    TEXT,
    st.sampled_from(["", "1000148", "01234567", "SC123456", "12"]),
    st.integers(1, 10**9),
    st.sampled_from([kind for kind in OrgKind if kind is not OrgKind.INDIVIDUAL]),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True),
)
def test_what_is_not_refused_is_valid(title, summary, place, number, pence, kind, award_id):
    organisation = Organisation(
        ref="O1", name="Club", kind=kind, charity_number=number, company_number=number
    )
    one = application(title=title, summary=summary, organisation=organisation, asked_pence=pence)
    given_ = (one, award(pence=pence, award_id=award_id, place=BenefitPlace(name=place)))
    try:
        package = make_giving_360(grants(given_))
    except (InputError, RefusedError):
        return
    VALIDATOR.validate(package)
