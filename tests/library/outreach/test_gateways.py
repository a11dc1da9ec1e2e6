"""Which gateways are law on a day, and what may go through one."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.outreach.gateways import (
    Disclosure,
    check_disclosure,
    gateways_in_force,
    load_gateways,
    make_gateways,
)
from patrolwise.outreach.sharing_words import (
    Controller,
    Decider,
    DisclosedField,
    DisclosureDecision,
)

C, F = Controller, DisclosedField

DAY = date(2026, 6, 1)
GOOD = Disclosure(
    from_controller=C.OUTREACH,
    to_controller=C.COUNCIL,
    on=DAY,
    decision=DisclosureDecision.SHARE,
    decided_by=Decider.DSL,
    gateway="dpa-safeguarding",
    fields_sent=frozenset({F.NAME, F.FACTS_OF_CONCERN}),
    necessity="The council cannot look into it without.",
    proportionality="Nothing else goes.",
)
LINE = {
    "key": "made-up", "title": "Made up", "act": "Made Up Act", "from": "2020-02-29",
    "until": "2024-12-31", "from_controllers": "outreach charity; police", "to_controllers": "any",
    "needs_consent": "no", "allowed_fields": "name; needs", "not_allowed": "", "sure": "no law",
}  # fmt: skip


def test_a_good_disclosure_has_no_fault():
    assert check_disclosure(GOOD) == []
    assert check_disclosure(replace(GOOD, decision=DisclosureDecision.SHARE_LESS)) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"decided_by": Decider.WORKER},
            "not a lead or a designated safeguarding lead (given: work",
        ),
        ({"decided_by": Decider.OTHER}, "(given: other)"),
        ({"necessity": " "}, "Its necessity is not written down"),
        ({"proportionality": ""}, "Its proportionality is not written down"),
        ({"fields_sent": frozenset()}, "No field is chosen"),
        ({"gateway": ""}, "There is no gateway ''"),
        ({"gateway": "made-up"}, "There is no gateway 'made-up'"),
        ({"on": date(2018, 5, 24)}, "not in force on 2018-05-24"),
        ({"gateway": "ca-16la"}, "not in force on 2026-06-01"),
        ({"gateway": "csa-duty"}, "not in force"),
        ({"gateway": "pcsc-16"}, "is no gateway for the charity"),
        (
            {"gateway": "pcsc-17", "fields_sent": frozenset({F.NEEDS})},
            "is no gateway for the charity",
        ),
        ({"to_controller": C.OUTREACH}, "from a controller to itself"),
        ({"gateway": "rli-crime", "to_controller": C.PROBATION}, "does not lead from outreach"),
        (
            {"gateway": "cda-115", "fields_sent": frozenset({F.NAME, F.SCHOOL, F.FAMILY})},
            "is not set up for school, family",
        ),
        (
            {"gateway": "cda-115", "fields_sent": frozenset({F.PATIENT_INFORMATION})},
            "section 115 never allows patient information",
        ),
        ({"gateway": "explicit-consent"}, "needs a consent in force on 2026-06-01"),
        (
            {"gateway": "explicit-consent", "consented_fields": frozenset({F.NAME})},
            "The consent does not cover facts of the concern",
        ),
    ],
)
def test_each_fault_is_told_alone(changes, fault):
    (told,) = check_disclosure(replace(GOOD, **changes))
    assert fault in told


def test_consent_that_covers_all_fields_will_do():
    consented = replace(GOOD, gateway="explicit-consent", consented_fields=GOOD.fields_sent)
    assert check_disclosure(consented) == []


def test_all_faults_are_told_at_once():
    worst = Disclosure(
        from_controller=C.OUTREACH,
        to_controller=C.POLICE,
        on=date(2022, 1, 1),
        decision=DisclosureDecision.SHARE,
        decided_by=Decider.WORKER,
        gateway="pcsc-16",
        fields_sent=frozenset({F.PATIENT_INFORMATION, F.REFERRAL_STATUS}),
    )
    assert len(check_disclosure(worst)) == 7


def test_a_refusal_needs_no_gateway_and_sends_nothing():
    refused = replace(
        GOOD, decision=DisclosureDecision.REFUSE, gateway="", necessity="", proportionality="",
        fields_sent=frozenset(),
    )  # fmt: skip
    assert check_disclosure(refused) == []
    (told,) = check_disclosure(replace(refused, fields_sent=frozenset({F.NAME, F.PHONE})))
    assert told.startswith("It is refused, and sends name, phone.")
    (told,) = check_disclosure(replace(refused, decided_by=Decider.WORKER))
    assert "(given: worker)" in told


@pytest.mark.parametrize("to_controller", C)
@pytest.mark.parametrize("from_controller", C)
def test_section_16_never_has_the_charity_or_patient_information(from_controller, to_controller):
    tried = replace(
        GOOD,
        from_controller=from_controller,
        to_controller=to_controller,
        gateway="pcsc-16",
        fields_sent=frozenset({F.PATIENT_INFORMATION}),
    )
    told = " ".join(check_disclosure(tried))
    assert "never allows patient information" in told
    assert ("no gateway for the charity" in told) is (
        C.OUTREACH in (from_controller, to_controller)
    )


def test_listed_bodies_may_use_section_16():
    between = replace(GOOD, from_controller=C.COUNCIL, to_controller=C.POLICE, gateway="pcsc-16")
    assert check_disclosure(between) == []
    assert "does not lead" in check_disclosure(replace(between, from_controller=C.HEALTH))[0]


@given(st.dates(date(1997, 1, 1), date(2030, 1, 1)), st.sampled_from(C), st.sampled_from(C))
def test_what_is_in_force_is_what_walking_through_the_list_gives(on, one, other):
    found = []
    for gateway in load_gateways().values():
        begun = gateway.starts is not None and on >= gateway.starts
        over = gateway.ends is not None and on > gateway.ends
        if begun and not over and one in gateway.from_controllers:
            found += [gateway] if other in gateway.to_controllers else []
    assert gateways_in_force(on, one, other) == found


def test_every_gateway_says_what_is_still_to_be_confirmed():
    for gateway in load_gateways().values():
        assert "DPO" in gateway.sure
        assert gateway.allowed_fields
        assert not gateway.allowed_fields & gateway.not_allowed
    loaded = load_gateways()
    loaded.clear()
    assert len(load_gateways()) == 14


def test_both_ends_of_a_gateway_are_in_force():
    (gateway,) = make_gateways([LINE], "made up").values()
    days = (date(2020, 2, 28), date(2020, 2, 29), date(2024, 12, 31), date(2025, 1, 1))
    assert [gateway.is_in_force(day) for day in days] == [False, True, True, False]
    assert gateway.to_controllers == frozenset(C)
    assert gateway.joins(C.POLICE, C.COURT)
    assert not gateway.joins(C.COURT, C.POLICE)
    tried = replace(GOOD, gateway="made-up", on=date(2024, 1, 1), fields_sent=frozenset({F.NAME}))
    assert check_disclosure(tried, {"made-up": gateway}) == []


def test_every_fault_of_a_file_is_named():
    broken = {
        **LINE, "title": "", "from": "1 May", "until": "31/12/2024", "needs_consent": "maybe",
        "from_controllers": "the army; police", "allowed_fields": "shoe size",
    }  # fmt: skip
    with pytest.raises(InputError) as caught:
        make_gateways([LINE, LINE, broken, {"key": "short"}], "mine.csv")
    told = str(caught.value)
    for part in (
        "mine.csv: 9 faults",
        "Line 3 has the key made-up again",
        "Line 4 has no title",
        "needs_consent: 'maybe' is not one of yes or no",
        "from: '1 May' is not one of a date",
        "until: '31/12/2024'",
        "'the army' is not one of outreach charity",
        "'shoe size' is not one of name",
        "Line 5 lacks title, act",
    ):
        assert part in told
