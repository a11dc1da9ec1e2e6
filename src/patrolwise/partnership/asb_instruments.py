"""What a risk instrument asks, what its answers weigh, and whether a partnership signed it.

Instruments are versioned data files, `data/risk-*.toml`; a version that was published is never
edited. Whoever answers for the instrument signs its canonical bytes: what is not signed, and the
demonstration matrix in any case, is refused where people are concerned.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from patrolwise.errors import RefusedError, check_faults

Verifier = Callable[[bytes, str, str], bool]  # data, signature, public key: as `share_keys` has it


class Band(StrEnum):
    """How high a risk is, from low to high."""

    STANDARD = "standard"
    MEDIUM = "medium"
    HIGH = "high"


class CriticalTopic(StrEnum):
    """What makes a risk high whatever the sum; every instrument has each of them."""

    THREAT_TO_LIFE = "threat to life"
    WEAPON = "weapon"
    SUICIDE_RISK = "suicide risk"
    HATE_AND_REPEAT = "hate and repeat"


@dataclass(frozen=True, kw_only=True)
class RiskAnswer:
    """One answer that may be given, and what it adds to the sum."""

    key: str
    text: str
    weight: int  # 0 or more


@dataclass(frozen=True, kw_only=True)
class RiskItem:
    """One question with its answers."""

    key: str
    question: str
    answers: tuple[RiskAnswer, ...]

    def find_answer(self, key: str) -> RiskAnswer | None:
        """Return the answer of that key, or None."""
        return next((answer for answer in self.answers if answer.key == key), None)


@dataclass(frozen=True, kw_only=True)
class CriticalRule:
    """Answers that make the risk high by themselves; of several items, all must hold."""

    topic: CriticalTopic
    when: tuple[tuple[str, tuple[str, ...]], ...]  # item, and which of its answers

    def is_met(self, answers: Mapping[str, str]) -> bool:
        """Return whether answers, by item, make it hold."""
        return all(answers.get(item) in allowed for item, allowed in self.when)


@dataclass(frozen=True, kw_only=True)
class BandRule:
    """From which sum on a band begins, and within how many hours it is looked at again."""

    band: Band
    least_score: int
    review_hours: int


@dataclass(frozen=True, kw_only=True)
class RiskInstrument:
    """One version of a risk instrument; wrong ones are refused with all that is wrong."""

    id: str
    version: int
    title: str
    source: str
    is_demo: bool
    items: tuple[RiskItem, ...]
    bands: tuple[BandRule, ...]  # standard, medium, high
    critical: tuple[CriticalRule, ...]

    def __post_init__(self) -> None:
        check_faults(
            f"Risk instrument {self.key}",
            [*_item_faults(self), *_band_faults(self), *_critical_faults(self)],
        )

    @property
    def key(self) -> str:
        """Its id and version, such as "demo@1"."""
        return f"{self.id}@{self.version}"

    def as_bytes(self) -> bytes:
        """Return the one form in which it is signed and hashed: JSON, keys in order, ASCII."""
        return json.dumps(
            asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=True
        ).encode("ascii")

    def hash(self) -> str:
        """Return its SHA-256, hexadecimal."""
        return hashlib.sha256(self.as_bytes()).hexdigest()

    def find_band(self, score: int) -> Band:
        """Return the band that a sum lies in."""
        return [rule.band for rule in self.bands if rule.least_score <= score][-1]

    def review_hours(self, band: Band) -> int:
        """Return within how many hours a risk of a band is looked at again."""
        return next(rule.review_hours for rule in self.bands if rule.band is band)


@dataclass(frozen=True, kw_only=True)
class SignedInstrument:
    """An instrument that a partnership signed; `admit_instrument` makes it."""

    instrument: RiskInstrument
    signed_by: str  # the partnership's name
    public: str  # its key, 64 hexadecimal digits
    signature: str


def admit_instrument(
    instrument: RiskInstrument,
    public: str,
    signature: str,
    trusted: Mapping[str, str],
    verify: Verifier,
) -> SignedInstrument:
    """Return an instrument for live use, when a trusted partnership signed exactly this version.

    Parameters
    ----------
    instrument : RiskInstrument
    public, signature : str
        Hexadecimal: which key signed, and what it made of `instrument.as_bytes()`.
    trusted : mapping of public key to partnership
    verify : function of data, signature and public key to bool
        `patrolwise.files.share_keys.is_signed`.

    Returns
    -------
    SignedInstrument

    Raises
    ------
    RefusedError
        It is a demonstration, the key is of no partnership that is trusted, or the signature is
        not over this version.

    References
    ----------
    Josefsson and Liusvaara (2017), RFC 8032: Ed25519.
    """
    faults = []
    if instrument.is_demo:
        faults.append(
            "It is a demonstration: its weights are made up. Write your partnership's own."
        )
    if public not in trusted:
        faults.append("The key that signed it is of no partnership that is trusted here.")
    elif not verify(instrument.as_bytes(), signature, public):
        faults.append(
            f"The signature of {trusted[public]} is not over this version: it was changed after "
            "signing. Get the signed version, or sign a new version."
        )
    check_faults(f"Risk instrument {instrument.key}", faults, RefusedError)
    return SignedInstrument(
        instrument=instrument, signed_by=trusted[public], public=public, signature=signature
    )


def make_instrument(given: Mapping[str, Any], what: str) -> RiskInstrument:
    """Return an instrument from what its TOML file says.

    Parameters
    ----------
    given : mapping
        With the keys of `data/risk-demo-1.toml`.
    what : str
        What is being read, for the message.

    Returns
    -------
    RiskInstrument

    Raises
    ------
    InputError
        A key is missing or of another type, or the instrument is wrong in itself; all are named.
    """
    check_faults(what, _form_faults(given))
    return RiskInstrument(
        **{name: given[name] for name in ("id", "version", "title", "source", "is_demo")},
        items=tuple(
            RiskItem(
                key=item["key"],
                question=item["question"],
                answers=tuple(RiskAnswer(key=key, **one) for key, one in item["answers"].items()),
            )
            for item in given["items"]
        ),
        bands=tuple(BandRule(band=band, **given["bands"][band]) for band in Band),
        critical=tuple(
            CriticalRule(
                topic=CriticalTopic(rule["topic"]),
                when=tuple((item, tuple(allowed)) for item, allowed in rule["when"].items()),
            )
            for rule in given["critical"]
        ),
    )


_TYPES: dict[str, type] = {
    "id": str,
    "version": int,
    "title": str,
    "source": str,
    "is_demo": bool,
    "bands": dict,
    "items": list,
    "critical": list,
}
_TYPE_WORDS: dict[type, str] = {
    str: "quoted text",
    int: "a whole number",
    bool: "true or false",
    dict: "a table",
    list: "a list of tables",
}
_PARTS: dict[str, dict[str, type]] = {
    "items": {"key": str, "question": str, "answers": dict},
    "critical": {"topic": str, "when": dict},
}


def _form_faults(given: Mapping[str, Any]) -> list[str]:
    faults = _type_faults("It", given, _TYPES)
    if faults:
        return faults
    for band in Band:
        faults += _type_faults(
            f"Its band {band}", given["bands"].get(band), {"least_score": int, "review_hours": int}
        )
    faults += [f"Its band {band} is none." for band in given["bands"] if band not in list(Band)]
    for name, types in _PARTS.items():
        for number, part in enumerate(given[name], start=1):
            told = f"Its {name} {number}"
            faults += _type_faults(told, part, types) or _inner_faults(told, name, part)
    return faults


def _inner_faults(told: str, name: str, part: Mapping[str, Any]) -> list[str]:
    if name == "items":
        return [
            fault
            for key, answer in part["answers"].items()
            for fault in _type_faults(
                f"{told}, answer {key},", answer, {"text": str, "weight": int}
            )
        ]
    faults = [
        f"{told}: {item} must lead to a list of its answers' keys."
        for item, allowed in part["when"].items()
        if not (isinstance(allowed, list) and all(isinstance(one, str) for one in allowed))
    ]
    if part["topic"] not in list(CriticalTopic):
        faults.append(f"{told}: {part['topic']!r} is not one of {', '.join(CriticalTopic)}.")
    return faults


def _type_faults(told: str, given: object, types: Mapping[str, type]) -> list[str]:
    if not isinstance(given, Mapping):
        return [f"{told} is not there, or no table. It needs {', '.join(types)}."]
    faults = [f"{told} has {key}, which nothing reads." for key in given if key not in types]
    faults += [f"{told} lacks {key}." for key in types if key not in given]
    return faults + [
        f"{told} must have {_TYPE_WORDS[wanted]} as {key}."
        for key, wanted in types.items()
        if key in given and type(given[key]) is not wanted
    ]


def _item_faults(instrument: RiskInstrument) -> list[str]:
    keys = [item.key for item in instrument.items]
    faults = [f"The item {key} comes twice. Keep one." for key in sorted(set(keys)) if
              keys.count(key) > 1]  # fmt: skip
    for item in instrument.items:
        if len(item.answers) < 2:
            faults.append(f"The item {item.key} has {len(item.answers)} answers. Give two or more.")
        faults += [
            f"The answer {answer.key} of {item.key} weighs {answer.weight}. Give 0 or more."
            for answer in item.answers
            if answer.weight < 0
        ]
    return faults


def _band_faults(instrument: RiskInstrument) -> list[str]:
    if [rule.band for rule in instrument.bands] != list(Band):
        return [f"Its bands must be {', '.join(Band)}, in that order."]
    scores = [rule.least_score for rule in instrument.bands]
    hours = [rule.review_hours for rule in instrument.bands]
    faults = []
    if scores[0] != 0 or not scores[0] < scores[1] < scores[2]:
        faults.append(f"Its bands begin at {scores}: they must begin at 0 and rise.")
    if not hours[0] >= hours[1] >= hours[2] > 0:
        faults.append(
            f"Its reviews are due after {hours} hours: a higher band may not wait longer."
        )
    return faults


def _critical_faults(instrument: RiskInstrument) -> list[str]:
    found = {rule.topic for rule in instrument.critical}
    faults = [
        f"It has no critical rule for {topic}. Each instrument needs one."
        for topic in CriticalTopic
        if topic not in found
    ]
    known = {item.key: {answer.key for answer in item.answers} for item in instrument.items}
    for rule in instrument.critical:
        if not rule.when:
            faults.append(f"Its critical rule for {rule.topic} names no item.")
        for item, allowed in rule.when:
            if not allowed or not set(allowed) <= known.get(item, set()):
                faults.append(
                    f"Its critical rule for {rule.topic} names {item}: {', '.join(allowed)}, which "
                    "is no such answer."
                )
    return faults
