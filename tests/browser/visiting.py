"""Somebody who looks at a site in a real browser, and notes whatever is not as it should be."""

import re
from pathlib import Path
from urllib.parse import urlsplit

AXE = Path(__file__).with_name("axe.min.js").read_text(encoding="utf-8")
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
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
        wanted = self.page.locator(place).first.element_handle()
        for _ in range(200):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(e) => document.activeElement === e", wanted):
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
