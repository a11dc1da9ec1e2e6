"""What an applicant and an assessor do in a browser, each from the first page to the end."""

import datetime as dt

import pytest

DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def world(new_site):
    """Return the commissioning partnership's site with an open and an awarded round."""
    made = new_site("partnership")
    made.password = made.run_script("grants_world.py")
    return made


@pytest.fixture(scope="module")
def partnership(world, screen, serve_copy):
    """Return a copy of it, served: what is done on a phone must not be found done at a desk."""
    with serve_copy(world) as made:
        yield made


def is_in_order(one):
    """Check the page as it stands: axe, nothing moved sideways, all reached by the tab key."""
    assert one.find_violations() == []
    assert not one.is_wide()
    assert not one.is_at_desk() or one.find_unseen() == []


def fill(one, **values):
    """Fill fields by name, and go on to the next page."""
    for name, value in values.items():
        field = one.page.locator(f"[name='{name.replace('__', '-')}']")
        if field.first.get_attribute("type") in ("radio", "checkbox"):
            one.choose(f"[name='{name}'][value='{value}']")
        else:
            one.fill(field, value)
    is_in_order(one)
    one.press("Save and")


def test_an_applicant_saves_comes_back_and_sends(visit, partnership, screen):
    one = visit(partnership, by_keys=True, viewport=screen)
    one.go("/apply/")
    is_in_order(one)
    assert one.follow("Communities fund") == "Communities fund"
    is_in_order(one)
    one.press("Begin")
    assert one.heading() == "Your group"
    fill(one, org_name="Made-up Chess Club", org_kind="community group")
    number, code = one.page.locator("main dd").all_inner_texts()
    is_in_order(one)
    one.go("/apply/mine/")
    one.press("Close it here")
    one.follow("Go back to your form")
    one.fill("[name=reference]", number)
    one.fill("[name=code]", code.lower())
    is_in_order(one)
    one.press("Open it")
    assert one.heading() == f"Your form {number}"
    assert one.follow("How you run it") == "How you run it"
    fill(one, governance="A board.", has_safeguarding_policy="yes", is_insured="yes")
    first = dt.date.today() + 90 * DAY
    fill(
        one, title="Chess on Fridays", summary="Two sessions a week.", area_ids="hs-1",
        first=first.isoformat(), last=(first + 200 * DAY).isoformat(),
    )  # fmt: skip
    fill(one, youngest="11", oldest="19", young_people="60", cohort="Out late.", outcomes="Safer.")
    fill(
        one, evidence="moderate", evidence_why="The toolkit.", co_design="They chose the nights.",
        is_designed_with_young_people="yes",
    )  # fmt: skip
    one.fill("[name=budget-0-what]", "Boards")
    one.press("Add another")
    assert one.page.locator("[name=budget-0-what]").input_value() == "Boards"
    fill(one, budget__0__pence="250.50", budget__2__what="Room", budget__2__pence="500")
    fill(one, contact_name="A person", contact_phone="01632 960001")
    assert one.heading() == "Check your answers"
    assert "£750.50" in one.text()
    assert "Still missing" not in one.text()
    is_in_order(one)
    one.press("Send it")
    assert "It is being looked at" in one.text()
    is_in_order(one)


def test_an_assessor_declares_no_interest_and_scores(visit, partnership, screen):
    one = visit(partnership, by_keys=True, viewport=screen)
    one.sign_in("assessor@demo.example", partnership.password)
    assert one.follow("Application to score: 1") == "To score"
    is_in_order(one)
    assert one.follow("Aylestone Scooter Park") == "Before you see it"
    assert "They feel safer" not in one.text()
    one.choose("[name=has_conflict][value=no]")
    is_in_order(one)
    one.press("Declare")
    assert one.heading() == "A safer park"
    assert "They feel safer" in one.text()
    assert "Demo Contact" not in one.text()
    for field in one.page.locator("input[type=number]").all():
        one.fill(field, "3")
    is_in_order(one)
    one.press("Complete")
    one.follow("Aylestone Scooter Park")
    assert "1 of 2 assessments are in" in one.text()  # the other's are not shown yet
    is_in_order(one)
