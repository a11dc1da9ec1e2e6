"""The phone page in a real browser, with and without signal. Nothing that is said may be lost."""

import os
import re
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import ARGUMENTS, CHROMIUM

PASSWORD = "a long word for tests 1"
PHONE = {"width": 390, "height": 844}
AXE = Path(__file__).with_name("axe.min.js")
SAID = "#field-said"
CHANGE_ROLE = """
from patrolwise.web.accounts.actions import change_role
from patrolwise.web.accounts.models import Person
by, person = (Person.objects.get(email=f"{who}@example.org") for who in ("administrator", "pat"))
change_role(by=by, person=person, role="commissioner", reason="moved")
"""


# the first item gets a time that cannot be, the second a place, and the third is old
SPOIL = """() => new Promise((done) => {
    const request = indexedDB.open("patrolwise-field");
    request.onsuccess = () => {
        const store = request.result.transaction("items", "readwrite").objectStore("items");
        store.getAll().onsuccess = (event) => {
            const [first, second, third] = event.target.result;
            first.body.time = "2001-01-01T00:00:00Z"; second.body.area_id = "nowhere";
            store.put(first); store.put(second);
            if (third) { third.made -= 13 * 3600 * 1000; store.put(third); }
        };
        store.transaction.oncomplete = () => { request.result.close(); done(); };
    };
})"""


class Phone:
    """A browser context that is somebody's phone."""

    def __init__(self, context, site):
        self.site = site
        self.context = context
        self.context.set_default_timeout(30_000)
        self.page = self.context.new_page()

    def sign_in(self, who, unit="police-1"):
        page = self.page
        page.goto(f"{self.site.address}/accounts/login/?next=/field/")
        page.fill("[name=login]", f"{who}@example.org")
        page.fill("[name=password]", PASSWORD)
        page.click("main form >> text=Sign in")
        page.wait_for_url("**/field/")
        page.click(f"button:text-is('{unit}')")
        page.wait_for_selector("h1:text-is('" + unit + "')")
        return self

    def keep_today(self):
        """Wait until the page is kept on the phone."""
        self.ready()
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function(
            "caches.open('patrolwise-field-day').then((c) => c.match('/field/')).then(Boolean)"
        )
        return self

    def ready(self):
        self.page.wait_for_selector("html[data-field=ready]")

    def says(self, text):
        self.page.wait_for_function(
            "(t) => document.getElementById('field-said').textContent.includes(t)", arg=text
        )

    def tap(self, what, name):
        self.visit(name).locator(f"button:visible:has-text('{what}')").first.click()

    def visit(self, name):
        return self.page.locator(f"[data-name='{name}']").first

    def unsent(self):
        return self.page.evaluate(
            """() => new Promise((done) => {
                const request = indexedDB.open("patrolwise-field");
                request.onsuccess = () => {
                    const all = request.result.transaction("items").objectStore("items").getAll();
                    all.onsuccess = () => { request.result.close(); done(all.result); };
                };
            })"""
        )

    def axe(self):
        """Return what axe finds; it is run from the page's own origin, past its policy."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run()")
        return [(one["id"], [n["html"] for n in one["nodes"]]) for one in found["violations"]]


@pytest.fixture
def phone(chromium, site):
    """Return a maker of phones; all are thrown away at the end."""
    made = []

    def make(**options):
        one = Phone(chromium.new_context(viewport=PHONE, **options), site)
        made.append(one)
        return one

    yield make
    for one in made:
        one.context.close()


@pytest.fixture
def restart(chromium, site, tmp_path):
    """Return a function: it kills a phone's whole browser, and starts it on the same disk."""
    running = []

    def start(one):
        if one is not None:
            running.pop()
            kill(one)
        context = chromium.browser_type.launch_persistent_context(
            tmp_path / "phone", executable_path=CHROMIUM, args=ARGUMENTS, viewport=PHONE
        )
        running.append(context)
        return Phone(context, site)

    yield start
    for context in running:
        context.close()


def kill(one):
    session = one.context.browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    number = next(each["id"] for each in processes if each["type"] == "browser")
    closed = []
    one.context.on("close", lambda _: closed.append(1))
    os.kill(number, signal.SIGKILL)
    for _ in range(100):
        if closed:
            return
        try:
            one.page.wait_for_timeout(50)
        except Exception:  # whatever it says: it is gone
            return


def rows(site, sql):
    """Return what the site has kept."""
    with closing(sqlite3.connect(site.folder / "patrolwise.sqlite3")) as database:
        return database.execute(sql).fetchall()


def checks(site, unit):
    """Return where a unit said that it came and went, by time."""
    sql = f"SELECT area_id, is_in FROM field_checkin WHERE unit_id = '{unit}' ORDER BY time"
    return [(area_id, bool(is_in)) for area_id, is_in in rows(site, sql)]


def test_what_is_said_without_signal_survives_reload_and_kill_and_is_sent_once(restart, site):
    one = restart(None).sign_in("ann").keep_today()
    assert one.page.title().startswith("police-1 today")
    one.context.set_offline(True)
    one.tap("Arrive", "Market Place")
    one.says("1 not sent yet; kept on this phone.")
    assert "not sent yet" in one.visit("Market Place").inner_text()
    one.page.reload()
    one.ready()
    one.says("1 not sent yet; kept on this phone.")
    assert one.page.title().startswith("(1 not sent) ")
    one.tap("Leave", "Market Place")
    one.says("2 not sent yet; kept on this phone. No connection.")
    assert "Done" in one.visit("Market Place").inner_text()
    assert one.page.locator("#field-next [data-name='Town Square']").count() == 1

    again = restart(one)
    again.context.set_offline(True)
    again.page.goto(f"{site.address}/field/")
    again.ready()
    again.says("2 not sent yet; kept on this phone. No connection.")
    assert "Done" in again.visit("Market Place").inner_text()
    again.context.set_offline(False)
    again.page.evaluate("dispatchEvent(new Event('online'))")
    again.says("2 not sent yet; kept on this phone. Sign in to send it.")  # the browser was closed
    again.sign_in("ann")
    again.ready()
    again.says("All sent.")
    assert again.unsent() == []
    assert not again.page.title().startswith("(")
    again.page.reload()
    again.ready()
    assert "Done" in again.visit("Market Place").inner_text()
    assert "not sent" not in again.visit("Market Place").inner_text()
    assert checks(site, "police-1") == [("market", True), ("market", False)]


def test_two_taps_are_one_event_and_a_lost_answer_is_not_a_second_one(phone, site):
    one = phone().sign_in("ben", "police-2").keep_today()
    lost = []

    def lose(route):
        route.fetch() if not lost else None  # the server keeps it; the answer never comes
        lost.append(1)
        route.abort() if len(lost) == 1 else route.continue_()

    one.context.route("**/field/sync/", lose)
    one.page.evaluate(
        """() => {
            const visit = document.querySelector("[data-name='Market Place']");
            const button = visit.querySelector("[data-kind=checkin] button");
            button.click(); button.click(); button.click();
        }"""
    )
    one.says("1 not sent yet")
    assert len(one.unsent()) == 1
    one.page.evaluate("dispatchEvent(new Event('online'))")
    one.says("All sent.")
    assert checks(site, "police-2") == [("market", True)]


def test_one_bad_item_holds_up_no_other_and_is_mended_or_discarded(phone, site):
    one = phone().sign_in("cat", "police-3").keep_today()
    one.context.set_offline(True)
    for place in ("Market Place", "Town Square", "East Park"):
        one.tap("Arrive", place)
        one.page.wait_for_timeout(20)
        one.tap("Leave", place)
        one.page.wait_for_timeout(20)
    one.says("6 not sent yet")
    one.page.evaluate(SPOIL)
    one.page.evaluate("dispatchEvent(new Event('online'))")
    one.says("The oldest is 13 hours old.")
    one.context.set_offline(False)
    one.page.evaluate("dispatchEvent(new Event('online'))")
    one.says("2 not taken: see below.")
    assert checks(site, "police-3") == [
        ("square", True), ("square", False), ("park", True), ("park", False),
    ]  # fmt: skip
    boxes = one.page.locator(".pw-bad-item")
    assert "not within this shift" in boxes.nth(0).inner_text()
    assert "no hot spot of this plan" in boxes.nth(1).inner_text()
    boxes.nth(1).locator("text=Discard").click()
    assert boxes.count() == 2
    boxes.nth(1).locator("text=Discard for good").click()
    boxes.nth(1).wait_for(state="detached")
    now = one.page.evaluate(
        "() => { const d = new Date(); return new Date(d - d.getTimezoneOffset() * 60000)"
        ".toISOString().slice(0, 19); }"
    )
    boxes.nth(0).locator("input[type=datetime-local]").fill(now)
    boxes.nth(0).locator("text=Send again").click()
    one.says("All sent.")
    assert ("market", True) in checks(site, "police-3")
    assert boxes.count() == 0


def test_it_is_worked_with_the_keyboard_alone(phone, site):
    one = phone().sign_in("dan", "police-4").keep_today()
    page = one.page
    page.evaluate("document.activeElement.blur()")

    def tab_to(text):
        for _ in range(60):
            page.keyboard.press("Tab")
            found = page.evaluate("document.activeElement.textContent.trim()")
            if found.startswith(text):
                return
        raise AssertionError(f"no way to {text} by the keyboard")

    tab_to("Arrive")
    page.keyboard.press("Enter")
    page.wait_for_selector("#field-next >> text=You are here since")
    tab_to("Called away")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    tab_to("Call away")
    page.keyboard.press("Enter")
    page.wait_for_selector("#field-away:visible")
    one.says("All sent.")
    tab_to("Back on patrol")
    page.keyboard.press("Enter")
    page.wait_for_selector("#field-away", state="hidden")
    one.says("All sent.")
    sql = 'SELECT reason, area_id, "end" > start FROM field_abstraction'
    assert rows(site, f"{sql} WHERE unit_id = 'police-4'") == [("emergency", "market", 1)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_or_state(scheme, phone, site):
    one = phone(color_scheme=scheme)
    one.sign_in("ben", "police-5").keep_today()
    one.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    found = {"today": one.axe()}
    one.page.reload()
    one.ready()
    one.context.set_offline(True)
    one.tap("Arrive", "East Park")
    one.page.click("summary:has-text('Called away')")
    one.page.check("text=Arrest")
    one.page.click("text=Call away")
    one.page.wait_for_selector("#field-away:visible")
    one.says("2 not sent yet")
    found["not sent, away"] = one.axe()
    one.page.evaluate(SPOIL)
    one.context.set_offline(False)
    one.page.evaluate("dispatchEvent(new Event('online'))")
    one.says("not taken: see below.")
    found["not taken"] = one.axe()
    for page in ("/field/position/", "/field/out/", "/field/unsent/", "/field/unit/"):
        one.page.goto(site.address + page)
        found[page] = one.axe()
    assert found == {name: [] for name in found}


def test_every_button_is_large_and_nothing_goes_sideways(phone):
    one = phone().sign_in("ann", "police-5")
    one.ready()
    low = one.page.evaluate(
        "[...document.querySelectorAll('main button, main summary, main .govuk-link')]"
        ".filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44)"
        ".map((e) => e.textContent)"
    )
    assert low == []
    for page in ("/field/", "/field/position/", "/field/out/", "/field/unsent/", "/field/unit/"):
        one.page.goto(one.site.address + page)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not one.page.evaluate(wide), page


def test_signing_out_leaves_nothing_of_the_day_on_the_phone_but_what_was_not_sent(phone, site):
    one = phone().sign_in("ann", "police-6").keep_today()
    one.context.route("**/field/sync/", lambda route: route.abort())
    one.tap("Arrive", "Market Place")
    one.says("1 not sent yet")
    one.page.click("header >> text=Sign out")  # the gate stands before
    one.page.wait_for_url("**/field/out/")
    one.page.wait_for_selector("#field-gate:has-text('Not all is sent: 1 item')")
    one.page.click("text=Sign out all the same")
    one.page.wait_for_url("**/accounts/login/")
    assert "patrolwise-field-day" not in one.page.evaluate("caches.keys()")
    assert len(one.unsent()) == 1
    one.context.set_offline(True)
    one.page.goto(f"{site.address}/field/")
    one.ready()
    text = one.page.inner_text("body")
    assert "On this phone" in text
    assert "The ann" not in text
    one.context.set_offline(False)
    one.context.unroute("**/field/sync/")
    # somebody else on the same phone sees that there is something, and does not send it
    one.sign_in("ben", "police-6")
    one.ready()
    one.says("1 not sent yet")
    assert checks(site, "police-6") == []
    one.page.click("header >> text=Sign out")
    one.page.wait_for_selector("#field-gate:has-text('Not all is sent')")
    one.page.click("text=Sign out all the same")
    one.page.wait_for_url("**/accounts/login/")
    one.sign_in("ann", "police-6")
    one.ready()
    one.says("All sent.")
    assert checks(site, "police-6") == [("market", True)]


def test_what_is_kept_for_somebody_whose_role_changed_is_put_aside_never_bounced(phone, site):
    one = phone().sign_in("pat", "wardens-1").keep_today()
    one.context.set_offline(True)
    one.tap("Arrive", "Market Place")
    one.says("1 not sent yet")
    one.page.close()  # an open page would send by itself, maybe before anybody asks for the next
    site.run("shell", "-c", CHANGE_ROLE)
    one.context.set_offline(False)
    one.page = one.context.new_page()
    asked = time.monotonic()
    one.page.goto(f"{site.address}/field/")
    # without an answer for six seconds the worker shows the page that it keeps, which sends as well
    if time.monotonic() - asked < 6:
        assert one.page.url == f"{site.address}/field/unsent/"
    one.ready()
    one.says("All sent.")
    assert one.unsent() == []
    one.page.wait_for_function(
        "caches.keys().then((names) => !names.includes('patrolwise-field-day'))"
    )
    assert rows(site, "SELECT why FROM field_quarantineditem") == [
        ("Whoever wrote it has another role by now.",)
    ]
    assert checks(site, "wardens-1") == []


def test_without_indexeddb_it_says_so_and_the_plain_forms_work(phone, site):
    one = phone()
    one.context.add_init_script(
        "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('no'); } });"
    )
    one.sign_in("ben", "police-7")
    one.ready()
    one.says("This browser keeps nothing on this phone")
    one.tap("Arrive", "Market Place")
    one.page.wait_for_selector("text=Kept: you have arrived.")
    assert checks(site, "police-7") == [("market", True)]


def test_without_scripts_the_plain_forms_work(phone, site):
    one = phone(java_script_enabled=False).sign_in("cat", "police-8")
    assert "needs a signal" in one.page.inner_text(SAID)
    one.tap("Arrive", "Market Place")
    one.page.wait_for_selector("text=Kept: you have arrived.")
    assert "You are here since" in one.page.inner_text("#field-next")
    one.tap("Leave", "Market Place")
    one.page.wait_for_selector("text=Kept: you have left.")
    assert checks(site, "police-8") == [("market", True), ("market", False)]


def test_the_position_is_off_until_it_is_turned_on_and_stops_at_sign_out(phone, site):
    place = {"latitude": 52.6369, "longitude": -1.1398}
    one = phone(permissions=["geolocation"], geolocation=place).sign_in("dan", "police-9")
    one.ready()
    assert re.search(r"Position of this phone\s*off", one.page.inner_text(".pw-field-links"))
    sql = (
        "SELECT latitude, is_active FROM field_device d JOIN field_assignment a "
        "ON a.device_id = d.id LEFT JOIN field_fix f ON f.device_id = d.id"
    )
    assert rows(site, f"{sql} WHERE unit_id = 'police-9'") == []
    one.page.click("text=Position of this phone")
    one.page.click("text=Turn it on for police-9")
    one.page.wait_for_selector("#field-feed:has-text('being sent')")
    for _ in range(100):
        if rows(site, f"{sql} WHERE unit_id = 'police-9' AND f.id IS NOT NULL"):
            break
        one.page.wait_for_timeout(100)
    one.page.click("header >> text=Sign out")
    one.page.wait_for_url("**/accounts/login/")
    assert rows(site, f"{sql} WHERE unit_id = 'police-9'") == [(52.6369, 0)]
