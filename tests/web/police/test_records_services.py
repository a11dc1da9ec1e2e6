"""Which services devices can be given to: those of kept programmes, outreach's never."""

import pytest
from django.urls import reverse

from patrolwise.web.field.models import Device
from patrolwise.web.records.models import Upload
from patrolwise.web.records.services import (
    find_service_fault,
    list_own_services,
    list_service_kinds,
)

from .patrol_rows import make_device, make_programme, make_upload

GIVEN = {"name": "Van 3", "unit_id": "P1", "refresh_s": "30", "people": "2"}


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path, db):
    settings.DATA_FOLDER = tmp_path
    return tmp_path


def test_services_are_those_of_kept_programmes_by_their_kind(data_folder):
    assert (list_service_kinds(), list_own_services()) == ({}, [])
    make_programme(data_folder, police="", wardens="partner", other="")
    twice = make_programme(data_folder, wardens="outreach", Rangers="partner")
    make_upload(table="files/programmes/gone.toml")  # its file is not there
    kinds = {"police": "police", "wardens": "outreach", "other": "", "Rangers": "partner"}
    assert list_service_kinds() == kinds
    assert list_own_services() == ["Rangers", "police"]
    Upload.objects.filter(pk=twice.pk).update(state="undone")
    assert list_own_services() == ["police", "wardens"]


def test_why_a_service_cannot_have_a_device_is_said_with_what_to_do(data_folder):
    (fault,) = find_service_fault("police")
    assert fault.endswith("Upload the programme that names it, and keep it.")
    make_programme(data_folder)
    assert find_service_fault("police") == find_service_fault(" ") == []
    (fault,) = find_service_fault("Police")
    assert "knows the service Police. Choose police or wardens, or upload" in fault
    for outreach in ("Street outreach", "any outreach"):
        (fault,) = find_service_fault(outreach)
        assert "stay with the outreach service" in fault


def test_the_forms_offer_services_and_take_no_other(sign_in, data_folder):
    client = sign_in("administrator")
    pages = [reverse(name) for name in ("device-give", "forwarder-give")]
    for page in pages:
        assert "No programme on this site names a service" in client.get(page).content.decode()
    make_programme(data_folder)
    for page in pages:
        told = client.get(page).content.decode()
        assert '<option value="wardens">wardens</option>' in told
        assert "Street outreach" not in told
        assert "No programme on this site" not in told
        for service in ("Street outreach", "polcie"):
            answer = client.post(page, GIVEN | {"service": service}).content.decode()
            assert "Select a valid choice" in answer
    assert not Device.objects.exists()


def test_a_service_that_no_programme_knows_is_marked_until_another_is_chosen(sign_in, data_folder):
    make_programme(data_folder)
    client, device = sign_in("coordinator"), make_device(service="polcie")
    pages = [reverse("devices"), reverse("device", args=[device.pk])]
    words = "no programme knows this service"
    assert all(words in client.get(page).content.decode() for page in pages)
    mend = reverse("device-correct", args=[device.pk, device.assignments.get().pk])
    offered = dict(client.get(mend).context["form"].fields["service"].choices)
    assert offered["polcie"] == f"polcie ({words})"
    given = {
        "unit_id": "P1", "service": "police", "start": "", "end": "", "people": "2",
        "reason": "A slip.",
    }  # fmt: skip
    client.post(mend, given)
    assert not any(words in client.get(page).content.decode() for page in pages)
