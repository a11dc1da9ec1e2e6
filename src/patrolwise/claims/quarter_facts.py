"""Which figures a quarter's headline holds, so that a text about it can be held against them."""

from collections.abc import Iterator
from dataclasses import replace

from patrolwise.claims.claim_records import ResultsRead
from patrolwise.claims.figures import Figure, ResultsFacts, Span
from patrolwise.partnership.told_figures import JudgedFigure
from patrolwise.reporting.quarter_figures import QuarterFigures, describe_figure

_VERDICTS = {
    "clear fall": "fall",
    "clear rise": "rise",
    "could be chance": "chance",
    "too few to say": "few",
    "not judged": "",
}
_GRADE = "the same quarter of two years, nothing to compare with"
NAME = "the quarter's figures"


def make_quarter_facts(found: QuarterFigures) -> ResultsFacts:
    """Return the figures of a quarter as facts that claims are held against.

    Parameters
    ----------
    found : QuarterFigures

    Returns
    -------
    ResultsFacts
        Its design bears no causal word.
    """
    now, then = found.quarter.window, found.quarter.year_before.window
    before, after = (then.first, then.last), (now.first, now.last)
    window = f"{then} against {now}"
    figures = tuple(
        figure
        for number, one in enumerate(found.judged)
        for figure in _list_figures(one, f"figures[{number}]", window, (before, after))
    )
    read = ResultsRead(
        name=NAME,
        kind="patrolwise.quarter-figures/1",
        about=found.title,
        window=window,
        is_simulated=found.notice.startswith("SIMULATED"),
        is_sealed=True,
    )
    return ResultsFacts(figures=figures, read=(read,), words={}, before=before, after=after)


def _list_figures(
    one: JudgedFigure, path: str, window: str, spans: tuple[Span, Span]
) -> Iterator[Figure]:
    is_crime = "@" in one.id
    figure = Figure(
        path=f"{path}.before",
        value=float(one.then),
        unit="hours" if one.id == "hours" else "count",
        role="before",
        topic="crime" if is_crime else "visits",
        definition=one.counted if is_crime else "",
        window=window,
        grade=_GRADE,
        wording=f"{one.name}: {describe_figure(one)}",
        low=None if one.low is None else 1 + one.low,
        high=None if one.high is None else 1 + one.high,
        interval_of="the ratio of both quarters",
        verdict_id=_VERDICTS[one.verdict],
        results=NAME,
        spans=spans,
    )
    difference = float(one.now - one.then)
    yield figure
    yield replace(figure, path=f"{path}.after", value=float(one.now), role="after")
    yield replace(figure, path=f"{path}.difference", value=difference, role="difference")
    if one.then:
        change = 100 * difference / one.then
        yield replace(
            figure,
            path=f"{path}.change",
            value=change,
            unit="percent",
            role="change",
            base=one.then,
        )
