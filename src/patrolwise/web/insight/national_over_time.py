"""What one measure's page says of the force over time: charts, sentences, and a table for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from patrolwise.reporting.benchmark_level_charts import SHOWN, campaigns_of_gaps
from patrolwise.reporting.benchmark_time_chart import campaigns_of_quarters
from patrolwise.reporting.campaign_bands import name_campaign
from patrolwise.reporting.campaign_records import MarkedCampaign

QUARTERS, LEVEL, RUN, GAPS = (
    "quarter by quarter", "whether its level moved", "its strongest run", "days between",
)  # fmt: skip
_YEARS = "Year by year"


@dataclass(frozen=True, kw_only=True)
class OverTime:
    """One part of the page."""

    title: str
    pictures: list[dict[str, Any]]
    told: tuple[str, ...] = ()  # sentences
    note: str = ""  # how they are to be read
    columns: tuple[str, ...] = ()  # of the table that says what the chart shows; the first heads
    rows: tuple[tuple[str, ...], ...] = ()
    campaigns: tuple[str, ...] = ()  # that the chart marks, by number


def list_over_time(
    measure: dict[str, Any],
    force: str,
    parts: list[dict[str, Any]],
    campaigns: Sequence[dict[str, Any]] = (),
) -> list[OverTime]:
    """Return the parts of a measure's page over time.

    Parameters
    ----------
    measure : dict
        Of benchmark.json; one of an earlier version has fewer parts.
    force : str
        That is looked at.
    parts : list of dict
        Titles and pictures of the pack's page, without those by level and by change.
    campaigns : sequence of dict
        Of benchmark.json: those that its charts mark.

    Returns
    -------
    list of OverTime
    """
    pictures = {part["title"]: part["pictures"] for part in parts}
    marked = [MarkedCampaign(**one) for one in campaigns]

    return [_with_campaigns(one, measure, marked) for one in _list(measure, force, pictures)]


def _with_campaigns(
    part: OverTime, measure: dict[str, Any], marked: Sequence[MarkedCampaign]
) -> OverTime:
    """Return a part with the campaigns that its chart marks."""
    if part.title.endswith(f", {GAPS}"):
        gaps = measure["gaps"]
        found = campaigns_of_gaps(gaps["dates"], gaps["days"], marked)
    elif periods := _list_periods(part.title, measure):
        found = campaigns_of_quarters(periods, marked)
    else:
        return part
    return replace(part, campaigns=tuple(map(name_campaign, found)))


def _list_periods(title: str, measure: dict[str, Any]) -> Sequence[str]:
    """Return the years or quarters of a part's chart; none of one that has no such axis."""
    if title == _YEARS:
        return measure.get("trend_periods") or ()
    if title.endswith(f", {QUARTERS}"):
        return measure["over_time"]["quarters"]
    if title.endswith(f", {LEVEL}"):
        return measure["level_over_time"]["quarters"][-SHOWN:]
    return ()


def _list(
    measure: dict[str, Any], force: str, pictures: dict[str, list[dict[str, Any]]]
) -> Iterator[OverTime]:
    def shown(what: str) -> dict[str, Any]:
        title = f"{force}, {what}"
        return {"title": title, "pictures": pictures.get(title, [])}

    if "" in pictures:
        yield OverTime(title=_YEARS, pictures=pictures[""])
    if (chart := measure.get("over_time")) and shown(QUARTERS)["pictures"]:
        begun = [f"Limits begin anew from {quarter}: {why}" for quarter, why in chart["rebases"]]
        trial = "The newest limits stand on fewer than 12 quarters and may yet move."
        yield OverTime(
            **shown(QUARTERS),
            told=(*(chart["signals"] or ["No quarter does more than quarters always do."]), *begun),
            note=trial if chart["is_trial"] else "",
            columns=("Quarter", chart["unit"].capitalize(), "Level", "Lower limit", "Upper limit"),
            rows=_rows(chart, ("quarters", "values", "centre", "low", "high"), ".2f"),
        )
    if (level := measure.get("level_over_time")) and shown(LEVEL)["pictures"]:
        yield OverTime(
            **shown(LEVEL),
            told=tuple(level["moves"]) or ("No move to another level.",),
            note="Each quarter is held against all before it, as a share of all other forces. "
            f"While nothing changes, a move is told falsely once in {level['in_control']:.0f} "
            "quarters, on average; a move by one standard deviation of a quarter is told after "
            f"{level['found_after']:.0f}. At a sum of {level['threshold']:.1f} it has moved.",
            columns=("Quarter", "Recorded", "All others", "Against before", "Sum, more",
                     "Sum, less"),
            rows=_rows(level, ("quarters", "counts", "others", "scores", "ups", "downs"), ".1f"),
        )  # fmt: skip
    if window := measure.get("window"):
        yield OverTime(
            **shown(RUN),
            told=(window["told"],),
            note=f"Of runs of up to {window['longest']} quarters, {window['since']} to "
            f"{window['until']}. p allows for every run looked at, not for slow drift: a small p "
            "does not say why.",
        )
    if gaps := measure.get("gaps"):
        yield OverTime(
            **shown(GAPS),
            told=tuple(gaps["signals"]) or ("No gap does more than chance does.",),
            note=gaps["told"],
            columns=("Date", "Days since the one before"),
            rows=_rows(gaps, ("dates", "days"), ".0f"),
        )


def _rows(record: dict[str, Any], names: tuple[str, ...], form: str) -> tuple[tuple[str, ...], ...]:
    """Return the columns of a record as rows of words; whole numbers stay whole."""

    def tell(value: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, int):
            return f"{value:,}"
        return "–" if value is None else format(value, form)

    return tuple(
        tuple(map(tell, row)) for row in zip(*(record[name] for name in names), strict=True)
    )
