"""What the outreach service's other roles do in a browser, at a desk and on a phone, by keys."""

import json
from zipfile import ZipFile

import pytest

from .street_phone import ACTIVE, Phone
from .visiting import DESK, PHONE

PASSWORD = "a long word for tests 1"
GOOD = ".govuk-notification-banner--success"
AT_THE_END = """() => document.querySelector(".pw-foot").getBoundingClientRect().bottom
    <= document.querySelector(".pw-worried").getBoundingClientRect().top + 1"""
ENVELOPE = """
import json
from datetime import UTC, datetime, timedelta
from patrolwise.web.desk.envelopes import close_envelope, make_code
from patrolwise.web.received.models import Envelope
now, code = datetime.now(UTC), make_code()
letter = {"told": {"alias": "Robin"}, "law": "Vital interests", "why": "To keep them safe",
    "keep_until": "1 May", "rule": "Tell nobody else."}
closed = close_envelope(letter, code, "JOURNEY")
Envelope.objects.create(reference="JOURNEY", gateway="vital-interests", decided_on=now.date(),
    expires=now.date() + timedelta(days=9), recipient="public protection desk", salt=closed.salt,
    nonce=closed.nonce, sealed=closed.sealed, received_at=now, state_at=now)
print(json.dumps(code))
"""


@pytest.fixture(scope="module")
def world(new_site):
    """Return a site of its own: what is done here would be counted by the tests of phones."""
    made = new_site("outreach")
    made.run_script("street_world.py")
    made.told = json.loads(made.run_script("outreach_world.py"))
    return made


@pytest.fixture(scope="module")
def outreach(world, screen, serve_copy):
    """Return a copy of it, served: what is done on a phone must not be found done at a desk."""
    with serve_copy(world) as made:
        yield made


@pytest.fixture(scope="module")
def told(world):
    """Return what is there beside the street's world, by the script that puts it there."""
    return world.told


@pytest.fixture
def sign_in(visit, outreach, screen):
    """Return a function: somebody who has signed in, at the first page."""

    def enter(who, **options):
        one = visit(outreach, by_keys=True, **({"viewport": screen} | options))
        one.sign_in(f"{who}@example.org", PASSWORD)
        assert one.heading() == "Today"
        return one

    return enter


def is_in_order(one, *, keyboard=True):
    """Check the page as it stands: axe, nothing moved sideways, all reached by the tab key."""
    assert one.find_violations() == []
    assert not one.is_wide()
    assert not keyboard or not one.is_at_desk() or one.find_unseen() == []


def press_by_key(one, place, waited_for):
    """Go to something by the tab key, press Enter, and wait for what comes."""
    one.tab_to(place)
    one.page.keyboard.press("Enter")
    one.page.wait_for_selector(waited_for)


def choose_by_key(one, name):
    """Go to a choice by the tab key, whichever of it comes, and choose that."""
    for _ in range(60):
        one.page.keyboard.press("Tab")
        if one.page.evaluate("document.activeElement.name") == name:
            one.page.keyboard.press("Space")
            return
    raise AssertionError(f"{name} is not reached by the keyboard on {one.page.url}")


def test_a_lead_sees_a_referrals_silence_releases_a_story_and_changes_the_rota(sign_in, told):
    one = sign_in("lead")
    is_in_order(one)
    one.follow("Cases", within="nav[aria-label=Pages]")
    one.follow("Team", within="nav[aria-label='Which cases']")
    row = one.page.locator("tr", has_text=told["reference"])
    assert "No answer to a referral" in row.inner_text()
    is_in_order(one)
    assert told["reference"] in one.enter(row.get_by_role("link"))
    assert "Yours again" in one.text()
    is_in_order(one)
    link = one.page.locator("main").get_by_role("link", name="Youth Counselling", exact=True)
    assert one.enter(link) == "Referral to Youth Counselling"
    one.choose(one.page.get_by_label("Withdrawn", exact=False))
    one.press("Do it")
    assert "Withdrawn" in one.text()
    is_in_order(one)

    one.go("/")
    assert one.follow("Story to release: 1") == "Stories to release"
    assert one.follow("Being heard").startswith("Being heard")
    is_in_order(one)
    one.press("Release it")
    assert "May be told" in one.text()
    assert one.page.get_by_role("link", name="A page to print").count() == 0  # nobody gets it yet
    one.fill("[name=receiver]", "A funder")
    one.press("Note it")
    assert one.follow("A page to print").startswith("Being heard")
    is_in_order(one)

    one.go("/rota/")
    row = one.page.locator("tr", has_text="out-lou")
    assert "out-lou" in one.enter(row.get_by_role("link"))
    one.select(one.page.get_by_label("Second worker"), "The sam")
    one.press("Keep")
    assert "The lou, The sam" in one.text()
    is_in_order(one)


def test_a_concern_goes_from_its_arrival_to_closed(sign_in, told):
    worker = sign_in("lou")
    worker.go(f"/cases/{told['case']}/concern/")
    bar = worker.page.locator(".pw-worried")
    assert bar.get_by_role("link").all_inner_texts() == ["Ring 999", "Worried about someone?"]
    is_in_order(worker)
    worker.page.keyboard.press("End")
    worker.page.wait_for_function(AT_THE_END)  # it lies over nothing there
    worker.page.emulate_media(media="print")
    assert not bar.is_visible()
    worker.page.emulate_media(media="screen")
    worker.fill("[name=facts]", "They said that somebody waits for them after school.")
    press_by_key(worker, "main form >> button >> nth=-1", GOOD)

    one = sign_in("safeguarding")
    press_by_key(one, "main a[href='/concerns/']", "h1:text-is('Concerns')")
    is_in_order(one)
    press_by_key(one, "main tbody a", "h1:text-is('A concern')")
    assert "somebody waits for them after school" in one.text()
    is_in_order(one)
    choose_by_key(one, "decision")
    one.tab_to("[name=reason]")
    one.page.keyboard.type("We meet them at the gate this week, and ring their school.")
    choose_by_key(one, "csa_duty")
    press_by_key(one, "main button:text-is('Decide')", GOOD)
    assert "ring their school" in one.text()
    press_by_key(one, "main button:has-text('Close it')", f"{GOOD}:has-text('Closed')")
    is_in_order(one)
    one.go("/concerns/")
    assert "Closed" in one.text()


def test_a_worry_that_comes_too_late_is_put_aside_read_and_kept_by_the_lead(
    sign_in, chromium, outreach
):
    phone = Phone(chromium.new_context(viewport=PHONE), outreach).set_up("ann")
    phone.off()
    phone.page.click("text=Worried about someone?")
    phone.page.wait_for_selector("h1:text-is('Worried about someone')")
    phone.page.fill("#facts", "He showed them a knife by the steps.")
    phone.tap("Tell the safeguarding lead")
    phone.says("1 not sent yet")
    outreach.run("shell", "-c", ACTIVE.format(who="ann", active=False))
    phone.on()
    phone.page.wait_for_selector("text=1 item went to your lead.")
    phone.context.close()

    one = sign_in("lead")
    assert one.follow("Worry put aside to read: 1") == "Put aside"
    assert "knife" not in one.text()
    is_in_order(one)
    assert one.follow("Concern of The ann") == "Concern of The ann"
    assert "He showed them a knife by the steps." in one.text()
    assert "Whoever wrote it no longer has access." in one.text()
    is_in_order(one)
    one.press("Keep it, in their name")
    assert "Nothing is put aside." in one.text()
    assert one.follow("Safeguarding", within="nav[aria-label=Pages]") == "Concerns"
    assert one.enter("main tbody a") == "A concern"
    assert "a knife by the steps" in one.text()


def test_the_officer_signs_a_law_and_the_assessment_and_is_the_second_for_a_deletion(sign_in, told):
    one = sign_in("protection")
    is_in_order(one)
    one.go("/desk/gateways/")
    title = one.page.locator("[name=key] option[value=vital-interests]").inner_text()
    one.select("[name=key]", title)
    for name, day in (("since", "2026-01-01"), ("until", "2099-01-01")):
        one.fill(f"[name={name}]", day)
    one.press("Sign it")
    assert "Until 1 Jan 2099" in one.text()
    is_in_order(one)

    one.go("/assessment/")
    assert "None was signed yet" in one.text()
    document = {"name": "dpia.pdf", "mimeType": "application/pdf", "buffer": b"what could go wrong"}
    one.page.set_input_files("[name=document]", document)
    one.fill("[name=version]", "3")
    one.press("Sign it")
    assert "Version 3 is good until" in one.text()
    is_in_order(one)

    one.go("/")
    assert one.follow("Deletion to release: 1") == "Keeping and deleting"
    is_in_order(one)
    assert one.follow(told["deletion"]) == f"Deletion {told['deletion']}"
    assert "Proposed by The lead" in one.text()
    is_in_order(one)
    one.press("Delete them")
    assert "street.Contact: 3" in one.text()
    is_in_order(one)
    assert "There is no such page" in one.go_in_vain(f"/cases/{told['case']}/")


def test_a_partner_answers_a_referral_and_opens_an_envelope_by_its_code(
    sign_in, visit, site, screen
):
    one = sign_in("partner")
    assert one.follow("Referral to answer") == "Referrals to us"
    is_in_order(one)
    row = one.page.locator("tr", has_text="Sent")
    assert one.enter(row.get_by_role("link")) == "A referral to Youth Counselling"
    assert "Wick" in one.text()
    is_in_order(one)
    one.choose(one.page.get_by_label("Received", exact=False))
    one.press("Answer")
    assert "Received" in one.page.inner_text(".pw-said")

    name = f"JOURNEY-{screen['width']}"
    made = site.run("shell", "-c", ENVELOPE.replace("JOURNEY", name))
    code = json.loads(made.splitlines()[-1])
    desk = visit(site, by_keys=True, viewport=screen)
    desk.sign_in("coordinator@example.org", PASSWORD)
    desk.go(f"/envelopes/{name}/")
    is_in_order(desk)
    for given, waited_for in (("AAAA", "does not open with this code"), (code, "told that you op")):
        desk.fill("#code", given)
        press_by_key(desk, "#envelope-form button", f"#envelope-said:has-text('{waited_for}')")
    assert "Robin" in desk.page.inner_text("#envelope-letter")
    is_in_order(desk)
    desk.go(f"/envelopes/{name}/")
    assert "What was in it is not here any more" in desk.text()


def test_an_evaluator_takes_an_extract_away(sign_in, tmp_path):
    one = sign_in("evaluator", accept_downloads=True)
    press_by_key(one, "main a[href='/extracts/']", "h1:text-is('Tables for evaluation')")
    is_in_order(one)
    one.tab_to("main button:text-is('Download')")
    with one.page.expect_download() as got:
        one.page.keyboard.press("Enter")
    got.value.save_as(tmp_path / "extract.zip")
    with ZipFile(tmp_path / "extract.zip") as files:
        read = {name: files.read(name).decode() for name in files.namelist()}
    assert set(read) == {"contacts.csv", "engagements.csv", "referrals.csv", "moments.csv"}
    assert len(read["engagements.csv"].splitlines()) > 2
    assert "Robin" not in "".join(read.values())


def test_a_young_person_reads_their_record_and_changes_their_mind(screen, visit, outreach, told):
    at = 0 if screen is DESK else 1
    one = visit(outreach, viewport=screen)
    one.context.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="Rain later."))
    one.go("/my/")
    is_in_order(one)
    for code, waited_for in (("AAAA", ".govuk-error-summary"), (told["codes"][at], "h2")):
        one.tab_to("[name=code]")
        one.page.keyboard.press("Control+A")
        one.page.keyboard.type(code)
        press_by_key(one, "main button:text-is('Open it')", waited_for)
    assert one.heading() == "What we wrote about you"
    assert ("Robin", "Wick")[at] in one.text()
    assert "Youth Counselling" in one.text()
    is_in_order(one)
    press_by_key(
        one, "main button:has-text('I take it back')", f"{GOOD}:has-text('It has stopped')"
    )
    is_in_order(one)
    press_by_key(one, "a:text-is('Tell us how you found us')", "h1:has-text('How did you find')")
    is_in_order(one)
    one.page.go_back()
    one.faults.clear()
    press_by_key(one, "a:text-is('Exit this page')", "text=Rain later.")
    one.page.go_back()  # whoever picks the phone up next sees nothing
    one.page.wait_for_selector("h1:text-is('My record')")
    one.faults[:] = [fault for fault in one.faults if "bbc.co.uk" not in fault]
