"""Pages in the states that a demonstration does not show, and a list in which none is forgotten."""

import json

import pytest

from .page_states import FILLED, NO_PAGES, PRINTED, SIGN_IN, STATES
from .test_every_page import FORMS, LIST, ROLES
from .visiting import DARK

A4 = {"width": 718, "height": 1000}  # px of 96 an inch, less margins of 1 cm
SCREEN_ONLY = "header form, .pw-ways, .pw-no-print, main .govuk-button, .govuk-skip-link"
WHITE = "rgb(255, 255, 255)"
REACHED = """[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, " +
    "textarea, summary, [tabindex='0']")].filter((one) => one.checkVisibility())
    .map((one) => one.outerHTML.slice(0, 200))"""
CROWDED = {
    "coordinator": (
        "/live/", "/rota/", "/cards/", "/plans/1/", "/events/", "/places/", "/briefs/",
        "/briefs/{brief}/", "/debriefs/", "/changes/", "/changes/2/", "/devices/", "/held/",
        "/held/1/", "/hot-spots/", "/records/", "/records/?page=2", "/insight/runs/",
        "/insight/debriefs/", "/devices/{device}/",
    ),
    "officer": ("/cards/{card}/", "/debrief/", "/field/unit/"),
    "analyst": ("/insight/tokens/", "/hot-spots/compare/", "/record/", "/records/mappings/"),
    "administrator": ("/people/", "/people/9/", "/record/"),
}  # fmt: skip


@pytest.fixture
def enter(visit):
    """Return a function: somebody of a role who has signed in to a site."""

    def sign_in(site, role):
        return visit(site).sign_in(f"{role}@demo.example", site.password)

    return sign_in


def test_every_address_has_its_states_listed(stated):
    names = {name for name, _ in json.loads(stated.run("shell", "-c", LIST).splitlines()[-1])}
    shown = FILLED | {one.page for one in STATES} | set(SIGN_IN)
    shown |= {name for _, name in FORMS}
    assert names - shown - set(NO_PAGES) == set()  # list their states in page_states.py
    assert (shown | set(NO_PAGES)) - names == set()
    assert shown & set(NO_PAGES) == set()


@pytest.mark.parametrize("role", sorted({one.role for one in STATES}))
def test_every_state_is_in_order(role, enter, stated):
    one = enter(stated, role)
    faults = []
    for state in (each for each in STATES if each.role == role):
        one.expected = state.status
        one.go(state.path.format(**stated.told))
        if state.then:
            state.then(one)
        told = one.words()
        if state.shows not in told or one.status != state.status:
            faults.append((str(state), one.status, "does not say", state.shows, told[:300]))
        faults += one.look(str(state))
    assert not faults, "\n".join(map(str, faults))


def list_ways(one):
    """Return where the menu of the page leads, with the menu beneath it."""
    return one.page.locator(".pw-ways a").evaluate_all("(all) => all.map((a) => a.pathname)")


def test_pages_of_a_site_that_holds_nothing_say_so(enter, bare):
    faults, seen = [], set()
    for role in ROLES:
        one = enter(bare, role)
        waiting = list_ways(one)
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            one.go(path)
            waiting += list_ways(one)
            faults += one.look(f"{role}, empty: {path}")
    assert not faults, "\n".join(map(str, faults))
    assert len(seen) >= 25


@pytest.mark.parametrize("role", sorted(CROWDED))
def test_pages_with_many_items_and_long_names_are_in_order(role, enter, crowded):
    one = enter(crowded, role)
    faults = []
    for path in CROWDED[role]:
        one.go(path.format(**crowded.told))
        faults += one.look(f"crowded: {path}")
    assert not faults, "\n".join(map(str, faults))


@pytest.mark.parametrize("role", sorted({role for role, _ in PRINTED}))
def test_what_is_printed_is_black_on_white_and_fits_the_paper(role, enter, stated):
    one = enter(stated, role)
    one.page.set_viewport_size(A4)
    one.page.emulate_media(media="print", color_scheme="dark")
    faults = []
    for path in (path.format(**stated.told) for who, path in PRINTED if who == role):
        one.go(path)
        faults += [(path, *fault) for fault in one.find_violations(DARK)]
        if one.is_wide():
            faults.append((path, "is wider than the paper"))
        if one.page.evaluate("getComputedStyle(document.body).backgroundColor") != WHITE:
            faults.append((path, "is not white"))
        kept = one.page.locator(SCREEN_ONLY).filter(visible=True)
        faults += [(path, "is printed", each) for each in kept.all_inner_texts()]
    assert not faults, "\n".join(map(str, faults))


@pytest.mark.parametrize("path", ["/rota/", "/live/", "/hot-spots/1/"])
def test_the_tab_key_goes_once_round_all_that_can_be_pressed(path, enter, stated):
    one = enter(stated, "coordinator")
    one.go(path)
    wanted = one.page.evaluate(REACHED)
    reached = []
    for _ in range(len(wanted) + 1):
        one.page.keyboard.press("Tab")
        reached.append(one.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
    assert reached[: len(wanted)] == wanted


def test_what_the_keyboard_does_not_reach_or_does_not_show_is_found(visit, stated):
    one = visit(stated)
    one.page.set_content(
        "<style>a { outline: none }</style><button>Fine</button><a href='/'>Not shown</a>"
        "<button tabindex='-1'>Passed by</button><button hidden>Not there</button>"
    )
    assert [why for why, _ in one.find_unseen()] == [
        "does not show that it is reached",
        "is passed by",
    ]
