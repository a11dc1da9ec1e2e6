"""A worker's phone on the street: a browser's context, and what is done on it."""

PASSWORD = "a long word for tests 1"
PIN = "246802"
ACTIVE = """
from patrolwise.web.accounts.models import Person
Person.objects.filter(email="{who}@example.org").update(is_active={active})
print("done")
"""
ALL = """() => new Promise((done) => {
    const request = indexedDB.open("patrolwise-street");
    request.onsuccess = async () => {
        const base = request.result, found = {};
        for (const name of base.objectStoreNames) {
            found[name] = await new Promise((told) => {
                const all = base.transaction(name).objectStore(name).getAll();
                all.onsuccess = () => told(all.result);
            });
        }
        base.close();
        for (const one of found.about) if (one.keeper) one.keeper = one.keeper.extractable;
        done(found);
    };
})"""


class Phone:
    """A browser context that is somebody's phone."""

    def __init__(self, context, site):
        self.site, self.context, self.taps = site, context, 0
        context.set_default_timeout(60_000)  # beside other tests a machine is slow
        self.page = context.new_page()

    def sign_in(self, who):
        page = self.page
        page.goto(f"{self.site.address}/accounts/login/?next=/today/")
        page.fill("[name=login]", f"{who}@example.org")
        page.fill("[name=password]", PASSWORD)
        page.click("main form >> text=Sign in")
        page.wait_for_url("**/today/")
        return self.ready()

    def set_up(self, who):
        self.sign_in(who)
        page = self.page
        page.click("summary:has-text('set up this phone')")
        page.fill("#street-new-pin", PIN)
        page.click("button:has-text('Set up this phone')")
        self.says("All sent.")
        page.wait_for_selector("html[data-kept=all]", state="attached")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("caches.keys().then((keys) => keys.length > 0)")
        return self

    def ready(self):
        self.page.wait_for_selector("html[data-street=ready]", state="attached")
        return self

    def says(self, text):
        self.page.wait_for_function(
            "(t) => document.getElementById('street-said').textContent.includes(t)", arg=text
        )

    def tap(self, text):
        self.taps += 1
        self.page.locator(
            f"#main :is(a, button, label, summary):visible:text-is('{text}')"
        ).first.click()

    def log(self, kind="Conversation", note=""):
        self.tap("Log a contact")
        self.tap(kind)
        if note:
            self.page.click("summary:has-text('More, if')")
            self.page.fill("#note", note)
        self.tap("Save")
        self.page.wait_for_selector("button:has-text('Undo')")

    def pin(self, pin=PIN):
        self.page.fill("#street-pin", pin)
        self.page.click("button:text-is('Open')")

    def off(self):
        self.context.set_offline(True)

    def on(self):
        self.context.set_offline(False)
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def kept(self):
        return self.page.evaluate(ALL)

    def send_now(self):
        """Let the ten seconds of the undo pass."""
        self.page.clock.fast_forward(11_000)
