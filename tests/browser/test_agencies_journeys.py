"""What a warden and a teacher do, who have no account, and the coordinator who asks them."""

from datetime import UTC, datetime, timedelta

import pytest

PASSWORD = "a long word for tests 1"


@pytest.fixture(scope="module")
def partnership(partnership_world, screen, serve_copy):
    """Return a copy of the site, served: what is done on a phone must not be found at a desk."""
    with serve_copy(partnership_world) as made:
        yield made


def is_in_order(one):
    """Check the page as it stands: axe, nothing moved sideways, all reached by the tab key."""
    assert one.find_violations() == []
    assert not one.is_wide()
    assert not one.is_at_desk() or one.find_unseen() == []


def test_a_warden_logs_a_patrol_by_a_link_of_the_coordinator(visit, partnership, screen):
    desk = visit(partnership, by_keys=True, viewport=screen)
    desk.sign_in("agency@example.org", PASSWORD)
    desk.go("/patrols/phones/")
    is_in_order(desk)
    desk.fill("[name=unit]", "W3")
    desk.press("Make a link")
    link = desk.page.locator("main a[href*='#']").get_attribute("href")

    phone = visit(partnership, by_keys=True, viewport=screen)
    phone.page.goto(link)
    phone.page.wait_for_selector("h1:text-is('Where are you?')")
    assert "#" not in phone.page.url
    is_in_order(phone)
    phone.press("Clock Tower")
    assert phone.heading() == "On patrol"
    is_in_order(phone)
    phone.press("Not here after all")
    assert phone.heading() == "Where are you?"

    phone.follow("I was there earlier")
    is_in_order(phone)
    phone.select("[name=hot_spot]", "Clock Tower")
    phone.fill("[name=day]", "2026-01-01")
    phone.fill("[name=start]", "10:00")
    phone.fill("[name=end]", "10:30")
    phone.press("Keep it")
    assert "ago. Ask your coordinator" in phone.text() or "in the future" in phone.text()
    is_in_order(phone)
    day = datetime.now(UTC).date() - timedelta(days=1)
    phone.fill("[name=day]", f"{day:%Y-%m-%d}")
    phone.fill("[name=start]", "00:05")
    phone.fill("[name=end]", "00:35")
    phone.press("Keep it")
    assert phone.heading() == "Where are you?"
    assert "00:05 to 00:35" in phone.text()
    is_in_order(phone)
    phone.press("Take it back")
    assert "None yet" in phone.text()

    desk.go("/patrols/")
    assert "Taken back" in desk.text()
    is_in_order(desk)
    desk.go("/patrols/phones/")
    desk.press("End it")
    phone.go("/patrol/")
    assert phone.heading() == "Log a patrol"
    is_in_order(phone)


def test_a_teacher_answers_five_questions_behind_a_square(visit, partnership, screen):
    desk = visit(partnership, by_keys=True, viewport=screen)
    desk.sign_in("agency@example.org", PASSWORD)
    desk.go("/schools/sessions/new/")
    desk.select("[name=school]", "Demonstration Academy")
    desk.choose(desk.page.get_by_label("Pupils", exact=True))
    for name, value in (("attendances", "60"), ("new", "55"), ("content_version", "2026-2")):
        desk.fill(f"[name={name}]", value)
    is_in_order(desk)
    desk.press("Keep it")
    desk.press("Make the teacher’s link")
    assert desk.page.locator("main img").evaluate("(one) => one.naturalWidth") > 0
    is_in_order(desk)
    link = desk.page.get_by_role("link", name="The link itself").get_attribute("href")

    phone = visit(partnership, by_keys=True, viewport=screen, java_script_enabled=False)
    phone.page.goto(link)
    assert phone.heading() == "Five questions about a session"
    phone.fill("[name=present]", "58")
    phone.fill("[name=new]", "50")
    phone.choose(phone.page.get_by_label("4", exact=True))
    phone.choose(phone.page.get_by_label("No", exact=True))
    phone.fill("[name=disclosures]", "1")
    phone.fill("[name=words]", "Jayden Smith was upset")
    phone.press("Send")
    assert "about a person" in phone.text()
    phone.fill("[name=words]", "")
    phone.press("Send")
    assert phone.heading() == "Thank you"

    other = visit(partnership, viewport=screen)
    other.go("/s/")
    is_in_order(other)
    other.expected = 404
    other.page.goto(link)
    assert other.heading() == "This link is closed"
    is_in_order(other)
    desk.go("/schools/")
    assert "50 different pupils of 10,000" in desk.text()
    is_in_order(desk)
