"""Which known ways of misleading with true figures a set of texts holds.

Each rule is one trap that public programmes have fallen into in print. A rule looks at the
sentences of all texts together, because the same figure under two names is often in two of them.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from patrolwise.claims.claim_records import ClaimVerdict, TrapFinding
from patrolwise.claims.definition_names import agrees
from patrolwise.claims.directions import SAME, find_direction
from patrolwise.claims.figures import ResultsFacts
from patrolwise.claims.finding_claims import Sentence, find_claims
from patrolwise.claims.topic_fits import counts_hot_spots
from patrolwise.claims.undated_baselines import find_baselines
from patrolwise.claims.written_numbers import WrittenNumber
from patrolwise.evaluation.detectable import find_needed_before
from patrolwise.reporting.wording import format_count

TextRule = Callable[[Sequence[Sentence]], Iterator[TrapFinding]]
HeldRule = Callable[[Sequence[Sentence], ResultsFacts], Iterator[TrapFinding]]

_SEVERITY = re.compile(r"severity|seriousness|less (?:serious|severe)", re.IGNORECASE)
_PATROL_DAYS = re.compile(
    r"\bdays? (?:when|on which|with|that)\b|patrol(?:led)? days|on-days", re.IGNORECASE
)
_OTHER_DAYS = re.compile(
    r"when (?:they|it|there) (?:was|were)(?:n[’']t| not| no)|days? without|other days"
    r"|(?:un|non-?)patrol(?:led)? days|no-patrol days|off-days|to days when",
    re.IGNORECASE,
)
_WEEKDAY_CARE = re.compile(
    r"weekday|day of the week|drawn by lot|at random|randomis", re.IGNORECASE
)
_COST_UNIT = re.compile(
    r"patrol[ -]minute|person[ -]minute|patrol[ -]hour|person[ -]hour|officer[ -](?:minute|hour)"
    r"|(?:per|each|for a|a) (?:pair|person|officer|worker)",
    re.IGNORECASE,
)
_PLAIN_CLOTHES = re.compile(r"non-?\s?uniform\w*|plain[ -]clothes|out of uniform", re.IGNORECASE)
_UNIFORM = re.compile(r"(?<!non-)(?<!non )(?<!out of )(?<!\w)uniform(?:s|ed)?\b", re.IGNORECASE)
_NOUN = re.compile(r"\s*(?:[\w'-]+\s){0,2}?(?P<noun>officers|plans)\b", re.IGNORECASE)
_FUND = re.compile(r"\bfund\w*|\bgrants?\b|\bpartners?\b|in kind", re.IGNORECASE)
_LARGE_SUM, _MANY_HOURS = 1_000, 100  # pounds and hours of a programme, not of a shift


def find_traps(sentences: Sequence[Sentence], facts: ResultsFacts) -> tuple[TrapFinding, ...]:
    """Return every trap that the sentences of all texts hold, in the order of the rules.

    Parameters
    ----------
    sentences : sequence of Sentence
    facts : ResultsFacts

    Returns
    -------
    tuple of TrapFinding
    """
    held = (finding for rule in HELD_RULES for finding in rule(sentences, facts))
    return (*held, *(finding for rule in TEXT_RULES for finding in rule(sentences)))


def _find_labels(sentences: Sequence[Sentence], facts: ResultsFacts) -> Iterator[TrapFinding]:
    """Yield a pair of counts under a name that is not its definition's, or under two names."""
    seen: dict[tuple[float, float], str] = {}
    for sentence in sentences:
        claims = find_claims(sentence)
        for one, two in sentence.pairs:
            pair, label = (claims[one].number.value, claims[two].number.value), claims[two].label
            if not label or claims[one].number.unit != "count" or "harm" in sentence.topics:
                continue
            told = label.replace("-", " ")
            first = seen.setdefault(pair, told)
            shown = " to ".join(format_count(value) for value in pair)
            definition, wording = _definition_of(pair, facts)
            if definition and not agrees(label, definition):
                reason = f"{shown} counts {definition}; the text calls it {told}."
                yield _finding("label-drift", sentence, ClaimVerdict.WRONG, reason, wording)
            elif first != told:
                reason = f"{shown} is called {first} in one place and {told} in another."
                wording = wording or "Name one definition, by id and version, wherever it is told."
                yield _finding("label-drift", sentence, ClaimVerdict.UNDEFINED, reason, wording)


def _definition_of(pair: tuple[float, float], facts: ResultsFacts) -> tuple[str, str]:
    crimes = [figure for figure in facts.figures if figure.topic == "crime"]
    starts = {f.definition for f in crimes if f.role == "before" and f.value == pair[0]}
    found = [f for f in crimes if f.role == "after" and f.value == pair[1]]
    return next(((f.definition, f.wording) for f in found if f.definition in starts), ("", ""))


def _find_severity(sentences: Sequence[Sentence], facts: ResultsFacts) -> Iterator[TrapFinding]:
    """Yield severity said to have fallen where harm per crime did not."""
    if facts.severity_fell:
        return
    is_known = facts.severity_fell is not None
    per_crime = [f.wording for f in facts.figures if f.topic == "severity"]
    for sentence in sentences:
        named = _SEVERITY.search(sentence.text)
        if named and find_direction(sentence.text, named.start(), named.end()) == "fall":
            reason = (
                "Harm per crime did not fall; total harm falls whenever counts fall."
                if is_known
                else "The results hold no harm per crime, so severity is not known."
            )
            verdict = ClaimVerdict.WRONG if is_known else ClaimVerdict.UNDEFINED
            wording = per_crime[0] if is_known else "Tell total harm and harm per crime apart."
            yield _finding("severity", sentence, verdict, reason, wording)


def _find_weekdays(sentences: Sequence[Sentence]) -> Iterator[TrapFinding]:
    """Yield patrol days held against other days with no word of weekdays."""
    for sentence in sentences:
        compared = _PATROL_DAYS.search(sentence.text) and _OTHER_DAYS.search(sentence.text)
        if compared and not _WEEKDAY_CARE.search(sentence.paragraph):
            yield _finding(
                "weekday-confounding",
                sentence,
                ClaimVerdict.UNDEFINED,
                "Where patrols keep to fixed weekdays, patrol days and other days differ by "
                "weekday too.",
                "On the same weekdays, or with days drawn by lot, give both counts, the days of "
                "each and the interval.",
            )


def _find_costs(sentences: Sequence[Sentence]) -> Iterator[TrapFinding]:
    """Yield money per minute or hour that does not say whose minute it is."""
    for sentence in sentences:
        for number in sentence.numbers:
            if number.unit.startswith("pounds per") and not _COST_UNIT.search(sentence.text):
                pair = number.value / 2
                yield _finding(
                    "cost-unit",
                    sentence,
                    ClaimVerdict.UNDEFINED,
                    f"{number.text.strip()}: of a patrol or of a person? If it is for a pair, a "
                    f"person costs £{pair:,.2f}.",
                    "Say pounds per patrol minute or per person-minute, and what the money holds.",
                )


def _find_percentages(sentences: Sequence[Sentence]) -> Iterator[TrapFinding]:
    """Yield percentages of change that stand without their counts."""
    for sentence in sentences:
        if _has_counts(sentence):
            continue
        for claim in find_claims(sentence):
            is_change = claim.number.unit == "percent" and claim.direction not in ("", SAME)
            if not is_change or claim.subject == "cost":
                continue
            share = abs(claim.number.value) / 100
            reason = "A percentage without its counts cannot be told from chance."
            if claim.direction == "fall" and 0 < share < 1:
                needed = format_count(find_needed_before(share))
                reason += f" Of equal periods it takes {needed} or more before."
            yield _finding(
                "percentage-without-counts",
                sentence,
                ClaimVerdict.CHANCE,
                reason,
                "Give both counts, their dates and the interval beside the percentage.",
            )


def _has_counts(sentence: Sentence) -> bool:
    counts = [n for n in sentence.numbers if n.unit in ("count", "days") and abs(n.value) >= 2]
    return bool(sentence.pairs) or len(counts) >= 2


def _find_uniforms(sentences: Sequence[Sentence]) -> Iterator[TrapFinding]:
    """Yield patrols that are in uniform in one place and not in another."""
    plain = next((s for s in sentences if _PLAIN_CLOTHES.search(s.text)), None)
    worn = next((s for s in sentences if _UNIFORM.search(s.text)), None)
    if plain is None or worn is None:
        return
    yield _finding(
        "uniformed-or-not",
        worn,
        ClaimVerdict.UNDEFINED,
        f"Here in uniform, elsewhere not: {plain.text!r}",
        "Say for each service: police uniform, the partner's branded clothing, or plain clothes.",
    )


def _find_ratios(sentences: Sequence[Sentence]) -> Iterator[TrapFinding]:
    """Yield a sum of money and hours of one text that are not of the same dated window."""
    for file in dict.fromkeys(sentence.file for sentence in sentences):
        own = [sentence for sentence in sentences if sentence.file == file]
        money = _first(own, "pounds", _LARGE_SUM)
        hours = _first(own, "hours", _MANY_HOURS)
        if money is None or hours is None or _is_of_one_window(money[0], hours[0]):
            continue
        rate = money[1].value / hours[1].value
        divided = next(
            (
                one
                for one in own
                for number in one.numbers
                if number.unit in _RATES and (one in (money[0], hours[0]) or _is_rate(number, rate))
            ),
            None,
        )
        yield _finding(
            "mismatched-ratio",
            divided or money[0],
            ClaimVerdict.WRONG if divided else ClaimVerdict.UNDEFINED,
            f"{money[1].text.strip()} and {hours[1].text.strip()} are not of one dated window or "
            f"one payer: £{rate:,.2f} an hour is no cost.",
            "Divide what a service was paid in a window by its own minutes in that window.",
        )


_RATES = {"pounds per hour": 1, "pounds per minute": 60}


def _is_rate(number: WrittenNumber, per_hour: float) -> bool:
    return abs(number.value - per_hour / _RATES[number.unit]) <= number.step


def _first(
    sentences: Sequence[Sentence], unit: str, least: float
) -> tuple[Sentence, WrittenNumber] | None:
    found = ((s, n) for s in sentences for n in s.numbers if n.unit == unit and n.value >= least)
    return next(found, None)


def _is_of_one_window(money: Sentence, hours: Sentence) -> bool:
    """Return whether both are dated alike, and the money paid for these hours alone."""
    is_fund = any(_FUND.search(sentence.text) for sentence in (money, hours))
    return bool(_spans(money) & _spans(hours)) and not is_fund


def _spans(sentence: Sentence) -> set[tuple[object, object]]:
    return {(window.first, window.last) for window in sentence.windows if window.is_range}


def _find_sets(sentences: Sequence[Sentence], facts: ResultsFacts) -> Iterator[TrapFinding]:
    """Yield sets of hot spots of other sizes, and one number that counts two things."""
    sizes: dict[float, Sentence] = {}
    nouns: dict[float, tuple[str, Sentence]] = {}
    for sentence in sentences:
        for claim in find_claims(sentence):
            value = claim.number.value
            noun = _NOUN.match(sentence.text[claim.number.end :])
            if claim.number.unit == "count" and noun:
                first, _ = nouns.setdefault(value, (noun["noun"].lower(), sentence))
                if first != noun["noun"].lower():
                    reason = f"{claim.number.text.strip()} counts {first} and {noun['noun']}."
                    yield _set_finding(sentence, reason)
            elif counts_hot_spots(claim):
                sizes.setdefault(value, sentence)
    if len(sizes) > 1:
        told = ", ".join(format_count(size) for size in sizes)
        own = {f.value for f in facts.figures if f.topic == "hot spots"}
        known = ", ".join(format_count(size) for size in sorted(own)) or "none that are counted"
        yield _set_finding(
            list(sizes.values())[-1],
            f"Sets of {told} hot spots are told of; the results are of {known}.",
        )


def _set_finding(sentence: Sentence, reason: str) -> TrapFinding:
    wording = "Name each set and what is counted, such as the seven hot spots of the outreach."
    return _finding("set-confusion", sentence, ClaimVerdict.UNDEFINED, reason, wording)


def _find_baselines(sentences: Sequence[Sentence], facts: ResultsFacts) -> Iterator[TrapFinding]:
    for sentence, verdict, reason in find_baselines(sentences):
        wording = "Give both windows, each with its first and last day."
        if facts.before is not None and facts.after is not None:
            wording = (
                f"Give both windows: {facts.before[0]} to {facts.before[1]} before, "
                f"{facts.after[0]} to {facts.after[1]} after."
            )
        yield _finding("baseline", sentence, verdict, reason, wording)


def _finding(
    trap: str, sentence: Sentence, verdict: ClaimVerdict, reason: str, wording: str
) -> TrapFinding:
    return TrapFinding(
        trap=trap,
        file=sentence.file,
        place=sentence.place,
        line=sentence.line,
        column=sentence.column,
        sentence=sentence.text,
        verdict=verdict,
        reason=reason,
        wording=wording,
    )


TEXT_RULES: tuple[TextRule, ...] = (
    _find_weekdays,
    _find_costs,
    _find_percentages,
    _find_uniforms,
    _find_ratios,
)
HELD_RULES: tuple[HeldRule, ...] = (_find_labels, _find_severity, _find_baselines, _find_sets)
