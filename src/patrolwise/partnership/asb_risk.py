"""How high the risk to a victim of anti-social behaviour is, and when it is looked at again."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.asb_instruments import (
    Band,
    RiskInstrument,
    SignedInstrument,
    make_instrument,
)

RATINGS = range(11)  # of the victim's own rating: 0, no worry, to 10


@dataclass(frozen=True, kw_only=True)
class Override:
    """A band that a person set in place of the one that the answers give, and why."""

    band: Band
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """When, by whom and what for the questions were gone through."""

    assessed_at: datetime  # with a time zone
    assessed_by: str  # a code of staff
    is_live: bool  # of a person; False to practise
    override: Override | None = None
    victim_rating: int | None = None  # 0 to 10, in the victim's own words; None when not asked


@dataclass(frozen=True, kw_only=True)
class RiskAssessment:
    """What came of one sitting: nothing in it is weighed again when the instrument changes."""

    instrument: str  # its key
    instrument_hash: str
    signed_by: str  # empty for practice
    answers: tuple[tuple[str, str], ...]  # item and answer, in the instrument's order
    unanswered: tuple[str, ...]  # only where a critical answer made the rest needless
    score: int
    critical: tuple[str, ...]  # topics that make it high whatever the sum
    scored_band: Band  # by the sum and the critical answers
    band: Band  # after an override
    override: Override | None
    victim_rating: int | None  # kept apart: it is in no sum
    assessed_at: datetime
    assessed_by: str
    review_due: datetime


@cache
def load_demo_instrument() -> RiskInstrument:
    """Return the demonstration matrix: made up, to try and to teach, refused for people.

    Returns
    -------
    RiskInstrument

    Examples
    --------
    >>> load_demo_instrument().is_demo
    True
    """
    text = (files("patrolwise.partnership") / "data" / "risk-demo-1.toml").read_text("utf-8")
    return make_instrument(tomllib.loads(text), "risk-demo-1.toml")


def assess_risk(
    instrument: RiskInstrument | SignedInstrument, answers: Mapping[str, str], sitting: Sitting
) -> RiskAssessment:
    """Return the band of a risk, with its sum, its critical answers and when it is reviewed.

    One critical answer makes the risk high, and then the other questions may wait. The victim's
    own rating is kept beside the band and is in no sum.

    Parameters
    ----------
    instrument : RiskInstrument or SignedInstrument
        Live use needs a signed one.
    answers : mapping of item to answer
        Keys of the instrument.
    sitting : Sitting

    Returns
    -------
    RiskAssessment
        `review_due` is so many hours after the sitting as the instrument gives the band.

    Raises
    ------
    RefusedError
        It is of a person and the instrument is not signed by a partnership, or is a demonstration.
    InputError
        An item is unanswered and nothing critical was answered, an answer is not known, an
        override has no reason or takes a critical answer back, the time has no zone, the rating
        is not 0 to 10; all are named.

    References
    ----------
    Home Office (2012), Focus on the Victim: summary report on the anti-social behaviour call
    handling trials, for questions at the first call; its forms are not copied. Weights are each
    partnership's own: no scored matrix is agreed nationally.

    Examples
    --------
    >>> from datetime import UTC
    >>> sitting = Sitting(
    ...     assessed_at=datetime(2026, 6, 1, 9, tzinfo=UTC), assessed_by="A1", is_live=False)
    >>> found = assess_risk(load_demo_instrument(), {"threat": "life"}, sitting)
    >>> found.band.value, found.critical, found.review_due.day
    ('high', ('threat to life',), 2)
    """
    plain, signed_by = _unwrap(instrument, is_live=sitting.is_live)
    critical = tuple(rule.topic.value for rule in plain.critical if rule.is_met(answers))
    unanswered = tuple(item.key for item in plain.items if item.key not in answers)
    faults = _answer_faults(plain, answers)
    if unanswered and not critical:
        faults.append(f"Nothing is answered at {', '.join(unanswered)}. Ask these too.")
    faults += _sitting_faults(sitting, is_critical=bool(critical))
    check_faults(f"Risk assessment by {plain.key}", faults)
    given = [(item, item.find_answer(answers[item.key])) for item in plain.items
             if item.key in answers]  # fmt: skip
    score = sum(answer.weight for _, answer in given if answer)
    scored = Band.HIGH if critical else plain.find_band(score)
    band = sitting.override.band if sitting.override else scored
    return RiskAssessment(
        instrument=plain.key,
        instrument_hash=plain.hash(),
        signed_by=signed_by,
        answers=tuple((item.key, answers[item.key]) for item, _ in given),
        unanswered=unanswered,
        score=score,
        critical=critical,
        scored_band=scored,
        band=band,
        override=sitting.override,
        victim_rating=sitting.victim_rating,
        assessed_at=sitting.assessed_at,
        assessed_by=sitting.assessed_by,
        review_due=sitting.assessed_at + timedelta(hours=plain.review_hours(band)),
    )


def _unwrap(
    instrument: RiskInstrument | SignedInstrument, *, is_live: bool
) -> tuple[RiskInstrument, str]:
    if isinstance(instrument, SignedInstrument):
        plain, signed_by = instrument.instrument, instrument.signed_by
    else:
        plain, signed_by = instrument, ""
    if is_live and (plain.is_demo or not signed_by):
        kind = "a demonstration" if plain.is_demo else "not signed by a partnership"
        raise RefusedError(
            f"Risk instrument {plain.key} is {kind}, and no risk of a person may hang on it. "
            "Load your partnership's signed version."
        )
    return plain, signed_by


def _answer_faults(instrument: RiskInstrument, answers: Mapping[str, str]) -> list[str]:
    known = {item.key: item for item in instrument.items}
    faults = [f"There is no item {key}." for key in answers if key not in known]
    return faults + [
        f"{key} has no answer {answer!r}; it has {', '.join(a.key for a in known[key].answers)}."
        for key, answer in answers.items()
        if key in known and known[key].find_answer(answer) is None
    ]


def _sitting_faults(sitting: Sitting, *, is_critical: bool) -> list[str]:
    faults = []
    if sitting.assessed_at.tzinfo is None:
        faults.append("Its time has no zone: 01:30 happens twice in October. Give an aware time.")
    if not sitting.assessed_by.strip():
        faults.append("Nobody is named who assessed it. Give a code of staff.")
    if sitting.victim_rating is not None and sitting.victim_rating not in RATINGS:
        faults.append(f"The victim's own rating is {sitting.victim_rating}. Give 0 to 10.")
    if (override := sitting.override) is not None:
        if not override.reason.strip() or not override.by.strip():
            faults.append("A band was set by hand without a reason and a name. Give both.")
        if is_critical and override.band is not Band.HIGH:
            faults.append(
                f"A critical answer makes the risk high, and it was set to {override.band}. "
                "Correct the answer if it is wrong."
            )
    return faults
