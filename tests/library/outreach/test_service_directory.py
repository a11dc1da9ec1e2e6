"""The directory of services: Open Referral UK in, records out, and back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.outreach.service_directory import (
    Service,
    ServiceAttribute,
    ServiceContact,
    ServiceLocation,
    ServiceSchedule,
    ServiceStatus,
    make_services,
    record_services,
)

PLAIN = {"id": "s-1", "name": "Drop-in", "status": "active"}
WORD = st.text("abcåłé 1-'&", max_size=8).map(str.strip)
SERVICES = st.lists(
    st.builds(
        Service,
        id=WORD.filter(bool),
        name=WORD.filter(bool),
        status=st.sampled_from(ServiceStatus),
        description=WORD,
        eligibility_description=WORD,
        application_process=WORD,
        minimum_age=st.none() | st.integers(0, 18).map(float),
        maximum_age=st.none() | st.integers(18, 99).map(float),
        url=WORD,
        email=WORD,
        organization_id=WORD,
        phones=st.lists(WORD, max_size=2).map(tuple),
        organization_name=WORD,
        organization_description=WORD,
        contacts=st.lists(
            st.builds(
                ServiceContact, id=WORD.filter(bool), name=WORD, title=WORD, email=WORD,
                phones=st.lists(WORD, max_size=2).map(tuple),
            ), max_size=2,
        ).map(tuple),
        locations=st.lists(
            st.builds(
                ServiceLocation, id=WORD.filter(bool), name=WORD, address=WORD, postal_code=WORD,
                kind=WORD, city=WORD, county=WORD, country=WORD, address_kind=WORD,
            ), max_size=2,
        ).map(tuple),
        schedules=st.lists(
            st.builds(
                ServiceSchedule, id=WORD.filter(bool), freq=WORD, byday=WORD, opens_at=WORD,
                closes_at=WORD, description=WORD,
            ), max_size=2,
        ).map(tuple),
        attributes=st.lists(
            st.builds(
                ServiceAttribute, id=WORD.filter(bool), taxonomy=WORD, term=WORD,
                term_description=WORD,
            ), max_size=2,
        ).map(tuple),
    ),
    max_size=4,
    unique_by=lambda service: service.id,
)  # fmt: skip


@given(SERVICES)
def test_what_is_recorded_comes_back_the_same(services):
    assert make_services(record_services(services), "a page") == services


def test_a_page_a_list_and_one_service_are_all_read():
    page = {"total_items": 1, "contents": [PLAIN]}
    assert make_services(page, "x") == make_services([PLAIN], "x") == make_services(PLAIN, "x")
    assert make_services([], "x") == make_services({"contents": []}, "x") == []


def test_null_is_as_if_absent():
    nulls = {**PLAIN, "url": None, "minimum_age": None, "contacts": None, "organization": None}
    assert make_services(nulls, "x") == make_services(PLAIN, "x")


def test_ages_have_both_ends_included_and_none_means_no_limit():
    (service,) = make_services({**PLAIN, "minimum_age": 11, "maximum_age": 17}, "x")
    assert [service.takes_age(age) for age in (10, 11, 17, 18)] == [False, True, True, False]
    assert all(replace(service, minimum_age=None).takes_age(age) for age in (0, 17))
    assert replace(service, maximum_age=None).takes_age(99)


def test_every_fault_is_named_at_once():
    broken = [
        {"name": "", "status": "open"},
        {**PLAIN, "minimum_age": 18, "maximum_age": 11},
        {**PLAIN, "minimum_age": "11", "maximum_age": True, "url": 7, "contacts": {}},
        {**PLAIN, "id": "s-4", "organization": "us", "schedules": ["daily"], "minimum_age": 200},
        "a service",
        {},
    ]
    with pytest.raises(InputError) as caught:
        make_services(broken, "feed.json")
    told = str(caught.value)
    for part in (
        "feed.json: 16 faults",
        "Service 1: it has no id",
        "Service 1: it has no name",
        "Service 1: status 'open' is not one of active, inactive, defunct, temporarily closed",
        "Service 2: minimum_age 18 is above maximum_age 11",
        "Service 3: minimum_age '11' is no age in years",
        "Service 3: maximum_age True is no age",
        "Service 3: url 7 is no text",
        "Service 3: contacts is no list of objects",
        "Service 4: organization is no object",
        "Service 4: schedules is no list of objects",
        "Service 4: minimum_age 200 is no age",
        "Service 5: it is no object",
        "Service 6: it has no id",
        "Service 6: it has no status",
        "Two services have the id s-1",
    ):
        assert part in told


@pytest.mark.parametrize("document", ["services", 7, None, {"contents": "none"}])
def test_what_is_no_list_of_services_is_refused(document):
    with pytest.raises(InputError, match="holds no list of services"):
        make_services(document, "x")
