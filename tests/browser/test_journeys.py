"""A day's work of each role in a browser, at a desk and on a phone, by keys alone."""

import json
import re

import pytest

from .visiting import DESK


@pytest.fixture
def sign_in(visit, screen, request):
    """Return a function: somebody of a role who has signed in, at the first page."""
    served = "demonstration" if screen is DESK else "phone_demonstration"
    site = request.getfixturevalue(served)

    def enter(role):
        one = visit(site, by_keys=True, viewport=screen)
        one.sign_in(f"{role}@demo.example", site.password)
        assert one.heading() == ("Your unit today" if role in ("officer", "partner") else "Today")
        assert "made-up patrols" in one.page.inner_text("header")
        return one

    return enter


def figure_on(one, title):
    """Return the figure of a card of the first page."""
    card = one.page.locator(".pw-card", has=one.page.get_by_role("link", name=title, exact=True))
    return card.locator(".pw-card__figure").inner_text()


def test_a_coordinator_reads_the_rota_answers_a_proposal_and_looks_who_is_where(sign_in):
    one = sign_in("coordinator")
    before = int(figure_on(one, "Changes to answer"))
    assert before >= 1
    assert one.follow("Plan", within="nav[aria-label=Pages]").startswith("Rota, ")
    assert one.page.locator(".pw-rota caption").first.text_content().startswith("Units of ")
    assert "Minutes owed" in one.text()
    hours = one.page.locator(".pw-rota__hours a:visible").first  # a phone shows one day
    unit = hours.locator("xpath=ancestor::tr/th").inner_text()
    one.enter(hours)
    assert one.heading().startswith(f"{unit}, ")
    assert re.search(r"\d\d:\d\d", one.page.inner_text(".pw-steps"))
    assert "When a visit cannot be made" in one.text()

    one.follow("Changes", within="nav[aria-label=Plan]")
    assert one.follow("Begin at the bus station").startswith("Proposed change ")
    assert "before the pupils arrive" in one.text()
    one.choose(one.page.get_by_label("Accepted", exact=True))
    one.fill(one.page.get_by_label("Why"), "The schools agree; it costs no minute.")
    one.press("Keep")
    assert "The schools agree; it costs no minute." in one.text()
    assert one.page.locator("h2", has_text="Decide").count() == 0
    told = one.page.get_by_label("What you tell whoever proposed it")
    one.fill(told, "From Monday on. Thank you.")
    one.press("Keep")
    assert "From Monday on. Thank you." in one.page.inner_text(".pw-said")
    one.go("/")
    assert int(figure_on(one, "Changes to answer")) == before - 1

    assert one.follow("Live", within="nav[aria-label=Pages]") == "Live"
    assert "Units on duty now" in one.text()
    names = one.page.locator("[aria-labelledby=spots] tbody th")
    assert names.count() >= 7
    assert "Demo" not in one.text()  # units, never people


def test_an_officer_reads_the_brief_and_writes_a_debrief(sign_in):
    one = sign_in("officer")
    keys = one.page.keyboard

    def open_by_key(place, waited_for):
        one.tab_to(place)
        keys.press("Enter")
        one.page.wait_for_selector(waited_for)

    keys.press("Tab")
    assert one.page.evaluate("document.activeElement.textContent") == "Skip to main content"
    open_by_key("nav a:text-is('Today')", "h1:text-is('Today')")
    assert figure_on(one, "Brief")
    open_by_key("main a[href='/briefs/']", "h1:text-is('Briefs')")
    open_by_key("main tr:has-text('(today)') a", "h1:has-text('Brief for police')")
    assert "Information" in one.text()
    open_by_key("main button:has-text('I have read it')", ".pw-state--good:has-text('Read')")
    assert not one.is_wide()

    open_by_key("nav a:text-is('Plan')", "h1:has-text('Rota')")
    open_by_key("nav a:text-is('Cards')", "h1:text-is('Patrol cards')")
    open_by_key("main .pw-card:has-text('police') a", ".pw-steps, main .pw-empty")
    assert "Police, " in one.text()
    assert not one.is_wide()

    open_by_key("nav a:text-is('Briefing')", "h1:text-is('Briefs')")
    open_by_key("nav a:text-is('Write a debrief')", "h1:text-is('How did the shift go?')")
    open_by_key("main .pw-card:has-text('police') a", "h1:has-text('police')")
    one.tab_to("[name=went_well]")
    keys.type("The new order of places saves a walk.")
    one.tab_to("[name=minutes_0]")
    keys.type("14")
    one.tab_to("[name=note_area_1]")
    keys.press("ArrowDown")
    one.tab_to("[name=note_kind_1]")
    keys.type("Haz")
    one.tab_to("[name=note_text_1]")
    keys.type("A cover of the drain is broken by the crossing.")
    assert not one.is_wide()
    open_by_key("main button:has-text('Send the debrief')", ".govuk-notification-banner--success")
    one.go("/debriefs/")
    assert "police" in one.text()
    one.go("/places/")
    assert "A cover of the drain is broken by the crossing." in one.text()


def test_an_analyst_judges_a_file_moves_a_hot_spot_and_reads_an_evaluation(sign_in):
    one = sign_in("analyst")
    assert one.follow("Records", within="nav[aria-label=Pages]") == "Records"
    one.enter("tr:has-text('Crimes') a")
    quality = one.page.inner_text("[aria-labelledby=quality]")
    assert re.search(r"\d", quality)
    assert "Every row of the file is accounted for" not in one.text()  # until it is opened
    one.unfold("summary:has-text('What this is')")
    assert "Every row of the file is accounted for" in one.text()

    one.follow("Hot spots", within="nav[aria-label=Pages]")
    old = one.page.locator("main p:has-text('In force') a").inner_text()
    one.follow(old)
    assert "Its 7 hot spots" in one.text()
    assert one.enter("td[data-label=Change] a").startswith("Change ")
    one.fill("[name=reason]", "The bus stop was moved.")
    one.enter("button[value^='east-']")
    new = re.search(r"Saved as (.+), a draft", one.text()).group(1)
    assert new != old
    one.go("/hot-spots/compare/")
    one.select(one.page.get_by_label("First"), old)
    one.select(one.page.get_by_label("Second"), new)
    one.press("Compare")
    assert f"6 of 7 hot spots of {old} are in {new} without a change." in one.text()
    assert "unchanged" in one.text()

    one.go("/insight/runs/")
    assert one.follow("Worked example") == "Worked example: seven hot spots"
    assert one.page.locator("main ol li").count() >= 1
    assert "What to read them with" in one.text()
    one.enter(one.page.get_by_role("link", name="Report", exact=True))
    assert one.page.url.endswith("/report.html")
    assert one.page.evaluate("origin") == "null"  # in a sandbox: it is nobody's page
    assert one.page.locator("h1").count() == 1
    assert one.page.locator("svg").count() >= 1


def test_a_commissioner_asks_what_a_number_is(sign_in):
    one = sign_in("commissioner")
    assert figure_on(one, "Minutes delivered this month").endswith("%")
    assert one.follow("Insight", within="nav[aria-label=Pages]") == "Insight"
    assert one.follow("Minutes against the rule") == "Minutes against the rule"
    assert one.page.locator("main table tbody tr").count() >= 7
    about = one.page.locator("details").first
    assert not about.locator(".govuk-details__text").is_visible()
    one.unfold(about.locator("summary"))
    told = about.inner_text()
    for word in ("Definition.", "Window.", "Source.", "Completeness."):
        assert word in told
    one.tab_to(one.page.get_by_role("link", name="Download as CSV"))
    with one.page.expect_download() as kept:
        one.page.keyboard.press("Enter")
    lines = kept.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 5
    assert lines[0].startswith("Week from,Service")


def test_an_evaluator_sees_doses_and_runs_and_no_officers_name(sign_in):
    one = sign_in("evaluator")
    told = ""
    for path in ("/", "/insight/", "/insight/dose/", "/insight/separation/", "/insight/debriefs/",
                 "/rota/", "/hot-spots/", "/debriefs/", "/insight/runs/"):  # fmt: skip
        one.go(path)
        told += one.text()
    assert "Minutes" in told
    one.follow("Worked example")
    told += one.text()
    one.go("/debriefs/")
    one.enter("main tbody a")
    told += one.text()
    for name in ("Sam Demo", "Pat Demo", "officer@", "partner@"):
        assert name not in told
    one.go("/insight/tokens/")
    one.fill(one.page.get_by_label("For"), "Notebook")
    one.press("Make a token")
    token = one.page.inner_text("main .govuk-inset-text code")
    headers = {"Authorization": f"Bearer {token}"}
    answer = one.context.request.get(f"{one.address}/api/hot-spot-sets/", headers=headers)
    assert answer.status == 200
    assert "officer@" not in json.dumps(answer.json())


def test_a_partner_sees_no_card_of_another_service_and_no_page_of_the_police(sign_in):
    one = sign_in("partner")
    ways = one.page.locator("nav[aria-label=Pages] a").all_inner_texts()
    assert ways == ["On patrol", "Today", "Plan", "Write a debrief", "Our actions", "Record"]
    assert one.follow("Today", within="nav[aria-label=Pages]") == "Today"
    assert one.follow("Today's card") == "Patrol cards"
    # no plan names the wardens: the cards of police and outreach are not theirs
    assert one.page.locator("main .pw-card").count() == 0
    assert one.page.locator("main .pw-empty").count() == 1
    assert not one.is_wide()
    for path in ("/live/", "/insight/", "/rota/", "/briefs/", "/debriefs/", "/hot-spots/"):
        assert "There is no such page" in one.go_in_vain(path)


def test_an_administrator_invites_changes_a_role_and_checks_the_record(sign_in):
    one = sign_in("administrator")
    assert one.follow("People") == "People"
    one.press("Invite somebody")
    assert one.heading() == "Invite somebody"
    one.fill(one.page.get_by_label("Name"), "Nina New")
    one.fill(one.page.get_by_label("Work e-mail address"), "nina@demo.example")
    one.choose(one.page.get_by_label(re.compile("^Patrol officer")))
    one.press("Make the invitation")
    assert one.heading() == "Invitation for Nina New"
    address = one.page.inner_text("main code")
    assert address.startswith("http")
    one.go("/people/")
    assert address not in one.page.content()  # it was shown once
    assert "never" in one.page.inner_text("tr:has-text('Nina New')")

    assert one.follow("Nina New") == "Nina New"
    one.choose(one.page.get_by_label(re.compile("^Analyst")))
    one.fill(one.page.get_by_label("Why"), "Moved to the analysis desk.")
    one.press("Change the role")
    one.go("/people/")
    assert "Analyst" in one.page.inner_text("tr:has-text('Nina New')")

    assert one.follow("Record", within="nav[aria-label=Manage]") == "Record of reads and changes"
    assert one.page.locator("tr:has-text('role')").count() >= 1
    assert "Alex Demo" in one.text()
    assert one.follow("Check that it is whole") == "The record has not been checked yet"
    one.press("Check the record now")
    assert "Being checked" in one.text()  # by the background, which this site has not
