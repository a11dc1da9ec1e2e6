"""What may be said of each claimed number, given the figure that it was matched to."""

import re
from collections.abc import Iterator

from patrolwise.claims.claim_records import ClaimVerdict, JudgedClaim
from patrolwise.claims.definition_names import agrees
from patrolwise.claims.directions import DIRECTION, SAME
from patrolwise.claims.figures import EFFECTS, Figure, ResultsFacts
from patrolwise.claims.finding_claims import Claim, Sentence, find_claims, find_word_claims
from patrolwise.claims.fraction_forms import NO_CHANGE_STEP, is_careful
from patrolwise.claims.matching import contradicts, find_figure, is_by
from patrolwise.claims.meant_figures import find_meant, find_moved, find_of_another
from patrolwise.claims.own_words import plain_words, quote
from patrolwise.claims.wrong_windows import find_other_window, find_outside
from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT
from patrolwise.reporting.wording import format_count

Verdict = tuple[ClaimVerdict, str]
_CHANGES = ("change", "difference")
_UNSAFE = ("chance", "few", "refused")
_NO_CAUSE = "Nor can the design show a cause: nothing was drawn by lot."
_ABSENT = "The results hold no such figure, so it has no definition, window or interval here."
_OF_COUNTS = ("crime", "comparison", "harm", "severity")
_PERSON = re.compile(r"\b(?:person|officer|worker|head)[\s-]?(?:minute|hour)?s?\b", re.IGNORECASE)
_PATROL = re.compile(r"\bpatrol|\bpairs?\b|\bunits?\b", re.IGNORECASE)
_OWN = "The results say so in these words."
_UNREAL = "It is hoped for or foreseen, which no results can bear out."
_SAME_AS = "No change that could be told from chance: so the results say."


def judge_sentence(sentence: Sentence, facts: ResultsFacts) -> tuple[JudgedClaim, ...]:
    """Return the verdict on each number of a sentence, and on each word such as "fell", in order.

    Parameters
    ----------
    sentence : Sentence
    facts : ResultsFacts

    Returns
    -------
    tuple of JudgedClaim
    """
    claims = find_claims(sentence)
    figures = [find_figure(claim, facts) for claim in claims]
    anchor = next((f for f in figures if f is not None and f.topic in EFFECTS), None)
    crossed = dict(_find_crossed(sentence, figures))
    judged = [
        _judge_number(claim, figure, crossed.get(position, ""), facts, anchor)
        for position, (claim, figure) in enumerate(zip(claims, figures, strict=True))
    ]
    judged += [_judge_word(claim, facts) for claim in find_word_claims(sentence)]
    order = [c.number.start for c in (*claims, *find_word_claims(sentence))]
    return tuple(one for _, one in sorted(zip(order, judged, strict=True), key=lambda p: p[0]))


def _judge_number(
    claim: Claim, figure: Figure | None, crossed: str, facts: ResultsFacts, anchor: Figure | None
) -> JudgedClaim:
    if figure is not None:
        judged = (ClaimVerdict.WRONG, crossed) if crossed else _judge_matched(claim, figure)
        return _record(claim, figure, judged)
    own = facts.words.get(plain_words(claim.sentence.text))
    if own is not None:
        return _record(claim, quote(own, claim.number), (ClaimVerdict.SUPPORTED, _OWN))
    if claim.is_unreal:
        return _record(claim, None, (ClaimVerdict.UNDEFINED, _UNREAL))
    other = find_of_another(claim, facts)
    if other is not None:
        reason = f"The figure is that of {other.service}; the text says it of another service."
        return _record(claim, other, (ClaimVerdict.WRONG, reason))
    meant = find_meant(claim, facts, anchor)
    opposite = _find_opposite(claim, facts)
    if meant is None and opposite is None:
        is_causal = claim.sentence.is_causal and not facts.shows_cause
        absent = _tell_absent(claim, facts)
        judged = (ClaimVerdict.UNDEFINED, absent)
        if is_causal:
            judged = (ClaimVerdict.CAUSAL, f"{absent} {_NO_CAUSE}")
        return _record(claim, None, judged)
    held = opposite or meant
    assert held is not None
    return _record(claim, held, _judge_unmatched(claim, held, is_opposite=opposite is not None))


def _tell_absent(claim: Claim, facts: ResultsFacts) -> str:
    """Return that there is no such figure, and what is counted instead of the crimes named."""
    counted = dict.fromkeys(f.definition for f in facts.figures if f.definition)
    if not counted or any(agrees(claim.label, definition) for definition in counted):
        return _ABSENT
    name = claim.label.replace("-", " ")
    return f"The results do not count {name}; they count {', '.join(counted)}."


def _judge_unmatched(claim: Claim, held: Figure, *, is_opposite: bool) -> Verdict:
    other = find_other_window(claim, held) or find_outside(claim, held)
    if other and held.topic != "hot spots":
        return (
            ClaimVerdict.UNDEFINED,
            f"The sentence is of {other}; the results are of {held.window}.",
        )
    if claim.direction == SAME and is_careful(claim.number) and held.verdict_id in _UNSAFE:
        return ClaimVerdict.SUPPORTED, _SAME_AS
    if claim.direction == SAME or is_opposite:
        chance = " It could be chance, which is not the same." if held.verdict_id in _UNSAFE else ""
        return (
            ClaimVerdict.WRONG,
            f"It {_tell_move(held)}; the text says {claim.number.text.strip()}"
            f"{_tell_direction(claim)}.{chance if claim.direction == SAME else ''}",
        )
    reason = f"The text says {claim.number.text.strip()}; the results say {_tell_value(held)}."
    if held.topic == "hot spots":  # it may be another set, which the results know nothing of
        return ClaimVerdict.UNDEFINED, f"{reason} Which set is meant?"
    return ClaimVerdict.WRONG, reason


def _judge_word(claim: Claim, facts: ResultsFacts) -> JudgedClaim:
    """Return the verdict on a word such as "fell" that stands without a figure."""
    own = facts.words.get(plain_words(claim.sentence.text))
    if own is not None:
        return _record(claim, quote(own, claim.number), (ClaimVerdict.SUPPORTED, _OWN))
    moved = find_moved(claim, facts)
    if not moved:
        return _record(claim, None, (ClaimVerdict.UNDEFINED, _tell_absent(claim, facts)))
    against = [figure for figure in moved if contradicts(claim.direction, figure)]
    held = (against or moved)[0]
    other = find_other_window(claim, held) or find_outside(claim, held, is_led=True)
    if other:
        reason = f"The sentence is of {other}; the results are of {held.window}."
        return _record(claim, held, (ClaimVerdict.UNDEFINED, reason))
    if against and len(against) < len(moved):
        told = "; ".join(f"{one.definition} {_tell_move(one)}" for one in moved)
        return _record(claim, held, (ClaimVerdict.UNDEFINED, f"Which crimes? {told}."))
    if against:
        reason = f"It {_tell_move(held)}; the text says the opposite."
        return _record(claim, held, (ClaimVerdict.WRONG, reason))
    return _record(claim, held, _judge_change(claim, held))


def _find_opposite(claim: Claim, facts: ResultsFacts) -> Figure | None:
    """Return a change that a claim turns round, where all that it can be of are turned round."""
    is_change = claim.number.unit == "percent" or bool(claim.role) or is_by(claim)
    moved = find_moved(claim, facts) if claim.moved and is_change else ()
    if claim.number.unit not in ("percent", "count") or not moved:
        return None
    is_all = all(
        _moved_at_all(figure) if claim.moved == SAME else contradicts(claim.moved, figure)
        for figure in moved
    )
    return moved[0] if is_all else None


def _moved_at_all(figure: Figure) -> bool:
    return abs(figure.value) > (NO_CHANGE_STEP / 2 if figure.unit == "percent" else 0)


def _find_crossed(sentence: Sentence, figures: list[Figure | None]) -> Iterator[tuple[int, str]]:
    """Yield the ends of pairs that are of two outcomes, with the reason."""
    for one, two in sentence.pairs:
        before, after = figures[one], figures[two]
        if before is None or after is None or before.record == after.record:
            continue
        reason = f"The two are not of one thing: {_tell_source(before)}; and {_tell_source(after)}."
        yield one, reason
        yield two, reason


def _tell_source(figure: Figure) -> str:
    told = (figure.place, figure.definition, figure.topic, figure.service, figure.window)
    return ", ".join(part for part in told if part)


def _judge_matched(claim: Claim, figure: Figure) -> Verdict:
    is_change = figure.role in _CHANGES
    if is_change and contradicts(claim.direction, figure):
        return ClaimVerdict.WRONG, f"It {_tell_move(figure)}; the text says the opposite."
    is_end = bool(claim.role) and figure.role in ("before", "after")
    if is_end and claim.role != figure.role:
        return ClaimVerdict.WRONG, f"It is the figure {figure.role}; the text has it {claim.role}."
    if figure.topic in ("crime", "days") and not agrees(claim.label, figure.definition):
        return (
            ClaimVerdict.WRONG,
            f"The figure counts {figure.definition}; the text calls it "
            f"{claim.label.replace('-', ' ')}.",
        )
    other = find_other_window(claim, figure) or find_outside(claim, figure, is_led=True)
    if other and figure.topic not in ("hot spots", "window"):
        return (
            ClaimVerdict.WRONG,
            f"The windows are mixed: the sentence says {other}, the figure is of {figure.window}.",
        )
    basis = _find_other_basis(claim, figure)
    if basis:
        return ClaimVerdict.WRONG, basis
    return _judge_change(claim, figure)


def _find_other_basis(claim: Claim, figure: Figure) -> str:
    """Return why a cost is of another minute than the text says; empty when it is not."""
    text = claim.sentence.text
    is_person, is_patrol = bool(_PERSON.search(text)), bool(_PATROL.search(text))
    if figure.basis == "patrol" and is_person and not is_patrol:
        return "The figure is of a patrol's minutes; the text says of a person's."
    if figure.basis == "person" and is_patrol and not is_person:
        return "The figure is of persons' minutes; the text says of a patrol's."
    return ""


def _judge_change(claim: Claim, figure: Figure) -> Verdict:
    sentence = claim.sentence
    is_change = figure.role in _CHANGES
    is_told = bool(claim.direction) and (is_change or bool(claim.role))
    if figure.verdict_id == "mixed":
        return (
            ClaimVerdict.UNDEFINED,
            "It is the plain ratio of days, into which weekdays, places and months are mixed: it "
            "says nothing of patrol.",
        )
    if (
        figure.unit == "percent"
        and figure.topic in _OF_COUNTS
        and (figure.base or 0) < FEWEST_FOR_PERCENT
    ):
        return (
            ClaimVerdict.CHANCE,
            f"It rests on fewer than {FEWEST_FOR_PERCENT} crimes, too few for a percentage.",
        )
    if sentence.is_causal and figure.topic in EFFECTS and not figure.shows_cause:
        return (
            ClaimVerdict.CAUSAL,
            f"{_rightly(claim)}, but the design ({figure.grade.partition(';')[0]}) cannot show a "
            "cause.",
        )
    is_move = is_told and claim.direction != SAME
    if is_move and figure.verdict_id in _UNSAFE and not sentence.is_hedged:
        return (
            ClaimVerdict.CHANCE,
            f"{_rightly(claim)}, but the change could be chance, and the text does not say so.",
        )
    return ClaimVerdict.SUPPORTED, "The results hold this figure."


def _rightly(claim: Claim) -> str:
    is_word = claim.number.unit == DIRECTION
    return "The direction is right" if is_word else "The figure is right"


def _tell_move(figure: Figure) -> str:
    if figure.value == 0:
        return "did not move"
    moved = "fell" if figure.value < 0 else "rose"
    return f"{moved} by {_tell_value(figure, signed=False)}"


def _tell_direction(claim: Claim) -> str:
    is_signed = claim.number.is_signed or not claim.moved
    return "" if is_signed else f", a {claim.moved}"


def _tell_value(figure: Figure, *, signed: bool = True) -> str:
    value = figure.value if signed else abs(figure.value)
    if figure.unit == "percent":
        return f"{format_count(value, 1)} %"
    if figure.unit.startswith("pounds"):
        return f"£{format_count(value, 2)}{figure.unit.removeprefix('pounds')}"
    return format_count(value, 0 if value == round(value) or abs(value) >= 10 else 1)


def _record(claim: Claim, figure: Figure | None, judged: Verdict) -> JudgedClaim:
    sentence, number = claim.sentence, claim.number
    position = sentence.start + number.start
    line, column = sentence.passage.find_line(position)
    wording = "Leave the figure out, or give its source, definition and dates."
    verdict, reason = judged
    return JudgedClaim(
        file=sentence.file,
        place=sentence.passage.name_place(position),
        line=line,
        column=column,
        sentence=sentence.text,
        number=number.text.strip(),
        value=number.value,
        unit=number.unit,
        verdict=verdict,
        reason=reason,
        results=figure.results if figure else "",
        figure=figure.path if figure else "",
        figure_value=figure.value if figure else None,
        figure_unit=figure.unit if figure else "",
        definition=figure.definition if figure else "",
        window=figure.window if figure else "",
        low=figure.low if figure else None,
        high=figure.high if figure else None,
        interval_of=_interval_of(figure),
        grade=figure.grade if figure else "none",
        wording=figure.wording if figure else wording,
    )


def _interval_of(figure: Figure | None) -> str:
    if figure is None or figure.low is None or figure.high is None:
        return ""
    return figure.interval_of
