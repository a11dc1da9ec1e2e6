"""All states of pages: which there are, who sees them where, and how they are brought about.

A new address of the site belongs into one of these tables; a test names it until it is there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .visiting import Visitor


@dataclass(frozen=True)
class State:
    """One state of a page; `path` holds, in braces, what the filled world told."""

    page: str  # the name of its address
    called: str
    role: str
    path: str
    shows: str  # words that stand there in this state, and else not
    then: Callable[[Visitor], None] | None = None  # what somebody does there first
    status: int = 200

    def __str__(self) -> str:
        """Return the page and its state."""
        return f"{self.page}, {self.called}"


def press(name: str) -> Callable[[Visitor], None]:
    """Return a step: press the first button of a name."""
    return lambda one: one.press(name)


def open_map(one: Visitor) -> None:
    """Open the map of Live, and wait until it is drawn."""
    one.press("Show the map")
    one.page.wait_for_selector("#live-map-place canvas")


def open_all(one: Visitor) -> None:
    """Open all that is folded."""
    one.page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")


def move_to(one: Visitor, at: str) -> None:
    """Ask for a visit at an hour at which nobody is on duty."""
    one.page.fill("[name=at]", at)
    one.press("Check and move")


def add_server(one: Visitor) -> None:
    """Add a forwarding server, and see its token."""
    one.page.fill("[name=name]", "Traccar of the vans")
    one.page.select_option("[name=service]", "police")
    one.press("Add the server")


def tell_nothing(one: Visitor) -> None:
    """Try a mapping of radios of which most was taken out."""
    for name in ("Device", "Date and time", "Northing or latitude"):
        one.page.get_by_label(name, exact=False).first.select_option("")
    one.page.get_by_label("Name of this mapping").fill("")
    one.press("Save, and read the whole file")


def name_the_force(one: Visitor) -> None:
    """Try a mapping that says all that is needed."""
    one.page.get_by_label("Name of the force").fill("Leicestershire")
    one.page.get_by_label("Clock time of the earliest").select_option("Time From")
    one.page.get_by_label("Dates look like").select_option("%d/%m/%Y %H:%M")
    one.press("Try it on the first rows")


def spoil_form(name: str) -> Callable[[Visitor], None]:
    """Return a step: send the first form as one that was open for too long."""

    def send(one: Visitor) -> None:
        one.page.evaluate("document.querySelector('main [name=csrfmiddlewaretoken]').value = 'x'")
        one.press(name)

    return send


def free_report(one: Visitor) -> None:
    """Show a report out of its sandbox, in which no script runs, so neither does axe."""
    text = one.context.request.get(one.page.url).text()
    one.page.goto("about:blank")
    one.page.set_content(text)


def keep_in_vain(one: Visitor) -> None:
    """Keep what somebody else took back while the page was open."""
    one.page.locator("form[action$='/keep/']").evaluate("(f, n) => { f.action = n; }", "../1/keep/")
    one.press("Keep it")


# Found from the first page by links, on a site filled as a demonstration is: test_every_page.
FILLED = frozenset({
    "national", "national-start", "national-result", "national-measure",
    "home", "record", "record-check", "people", "person", "invite", "end",
    "uploads", "upload", "upload-new", "upload-undo",
    "hot-spots", "hot-spot-set", "hot-spot-compare", "hot-spot-draft", "hot-spot-choose",
    "hot-spot-add", "hot-spot-area",
    "rota", "cards", "card", "plans", "plan", "plan-make", "plan-withdraw", "plan-change",
    "plan-out", "plan-day",
    "events", "event", "event-new", "place-notes", "place-note-new", "place-note-close",
    "briefs", "brief", "brief-new", "brief-edit", "debriefs", "debrief", "debrief-new",
    "debrief-write", "changes", "change", "change-new",
    "briefing", "tasking-packs", "tasking-pack", "event-withdraw", "asset-owners", "asset-owner",
    "place-photo", "photo-new",
    "live", "from-outreach", "released-notes", "envelopes",
    "problems", "problem", "problem-new", "problem-edit", "problem-print", "problem-add",
    "problem-action", "problem-decide", "hypothesis-test", "problems-worked", "problem-place",
    "plans-return", "ledger-hours",
    "audits", "audit", "audit-new", "walk-new", "place-issue", "own-actions", "own-action",
    "insight", "insight-dose", "insight-crimes", "insight-separation",
    "insight-called-away", "insight-cost", "insight-debriefs", "runs", "run", "run-start", "tokens",
    "devices", "device", "device-give", "device-renew", "device-end",
    "field", "field-unit", "field-position", "field-out", "field-unsent", "field-held",
    "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
    "account_reset_password_from_key_done", "mfa_index",
})  # fmt: skip

STATES = (
    State("upload", "refused", "analyst", "/records/{refused}/", "It was refused"),
    State("upload", "waiting", "analyst", "/records/{waiting}/", "Waiting for its turn"),
    State("upload", "its reading stopped", "analyst", "/records/{stopped}/", "is gone"),
    State("upload", "undone", "analyst", "/records/{undone}/", "It was of another force."),
    State("upload", "to be kept", "analyst", "/records/{read}/", "To be kept"),
    State("upload", "columns to be told", "analyst", "/records/{export}/", "a force's own export"),
    State("upload", "refused, of whom only looks", "coordinator", "/records/{refused}/", "refused"),
    State("upload-mapping", "first", "analyst", "/records/{export}/mapping/", "Columns found"),
    State("upload-mapping", "tried", "analyst", "/records/{export}/mapping/",
          "The first rows can be read like this", name_the_force),
    State("upload-mapping", "cannot be read", "analyst", "/records/{export}/mapping/",
          "It cannot be read like this", press("Try it on the first rows")),
    State("upload", "a table of radios", "analyst", "/records/{radio}/", "every system has"),
    State("upload-mapping", "of radios, first", "analyst", "/records/{radio}/mapping/",
          "is Sat 7 Mar 2026"),
    State("upload-mapping", "of radios, tried", "analyst", "/records/{radio}/mapping/",
          "Row 3 of the file", press("Try it on the first rows")),
    State("upload-mapping", "of radios, nothing told", "analyst", "/records/{radio}/mapping/",
          "There is a problem", tell_nothing),
    State("uploads", "of every state", "analyst", "/records/", "Columns to be told"),
    State("problem", "closed", "coordinator", "/problems/1/", "what worked here"),
    State("problem", "at its analysis", "coordinator", "/problems/3/", "Before the response"),
    State("problem-measure", "first", "coordinator", "/problems/3/measure/", "cannot be changed"),
    State("hot-spot-set", "a draft", "coordinator", "/hot-spots/{draft}/", "Draft"),
    State("hot-spot-publish", "first", "coordinator", "/hot-spots/{draft}/publish/", "Why"),
    State("hot-spot-publish", "without a reason", "coordinator", "/hot-spots/{draft}/publish/",
          "This field is required", press("Put")),
    State("hot-spot-choice", "waiting", "analyst", "/hot-spots/choices/{choosing}/", "Look again"),
    State("hot-spot-choice", "done", "analyst", "/hot-spots/choices/{chosen}/", "were chosen"),
    State("hot-spot-choice", "refused", "analyst", "/hot-spots/choices/{unchosen}/",
          "Nothing could be chosen"),
    State("hot-spot-compare", "two versions", "analyst", "/hot-spots/compare/?a=1&b={draft}",
          "unchanged"),
    State("plan", "a draft", "coordinator", "/plans/{draft_plan}/", "Publish"),
    State("plan", "being made", "coordinator", "/plans/{planning}/", "Waiting to be planned"),
    State("plan", "could not be made", "coordinator", "/plans/{unplanned}/", "could not be made"),
    State("plan", "withdrawn", "coordinator", "/plans/{withdrawn}/", "It was only tried."),
    State("plan-day", "of a draft", "coordinator", "/plans/{draft_plan}/days/{visit_day}/", "Lock"),
    State("visit-change", "first", "coordinator", "/plans/{draft_plan}/visits/{visit}/", "Move it"),
    State("visit-change", "refused by the checker", "coordinator",
          "/plans/{draft_plan}/visits/{visit}/", "03:33", lambda one: move_to(one, "03:33")),
    State("run", "running", "analyst", "/insight/runs/{running}/", "Counting crimes"),
    State("run", "refused", "analyst", "/insight/runs/{no_run}/", "which is no day"),
    State("run", "with others", "analyst", "/insight/runs/{run}/", "Compare with"),
    State("run-compare", "of two runs", "analyst", "/insight/runs/{run}/with/{second}/",
          "once more"),
    State("run-file", "the report", "coordinator", "/insight/runs/{run}/report.html",
          "Worked", free_report),
    State("run-file", "in plain words", "coordinator", "/insight/runs/{run}/plain.html",
          "crime", free_report),
    State("field-held", "one waits, one is decided", "coordinator", "/held/", "It was sent twice."),
    State("field-held-item", "waits", "coordinator", "/held/{held}/", "Decide"),
    State("field-held-item", "decided without a reason", "coordinator", "/held/{held}/",
          "required", press("Decide")),
    State("field-held-item", "left out", "coordinator", "/held/{decided}/", "Left out"),
    State("live", "every state of a unit", "coordinator", "/live/", "Keep apart"),
    State("live", "all opened", "coordinator", "/live/", "In place: the newest fix", open_all),
    State("live", "the map", "coordinator", "/live/", "Hot spots today", open_map),
    State("card", "of a unit on duty", "officer", "/cards/{card}/", "police-in-place"),
    State("devices", "with forwarding servers", "coordinator", "/devices/", "1 tracker of police"),
    State("device-give", "a forwarding server's", "coordinator",
          "/devices/give/?forwarder_id={forwarder}&service=police", "Who sends what it says"),
    State("device", "forwarded", "coordinator", "/devices/{forwarded}/", "Forwarded by"),
    State("device", "that no unit has, of a service that is not known", "coordinator",
          "/devices/{unknown}/", "No unit has it"),
    State("device-hand-over", "first", "coordinator", "/devices/{forwarded}/hand-over/",
          "is cut there"),
    State("device-hand-over", "with nothing filled in", "coordinator",
          "/devices/{forwarded}/hand-over/", "This field is required", press("Give it")),
    State("device-correct", "first", "coordinator", "/devices/{forwarded}/history/{line}/",
          "Say how it was"),
    State("device-correct", "without a reason", "coordinator",
          "/devices/{forwarded}/history/{line}/", "This field is required", press("Correct it")),
    State("saved-mappings", "with one", "analyst", "/records/mappings/", "Airwave export"),
    State("saved-mapping-delete", "first", "analyst", "/records/mappings/{mapping}/delete/",
          "radios-of-july.csv"),
    State("saved-mapping-delete", "without a reason", "analyst",
          "/records/mappings/{mapping}/delete/", "This field is required",
          press("Delete the mapping")),
    State("forwarder", "with a tracker", "coordinator", "/devices/servers/{forwarder}/",
          "Identifier there"),
    State("forwarder", "without any, ended", "coordinator", "/devices/servers/{forwarder_ended}/",
          "No tracker is registered yet"),
    State("forwarder-renew", "first", "coordinator", "/devices/servers/{forwarder}/renew/",
          "Another token for"),
    State("forwarder-end", "without a reason", "coordinator", "/devices/servers/{forwarder}/end/",
          "This field is required", press("End the token")),
    State("forwarder-give", "with nothing filled in", "administrator", "/devices/servers/add/",
          "This field is required", press("Add the server")),
    State("forwarder-give", "its token", "administrator", "/devices/servers/add/",
          "Shown only now", add_server),
    # what no page of its own has: refusals, faults and forms that are too old
    State("home", "a form that is too old", "coordinator", "/plans/{unplanned}/",
          "open for too long", spoil_form("Start again"), 403),
    State("upload", "kept twice", "analyst", "/records/{read}/", "That could not be done",
          keep_in_vain, 409),
    State("run", "its results are cut off", "analyst", "/insight/runs/{broken}/",
          "Something went wrong", status=500),
)  # fmt: skip

# What somebody does before the site knows them, or about how it knows them: test_sign_in_pages.
SIGN_IN = {
    "account_login": ("first", "wrong password", "nothing filled in", "shut"),
    "account_signup": ("closed",),
    "account_reset_password_from_key": ("first", "too short", "used"),
    "account_change_password": ("wrong",),
    "mfa_index": ("all set up",),
    "mfa_activate_totp": ("first", "wrong code"),
    "mfa_view_recovery_codes": ("some are left",),
    "mfa_generate_recovery_codes": ("asks",),
    "mfa_authenticate": ("first", "wrong code"),
    "mfa_reauthenticate": ("first",),
    "mfa_deactivate_totp": ("asks",),
    "mfa_add_webauthn": ("first",),
    "mfa_list_webauthn": ("one",),
    "mfa_edit_webauthn": ("first",),
    "mfa_remove_webauthn": ("asks",),
}

_BUTTON, _FILE, _PART = "a button's answer", "a file that is kept", "a part of a page"
_PROGRAM, _UNUSED = "read by programs", "leads to the page before it here"
_OTHER_SITE = "only parcels of the other site fill it: tests/web/police/test_received.py has them"
NO_PAGES = {
    **dict.fromkeys(("outreach-proposal", "envelope"), _OTHER_SITE),
    **dict.fromkeys((
        "upload-keep", "upload-again", "plan-publish", "plan-again", "visit-lock", "event-end",
        "brief-publish", "brief-read", "run-again", "token-end", "change-decide", "change-reply",
        "change-effect", "problem-move", "problem-outcome", "tasking-decision-done",
    ), _BUTTON),
    **dict.fromkeys((
        "hot-spot-geojson", "hot-spot-geoparquet", "hot-spot-geopackage", "hot-spot-csv",
        "plan-file", "card-print", "card-calendar", "mfa_download_recovery_codes", "live-base-map",
        "insight-map", "national-again", "national-picture", "national-file", "photo-picture",
        "campaigns-file", "owner-file", "plans-return-file",
    ), _FILE),
    **dict.fromkeys(("upload-progress", "live-table", "live-places", "live-events"), _PART),
    **dict.fromkeys((
        "health", "api-description", "api-sets", "api-set", "api-doses", "api-counts",
        "api-visits", "ingest-openapi", "field-sync", "field-worker", "field-manifest",
        "mfa_login_webauthn",
    ), _PROGRAM),
    **dict.fromkeys((
        "account_set_password", "account_request_reauthentication_code",
        "account_confirm_reauthentication_code", "account_confirm_login_code",
        "mfa_reauthenticate_webauthn",
    ), _UNUSED),
}  # fmt: skip

# What people print, and print as it stands.
PRINTED = (
    ("coordinator", "/rota/"), ("coordinator", "/live/"), ("coordinator", "/plans/{plan}/"),
    ("coordinator", "/insight/dose/"), ("coordinator", "/insight/runs/{run}/"),
    ("coordinator", "/hot-spots/1/"), ("coordinator", "/problems/1/print/"),
    ("officer", "/cards/{card}/"), ("officer", "/briefs/1/"),
)  # fmt: skip
