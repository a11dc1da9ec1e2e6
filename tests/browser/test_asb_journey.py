"""A case officer in a browser: from a report to a contract that a patrol reads, and no further."""

import pytest

GOOD = ".govuk-notification-banner--success"


@pytest.fixture(scope="module")
def asb(new_site):
    """Return a site with a case officer, a lead and a patrol officer, served."""
    made = new_site("asb")
    made.password = made.run_script("asb_world.py")
    made.start()
    yield made
    made.stop()


def is_in_order(one, *, keyboard=True):
    """Check the page as it stands: axe, nothing moved sideways, all reached by the tab key."""
    assert one.find_violations() == []
    assert not one.is_wide()
    assert not keyboard or not one.is_at_desk() or one.find_unseen() == []


def fill(one, **values):
    """Fill the fields of a form by their names."""
    for name, value in values.items():
        one.fill(f"[name={name.replace('__', '-')}]", value)


def test_a_case_officer_goes_from_a_report_to_a_contract_that_a_patrol_reads(visit, asb, screen):
    one = visit(asb, by_keys=True, viewport=screen)
    one.sign_in("case_officer@example.org", asb.password)
    is_in_order(one)
    one.go("/cases/")
    one.press("Open a case")
    assert one.heading() == "Open a case"
    is_in_order(one)
    fill(one, lead_agency="City council", summary="Loud music at night.")
    one.select("[name=category]", "Noise")
    one.choose(one.page.get_by_label("Personal", exact=True))
    one.press("Open it")
    assert one.heading().startswith("Noise")
    is_in_order(one)
    case = one.page.url.split("/")[-2]

    one.follow("Who is harmed: 0")
    one.press("Write down who is harmed")
    is_in_order(one)
    fill(one, name="Vera Made-up", phone="0116 496 0000")
    one.press("Keep")
    assert one.heading().startswith("Vera Made-up")
    one.press("Assess the risk")
    assert "Demonstration matrix" in one.text()
    is_in_order(one, keyboard=False)
    for group in one.page.locator("fieldset").all():
        one.choose(group.locator("input[type=radio]"))
    one.choose("[name=item-weapon][value=yes]")
    one.press("Reckon it")
    assert one.heading().startswith("Risk: high")
    one.page.emulate_media(media="print")
    assert one.page.get_by_text("Demonstration matrix: its weights are made up").is_visible()
    one.page.emulate_media(media="screen")
    is_in_order(one)

    one.go(f"/cases/{case}/subjects/new/")
    is_in_order(one)
    fill(one, name="Saul Made-up")
    one.choose(one.page.get_by_label("Alleged", exact=True))
    today = one.page.evaluate("new Date().toISOString().slice(0, 10)")
    later = one.page.evaluate("new Date(Date.now() + 5e9).toISOString().slice(0, 10)")
    fill(one, evidenced_on=today, review_due=later)
    one.press("Keep")
    assert one.heading().startswith("Saul Made-up")
    assert "Vera" not in one.words()
    is_in_order(one)

    one.go(f"/cases/{case}/power/")
    is_in_order(one)
    one.follow("Acceptable behaviour contract")
    is_in_order(one, keyboard=False)
    for group in one.page.locator("input[type=radio][value=yes]").all():
        one.choose(group)
    for words in one.page.locator("textarea").all():
        one.fill(words, "It was said at the door, twice, and written down.")
    fill(one, age="30", ends=f"{later}T10:00", conditions="No music after ten.", area="The green.")
    one.press("Write it down")
    one.page.wait_for_selector(GOOD)
    one.press("Note that it was served")
    one.press("Keep")
    assert "In force" in one.text()
    is_in_order(one)
    one.go("/cases/?tab=needs-me")
    assert "Contact is due" not in one.text()
    is_in_order(one)

    patrol = visit(asb, by_keys=True, viewport=screen)
    patrol.sign_in("patrol@example.org", asb.password)
    patrol.go("/orders/")
    assert "No music after ten." in patrol.text()
    assert not [word for word in ("Saul", "Vera", "Loud music") if word in patrol.words()]
    is_in_order(patrol)
    patrol.follow("Report a breach")
    is_in_order(patrol)
    fill(patrol, words="Music was heard from the street.")
    patrol.press("Report it")
    patrol.page.wait_for_selector(GOOD)
    assert "There is no such page" in patrol.go_in_vain(f"/cases/{case}/")
