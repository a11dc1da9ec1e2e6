"""The directory of services as a file: a made-up sample, round trips, files that are none."""

from pathlib import Path

import pytest

from patrolwise.errors import InputError
from patrolwise.files.services import read_services, write_services
from patrolwise.outreach.service_directory import Service, ServiceStatus

SAMPLE = Path(__file__).with_name("services-sample.json")


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
