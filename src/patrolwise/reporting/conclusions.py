"""How a conclusion is worded: what a red guard takes from it, and what chance alone would do."""

from collections.abc import Sequence

from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Alert, Block, Paragraph
from patrolwise.reporting.results import Estimate, Guard, OutcomeRecord, Severity
from patrolwise.reporting.wording import describe_change, format_count

_VERDICTS = {
    "fall": "Clear fall",
    "rise": "Clear rise",
    "chance": "Could be chance",
    "few": "Too few to say",
    "refused": "No conclusion drawn",
}
# What a red guard turns a firm verdict into; the others claim nothing that could be withdrawn.
_HELD_BACK = {
    "fall": "Fall, but not safe to rely on",
    "rise": "Rise, but not safe to rely on",
}
_DO_NOT_RELY = "Do not rely on this verdict alone"
SEVERITY_WORDS = {
    Severity.RED: "Changes the conclusion",
    Severity.AMBER: "Read with this in mind",
    Severity.NOTE: "Worth knowing",
}


def red_guards(guards: Sequence[Guard]) -> tuple[Guard, ...]:
    """Return the guards that change how a conclusion is worded.

    Parameters
    ----------
    guards : sequence of Guard

    Returns
    -------
    tuple of Guard
    """
    return tuple(guard for guard in guards if guard.severity is Severity.RED)


def guards_about(guards: Sequence[Guard], definition: str) -> tuple[Guard, ...]:
    """Return the guards that concern one outcome: its own, and those on the whole evaluation.

    Parameters
    ----------
    guards : sequence of Guard
    definition : str
        The outcome's id@version.

    Returns
    -------
    tuple of Guard
    """
    return tuple(guard for guard in guards if guard.about in ("", definition))


def label_verdict(verdict_id: str, guards: Sequence[Guard] = ()) -> str:
    """Return a verdict in a few words; a red guard takes the firmness out of it.

    Parameters
    ----------
    verdict_id : str
        "fall", "rise", "chance", "few" or "refused".
    guards : sequence of Guard
        All that fired; only the red ones matter here.

    Returns
    -------
    str

    Raises
    ------
    InputError
        The id is none of the five.

    Examples
    --------
    >>> label_verdict("fall")
    'Clear fall'
    >>> label_verdict("fall", [Guard(id="a", severity=Severity.RED, title="A", message="")])
    'Fall, but not safe to rely on'
    """
    if verdict_id not in _VERDICTS:
        raise InputError(
            f"A verdict is one of {', '.join(_VERDICTS)}, got {verdict_id!r}. "
            "Write results.json again with this version of Patrolwise."
        )
    if red_guards(guards):
        return _HELD_BACK.get(verdict_id, _VERDICTS[verdict_id])
    return _VERDICTS[verdict_id]


def label_outcome(outcome: OutcomeRecord, guards: Sequence[Guard]) -> str:
    """Return the verdict on an outcome in a few words that do not contradict its counts.

    Against comparison areas a fall may be a smaller rise than theirs, and a rise a smaller fall:
    "Clear rise" beside a count that fell would be read wrongly.

    Parameters
    ----------
    outcome : OutcomeRecord
    guards : sequence of Guard

    Returns
    -------
    str

    Raises
    ------
    InputError
        Its verdict id is none of the five.
    """
    label = label_verdict(outcome.verdict_id, guards)
    relative = ""
    if outcome.verdict_id == "fall" and outcome.after >= outcome.before:
        relative = "Did better than the comparison areas"
    elif outcome.verdict_id == "rise" and outcome.after <= outcome.before:
        relative = "Did worse than the comparison areas"
    if not relative:
        return label
    return f"{relative}, but not safe to rely on" if red_guards(guards) else relative


def explain_caution(guards: Sequence[Guard], verdict_id: str = "fall") -> str:
    """Return the sentence that stands beside each verdict while a red guard is open.

    Parameters
    ----------
    guards : sequence of Guard
    verdict_id : str
        "few" and "refused" conclude nothing, so there is nothing to be careful with.

    Returns
    -------
    str
        Empty when no guard is red.

    Examples
    --------
    >>> explain_caution([])
    ''
    """
    titles = list(dict.fromkeys(guard.title.rstrip(".") for guard in red_guards(guards)))
    if not titles or verdict_id in ("few", "refused"):
        return ""
    return f"{_DO_NOT_RELY}. {'. '.join(titles)}."


def headline_of(outcome: OutcomeRecord) -> Estimate | None:
    """Return the estimate that carries the verdict.

    Parameters
    ----------
    outcome : OutcomeRecord

    Returns
    -------
    Estimate or None
        None when no estimate is calibrated for these data.
    """
    return next((estimate for estimate in outcome.estimates if estimate.headline), None)


def explain_expected(outcome: OutcomeRecord) -> str:
    """Return what would have been seen with no effect at all, to stand beside a fall.

    Parameters
    ----------
    outcome : OutcomeRecord

    Returns
    -------
    str

    References
    ----------
    Efron and Morris (1977), Scientific American 236(5), 119-127: places picked for a high count
    fall back with no action; the expectation itself comes with the results.
    """
    if outcome.expected_after is None:
        return (
            "The fall to expect with no effect at all (regression to the mean) is not known for "
            "these hot spots, so part of any fall may be areas returning to their usual level."
        )
    expected = format_count(outcome.expected_after)
    change = describe_change(round(outcome.expected_after), outcome.after)
    return (
        f"With no effect at all, about {expected} would be expected after, because places chosen "
        "for a high count tend to fall back (regression to the mean). "
        f"Counted were {format_count(outcome.after)}: {change}."
    )


def warn_of(guards: Sequence[Guard]) -> tuple[Alert, ...]:
    """Return the warnings that must stand beside a verdict: the red guards, each once.

    Parameters
    ----------
    guards : sequence of Guard

    Returns
    -------
    tuple of Alert
    """
    told: dict[str, list[str]] = {}
    for guard in red_guards(guards):
        text = f"{guard.about}: {guard.message}" if guard.about else guard.message
        told.setdefault(guard.title, []).append(text)
    level = SEVERITY_WORDS[Severity.RED]
    return tuple(
        Alert(level=level, title=title, text=" ".join(dict.fromkeys(texts)))
        for title, texts in told.items()
    )


def join_verdict(label: str, verdict: str) -> str:
    """Return the label and the sentence, or the sentence alone when it says the label's words.

    Parameters
    ----------
    label, verdict : str

    Returns
    -------
    str

    Examples
    --------
    >>> join_verdict("Clear fall", "Crime fell, beyond chance.")
    'Clear fall. Crime fell, beyond chance.'
    >>> join_verdict("Too few to say", "Too few crimes to say: 9 before, 4 after.")
    'Too few crimes to say: 9 before, 4 after.'
    """
    says_it = verdict.split()[:2] == label.split()[:2]
    return verdict if says_it else f"{label}. {verdict}"


def state_verdict(label: str, verdict: str, caution: str) -> tuple[Block, ...]:
    """Return a verdict and, while a red guard is open, the warning right beside it.

    Parameters
    ----------
    label : str
        The verdict in a few words.
    verdict : str
        The sentence.
    caution : str
        From `explain_caution`; empty for none.

    Returns
    -------
    tuple of Block
    """
    stated = Paragraph(text=join_verdict(label, verdict), strong=True)
    if not caution:
        return (stated,)
    level, reasons = SEVERITY_WORDS[Severity.RED], caution.removeprefix(f"{_DO_NOT_RELY}. ")
    return stated, Alert(level=level, title=_DO_NOT_RELY, text=reasons)
