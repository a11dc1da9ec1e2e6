"""Somebody who looks at a site in a real browser, and notes whatever is not as it should be."""

import re
from pathlib import Path
from urllib.parse import urlsplit

AXE = Path(__file__).with_name("axe.min.js").read_text(encoding="utf-8")
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SCREENS = {"desk": DESK, "phone": PHONE}
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
FIND = """(only) => axe.run(document, {
    preload: false,
    resultTypes: ["violations"],
    ...(only ? {runOnly: {type: "rule", values: only}} : {}),
}).then((found) => found.violations.map((one) => [one.id, one.nodes[0].html.slice(0, 160)]))"""

# What can be pressed or filled, and what of it the tab key passes by or does not show: called
# after the tab key, so that a browser shows what it would show to whoever goes on by it.
UNSEEN = """() => {
    const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, " +
        "[role=button], [contenteditable], [tabindex]:not([tabindex='-1'])";
    const told = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor",
        "borderTopColor", "borderTopWidth", "textDecorationThickness"];
    const draw = (one) => [one, ...(one.labels || [])].map((each) => [null, "::before"].map(
        (part) => { const style = getComputedStyle(each, part);
            return told.map((name) => style[name]).join(); }).join()).join();
    const ways = [...document.querySelectorAll(wanted)].filter((one) =>
        one.checkVisibility({visibilityProperty: true}) && !one.disabled);
    const found = [];
    document.activeElement.blur();
    for (const one of ways) {
        const before = draw(one);
        one.focus({preventScroll: true});
        const why = one.tabIndex < 0 || document.activeElement !== one ? "is passed by"
            : draw(one) === before ? "does not show that it is reached" : "";
        if (why) found.push([why, one.outerHTML.slice(0, 160)]);
        one.blur();
    }
    return found;
}"""
DARK = ["color-contrast", "link-in-text-block"]


class Visitor:
    """A browser window of somebody, and the faults that were seen in it."""

    def __init__(self, context, address):
        self.address = address
        self.context = context
        self.context.set_default_timeout(60_000)
        self.page = context.new_page()
        self.faults = []
        self.expected, self.status = 200, None  # of a page: what it should answer, what it did
        self._refused = set()  # addresses that are to be refused
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self._note(f"error in a script: {error}"))
        self.page.on("requestfailed", self._note_failure)
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)

    def sign_in(self, email, password):
        """Sign in by the form, to the first page."""
        self.go("/accounts/login/")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", password)
        self.page.click("main form >> text=Sign in")
        self.page.wait_for_selector(".pw-header__who")
        return self

    def go(self, path):
        """Open an address of the site."""
        self.page.goto(self.address + path)

    def go_in_vain(self, path):
        """Open an address that is refused, and return what the page says."""
        self._refused.add(self.address + path)
        self.go(path)
        return self.text()

    def follow(self, name, within="main"):
        """Follow the first link that is called so, and return the heading of its page."""
        self.page.locator(within).get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        return self.heading()

    def press(self, name):
        """Press the first button in the page that is called so."""
        self.page.locator("main").get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()

    def heading(self):
        """Return the page's heading."""
        return self.page.locator("h1").first.inner_text()

    def text(self):
        """Return all words that stand on the page."""
        return self.page.locator("main").inner_text()

    def words(self):
        """Return all words of the page, also of what is folded."""
        return " ".join(self.page.locator("body").text_content().split())

    def tab_to(self, place):
        """Go on by the tab key until something is reached."""
        found = self.page.locator(place) if isinstance(place, str) else place
        self._tab_until("(e) => document.activeElement === e", found.first.element_handle(), place)

    def _tab_until(self, is_there, wanted, place):
        for _ in range(250):
            self.page.keyboard.press("Tab")
            if wanted.evaluate(is_there):
                return
        raise AssertionError(f"{place} is not reached by the keyboard on {self.page.url}")

    def is_wide(self):
        """Return whether the page has to be moved sideways."""
        return self.page.evaluate(WIDE)

    def find_violations(self, only=None):
        """Return what axe finds on the page as it stands."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE)
        return [tuple(one) for one in self.page.evaluate(FIND, only)]

    def is_at_desk(self):
        """Return whether the window is as wide as a desk's: how focus shows is asked there."""
        return self.page.viewport_size["width"] == DESK["width"]

    def find_unseen(self):
        """Return what the tab key passes by, or reaches without showing it."""
        self.page.keyboard.press("Tab")
        return [tuple(one) for one in self.page.evaluate(UNSEEN)]

    def look(self, what):
        """Return what is wrong with the page as it stands: wide and narrow, light and dark."""
        faults = [(what, "desktop", *fault) for fault in self.find_violations()]
        faults += [(what, "keyboard", *fault) for fault in self.find_unseen()]
        if self.is_wide():
            faults.append((what, "desktop", "has to be moved sideways"))
        self.page.set_viewport_size(PHONE)
        faults += [(what, "phone", *fault) for fault in self.find_violations()]
        if self.is_wide():
            faults.append((what, "phone", "has to be moved sideways"))
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(color_scheme="dark")
        faults += [(what, "dark", *fault) for fault in self.find_violations(DARK)]
        self.page.emulate_media(color_scheme="light")
        return faults

    def _note(self, fault):
        self.faults.append(f"{urlsplit(self.page.url).path}: {fault}")

    def _note_message(self, message):
        if message.type not in ("error", "warning"):
            return
        if "GL Driver Message" in message.text:  # how a browser without a graphics card draws
            return
        is_refused = message.location.get("url") in self._refused or self.expected >= 400
        if is_refused and "Failed to load" in message.text:
            return
        self._note(f"console: {message.text}")

    def _note_failure(self, request):
        # aborted: the browser itself gave it up, as the page was left or a file is to be kept
        if request.failure != "net::ERR_ABORTED":
            self._note(f"no answer: {request.url} {request.failure}")

    def _note_request(self, request):
        if not re.match(rf"{re.escape(self.address)}/|data:|blob:", request.url):
            self._note(f"asks another host: {request.url}")

    def _note_response(self, response):
        if response.request.is_navigation_request():
            self.status = response.status
        if response.status == self.expected:
            return
        if response.status >= 400 and response.url not in self._refused:
            self._note(f"answer {response.status}: {response.url}")


def _split_day(words):
    """Return what is typed for a day, for its time where it has one, and for a time alone."""
    day, _, time = words.partition("T") if "-" in words else ("", "", words)
    typed = []
    if day:
        year, month, date = day.split("-")
        typed.append(f"{month}{date}{year}")
    if time:
        hour, minute = (int(part) for part in time.split(":"))
        half = "AM" if hour < 12 else "PM"
        typed.append(f"{(hour + 11) % 12 + 1:02d}{minute:02d}{half}")
    return typed


class KeyVisitor(Visitor):
    """The same without a mouse: all that is pressed or filled is gone to by the tab key first."""

    def sign_in(self, email, password):
        """Sign in by the form, to the first page."""
        self.go("/accounts/login/")
        self.fill("[name=login]", email)
        self.fill("[name=password]", password)
        self.enter("main form button:has-text('Sign in')")
        self.page.wait_for_selector(".pw-header__who")
        return self

    def follow(self, name, within="main"):
        """Go on to the first link that is called so, and return the heading of its page."""
        return self.enter(self.page.locator(within).get_by_role("link", name=name))

    def press(self, name):
        """Go on to the first button in the page that is called so, and press it."""
        self.enter(self.page.locator("main").get_by_role("button", name=name))

    def enter(self, place):
        """Go on to a link or a button, press Enter, and return the heading it led to."""
        self.tab_to(place)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        if self.is_wide():
            self._note("has to be moved sideways")
        return self.heading()

    def unfold(self, place):
        """Go on to what is folded, and open it."""
        self.tab_to(place)
        self.page.keyboard.press("Enter")

    def fill(self, place, words):
        """Go on to a field, and write in it in place of what stands there.

        Days are given as YYYY-MM-DD, times as HH:MM, both with a T between: they are typed part
        by part, as the browser's language (American English) has them.
        """
        self.tab_to(place)
        kind = self.page.evaluate("document.activeElement.type")
        if kind in ("date", "datetime-local", "time"):
            for number, part in enumerate(_split_day(words)):
                if number:  # a year may have six digits: the browser does not go on by itself
                    self.page.keyboard.press("Tab")
                self.page.keyboard.type(part)
            return
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(words)

    def choose(self, place):
        """Go on to one of several choices, or to a box, and choose it."""
        found = self.page.locator(place) if isinstance(place, str) else place
        wanted = found.first.element_handle()
        kind, name = wanted.evaluate("(e) => [e.type, e.name]")
        if kind == "checkbox":
            self._tab_until("(e) => document.activeElement === e", wanted, place)
            self.page.keyboard.press("Space")
            return
        # the tab key reaches the choice that was made, or the first; arrows go on from there
        self._tab_until("(e) => document.activeElement.name === e.name", wanted, place)
        self.page.keyboard.press("Space")
        for _ in range(30):
            if wanted.evaluate("(e) => e.checked"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"a choice of {name} is not reached by arrows on {self.page.url}")

    def select(self, place, label):
        """Go on to a list, and choose from it."""
        self.tab_to(place)
        self.page.keyboard.press("Home")
        shown = "document.activeElement.selectedOptions[0].label"
        for _ in range(100):
            if self.page.evaluate(shown) == label:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} is not reached by arrows on {self.page.url}")
