"""How a checked text is told on the terminal, in lines of eighty characters."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from patrolwise.claims.claim_records import (
    ClaimReport,
    ClaimVerdict,
    JudgedClaim,
    ResultsRead,
    TrapFinding,
)
from patrolwise.reporting.wording import format_count, format_interval

WIDTH = 80
_ORDER = list(ClaimVerdict)
_INDENT = " " * 4


def describe_claims(report: ClaimReport) -> str:
    """Return what each number came to, with the figure behind it, then the traps.

    Parameters
    ----------
    report : ClaimReport

    Returns
    -------
    str
        Many lines of at most 80 characters, with no line end at the last; a longer word stays
        whole.
    """
    lines = ["Held against:"]
    for read in report.results:
        lines += _wrap(_tell_results(read), "  ")
    for file in report.files:
        lines += ["", file]
        claims = [claim for claim in report.claims if claim.file == file]
        if not claims:
            lines.append("  No number was found in the text.")
        last = ("", "")
        for claim in claims:
            lines += _claim(claim, *last)
            if claim.verdict is not ClaimVerdict.SUPPORTED:  # of these the sentence was shown
                last = (claim.sentence, claim.wording)
        traps = [trap for trap in report.traps if trap.file == file]
        for found in sorted(traps, key=lambda trap: (trap.line or 0, trap.column or 0)):
            lines += _trap(found)
    return "\n".join([*lines, "", *_wrap(_sum_up(report), "")])


def _tell_results(read: ResultsRead) -> str:
    marks = ["SIMULATED DATA"] if read.is_simulated else []
    marks += [] if read.is_sealed else ["no hash in it: a change would not be seen"]
    told = "; ".join([f"{read.name}: {read.about}, {read.window}", *marks])
    return f"{told}."


def _claim(claim: JudgedClaim, sentence: str, wording: str) -> Iterator[str]:
    """Yield the lines of one claim; what was said of the last one already is not said again."""
    is_supported = claim.verdict is ClaimVerdict.SUPPORTED
    yield from _wrap(f"{claim.place}  {claim.number}: {claim.verdict.value.upper()}", "  ")
    if not is_supported:
        if claim.sentence != sentence:
            yield from _wrap(f"says: {claim.sentence}")
        yield from _wrap(f"why: {claim.reason}")
    if claim.figure:
        told = [f"{_value(claim)} ({claim.results}: {claim.figure})", claim.definition]
        yield from _wrap("figure: " + ", ".join(part for part in told if part))
        yield from _wrap(f"window: {claim.window}")
        if claim.low is not None and claim.high is not None and claim.interval_of:
            decimals = 0 if abs(claim.high) >= 100 else 1 if abs(claim.high) >= 10 else 2
            interval = format_interval(claim.low, claim.high, decimals)
            yield from _wrap(f"interval: {interval} ({claim.interval_of})")
        yield from _wrap(f"evidence: {claim.grade}")
    if not is_supported and (claim.sentence, claim.wording) != (sentence, wording):
        yield from _wrap(f"true would be: {claim.wording}")


def _value(claim: JudgedClaim) -> str:
    value = claim.figure_value
    if claim.figure_unit.startswith("pounds"):
        return f"£{format_count(value, 2)}{claim.figure_unit.removeprefix('pounds')}"
    if claim.figure_unit == "percent":
        return f"{format_count(value, 1)} %"
    is_whole = value is None or value == round(value) or abs(value) >= 1_000
    told = format_count(value, 0 if is_whole else 2 if abs(value or 0) < 10 else 1)
    return told if claim.figure_unit in ("count", "ratio") else f"{told} {claim.figure_unit}"


def _trap(found: TrapFinding) -> Iterator[str]:
    yield from _wrap(f"{found.place}  ! {found.trap}: {found.verdict.value.upper()}", "  ")
    yield from _wrap(f"says: {found.sentence}")
    yield from _wrap(f"why: {found.reason}")
    yield from _wrap(f"true would be: {found.wording}")


def _wrap(text: str, indent: str = _INDENT) -> Sequence[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _sum_up(report: ClaimReport) -> str:
    counts = Counter(claim.verdict for claim in report.claims)
    told = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in _ORDER if counts[verdict])
    numbers = f"{len(report.claims)} claims: {told}." if report.claims else "0 claims."
    return f"{numbers} Traps: {len(report.traps)}."
