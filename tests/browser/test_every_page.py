"""Every page of the site, in its states: axe, no sideways scrolling, no fault in the console."""

import json
import re
from collections import deque
from html import unescape

import pytest

from .visiting import Visitor

# Whoever can do most of a page comes first: each page is looked at as the first who sees it.
ROLES = (
    "coordinator", "analyst", "administrator", "officer", "partner", "evaluator", "commissioner",
)  # fmt: skip
SEEN_AS_EACH = {"home"}
# Streams that never end, and files that are kept instead of shown.
NO_PAGES = {
    "live-events", "card-print", "live-base-map", "plan-file", "run-file", "national-file",
    "insight-map", "campaigns-file",
}  # fmt: skip
DEPTH = 2
LIST = """
import json
from django.urls import URLResolver, get_resolver

def walk(patterns, before):
    for one in patterns:
        text = before + one.pattern.regex.pattern.removeprefix("^")
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, text)
        elif one.name:
            yield one.name, "^/" + text

print(json.dumps(list(walk(get_resolver().url_patterns, ""))))
"""
EMPTIED = """(form) => {
    form.noValidate = true;
    for (const field of form.querySelectorAll("input:not([type=hidden]), textarea")) {
        if (["radio", "checkbox"].includes(field.type)) field.checked = false;
        else field.value = "";
    }
}"""
# Pages with a form that says what lacks when it is sent empty, and who sends it.
FORMS = (
    ("analyst", "upload-new"), ("analyst", "hot-spot-choose"), ("analyst", "hot-spot-draft"),
    ("analyst", "hot-spot-add"), ("analyst", "hot-spot-area"), ("analyst", "tokens"),
    ("coordinator", "event-new"), ("coordinator", "place-note-new"), ("coordinator", "change-new"),
    ("coordinator", "problem-new"), ("coordinator", "problem-add"), ("coordinator", "walk-new"),
    ("coordinator", "change"), ("coordinator", "brief-edit"), ("administrator", "invite"),
    ("coordinator", "tasking-decide"),
    ("administrator", "person"), ("administrator", "end"), ("officer", "debrief-write"),
)  # fmt: skip


@pytest.fixture(scope="module")
def addresses(demonstration):
    """Return the names of all addresses of the site, and how each is written."""
    told = demonstration.run("shell", "-c", LIST).splitlines()[-1]
    return [(name, re.compile(pattern)) for name, pattern in json.loads(told)]


@pytest.fixture(scope="module")
def sessions(demonstration, chromium):
    """Return, by role, what a browser holds once somebody has signed in."""
    held = {}
    for role in ROLES:
        context = chromium.new_context()
        one = Visitor(context, demonstration.address)
        one.sign_in(f"{role}@demo.example", demonstration.password)
        held[role] = context.storage_state()
        context.close()
    return held


@pytest.fixture(scope="module")
def found(demonstration, chromium, sessions, addresses):
    """Return, by role, the pages that are found: name of the address and a path of it."""
    pages = {}
    for role in ROLES:
        context = chromium.new_context(storage_state=sessions[role])
        pages[role] = find_pages(context.request, demonstration.address, addresses)
        context.close()
    return pages


def name_of(path, addresses):
    return next((name for name, pattern in addresses if pattern.match(path)), None)


def find_pages(request, address, addresses):
    """Return pages that are named, or that links lead to from those and the first page."""
    plain = [p.pattern[1:].removesuffix(r"\Z") for _, p in addresses if not p.groups]
    waiting = deque((path.replace("\\", ""), 0) for path in ["/", *plain])
    pages, tried = {}, set()
    while waiting:
        path, depth = waiting.popleft()
        name = name_of(path, addresses)
        if name in pages or name in NO_PAGES or name is None or path in tried:
            continue
        tried.add(path)
        answer = request.get(address + path, max_redirects=0)
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            text = answer.text()
            if "<html" not in text:  # a part of a page
                continue
            pages[name] = path
            if depth < DEPTH:
                links = re.findall(r'href="(/[^"#?]*)', text.split("<main")[1])
                waiting.extend((unescape(link), depth + 1) for link in links)
    return pages


def list_shown(role, found):
    """Return the pages to look at as a role: those nobody before it sees, and some anyway."""
    before = {name for other in ROLES[: ROLES.index(role)] for name in found[other]}
    return {n: path for n, path in found[role].items() if n not in before or n in SEEN_AS_EACH}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_in_order(role, visit, demonstration, sessions, found):
    one = visit(demonstration, storage_state=sessions[role])
    faults = []
    for name, path in list_shown(role, found).items():
        one.go(path)
        one.page.wait_for_selector("h1")
        faults += one.look(f"{name} {path}")
    assert faults == []


def test_the_pages_of_every_role_were_found(found):
    """What lacks is no page: it takes a form's answer, or it is a file, or not of this week."""
    seen = {name for pages in found.values() for name in pages}
    assert len(seen) >= 70
    assert min(len(pages) for pages in found.values()) >= 15


@pytest.mark.parametrize("role", sorted({role for role, _ in FORMS}))
def test_a_form_that_is_sent_empty_says_what_lacks(role, visit, demonstration, sessions, found):
    one = visit(demonstration, storage_state=sessions[role])
    faults = []
    for name in (name for who, name in FORMS if who == role):
        one.go(found[role][name])
        form = one.page.locator("main form[method=post]").first
        form.evaluate(EMPTIED)
        form.locator("button").first.click()
        one.page.wait_for_selector(".govuk-error-summary, .govuk-error-message")
        faults += one.look(f"{name}, sent empty")
    assert faults == []


def test_pages_that_are_refused_and_pages_before_signing_in(visit, demonstration, sessions):
    one = visit(demonstration)
    faults = []
    for path, heading in (("/no/such/page/", "There is no such page"), ("/", "Sign in")):
        one.go_in_vain(path)
        assert one.heading() == heading
        faults += one.look(path)
    one.page.fill("[name=login]", "coordinator@demo.example")
    one.page.fill("[name=password]", "not the password")
    one.page.click("main form >> text=Sign in")
    one.page.wait_for_selector(".govuk-error-summary, .govuk-error-message")
    faults += one.look("sign-in with a wrong password")
    partner = visit(demonstration, storage_state=sessions["partner"])
    for path in ("/live/", "/insight/", "/people/"):
        assert "There is no such page" in partner.go_in_vain(path)
    faults += partner.look("refused to a partner")
    assert faults == []


def test_pages_of_a_site_that_holds_nothing_yet(visit, site):
    one = visit(site).sign_in("coordinator@example.org", "a long word for tests 1")
    faults = []
    for path in (
        "/", "/live/", "/records/", "/hot-spots/", "/rota/", "/plans/", "/events/", "/places/",
        "/debriefs/", "/changes/", "/briefing/", "/insight/tasking/", "/insight/dose/",
        "/insight/crimes/", "/insight/separation/", "/insight/cost/", "/insight/runs/", "/devices/",
    ):  # fmt: skip
        one.go(path)
        faults += one.look(path)
    assert faults == []
