"""What may cross between the sites: each kind of parcel, field by field. What is not here, cannot.

Nothing in this table is about a person. Words are about places and are looked through for names,
phones and the like before they leave and again before they are taken in. Counts of people are
rounded, and small ones hidden, before they are put here: a count that is not is refused.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from patrolwise.outreach.text_checks import find_person_words

POLICE, OUTREACH = "police", "outreach"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.@:/-]{0,79}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_MOST_ROWS, _MOST_WORDS = 20_000, 300

Check = Callable[[Any], str]  # what is wrong with a value; empty for nothing


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of parcel: a list of rows, each with exactly these fields."""

    key: str
    told: str  # on the public page: what it is
    sender: str
    fields: Mapping[str, Check]


def check_body(kind: Kind, body: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a parcel's content; nothing of a value is repeated.

    Parameters
    ----------
    kind : Kind
    body : mapping
        `rows`, a list of mappings.

    Returns
    -------
    list of str
        Whole sentences; empty when it may cross.
    """
    rows = body.get("rows")
    if set(body) != {"rows"} or not isinstance(rows, list):
        return ["It is no list of rows."]
    if len(rows) > _MOST_ROWS:
        return [f"It has {len(rows)} rows. Send {_MOST_ROWS} at most."]
    return [
        fault for number, row in enumerate(rows, start=1) for fault in _check_row(kind, number, row)
    ]


def _check_row(kind: Kind, number: int, row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield f"Row {number} is no row."
        return
    for name in sorted(set(row) - set(kind.fields), key=str):
        # the name itself may be somebody's words
        known = name if isinstance(name, str) and re.fullmatch(r"[a-z_]{1,40}", name) else "a field"
        yield f"Row {number} has {known}, which {kind.key} does not carry."
    for name, check in kind.fields.items():
        fault = check(row[name]) if name in row else "is missing"
        if fault:
            yield f"Row {number}: {name} {fault}."


def _id(value: Any) -> str:
    return "" if isinstance(value, str) and _ID.fullmatch(value) else "is no identifier"


def _words(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MOST_WORDS:
        return f"is no text of at most {_MOST_WORDS} characters"
    if "\x00" in value:
        return "has a character that cannot be kept"
    found = find_person_words(value, _known_places())
    return f"may tell of a person ({found[0].what})" if found else ""


def _known_places() -> list[str]:
    """Return the names of this site's hot spots: a street that is called Margaret is no person."""
    return list(import_string(settings.EXCHANGE_PLACES)()) if settings.EXCHANGE_PLACES else []


def _title(value: Any) -> str:
    return (
        ""
        if isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()
        else "is no title"
    )


def _day(value: Any) -> str:
    return _parsed(value, date.fromisoformat, "no date")


def _day_or_none(value: Any) -> str:
    return "" if value is None else _day(value)


def _moment(value: Any) -> str:
    return _parsed(value, datetime.fromisoformat, "no time")


def _clock(value: Any) -> str:
    return _parsed(value, time.fromisoformat, "no time of day")


def _month(value: Any) -> str:
    return "" if isinstance(value, str) and _MONTH.fullmatch(value) else "is no month"


def _parsed(value: Any, parse: Callable[[str], Any], fault: str) -> str:
    try:
        parse(value)
    except (TypeError, ValueError):
        return f"is {fault}"
    return ""


def _minutes(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if is_number and 0 <= value <= 1440 else "is no number of minutes in a day"


def _number(value: Any) -> str:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return "" if is_number and 0 <= value <= 1_000_000 else "is no number"


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "is neither true nor false"


def _hidden(value: Any) -> str:
    """Refuse a count of people that is not rounded: one to seven are hidden, more are by fives."""
    if value == "*":
        return ""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    is_rounded = is_number and (value == 0 or (value >= 10 and value % 5 == 0))
    return "" if is_rounded else "is not rounded"


def _one_of(*allowed: str) -> Check:
    return lambda value: "" if value in allowed else f"is none of {', '.join(allowed)}"


def _shape(value: Any) -> str:
    kinds = ("Polygon", "MultiPolygon")
    is_shape = isinstance(value, dict) and set(value) == {"type", "coordinates"}
    if not is_shape or value["type"] not in kinds:
        return "is no area"
    return "" if _is_numbers(value["coordinates"], 5) else "has corners that are no numbers"


def _is_numbers(value: Any, depth: int) -> bool:
    if isinstance(value, list):
        return depth > 0 and all(_is_numbers(one, depth - 1) for one in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _visits(value: Any) -> str:
    fields: dict[str, Check] = {"hot_spot_id": _id, "start": _moment, "end": _moment}
    is_list = isinstance(value, list) and all(
        isinstance(one, dict) and set(one) == set(fields) for one in value
    )
    if not is_list:
        return "is no list of planned visits"
    faults = [check(one[name]) for one in value for name, check in fields.items()]
    return next((fault for fault in faults if fault), "")


def _envelope(value: Any) -> str:
    """Refuse anything but salt, nonce and sealed bytes: what is in it, this site cannot read."""
    parts = {"salt": 32, "nonce": 24, "sealed": 40_000}
    if not isinstance(value, dict) or set(value) != set(parts):
        return "is no envelope"
    for name, most in parts.items():
        text = value[name]
        if not isinstance(text, str) or not 0 < len(text) <= most:
            return "is no envelope"
        if not re.fullmatch(r"[0-9a-f]+", text):
            return "is not sealed"
    return ""


MEASURES = (
    "contacts",
    "people in contacts",
    "engagements",
    "referrals",
    "referrals completed",
    "concerns",
)
KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            key="places",
            told="The hot spots that both services agreed: name, outline, from when until when.",
            sender=POLICE,
            fields={
                "hot_spot_id": _id,
                "name": _title,
                "set_version": _id,
                "shape": _shape,
                "valid_from": _day,
                "valid_until": _day_or_none,
            },
        ),
        Kind(
            key="plan",
            told="When each outreach pair is to be at which hot spot, from the one plan.",
            sender=POLICE,
            fields={
                "unit_id": _id,
                "date": _day,
                "start": _moment,
                "end": _moment,
                "visits": _visits,
            },
        ),
        Kind(
            key="released",
            told="Notes about places that the police side lets outreach workers read.",
            sender=POLICE,
            fields={
                "hot_spot_id": _id,
                "text": _words,
                "valid_from": _moment,
                "valid_until": _moment,
            },
        ),
        Kind(
            key="replies",
            told="Answers to changes of the plan that outreach proposed.",
            sender=POLICE,
            fields={"proposal_id": _id, "state": _id, "reply": _words, "at": _moment},
        ),
        Kind(
            key="receipts",
            told="That a disclosure was received and opened, or ran out.",
            sender=POLICE,
            fields={
                "reference": _id,
                "state": _one_of("received", "opened", "expired"),
                "at": _moment,
            },
        ),
        Kind(
            key="minutes",
            told="How many minutes an outreach pair was in each hot spot in a shift. Never who, "
            "and never where else.",
            sender=OUTREACH,
            fields={
                "hot_spot_id": _id,
                "date": _day,
                "shift_start": _clock,
                "visits": _number,
                "minutes": _minutes,
                "least": _minutes,
                "most": _minutes,
                "is_tracked": _flag,
                "rule": _id,
            },
        ),
        Kind(
            key="counts",
            told="Monthly counts by hot spot, to the nearest five; one to seven are hidden.",
            sender=OUTREACH,
            fields={
                "hot_spot_id": _id,
                "month": _month,
                "measure": _one_of(*MEASURES),
                "count": _hidden,
            },
        ),
        Kind(
            key="issues",
            told="What is broken or unsafe about a place: a lamp, a fence, a hidden corner.",
            sender=OUTREACH,
            fields={
                "issue_id": _id,
                "hot_spot_id": _id,
                "kind": _id,
                "severity": _number,
                "text": _words,
                "reported_at": _moment,
            },
        ),
        Kind(
            key="debriefs",
            told="What worked and did not at a place in a shift.",
            sender=OUTREACH,
            fields={
                "debrief_id": _id,
                "date": _day,
                "what_worked": _words,
                "what_did_not": _words,
                "ideas": _words,
            },
        ),
        Kind(
            key="proposals",
            told="Changes of the plan that the outreach lead asks for.",
            sender=OUTREACH,
            fields={"proposal_id": _id, "what": _words, "why": _words, "at": _moment},
        ),
        Kind(
            key="disclosures",
            told="What a named lead decided to tell, under a dated legal gateway, in an envelope "
            "that only the person it is for can open.",
            sender=OUTREACH,
            fields={
                "reference": _id,
                "gateway": _id,
                "decided_on": _day,
                "expires": _day,
                "recipient": _id,
                "envelope": _envelope,
            },
        ),
    )
}
