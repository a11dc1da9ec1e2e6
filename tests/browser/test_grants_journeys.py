"""What an applicant and an assessor do in a browser, each from the first page to the end."""

import datetime as dt

import pytest

from .conftest import Site, _free_port
from .visiting import PHONE

DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def partnership(tmp_path_factory):
    """Return the commissioning partnership's site with an open and an awarded round, served."""
    made = Site(tmp_path_factory.mktemp("grants") / "data", _free_port(), key="partnership")
    made.run("init")
    made.password = made.run_script("grants_world.py")
    made.start()
    yield made
    made.stop()


def is_in_order(one):
    """Check the page as it stands: axe, nothing moved sideways, all reached by the tab key."""
    assert one.find_violations() == []
    assert not one.is_wide()
    assert one.find_unseen() == []


def fill(one, **values):
    """Fill fields by name, and go on to the next page."""
    for name, value in values.items():
        field = one.page.locator(f"[name='{name.replace('__', '-')}']")
        if field.first.get_attribute("type") in ("radio", "checkbox"):
            one.page.locator(f"[name='{name}'][value='{value}']").check()
        else:
            field.fill(value)
    is_in_order(one)
    one.press("Save and")


def test_an_applicant_saves_comes_back_and_sends_on_a_phone(visit, partnership):
    one = visit(partnership, viewport=PHONE)
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
    one.page.fill("[name=reference]", number)
    one.page.fill("[name=code]", code.lower())
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
    one.page.fill("[name=budget-0-what]", "Boards")
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


def test_an_assessor_declares_no_interest_and_scores(visit, partnership):
    one = visit(partnership).sign_in("assessor@demo.example", partnership.password)
    assert one.follow("Application to score: 1") == "To score"
    is_in_order(one)
    assert one.follow("Aylestone Scooter Park") == "Before you see it"
    assert "They feel safer" not in one.text()
    one.page.check("[name=has_conflict][value=no]")
    is_in_order(one)
    one.press("Declare")
    assert one.heading() == "A safer park"
    assert "They feel safer" in one.text()
    assert "Demo Contact" not in one.text()
    for field in one.page.locator("input[type=number]").all():
        field.fill("3")
    is_in_order(one)
    one.press("Complete")
    one.follow("Aylestone Scooter Park")
    assert "1 of 2 assessments are in" in one.text()  # the other's are not shown yet
    is_in_order(one)
