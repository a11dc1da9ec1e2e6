"""What may be said of each claimed number, given the figure that it was matched to."""

from patrolwise.claims.claim_records import ClaimVerdict, JudgedClaim
from patrolwise.claims.figures import Figure, ResultsFacts
from patrolwise.claims.finding_claims import Claim
from patrolwise.claims.matching import agrees, find_figure, find_meant
from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT
from patrolwise.reporting.wording import format_count

_NO_CAUSE = "Nor can the design (before and after, not drawn by lot) show a cause."
_ABSENT = "The results file holds no such figure, so it has no definition, window or interval here."


def judge_claim(claim: Claim, facts: ResultsFacts) -> JudgedClaim:
    """Return the verdict on one number of a text.

    Parameters
    ----------
    claim : Claim
    facts : ResultsFacts

    Returns
    -------
    JudgedClaim
    """
    figure = find_figure(claim, facts)
    if figure is not None:
        verdict, reason = _judge_matched(claim, figure, facts)
        return _record(claim, figure, verdict, reason)
    meant = find_meant(claim, facts)
    if meant is None and claim.sentence.is_causal and not facts.is_experiment:
        return _record(claim, None, ClaimVerdict.CAUSAL, f"{_ABSENT} {_NO_CAUSE}")
    if meant is None:
        return _record(claim, None, ClaimVerdict.UNDEFINED, _ABSENT)
    other = _other_window(claim, facts) or _outside(claim, facts)
    if other and meant.topic != "hot spots":
        reason = f"The sentence is of {other}; the results are of {meant.window}."
        return _record(claim, meant, ClaimVerdict.UNDEFINED, reason)
    decimals = 1 if meant.unit == "percent" else 0
    told = format_count(meant.value, decimals) + (" %" if meant.unit == "percent" else "")
    reason = f"The text says {claim.number.text.strip()}; the results say {told}."
    if meant.topic == "hot spots":  # it may be another set, which the results know nothing of
        return _record(claim, meant, ClaimVerdict.UNDEFINED, f"{reason} Which set is meant?")
    return _record(claim, meant, ClaimVerdict.WRONG, reason)


def _judge_matched(claim: Claim, figure: Figure, facts: ResultsFacts) -> tuple[ClaimVerdict, str]:
    is_change = figure.role in ("change", "difference")
    fell = figure.value < 0
    if is_change and claim.direction and (claim.direction == "fall") != fell:
        return ClaimVerdict.WRONG, f"It {'fell' if fell else 'rose'}; the text says the opposite."
    is_end = bool(claim.role) and figure.role in ("before", "after")
    if is_end and claim.direction and claim.role != figure.role:
        return ClaimVerdict.WRONG, f"It is the figure {figure.role}; the text has it {claim.role}."
    if figure.topic == "crime" and not agrees(claim.label, figure.definition):
        return (
            ClaimVerdict.WRONG,
            f"The figure counts {figure.definition}; the text calls it "
            f"{claim.label.replace('-', ' ')}.",
        )
    other = _other_window(claim, facts)
    if other and figure.topic in ("crime", "harm", "severity"):
        return (
            ClaimVerdict.WRONG,
            f"The windows are mixed: the sentence says {other}, the figure is of {figure.window}.",
        )
    return _judge_change(claim, figure, facts)


def _judge_change(claim: Claim, figure: Figure, facts: ResultsFacts) -> tuple[ClaimVerdict, str]:
    sentence = claim.sentence
    is_change = figure.role in ("change", "difference")
    is_told = bool(claim.direction) and (is_change or bool(claim.role))
    if figure.unit == "percent" and (figure.base or 0) < FEWEST_FOR_PERCENT:
        return (
            ClaimVerdict.CHANCE,
            f"It rests on fewer than {FEWEST_FOR_PERCENT} crimes, too few for a percentage.",
        )
    if sentence.is_causal and not facts.is_experiment:
        return (
            ClaimVerdict.CAUSAL,
            "The figure is right, but the design (before and after, not drawn by lot) cannot show "
            "a cause.",
        )
    if is_told and figure.verdict_id in ("chance", "few", "refused") and not sentence.is_hedged:
        return (
            ClaimVerdict.CHANCE,
            "The figure is right, but the change could be chance, and the text does not say so.",
        )
    return ClaimVerdict.SUPPORTED, "The results hold this figure."


def _other_window(claim: Claim, facts: ResultsFacts) -> str:
    """Return the window that a sentence names when it is none of the results'; else empty."""
    spans = {(w.first, w.last) for w in claim.sentence.windows if w.is_range}
    known = {facts.before, facts.after, (facts.before[0], facts.after[1])}
    if not spans or spans & known:
        return ""
    first, last = min(spans, key=str)
    return f"{first} to {last}"


def _outside(claim: Claim, facts: ResultsFacts) -> str:
    """Return the first date of a sentence that lies in neither window; else empty."""
    days = [window.first for window in claim.sentence.windows if window.first is not None]
    return next((f"{day}" for day in days if not facts.before[0] <= day <= facts.after[1]), "")


def _record(claim: Claim, figure: Figure | None, verdict: ClaimVerdict, reason: str) -> JudgedClaim:
    sentence, number = claim.sentence, claim.number
    wording = "Leave the figure out, or give its source, definition and dates."
    return JudgedClaim(
        file=sentence.file,
        line=sentence.line,
        sentence=sentence.text,
        number=number.text.strip(),
        value=number.value,
        unit=number.unit,
        verdict=verdict,
        reason=reason,
        figure=figure.path if figure else "",
        figure_value=figure.value if figure else None,
        definition=figure.definition if figure else "",
        window=figure.window if figure else "",
        low=figure.low if figure else None,
        high=figure.high if figure else None,
        grade=figure.grade if figure else "none",
        wording=figure.wording if figure else wording,
    )
