"""A return and its public update, from the forms to the page that anybody reads, by keys alone."""

import pytest

from patrolwise.study.return_demo import write_return_demo

PASSWORD = "a long word for tests 1"
LOOKED = "Looked at sheet 8, and at the rows of three figures."
TEXT = "Wardens, outreach workers and the police agreed each week which places needed them most."


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


def fill(one, **words):
    """Write words into the fields of a form."""
    for name, value in words.items():
        one.fill(f"main [name={name}]", value)


def write_forms(folder):
    """Write the forms of the worked ledger, with a twentieth of its hours, and return them."""
    write_return_demo(folder)
    for name in ("hours.csv", "stays.csv"):
        header, *lines = (folder / name).read_text(encoding="utf-8").splitlines()
        (folder / name).write_text("\n".join([header, *lines[::20]]), encoding="utf-8")
    return sorted(folder.glob("*.csv"))


def let_out(one):
    """Let out what waits, from the first page on, as a second person."""
    one.go("/releases/")
    is_in_order(one)
    one.enter("main h2:has-text('Waits for you') + ul a")
    assert one.page.locator("h2:has-text('Decide')").is_visible()
    is_in_order(one)
    one.choose(one.page.get_by_label("Let it out"))
    fill(one, reason=LOOKED)
    one.press("Decide")
    assert "Hash of what left" in one.text()


def test_a_return_and_its_update_go_from_forms_to_the_public_by_two_people(
    visit, partnership, screen, tmp_path
):
    manager = visit(partnership, by_keys=True, viewport=screen)
    manager.sign_in("programme@example.org", PASSWORD)
    manager.go("/returns/")
    is_in_order(manager)
    manager.press("Say how returns are made")
    fill(
        manager, title="Worked return", force="Made-up force",
        definitions="serious-violence@1\nanti-social-behaviour@1",
        agencies="Police, police\nStreet outreach, outreach\nCity wardens, partner",
    )  # fmt: skip
    is_in_order(manager)
    manager.press("Keep")
    manager.go("/returns/forms/")
    manager.tab_to("[name=sent]")  # which files, a window of the browser asks that no page has
    manager.page.set_input_files("[name=sent]", write_forms(tmp_path))
    is_in_order(manager)
    manager.press("Send")
    assert "hours.csv" in manager.text()
    manager.go("/returns/make/")
    fill(manager, quarter="2024-Q2", cut="2024-10-14")
    rules = manager.page.locator("[name=fund_rules] option[value='hotspot-response-2024-25@1']")
    manager.select("[name=fund_rules]", rules.inner_text().strip())
    is_in_order(manager)
    manager.press("Make it")
    assert manager.heading() == "Made-up force: 2024-Q2, version 1"
    is_in_order(manager)
    made = manager.page.url
    manager.follow("3 Patrol")
    is_in_order(manager)
    manager.page.goto(made)
    manager.press("Ask a second person")

    commissioner = visit(partnership, by_keys=True, viewport=screen)
    commissioner.sign_in("commissioner@example.org", PASSWORD)
    let_out(commissioner)

    manager.page.goto(made)
    manager.follow("Write the public update")
    is_in_order(manager)
    fill(manager, text="Patrols caused violence to fall by 45 %.")
    manager.press("Hold it against the figures")
    assert "Write:" in manager.text()
    is_in_order(manager)
    fill(manager, text=TEXT)
    manager.press("Hold it against the figures")
    is_in_order(manager)
    manager.press("Ask a second person")
    let_out(commissioner)

    anybody = visit(partnership, by_keys=True, viewport=screen)
    anybody.go("/public/updates/")
    is_in_order(anybody)
    anybody.follow("Made-up force, 2024-Q2")
    assert TEXT in anybody.text()
    assert "let out by The commissioner" in anybody.text()
    is_in_order(anybody)
