"""Whose units stand first in lists, and what places are called there."""

import pytest

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.tasking.own_service import rank_service
from patrolwise.web.tasking.templatetags.place_names import called

SERVICES = ["police", "Street outreach", "city wardens", "outreach"]


@pytest.mark.parametrize(
    ("team", "first"),
    [("City Wardens", "city wardens"), ("outreach", "outreach"), ("Beat team", "city wardens")],
)
def test_ones_own_service_stands_first_and_outreach_last(team, first):
    person = Person(team=Team(name=team))
    ordered = sorted(SERVICES, key=lambda one: rank_service(person, one))
    assert ordered[0] == first
    assert ordered[-1] in {"Street outreach", "outreach"}


def test_without_a_team_outreach_still_stands_last():
    ordered = sorted(SERVICES, key=lambda one: rank_service(Person(), one))
    assert ordered == ["city wardens", "police", "Street outreach", "outreach"]


def test_places_are_called_by_their_names_and_the_unknown_by_their_identifier():
    assert called("market", {"market": "Market place"}) == "Market place"
    assert called("market", {}) == "market"
