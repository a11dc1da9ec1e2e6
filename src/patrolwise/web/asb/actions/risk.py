"""How risk instruments come into use, and how a victim's risk is assessed by one."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.files.asb_instruments import read_trusted_keys
from patrolwise.files.share_keys import is_signed
from patrolwise.partnership import asb_risk
from patrolwise.partnership.asb_instruments import (
    Band,
    RiskInstrument,
    SignedInstrument,
    admit_instrument,
    make_instrument,
)
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions.cases import CASE, check_open
from patrolwise.web.asb.models import Instrument, RiskAssessment, Victim
from patrolwise.web.asb.reckoning import reckon_case
from patrolwise.web.vault.writing import Writing, add_record, check_may, save_record, tell

TRUSTED_FOLDER = "trusted"  # of the data folder: partnerships' public keys, put there by hand


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """What was answered, and what was set by hand."""

    answers: Mapping[str, str]  # item → answer
    victim_rating: int | None = None
    override_band: str = ""
    override_reason: str = ""


def load_instrument(*, writing: Writing, data: bytes) -> Instrument:
    """Take in a version of a risk instrument; it is not in use before it is signed.

    Parameters
    ----------
    writing : Writing
    data : bytes
        Its TOML file.

    Returns
    -------
    Instrument

    Raises
    ------
    InputError
        The file is no instrument; all faults.
    RefusedError
        It is here already, it is a demonstration and this is none, or the role may not.
    """
    check_may(writing.by, Permission.LOAD_INSTRUMENTS)
    try:
        document = data.decode("utf-8-sig")
        found = _make(document)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("The file is not TOML. Give the instrument's own file.") from error
    if found.is_demo and not settings.IS_DEMO:
        raise RefusedError(
            "It is a demonstration: its weights are made up, and people's risk may not hang on it. "
            "Load your partnership's own."
        )
    if Instrument.objects.filter(key=found.key).exists():
        raise RefusedError(f"{found.key} is here already. A changed one needs a new version.")
    with transaction.atomic():
        made = Instrument.objects.create(
            key=found.key,
            title=found.title,
            document=document,
            hash=found.hash(),
            is_demo=found.is_demo,
            loaded_by_id=writing.by.pk,
            loaded_at=writing.now,
        )
        tell("loaded", made, writing, key=made.key)
    return made


def admit_signed(*, writing: Writing, instrument: Instrument, signature: bytes) -> None:
    """Let an instrument into use, when a partnership that is trusted signed exactly this version.

    Parameters
    ----------
    writing : Writing
    instrument : Instrument
    signature : bytes
        The file that `patrolwise asb sign` wrote.

    Raises
    ------
    InputError
        The file is no signature, or no key is trusted here.
    RefusedError
        It is a demonstration, signed by nobody who is trusted, changed after signing or in use
        already, or the role may not.
    """
    check_may(writing.by, Permission.SIGN_INSTRUMENTS)
    if instrument.signed_by:
        raise RefusedError("It is in use already.")
    try:
        given = json.loads(signature.decode("ascii"))
        public, signed = str(given["public"]), str(given["signature"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("The file is no signature. Give the one that `asb sign` wrote.") from error
    found = admit_instrument(as_instrument(instrument), public, signed, read_trusted(), is_signed)
    instrument.public, instrument.signature = found.public, found.signature
    instrument.signed_by = found.signed_by
    instrument.admitted_by_id, instrument.admitted_at = writing.by.pk, writing.now
    with transaction.atomic():
        instrument.save()
        tell("let into use", instrument, writing, key=instrument.key, signed_by=found.signed_by)


def read_trusted() -> dict[str, str]:
    """Return the public keys that are trusted here, and whose they are.

    They lie in a folder on the server: whoever works on the pages cannot add one.

    Returns
    -------
    dict of public key to partnership

    Raises
    ------
    RefusedError
        There is none.
    InputError
        A file is no key; all are named.
    """
    folder = Path(settings.DATA_FOLDER) / TRUSTED_FOLDER
    if not any(folder.glob("*.pub")):
        raise RefusedError(
            "No partnership's key is trusted here. Whoever runs the server puts its .pub file into "
            f"the folder {TRUSTED_FOLDER} of the site's data."
        )
    return read_trusted_keys(folder)


def find_in_use() -> Instrument | None:
    """Return the instrument that risks are assessed by: the one let into use last.

    Returns
    -------
    Instrument or None
        On a demonstration the demonstration's, while no other is in use.
    """
    signed = Instrument.objects.exclude(signed_by="").order_by("-admitted_at").first()
    if signed is None and settings.IS_DEMO:
        return Instrument.objects.filter(is_demo=True).first()
    return signed


def as_instrument(instrument: Instrument) -> RiskInstrument:
    """Return the library's instrument; refused when its document was changed in the database.

    Parameters
    ----------
    instrument : Instrument

    Returns
    -------
    RiskInstrument

    Raises
    ------
    RefusedError
        Its hash is another one than when it was loaded.
    """
    found = _make(instrument.document)
    if found.hash() != instrument.hash:
        raise RefusedError(f"{instrument.key} was changed after it was loaded: it is not used.")
    return found


def assess(*, writing: Writing, victim: Victim, sitting: Sitting) -> RiskAssessment:
    """Assess a victim's risk by the instrument in use; the case's risk and days follow.

    Parameters
    ----------
    writing : Writing
    victim : Victim
    sitting : Sitting

    Returns
    -------
    RiskAssessment

    Raises
    ------
    InputError
        An answer is missing or none, or a band was set by hand without a reason: all faults.
    RefusedError
        No signed instrument is in use here, the case is closed, or the role may not.
    """
    check_may(writing.by, Permission.WRITE_ASB_CASES)
    check_open(victim.case)
    instrument = find_in_use()
    if instrument is None:
        raise RefusedError(
            "No risk instrument is in use: none was signed by a partnership that is trusted here. "
            "Ask the lead to load one. Until then the risk counts as high."
        )
    result = asb_risk.assess_risk(
        _admit(instrument), sitting.answers, _as_sitting(writing, sitting, instrument)
    )
    with transaction.atomic():
        made = add_record(
            RiskAssessment,
            writing,
            CASE,
            victim=victim,
            instrument=instrument,
            instrument_hash=result.instrument_hash,
            signed_by=result.signed_by,
            is_demo=instrument.is_demo,
            answers=dict(result.answers),
            score=result.score,
            critical=list(result.critical),
            scored_band=result.scored_band.value,
            band=result.band.value,
            override_reason=result.override.reason if result.override else "",
            victim_rating=result.victim_rating,
            assessed_at=result.assessed_at,
            review_due=result.review_due,
        )
        victim.risk_band, victim.review_due = made.band, made.review_due
        save_record(victim, writing, "risk_band", "review_due")
        reckon_case(victim.case)
    return made


def _as_sitting(writing: Writing, sitting: Sitting, instrument: Instrument) -> asb_risk.Sitting:
    code = f"person {writing.by.pk}"
    override, faults = None, []
    if sitting.override_band or sitting.override_reason.strip():
        if sitting.override_band not in list(Band):
            faults.append(f"The band set by hand is none of {', '.join(Band)}.")
        check_faults("Risk assessment", faults)
        override = asb_risk.Override(
            band=Band(sitting.override_band), reason=sitting.override_reason, by=code
        )
    return asb_risk.Sitting(
        assessed_at=writing.now,
        assessed_by=code,
        is_live=not instrument.is_demo,
        override=override,
        victim_rating=sitting.victim_rating,
    )


def _admit(instrument: Instrument) -> RiskInstrument | SignedInstrument:
    """Return the instrument with its signature looked at again: the database is not believed."""
    found = as_instrument(instrument)
    if instrument.is_demo:
        return found
    trusted = read_trusted()
    return admit_instrument(found, instrument.public, instrument.signature, trusted, is_signed)


@lru_cache(maxsize=8)
def _make(document: str) -> RiskInstrument:
    return make_instrument(tomllib.loads(document), "The risk instrument")


def list_answers(assessment: RiskAssessment) -> list[tuple[str, str]]:
    """Return the questions of an assessment with what was answered, in words.

    Parameters
    ----------
    assessment : RiskAssessment

    Returns
    -------
    list of (question, answer)
    """
    instrument, answers = as_instrument(assessment.instrument), assessment.answers
    told = []
    for item in instrument.items:
        answer = item.find_answer(answers.get(item.key, ""))
        told.append((item.question, answer.text if answer else "not asked"))
    return told
