"""Whose cases somebody reaches, row by row."""

import datetime as dt

import pytest
from django.http import Http404

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.models import Team
from patrolwise.web.audit.models import Event
from patrolwise.web.casework.actions import engagements
from patrolwise.web.casework.models import Engagement
from patrolwise.web.casework.reach import find_case, reach_cases, reach_referrals, search_cases

from .cases import NOW, consent_to, make_service, open_case, writing
from .test_casework_actions import move, refer

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("worker", {"own"}),
        ("other", {"others"}),
        ("lead", {"own", "others"}),
        ("safeguarding", {"own", "others"}),
        ("protection", set()),
        ("partner", set()),
        ("evaluator", set()),
        ("administrator", set()),
    ],
)
def test_each_role_reaches_its_cases_and_no_others(people, role, sees):
    open_case(people["worker"], "own")
    open_case(people["other"], "others")
    assert {case.alias for case in reach_cases(people[role], NOW)} == sees


def test_a_case_that_may_not_be_seen_is_not_there(people):
    case = open_case(people["worker"])
    assert find_case(people["worker"], case.pk, NOW) == case
    for role in ("other", "partner"):
        with pytest.raises(Http404):
            find_case(people[role], case.pk, NOW)


def test_a_colleague_sees_a_shared_case_while_it_is_shared(people):
    case, other = open_case(people["worker"]), people["other"]
    engagements.share_case(
        writing=writing(people["lead"]), case=case, person=other, until=NOW + HOUR
    )
    assert not reach_cases(other, NOW - HOUR).exists()
    assert reach_cases(other, NOW).exists()
    assert not reach_cases(other, NOW + HOUR).exists()
    with pytest.raises(RefusedError, match="works on no cases"):
        engagements.share_case(
            writing=writing(people["lead"]), case=case, person=people["evaluator"], until=None
        )
    with pytest.raises(RefusedError, match="may not see every case"):
        engagements.share_case(
            writing=writing(people["worker"]), case=case, person=other, until=None
        )


def test_broken_glass_opens_for_sixty_minutes_and_is_in_the_record(people):
    case, other = open_case(people["worker"]), people["other"]
    engagements.break_glass(
        writing=writing(other), case_id=case.pk, reason="safety now", words="They rang the office"
    )
    assert find_case(other, case.pk, NOW + dt.timedelta(minutes=59)) == case
    with pytest.raises(Http404):
        find_case(other, case.pk, NOW + dt.timedelta(minutes=60))
    event = Event.objects.last()
    assert event.action == "engagement opened by breaking the glass"
    assert "rang" not in str(event.detail)


def test_broken_glass_needs_a_reason_and_tells_nobody_which_cases_there_are(people):
    with pytest.raises(InputError) as told:
        engagements.break_glass(
            writing=writing(people["other"]),
            case_id="018f0000-0000-7000-8000-000000000000",
            reason="curious",
            words="hm",
        )
    for part in ("safety now", "in a sentence", "no such case"):
        assert part in str(told.value)
    case = open_case(people["worker"])
    with pytest.raises(RefusedError):
        engagements.break_glass(
            writing=writing(people["protection"]), case_id=case.pk, reason="safety now", words="x"
        )


def test_a_service_reaches_what_was_sent_to_it(people):
    worker, partner = people["worker"], people["partner"]
    assert not reach_referrals(partner).exists()
    partner.team = Team.objects.create(name="Youth Counselling", is_partner=True)
    partner.save()
    case = open_case(worker)
    own, another = make_service(team=partner.team), make_service("Another")
    for service in (own, another):
        consent_to(worker, case, service)
    made = refer(worker, case, own)
    refer(worker, case, another)
    assert not reach_referrals(partner).exists()
    move(worker, made, "sent")
    assert list(reach_referrals(partner)) == [made]
    assert not reach_referrals(worker).exists()


def test_a_search_needs_two_attributes_and_stays_in_reach(people):
    worker = people["worker"]
    case = open_case(worker, "Kez", hot_spot_id="hs-1")
    engagements.set_identity(
        writing=writing(worker),
        case=case,
        new=engagements.NewIdentity(born=dt.date(2009, 5, 1), phone="07700 900123"),
    )
    assert search_cases(worker, {"alias": "Kez"}, NOW) == ([], False)
    assert search_cases(worker, {"alias": "Kez", "born": " "}, NOW) == ([], False)
    assert search_cases(worker, {"alias": "Kez", "shoe": "9"}, NOW) == ([], False)
    assert search_cases(worker, {"alias": "kez", "hot_spot_id": "hs-1"}, NOW) == ([case], False)
    found, _ = search_cases(worker, {"born": "2009-05-01", "phone": "07700900123"}, NOW)
    assert found == [case]
    assert search_cases(worker, {"alias": "!", "hot_spot_id": "hs-1"}, NOW) == ([], False)
    assert search_cases(people["other"], {"alias": "Kez", "hot_spot_id": "hs-1"}, NOW)[0] == []


def test_a_search_returns_ten_at_most_and_says_that_there_are_more(people):
    for _ in range(11):
        open_case(people["worker"], "Kez", hot_spot_id="hs-1")
    asked = {"alias": "Kez", "hot_spot_id": "hs-1"}
    found, is_cut = search_cases(people["lead"], asked, NOW)
    assert (len(found), is_cut) == (10, True)
    Engagement.objects.first().delete()
    assert search_cases(people["lead"], asked, NOW)[1] is False
