"""A return and its public update, from the forms to the page that anybody reads."""

from patrolwise.study.return_demo import write_return_demo

from .visiting import DESK, PHONE

PASSWORD = "a long word for tests 1"
LOOKED = "Looked at sheet 8, and at the rows of three figures."
TEXT = "Wardens, outreach workers and the police agreed each week which places needed them most."


def is_in_order(one):
    """Check the page as it stands, narrow and wide: axe, nothing moved sideways."""
    for size in (PHONE, DESK):
        one.page.set_viewport_size(size)
        assert one.find_violations() == []
        assert not one.is_wide()


def fill(one, **words):
    """Write words into the fields of a form."""
    for name, value in words.items():
        one.page.locator(f"main [name={name}]").fill(value)


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
    one.page.locator("main h2:has-text('Waits for you') + ul a").first.click()
    one.page.wait_for_selector("h2:has-text('Decide')")
    is_in_order(one)
    one.page.get_by_label("Let it out").check()
    fill(one, reason=LOOKED)
    one.press("Decide")
    assert "Hash of what left" in one.text()


def test_a_return_and_its_update_go_from_forms_to_the_public_by_two_people(
    visit, partnership, tmp_path
):
    manager = visit(partnership).sign_in("programme@example.org", PASSWORD)
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
    manager.page.set_input_files("[name=sent]", write_forms(tmp_path))
    is_in_order(manager)
    manager.press("Send")
    assert "hours.csv" in manager.text()
    manager.go("/returns/make/")
    fill(manager, quarter="2024-Q2", cut="2024-10-14")
    manager.page.select_option("[name=fund_rules]", "hotspot-response-2024-25@1")
    is_in_order(manager)
    manager.press("Make it")
    assert manager.heading() == "Made-up force: 2024-Q2, version 1"
    is_in_order(manager)
    made = manager.page.url
    manager.follow("3 Patrol")
    is_in_order(manager)
    manager.page.goto(made)
    manager.press("Ask a second person")

    commissioner = visit(partnership).sign_in("commissioner@example.org", PASSWORD)
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

    anybody = visit(partnership)
    anybody.go("/public/updates/")
    is_in_order(anybody)
    anybody.follow("Made-up force, 2024-Q2")
    assert TEXT in anybody.text()
    assert "let out by The commissioner" in anybody.text()
    is_in_order(anybody)
