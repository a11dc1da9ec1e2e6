"""The directory of services as a file: a made-up sample, round trips, files that are none."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from patrolwise.errors import InputError
from patrolwise.files.services import read_services, write_services
from patrolwise.outreach.service_directory import Service, ServiceStatus

SAMPLE = Path(__file__).with_name("services-sample.json")
FIELDS = json.loads(Path(__file__).with_name("services-fields.json").read_text("utf-8"))
PROFILE = Draft202012Validator(FIELDS, format_checker=FormatChecker())
# one service with all that the profile asks for, in the words of a feed of the UK profile
FULL = {
    "id": "3f1a9d0e-0000-4000-8000-000000000004", "name": "Made-up Mentors", "status": "active",
    "url": "https://mentors.example.org", "minimum_age": 11,
    "phones": [{"id": "3f1a9d0e-0000-4000-8000-000000000060", "number": "0116 496 0101"}],
    "organization": {
        "id": "3f1a9d0e-0000-4000-8000-000000000011", "name": "Made-up Trust",
        "description": "A made-up charity.",
    },
    "contacts": [
        {"id": "3f1a9d0e-0000-4000-8000-000000000021", "title": "Desk",
         "phones": [{"id": "3f1a9d0e-0000-4000-8000-000000000061", "number": "0116 496 0102"}]}
    ],
    "schedules": [
        {"id": "3f1a9d0e-0000-4000-8000-000000000031", "freq": "WEEKLY", "byday": "MO",
         "opens_at": "17:00Z", "closes_at": "19:00Z"}
    ],
    "service_at_locations": [
        {"id": "3f1a9d0e-0000-4000-8000-000000000042", "location": {
            "id": "3f1a9d0e-0000-4000-8000-000000000043", "location_type": "physical",
            "addresses": [{
                "id": "3f1a9d0e-0000-4000-8000-000000000044", "address_1": "2 Made-up Street",
                "city": "Leicester", "state_province": "Leicestershire",
                "postal_code": "LE0 0AA", "country": "GB", "address_type": "postal",
            }],
        }}
    ],
    "attributes": [
        {"id": "3f1a9d0e-0000-4000-8000-000000000051", "taxonomy_term": {
            "id": "3f1a9d0e-0000-4000-8000-000000000052", "name": "mentoring",
            "description": "One to one.", "taxonomy": "made-up list",
        }}
    ],
}  # fmt: skip


def list_faults(path):
    return [error.json_path for error in PROFILE.iter_errors(json.loads(path.read_text("utf-8")))]


def test_what_a_feed_of_the_profile_tells_is_written_by_the_profile_again(tmp_path):
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_text(json.dumps({"contents": [FULL]}))
    (service,) = read_services(first)
    assert service.phones == ("0116 496 0101",)
    assert service.locations[0].city == "Leicester"
    assert (service.attributes[0].term, service.attributes[0].taxonomy) == (
        "mentoring", "made-up list",
    )  # fmt: skip
    write_services([service], second)
    assert list_faults(second) == []
    assert read_services(second) == [service]
    written = second.read_bytes()
    write_services([service], second)
    assert second.read_bytes() == written


def test_what_a_feed_lacks_is_not_made_up(tmp_path):
    write_services(read_services(SAMPLE), tmp_path / "out.json")
    assert set(list_faults(tmp_path / "out.json")) == {
        "$.contents[0].organization",  # no description
        "$.contents[0].service_at_locations[0].location",  # nothing says of what kind it is
        "$.contents[0].service_at_locations[0].location.addresses[0]",  # no city, no county
        "$.contents[0].attributes[0].taxonomy_term",  # no description
        "$.contents[2]",  # no address on the web
    }


@pytest.mark.parametrize(
    "term",
    [
        {"term": "sport", "taxonomy": "list"},
        {"name": "sport", "taxonomy": {"name": "list"}},
        {"name": "sport", "taxonomy_detail": {"name": "list"}, "taxonomy": "other"},
    ],
)
def test_a_term_is_read_as_each_version_writes_it(term, tmp_path):
    path = tmp_path / "feed.json"
    path.write_text(json.dumps({**FULL, "attributes": [{"id": "1", "taxonomy_term": term}]}))
    (attribute,) = read_services(path)[0].attributes
    assert (attribute.term, attribute.taxonomy) == ("sport", "list")


def test_the_sample_is_read_with_all_that_a_worker_needs():
    boxing, housing, clinic = read_services(SAMPLE)
    assert (boxing.name, boxing.status) == ("Made-up Boxing Club", ServiceStatus.ACTIVE)
    assert (boxing.minimum_age, boxing.maximum_age) == (11, 17)
    assert boxing.organization_name == "Made-up Sports Trust"
    assert boxing.contacts[0].phones == ("0116 496 0100",)
    assert (boxing.schedules[0].byday, boxing.schedules[0].opens_at) == ("TU,TH", "17:00Z")
    assert boxing.locations[0].postal_code == "LE0 0AA"
    assert boxing.attributes[0].term == "sport"
    assert housing.status is ServiceStatus.TEMPORARILY_CLOSED
    assert housing.application_process == "By referral only."
    assert clinic.url == ""
    assert clinic.minimum_age is None


def test_a_file_that_is_written_is_read_the_same(tmp_path):
    services = read_services(SAMPLE)
    odd = Service(id="z", name="Łódź \ud800 ", status=ServiceStatus.ACTIVE)
    write_services([*services, odd], tmp_path / "out.json")
    again = read_services(tmp_path / "out.json")
    assert again[:-1] == services
    assert again[-1].name == "Łódź \ud800"
    assert '"total_items": 4' in (tmp_path / "out.json").read_text("utf-8")


def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path):
    with pytest.raises(InputError, match=r"none\.json cannot be read"):
        read_services(tmp_path / "none.json")
    for data in (b"{", b"\xff", b"[" * 100_000):
        (tmp_path / "bad.json").write_bytes(data)
        with pytest.raises(InputError, match=r"bad\.json is not JSON"):
            read_services(tmp_path / "bad.json")
    with pytest.raises(InputError, match="cannot be written"):
        write_services([], tmp_path / "no" / "out.json")
