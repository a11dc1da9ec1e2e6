"""How a request is taken, decided and answered, and how a disclosure ends."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach import gateways
from patrolwise.outreach.sharing_words import (
    Controller,
    Decider,
    DisclosedField,
    DisclosureDecision,
)
from patrolwise.outreach.vocabulary import ToldPerson
from patrolwise.outreach.working_days import add_working_days
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, add_record, check_may, tell
from patrolwise.web.casework.models import Concern, Consent, Engagement
from patrolwise.web.casework.words import find_word, find_words, key_of
from patrolwise.web.desk.envelopes import close_envelope, make_code
from patrolwise.web.desk.models import Disclosure, DisclosureRequest, SignedGateway
from patrolwise.web.exchange.delivery import pack_parcel

ANSWER_WITHIN = 5  # working days
RECIPIENTS = (
    "safeguarding hub",
    "public protection desk",
    "neighbourhood team desk",
    "intelligence desk",
    "children's services desk",
    "adult social care desk",
    "youth justice desk",
    "court office",
    "other desk",
)
_CONSENTED = {
    "alias": DisclosedField.KNOWN_AS,
    "legal_name": DisclosedField.NAME,
    "born": DisclosedField.DATE_OF_BIRTH,
    "phone": DisclosedField.PHONE,
    "needs": DisclosedField.NEEDS,
    "risk_summary": DisclosedField.RISK_SUMMARY,
}
_DECIDERS = {"lead": Decider.LEAD, "safeguarding": Decider.DSL}


@dataclass(frozen=True, kw_only=True)
class NewRequest:
    """What another organisation asks."""

    asked_by: str
    asker: str
    words: str
    received_on: date
    case: Engagement | None = None


@dataclass(frozen=True, kw_only=True)
class NewDecision:
    """What is told, or not."""

    decision: str
    to_controller: str
    recipient: str
    gateway: str = ""
    told: Mapping[str, str] | None = None  # field → value; empty ones are not told
    necessity: str = ""
    proportionality: str = ""
    told_person: str = ""
    expires: date | None = None
    request: DisclosureRequest | None = None
    case: Engagement | None = None
    concern: Concern | None = None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A disclosure, and the code of its envelope where there is one: told once, kept nowhere."""

    disclosure: Disclosure
    code: str


def take_request(*, writing: Writing, new: NewRequest) -> DisclosureRequest:
    """Write a request down; its clock starts.

    Parameters
    ----------
    writing : Writing
    new : NewRequest

    Returns
    -------
    DisclosureRequest

    Raises
    ------
    InputError
        What is missing, all of it.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.DECIDE_DISCLOSURES)
    faults: list[str] = []
    find_word(Controller, new.asked_by, "Who asks", faults)
    if not new.asker.strip():
        faults.append("It says not who asked. Give a name and a way to answer.")
    if not new.words.strip():
        faults.append("It says not what is asked.")
    if new.received_on > writing.now.date():
        faults.append("The day on which it came is still to come.")
    check_faults("The request", faults)
    return add_record(
        DisclosureRequest,
        writing,
        "disclosure",
        asked_by=new.asked_by,
        asker=new.asker.strip(),
        words=new.words.strip(),
        received_on=new.received_on,
        due=add_working_days(new.received_on, ANSWER_WITHIN),
        engagement=new.case,
        clock_start=new.received_on,
    )


def decide_disclosure(*, writing: Writing, new: NewDecision) -> Decided:
    """Share, share less or refuse. What goes to the police crosses in a closed envelope.

    Parameters
    ----------
    writing : Writing
    new : NewDecision

    Returns
    -------
    Decided

    Raises
    ------
    InputError
        Everything that the gateway, the fields or the words lack.
    RefusedError
        The role may not, or the request was decided before.
    """
    check_may(writing.by, Permission.DECIDE_DISCLOSURES)
    if new.request is not None and new.request.state != "open":
        raise RefusedError("The request was decided before. A new request begins another.")
    told = {key: value.strip() for key, value in (new.told or {}).items() if value.strip()}
    faults: list[str] = []
    rules = _read(new, told, writing, faults)
    if rules is not None:
        faults += gateways.check_disclosure(rules)
        if rules.decision is not DisclosureDecision.REFUSE:
            faults += _check_sharing(new, rules.on)
    check_faults("The disclosure", faults)
    assert rules is not None
    letter = _write_letter(new, told, rules)
    with transaction.atomic():
        made = add_record(
            Disclosure,
            writing,
            "disclosure",
            request=new.request,
            engagement=new.case,
            concern=new.concern,
            to_controller=new.to_controller,
            recipient=new.recipient,
            decision=new.decision,
            gateway=new.gateway,
            necessity=new.necessity.strip(),
            proportionality=new.proportionality.strip(),
            fields=sorted(told),
            told=told,
            told_person=new.told_person,
            decided_by_id=writing.by.pk,
            decided_at=writing.now,
            expires=new.expires,
            clock_start=writing.now.date(),
            sha256=_hash(letter),
        )
        code = _send(made, letter, writing) if told else ""
        if new.request is not None:
            new.request.state = "decided"
            new.request.save(update_fields=["state"])
    return Decided(disclosure=made, code=code)


def sign_gateway(
    *, writing: Writing, key: str, since: date, until: date, note: str
) -> SignedGateway:
    """Let the service use a gateway, as its data protection officer.

    Parameters
    ----------
    writing : Writing
    key : str
        Of the library's gateways.
    since, until : date
        Until it is looked at again.
    note : str

    Returns
    -------
    SignedGateway

    Raises
    ------
    InputError
        There is no such gateway, it is not law then, or it ends before it begins.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.SIGN_GOVERNANCE)
    faults = []
    found = gateways.load_gateways().get(key)
    if found is None:
        faults.append("There is no such gateway.")
    elif not found.is_in_force(since):
        faults.append(f"{found.act} is not in force on {since}.")
    if until <= since:
        faults.append("It ends before it begins.")
    check_faults("The gateway", faults)
    with transaction.atomic():
        made = SignedGateway.objects.create(
            key=key,
            since=since,
            until=until,
            note=note.strip()[:300],
            signed_by_id=writing.by.pk,
            signed_at=writing.now,
        )
        tell("signed", made, writing, gateway=key)
    return made


def list_signed(on: date) -> list[gateways.Gateway]:
    """Return the gateways that may be used on a day: in force, and signed.

    Parameters
    ----------
    on : date

    Returns
    -------
    list of Gateway
    """
    signed = set(
        SignedGateway.objects.filter(since__lte=on, until__gte=on).values_list("key", flat=True)
    )
    return [
        one
        for key, one in gateways.load_gateways().items()
        if key in signed and one.is_in_force(on) and Controller.OUTREACH in one.from_controllers
    ]


def _read(
    new: NewDecision, told: Mapping[str, str], writing: Writing, faults: list[str]
) -> gateways.Disclosure | None:
    decision = find_word(DisclosureDecision, new.decision, "The decision", faults)
    to = find_word(Controller, new.to_controller, "Whom it goes to", faults)
    fields = find_words(DisclosedField, told, "What is told", faults)
    if decision is None or to is None:
        return None
    return gateways.Disclosure(
        from_controller=Controller.OUTREACH,
        to_controller=to,
        on=writing.now.date(),
        decision=decision,
        decided_by=_DECIDERS.get(writing.by.role, Decider.OTHER),
        gateway=new.gateway,
        fields_sent=fields,
        consented_fields=_find_consented(new.case, writing.now.date()),
        necessity=new.necessity,
        proportionality=new.proportionality,
    )


def _check_sharing(new: NewDecision, on: date) -> list[str]:
    faults: list[str] = []
    if new.gateway not in {one.key for one in list_signed(on)}:
        faults.append("The data protection officer has not signed this gateway for today.")
    if new.recipient not in RECIPIENTS:
        faults.append(f"It goes to none of {', '.join(RECIPIENTS)}. It is never sent to a person.")
    if new.expires is None or new.expires <= on:
        faults.append("It says not until when they may keep it. Give a day after today.")
    find_word(ToldPerson, new.told_person, "Whether the person was told", faults)
    return faults


def _find_consented(case: Engagement | None, on: date) -> frozenset[DisclosedField]:
    if case is None:
        return frozenset()
    held = Consent.objects.filter(
        engagement=case, withdrawn_at=None, since__lte=on, until__gte=on
    ).values_list("fields", flat=True)
    return frozenset(_CONSENTED[key] for keys in held for key in keys if key in _CONSENTED)


def _write_letter(
    new: NewDecision, told: Mapping[str, str], rules: gateways.Disclosure
) -> dict[str, Any]:
    gateway = gateways.load_gateways().get(new.gateway)
    return {
        "from": rules.from_controller.value,
        "to": rules.to_controller.value,
        "recipient": new.recipient,
        "law": f"{gateway.title}: {gateway.act}" if gateway else "",
        "why": new.necessity.strip(),
        "told": {DisclosedField[key.upper()].value: value for key, value in told.items()},
        "keep_until": new.expires.isoformat() if new.expires else "",
        "rule": "Use it for this purpose only. Pass it on to nobody. Delete it by that day.",
    }


def _send(made: Disclosure, letter: Mapping[str, Any], writing: Writing) -> str:
    """Send a closed envelope where it goes to the police; others are handed the letter."""
    if made.to_controller != key_of(Controller.POLICE):
        return ""
    code = make_code()
    row = {
        "reference": made.reference,
        "gateway": made.gateway,
        "decided_on": writing.now.date().isoformat(),
        "expires": made.expires.isoformat() if made.expires else "",
        "recipient": made.recipient,
        "envelope": asdict(close_envelope(letter, code, made.reference)),
    }
    pack_parcel("disclosures", [row], by=writing.by.pk, now=writing.now)
    return code


def _hash(letter: Mapping[str, Any]) -> str:
    text = json.dumps(letter, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
