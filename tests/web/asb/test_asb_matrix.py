"""The access matrix's rows of casework, cell by cell and both ways, and other ways out."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from patrolwise.web.accounts.models import Team
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.asb.actions import sharing
from patrolwise.web.commons import clock

from .. import matrix
from .asb_world import (
    NOW,
    add_person,
    add_subject,
    add_victim,
    assess,
    load_demo,
    open_case,
    serve,
    use_power,
    write,
)

pytestmark = pytest.mark.django_db
# The design's rows "ASB case, victim, risk" and "ASB subject, power", by the roles of this site.
# own: f, of cases that one works on or whose agency is party; all: F; none: not even that they are
CELLS = {
    "case_officer": ("own", "own"),
    "partner": ("own", "own"),  # the police's coordinator is one, as any partner agency
    "lead": ("all", "all"),
    "patrol": ("none", "conditions"),
    "analyst": ("pseudonyms, counts", "pseudonyms, counts"),
    "commissioner": ("counts", "counts"),
    "evaluator": ("pseudonyms", "pseudonyms"),
    "panel": ("none", "none"),
    "protection": ("none", "none"),
    "administrator": ("none", "none"),
}
SHOWN = {  # the cell's word → which of the ways below are open
    "own": {"own"}, "all": {"own", "other"}, "none": set(), "conditions": {"orders"},
    "pseudonyms": {"extracts"}, "counts": {"counts"}, "pseudonyms, counts": {"extracts", "counts"},
}  # fmt: skip
BESIDE = {"lead": {"orders", "counts"}}  # what the lead has of the other ways too


@pytest.fixture
def world(people, monkeypatch, settings):
    """Return the addresses of one's own case and of another's, on either side."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.IS_DEMO = True
    load_demo(people["lead"])
    team = Team.objects.create(name="Agency", is_partner=True)
    people["partner"].team = team
    people["partner"].save()
    made = {}
    for which, officer in (
        ("own", people["case_officer"]), ("other", add_person("case_officer", "other")),
    ):  # fmt: skip
        case = open_case(officer)
        victim, subject = add_victim(officer, case), add_subject(officer, case)
        risk, power = assess(officer, victim), serve(officer, use_power(officer, case, subject))
        made[which] = SimpleNamespace(
            case=case,
            first=[reverse("asb-case", args=[case.pk]), reverse("asb-harmed", args=[case.pk]),
                   reverse("asb-harmed-one", args=[victim.pk]),
                   reverse("asb-risk", args=[risk.pk])],
            second=[reverse("asb-subjects", args=[case.pk]),
                    reverse("asb-subject", args=[subject.pk]),
                    reverse("asb-power", args=[power.pk])],
        )  # fmt: skip
    sharing.add_party(
        writing=write(people["lead"]), case=made["own"].case, team=team, reason="landlord"
    )
    return made


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_has_what_its_cells_say_and_no_more(role, world, sign_in):
    client = sign_in(role)
    beside = {"orders": "/orders/", "extracts": "/extracts/", "counts": "/counts/"}
    open_ways = {way for way, path in beside.items() if client.get(path).status_code == 200}
    for cell, side in zip(CELLS[role], ("first", "second"), strict=True):
        told = {
            which: {client.get(path).status_code for path in getattr(one, side)}
            for which, one in world.items()
        }
        shown = SHOWN[cell]
        assert told == {which: {200} if which in shown else {404} for which in world}, side
    due = set().union(*(SHOWN[cell] for cell in CELLS[role])) | BESIDE.get(role, set())
    assert open_ways == due & set(beside)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_what_may_not_be_seen_looks_like_what_is_not_there(role, sign_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert [one for one in matrix.find_open_cells(sign_in(role), role) if "asb-" in one[0]] == []


def test_no_page_answers_before_it_is_known_who_asks():
    assert [name for name in matrix.find_unguarded() if name.startswith("asb-")] == []


def test_files_leave_by_one_page_alone_and_no_job_works_on_cases():
    downloads = {name for name in matrix.find_downloads() if name.startswith("asb-")}
    handed_on = {name for name in downloads if name != "asb-extracts"}
    for name in handed_on:  # a helper draws these: answer_form, or the page of a search
        assert matrix.list_views()[name].callback.needs
    assert "asb-extracts" in downloads
    assert not [name for name in matrix.list_tasks() if name.startswith("asb.")]


def test_there_is_no_interface_and_no_administration_of_tables(sign_in):
    client = sign_in("lead")
    told = {matrix.ask(client, "get", one).status_code for one in (*matrix.PROBES, "/api/cases/")}
    assert told == {404}
