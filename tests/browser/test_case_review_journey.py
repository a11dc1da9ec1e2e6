"""Somebody who is harmed asks for a case review on a phone; the lead decides and writes back."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from .visiting import PHONE


@pytest.fixture(scope="module")
def reviews(new_site):
    """Return the anti-social behaviour partnership's site with a lead, served."""
    made = new_site("asb")
    made.password = made.run_script("case_review_world.py")
    made.start()
    yield made
    made.stop()


def is_in_order(one):
    """Check the page as it stands: axe, nothing moved sideways, all reached by the tab key."""
    assert one.find_violations() == []
    assert not one.is_wide()
    assert one.find_unseen() == []


def test_an_application_goes_from_a_phone_without_scripts_to_the_letter(visit, reviews):
    day = datetime.now(UTC).date() - timedelta(days=9)
    asking = visit(reviews, viewport=PHONE, java_script_enabled=False)
    asking.go("/case-review/")
    asking.page.get_by_role("button", name="I ask for myself").click()
    asking.page.fill("[name=name]", "Hana Iqbal")
    asking.page.fill("[name=reach]", "07700 900123")
    asking.page.fill("[name=words]", "They bang on the wall each night.")
    for number in range(3):
        reported = day - timedelta(days=20 * number)
        asking.page.fill(f"[name=time-{number}-behaved_on]", (reported - timedelta(2)).isoformat())
        asking.page.fill(f"[name=time-{number}-reported_on]", reported.isoformat())
        asking.page.select_option(f"[name=time-{number}-told_to]", "council")
    asking.press("Send")
    assert asking.heading() == "We have it"
    assert not asking.is_wide()
    number = re.search(r"\b\w{3}-\w{3}-\w{3}\b", asking.text()).group(0)
    code = re.search(r"\b\w{4}-\w{4}-\w{4}\b", asking.text()).group(0)

    lead = visit(reviews).sign_in("lead@example.org", reviews.password)
    assert lead.follow("Application for a case review that nobody runs: 1") == "Case reviews"
    is_in_order(lead)
    assert lead.follow(number) == f"Case review {number}"
    assert "3 count; 3 are needed. A review must be held." in lead.text()
    is_in_order(lead)
    assert lead.follow("We have your application") == "We have your application"
    lead.press("It was sent today")
    lead.page.locator("main").get_by_role("button", name="Decide").click()
    lead.page.get_by_label("Yes, a review is held").check()
    is_in_order(lead)
    lead.press("Decide")
    assert lead.follow("We will hold a case review") == "We will hold a case review"
    assert "3 of your complaints count" in lead.text()
    assert "bang on the wall" not in lead.text()
    is_in_order(lead)
    lead.page.emulate_media(media="print")
    assert not lead.page.get_by_role("button", name="It was sent today").is_visible()
    lead.page.emulate_media(media="screen")
    lead.press("It was sent today")

    asking.go("/case-review/state/")
    asking.page.fill("[name=reference]", number)
    asking.page.fill("[name=code]", code)
    asking.press("Show it")
    assert "that we hold a case review" in asking.text()
    assert not asking.is_wide()

    looking = visit(reviews, viewport=PHONE)  # axe needs scripts
    for path in ("/case-review/", "/case-review/apply-for-somebody/", "/case-review/counts/"):
        looking.go(path)
        is_in_order(looking)
