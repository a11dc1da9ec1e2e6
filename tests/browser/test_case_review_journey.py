"""Somebody who is harmed asks for a case review; the lead decides and writes back."""

import re
from datetime import UTC, datetime, timedelta

import pytest


@pytest.fixture(scope="module")
def world(new_site):
    """Return the anti-social behaviour partnership's site with a lead."""
    made = new_site("asb")
    made.password = made.run_script("case_review_world.py")
    return made


@pytest.fixture(scope="module")
def reviews(world, screen, serve_copy):
    """Return a copy of it, served: what is done on a phone must not be found done at a desk."""
    with serve_copy(world) as made:
        yield made


def is_in_order(one):
    """Check the page as it stands: axe, nothing moved sideways, all reached by the tab key."""
    assert one.find_violations() == []
    assert not one.is_wide()
    assert not one.is_at_desk() or one.find_unseen() == []


def test_an_application_goes_from_a_page_without_scripts_to_the_letter(visit, reviews, screen):
    day = datetime.now(UTC).date() - timedelta(days=9)
    asking = visit(reviews, by_keys=True, viewport=screen, java_script_enabled=False)
    asking.go("/case-review/")
    asking.enter(asking.page.get_by_role("button", name="I ask for myself"))
    asking.fill("[name=name]", "Hana Iqbal")
    asking.fill("[name=reach]", "07700 900123")
    asking.fill("[name=words]", "They bang on the wall each night.")
    for number in range(3):
        reported = day - timedelta(days=20 * number)
        asking.fill(f"[name=time-{number}-behaved_on]", (reported - timedelta(2)).isoformat())
        asking.fill(f"[name=time-{number}-reported_on]", reported.isoformat())
        council = asking.page.locator(f"[name=time-{number}-told_to] option[value=council]")
        asking.select(f"[name=time-{number}-told_to]", council.inner_text())
    asking.press("Send")
    assert asking.heading() == "We have it"
    assert not asking.is_wide()
    number = re.search(r"\b\w{3}-\w{3}-\w{3}\b", asking.text()).group(0)
    code = re.search(r"\b\w{4}-\w{4}-\w{4}\b", asking.text()).group(0)

    lead = visit(reviews, by_keys=True, viewport=screen)
    lead.sign_in("lead@example.org", reviews.password)
    assert lead.follow("Application for a case review that nobody runs: 1") == "Case reviews"
    is_in_order(lead)
    assert lead.follow(number) == f"Case review {number}"
    assert "3 count; 3 are needed. A review must be held." in lead.text()
    is_in_order(lead)
    assert lead.follow("We have your application") == "We have your application"
    lead.press("It was sent today")
    lead.unfold(lead.page.locator("main").get_by_role("button", name="Decide"))
    lead.choose(lead.page.get_by_label("Yes, a review is held"))
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
    asking.fill("[name=reference]", number)
    asking.fill("[name=code]", code)
    asking.press("Show it")
    assert "that we hold a case review" in asking.text()
    assert not asking.is_wide()

    looking = visit(reviews, viewport=screen)  # axe needs scripts
    for path in ("/case-review/", "/case-review/apply-for-somebody/", "/case-review/counts/"):
        looking.go(path)
        is_in_order(looking)
