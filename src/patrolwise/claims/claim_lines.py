"""How a checked text is told on the terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence

from patrolwise.claims.claim_records import ClaimReport, ClaimVerdict, JudgedClaim, TrapFinding
from patrolwise.reporting.wording import format_count

_ORDER = list(ClaimVerdict)


def describe_claims(report: ClaimReport) -> str:
    """Return a table of the verdicts, then what is behind each that is not supported.

    Parameters
    ----------
    report : ClaimReport

    Returns
    -------
    str
        Many lines, with no line end at the last.
    """
    return "\n".join(
        [
            f"{', '.join(report.files)} held against {report.results}",
            *_table(report.claims),
            *_reasons(report.claims),
            *_traps(report.traps),
            _sum_up(report),
        ]
    )


def _table(claims: Sequence[JudgedClaim]) -> Iterator[str]:
    if not claims:
        yield "No number was found in the text."
        return
    rows = [
        (
            f"{claim.file}:{claim.line}",
            claim.number,
            claim.verdict.value,
            claim.figure or "\u2013",
            _value(claim.figure_value),
            claim.definition or "\u2013",
        )
        for claim in claims
    ]
    heads = ("where", "number", "verdict", "figure", "value", "definition")
    widths = [max(len(row[n]) for row in (heads, *rows)) for n in range(len(heads))]
    for row in (heads, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _value(value: float | None) -> str:
    if value is None or value == round(value) or abs(value) >= 1_000:
        return format_count(value)
    return format_count(value, 2 if abs(value) < 10 else 1)


def _reasons(claims: Sequence[JudgedClaim]) -> Iterator[str]:
    for claim in claims:
        if claim.verdict is ClaimVerdict.SUPPORTED:
            continue
        yield ""
        yield f"{claim.file}:{claim.line} {claim.number}: {claim.verdict.value}"
        yield f"  says: {claim.sentence}"
        yield f"  why: {claim.reason}"
        if claim.figure:
            interval = (
                f", interval of the ratio {claim.low:.2f} to {claim.high:.2f}"
                if claim.low is not None and claim.high is not None
                else ""
            )
            yield f"  figure: {claim.figure}, {claim.window}, {claim.grade}{interval}"
        yield f"  true would be: {claim.wording}"


def _traps(traps: Sequence[TrapFinding]) -> Iterator[str]:
    for found in traps:
        yield ""
        yield f"! {found.trap} ({found.verdict.value}), {found.file}:{found.line}"
        yield f"  says: {found.sentence}"
        yield f"  why: {found.reason}"
        yield f"  true would be: {found.wording}"


def _sum_up(report: ClaimReport) -> str:
    counts = Counter(claim.verdict for claim in report.claims)
    told = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in _ORDER if counts[verdict])
    numbers = f"{len(report.claims)} numbers: {told}." if report.claims else "0 numbers."
    return f"\n{numbers} Traps: {len(report.traps)}."
