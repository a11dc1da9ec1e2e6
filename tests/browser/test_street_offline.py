"""The outreach worker's phone in a real browser: nothing is lost, nothing lies open on the disk."""

import json
import re
import sqlite3
from contextlib import closing

import pytest

from .street_phone import ACTIVE, PIN, Phone
from .visiting import AXE, PHONE

MARK = "Wearing a green coat"
# the items are this many hours old
AGE = """(hours) => new Promise((done) => {
    const request = indexedDB.open("patrolwise-street");
    request.onsuccess = () => {
        const store = request.result.transaction("items", "readwrite").objectStore("items");
        store.getAll().onsuccess = (event) => {
            for (const row of event.target.result) {
                const made = Date.now() - hours * 3600000;
                const hex = made.toString(16).padStart(12, "0");
                const id = `${hex.slice(0, 8)}-${hex.slice(8)}${row.id.slice(13)}`;
                store.put({...row, bad: row.bad || "spoiled", id});
            }
        };
        store.transaction.oncomplete = () => { request.result.close(); done(); };
    };
})"""
FULL = """() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
LOW = """() => [...document.querySelectorAll("main button, main summary, main .pw-tile label")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map((one) => one.textContent)"""
NO_STORE = "Object.defineProperty(window, 'indexedDB', {get() { throw new Error('private'); }});"


@pytest.fixture
def phone(chromium, outreach):
    made = []

    def make(**options):
        context = chromium.new_context(viewport=PHONE, **options)
        made.append(Phone(context, outreach))
        return made[-1]

    yield make
    for one in made:
        one.context.close()


def rows(site, sql):
    with closing(sqlite3.connect(site.folder / "patrolwise.sqlite3")) as database:
        return database.execute(sql).fetchall()


def contacts(site, who):
    person = f"(SELECT id FROM accounts_person WHERE email = '{who}@example.org')"
    return rows(
        site, f"SELECT kind, hot_spot_id FROM street_contact WHERE created_by_id = {person}"
    )


def test_a_contact_takes_six_taps_at_most_and_can_be_undone(phone, outreach):
    one = phone()
    one.page.clock.install()
    one.set_up("ann")
    one.taps = 0
    one.tap("Log a contact")
    one.tap("Conversation")
    one.tap("Exploitation")
    one.tap("Save")
    one.page.wait_for_selector("button:has-text('Undo')")
    assert one.taps <= 6
    one.says("1 not sent yet")
    assert one.page.title().startswith("(1 not sent) ")
    one.page.click("button:has-text('Undo')")
    one.says("All sent.")
    assert one.kept()["items"] == []
    one.log("Said hello")
    one.send_now()
    one.says("All sent.")
    assert contacts(outreach, "ann") == [("said_hello", "market")]  # the place was preset


def test_in_airplane_mode_all_pages_work_and_a_killed_app_keeps_what_was_said(phone, outreach):
    one = phone().set_up("ben")
    one.off()
    one.log(note=MARK)
    one.says("1 not sent yet; kept on this phone.")
    one.tap("Promised for today")
    one.page.wait_for_selector("text=Ring about the course")
    one.page.click("button:text-is('Done')")
    one.page.wait_for_selector("text=done (not sent yet)")
    one.page.click("text=Worried about someone?")
    one.page.wait_for_selector("#main >> text=Danger now?")
    one.page.fill("#facts", "He said he will hurt himself")
    one.tap("Tell the safeguarding lead")
    one.says("3 not sent yet")
    stored = json.dumps(one.kept())
    for words in (MARK, "hurt himself", "Ring about", "Market Place", PIN):
        assert words not in stored
    half = rows(outreach, "SELECT 1 FROM street_phone")
    assert half
    assert [a.get("keeper") for a in one.kept()["about"] if a["id"] == "half"] == [False]
    one.page.close()  # killed: no goodbye
    one.page = one.context.new_page()
    one.page.clock.install()
    one.page.goto(f"{outreach.address}/today/")
    one.ready()
    one.says("Locked. 3 not sent yet; kept sealed on this phone.")
    assert one.page.locator("text=Ring 999").is_visible()
    one.pin()
    one.page.wait_for_selector("h1:text-is('Today')")
    one.says("3 not sent yet")
    one.context.set_offline(False)
    one.send_now()
    one.says("All sent.")
    assert one.kept()["items"] == []
    assert contacts(outreach, "ben") == [("conversation", "market")]
    one.page.reload()
    assert rows(outreach, "SELECT count(*) FROM casework_concern") == [(1,)]


def test_two_devices_that_change_one_field_lose_neither_value(phone, outreach):
    first, second = phone().set_up("cat"), phone().set_up("cat")
    for one, day in ((first, "2031-01-01"), (second, "2031-01-02")):
        one.off()
        one.tap("Promised for today")
        one.page.click("summary:has-text('Another day')")
        one.page.fill("[name=value]", day)
        one.tap("Move it")
        one.says("1 not sent yet")
    first.on()
    first.says("All sent.")
    second.on()
    second.says("All sent.")
    second.page.wait_for_selector("text=met another one. Both are kept.")
    second.page.click("#street-told >> text=Choose")
    second.page.click("main li a")
    assert "2031-01-01" in second.page.inner_text("main")
    assert "2031-01-02" in second.page.inner_text("main")
    second.page.click("text=Take this one")
    second.page.wait_for_selector("text=There is nothing to choose.")
    found = rows(outreach, "SELECT due FROM casework_followup WHERE due > '2031-01'")
    assert found == [("2031-01-02",)]


def test_what_a_deactivated_worker_wrote_is_put_aside_and_the_phone_wipes_itself(phone, outreach):
    one = phone().set_up("dan")
    one.off()
    one.tap("I am safe, late, or need help")
    one.tap("Safe")
    one.says("1 not sent yet")
    outreach.run("shell", "-c", ACTIVE.format(who="dan", active=False))
    one.on()
    # it is asked several times at once, as when a signal comes back while the phone is taken out
    one.page.evaluate(
        "for (let n = 0; n < 5; n++) document.dispatchEvent(new Event('visibilitychange'))"
    )
    one.page.wait_for_selector("text=Your access has ended, and this phone was wiped.")
    assert "1 item went to your lead." in one.page.inner_text("#street-lock")
    kept = one.kept()
    assert (kept["items"], kept["pages"], kept["about"]) == ([], [], [])
    person = "(SELECT id FROM accounts_person WHERE email = 'dan@example.org')"
    held = rows(outreach, f"SELECT kind FROM street_helditem WHERE person_id = {person}")
    assert held == [("call",)]


def test_it_locks_after_two_minutes_without_touch_and_keeps_what_was_half_written(phone):
    one = phone()
    one.page.clock.install()
    one.set_up("eve")
    one.page.clock.fast_forward(100_000)
    one.page.mouse.click(5, 5)
    one.page.clock.fast_forward(100_000)
    assert one.page.locator("h1:text-is('Today')").is_visible()
    one.tap("People")
    one.page.fill("#text", "Half a sentence")
    one.page.clock.fast_forward(121_000)
    one.page.wait_for_selector("h1:text-is('Locked')")
    assert one.page.locator("#text").count() == 0
    one.pin("000000")
    one.page.wait_for_selector("text=That is not the PIN. 4 tries left.")
    one.pin()
    one.page.wait_for_selector("#text")
    assert one.page.input_value("#text") == "Half a sentence"


def test_five_wrong_pins_offer_a_sealed_file_that_the_site_takes_in(phone, outreach, tmp_path):
    one = phone().set_up("fay")
    one.off()
    one.log(note=MARK)
    one.page.reload()
    one.ready()
    for left in (4, 3, 2, 1):
        one.pin("111111")
        one.page.wait_for_selector(f"text={left} tr")
    one.pin("111111")
    one.page.wait_for_selector("h1:text-is('Five wrong PINs')")
    with one.page.expect_download() as told:
        one.page.click("#street-lock >> text=Save a rescue file")
    file = tmp_path / "rescue.json"
    told.value.save_as(file)
    assert MARK not in file.read_text()
    one.page.click("button:text-is('Wipe this phone')")
    one.page.wait_for_selector("text=This phone was wiped.")
    assert one.kept()["items"] == []
    one.context.set_offline(False)
    one.page.goto(f"{outreach.address}/rescue/")
    one.page.set_input_files("[name=file]", file)
    one.page.fill("[name=pin]", PIN)
    one.page.click("button:text-is('Take it in')")
    one.page.wait_for_selector("text=1 kept")
    assert contacts(outreach, "fay") == [("conversation", "market")]


def test_one_bad_item_holds_up_no_other_is_mended_and_grows_old_loudly(phone, outreach):
    one = phone()
    one.page.clock.install()
    one.set_up("gus")
    one.off()
    one.log("Advice given", note="Met Kevin Smith, 07700 900123")
    one.log("Refused")
    one.context.set_offline(False)
    one.send_now()
    one.says("1 not taken: see below.")
    assert contacts(outreach, "gus") == [("refused", "market")]
    box = one.page.locator(".pw-bad-item")
    why = box.locator("p").first.inner_text()
    assert "looks as if it told of a person" in why
    assert "Kevin" not in why
    box.locator("textarea").fill("Met somebody by the steps")
    box.locator("text=Send again").click()
    one.says("All sent.")
    assert len(contacts(outreach, "gus")) == 2
    one.off()
    one.log("Said hello")
    for hours, words in ((13, "Find a signal now."), (73, "STOP: find a signal now")):
        one.page.evaluate(AGE, hours)
        one.page.reload()
        one.ready()
        one.says(words)


def test_a_full_phone_says_that_nothing_was_kept_and_sends_at_once_with_a_signal(phone, outreach):
    one = phone().set_up("hal")
    one.page.evaluate(FULL)
    one.off()
    one.tap("Log a contact")
    one.tap("Conversation")
    one.tap("Save")
    one.says("This phone is full: this was NOT kept.")
    assert one.page.locator("input[value=conversation]").is_checked()
    one.context.set_offline(False)
    one.tap("Save")
    one.page.wait_for_selector("text=Kept: one contact.")
    assert contacts(outreach, "hal") == [("conversation", "market")]


def test_a_private_window_says_so_and_works_as_plain_forms(phone, outreach):
    one = phone()
    one.context.add_init_script(NO_STORE)
    one.sign_in("ivy")
    one.says("as in a private window: each form sends at once")
    one.tap("Log a contact")
    one.ready()
    one.tap("Conversation")
    one.tap("Save")
    one.page.wait_for_selector("text=Kept: one contact.")
    assert contacts(outreach, "ivy") == [("conversation", "market")]


def test_the_end_of_shift_asks_whether_all_was_sent_and_signing_out_leaves_no_page(phone, outreach):
    one = phone().set_up("jon")
    one.off()
    one.tap("I am safe, late, or need help")
    one.tap("Late")
    one.says("1 not sent yet")
    one.page.click("header >> text=Sign out")
    one.page.wait_for_selector("h1:text-is('End of shift: all sent?')")
    assert "1 not sent yet on this phone." in one.page.inner_text("#street-gate")
    one.on()
    one.says("All sent.")
    assert one.page.inner_text("#street-gate") == "All sent from this phone."
    one.page.click("header >> text=Sign out")
    one.page.wait_for_url("**/accounts/login/")
    kept = one.kept()
    assert kept["pages"] == []
    assert [about["id"] for about in kept["about"]] == ["phone"]


def test_yesterdays_pages_are_gone_and_positions_are_sent_in_the_shift_only(phone, outreach):
    place = {"latitude": 52.636, "longitude": -1.1345}
    one = phone(geolocation=place, permissions=["geolocation"])
    one.set_up("kim")
    one.tap("Position of this phone")
    one.tap("Turn it on")
    one.page.wait_for_selector("#street-feed:text-is('on')")
    for _ in range(100):
        if rows(outreach, "SELECT 1 FROM street_track"):
            break
        one.page.wait_for_timeout(100)
    assert rows(outreach, "SELECT count(*) FROM street_track") == [(1,)]
    one.tap("Turn it off")
    one.page.wait_for_selector("#street-feed:text-is('off')")
    one.off()
    one.page.evaluate("location.pathname")
    one.page.clock.install(time=one.page.evaluate("Date.now()") / 1000 + 86_400)
    one.page.reload()
    one.ready()
    assert one.kept()["pages"] == []
    assert re.search("Locked", one.page.inner_text("#street-said"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state_and_every_button_is_large(scheme, phone):
    one = phone(color_scheme=scheme)
    one.set_up("lead")

    def look():
        one.page.evaluate(AXE)
        found = one.page.evaluate(
            "axe.run({rules: {'color-contrast-enhanced': {enabled: false}}})"
        )["violations"]
        low = one.page.evaluate(LOW)
        return [(each["id"], each["nodes"][0]["html"]) for each in found] + low

    found = {"today": look()}
    for name in ("Log a contact", "Promised for today", "Places"):
        one.tap(name)
        found[name] = look()
        one.page.click("#main >> .govuk-back-link")
        one.page.wait_for_selector("h1:text-is('Today')")
    one.off()
    one.log()
    found["not sent"] = look()
    one.page.reload()
    one.ready()
    found["locked"] = look()
    assert found == {name: [] for name in found}
