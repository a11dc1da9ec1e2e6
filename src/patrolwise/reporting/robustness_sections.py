"""How re-estimates of the headlines are told: one sentence, one table, one chart an outcome."""

from collections.abc import Sequence

from patrolwise.reporting.blocks import Block, Bullets, Grid, Paragraph, Section, Subheading
from patrolwise.reporting.robustness_chart import chart_robustness
from patrolwise.reporting.robustness_records import RobustnessRecord, RobustnessRow
from patrolwise.reporting.wording import format_count, format_estimate

VERDICT_WORDS = {
    "fall": "A fall beyond chance",
    "rise": "A rise beyond chance",
    "chance": "Could be chance",
    "few": "Too few crimes to say",
    "": "Carries no conclusion",
}
_FEW_SHOWN = 10  # areas left out in turn, above which only the ends are shown
_IN_TURN = ("hot spot", "comparison area")


def robustness_section(records: Sequence[RobustnessRecord], widths: Sequence[int]) -> Section:
    """Return the section on robustness: table T8 of an evaluation report.

    Parameters
    ----------
    records : sequence of RobustnessRecord
        One an outcome; the first is the primary one, and has the chart.
    widths : sequence of int
        Of the chart, CSS pixels.

    Returns
    -------
    Section
    """
    blocks: list[Block] = [
        Paragraph(
            text="Would the headline be another one, had the sums been done in another sensible "
            "way? Each row leaves something out, or counts or reckons otherwise. A result that "
            "hangs on one row should be told with that row."
        )
    ]
    for record in records:
        blocks += _blocks(record, widths if record is records[0] else ())
    if not records:
        blocks.append(Paragraph(text="There is no outcome to reckon in other ways."))
    return Section(id="robustness", title="Other ways to do the sums", blocks=tuple(blocks))


def rows_to_show(record: RobustnessRecord) -> list[RobustnessRow]:
    """Return the rows that a reader needs: of many areas left out in turn, only the ends.

    Parameters
    ----------
    record : RobustnessRecord

    Returns
    -------
    list of RobustnessRow
        In order. Of more than ten areas left out in turn: the lowest, the highest, the largest
        hot spot, and those that turn the verdict.
    """
    shown: list[RobustnessRow] = []
    for kind in dict.fromkeys(row.kind for row in record.rows):
        rows = [row for row in record.rows if row.kind == kind]
        shown += _ends(rows) if kind in _IN_TURN and len(rows) > _FEW_SHOWN else rows
    return shown


def _blocks(record: RobustnessRecord, widths: Sequence[int]) -> list[Block]:
    blocks: list[Block] = [
        Subheading(text=f"{record.title} ({record.definition})"),
        Paragraph(text=record.sentence, strong=True),
    ]
    if record.headline is not None:
        shown = rows_to_show(record)
        blocks.append(_grid(record, shown))
        if widths and (figure := chart_robustness(record, shown, "robustness", widths)):
            blocks.append(figure)
    if record.skipped:
        blocks.append(Paragraph(text="Not reckoned:"))
        blocks.append(Bullets(items=tuple(f"{one.name}: {one.reason}" for one in record.skipped)))
    return blocks


def _grid(record: RobustnessRecord, shown: Sequence[RobustnessRow]) -> Grid:
    assert record.headline is not None
    rows = [
        (
            "As declared",
            format_count(record.before),
            format_count(record.after),
            format_estimate(record.headline),
            VERDICT_WORDS[record.verdict_id],
        )
    ]
    rows += [
        (
            row.name,
            format_count(row.before),
            format_count(row.after),
            format_estimate(row.estimate),
            VERDICT_WORDS[row.verdict_id] + (", unlike the headline" if _turns(row) else ""),
        )
        for row in shown
    ]
    hidden = len(record.rows) - len(shown)
    notes = [row.note for row in shown if row.note]
    told = [f"{hidden} areas left out in turn lie between those shown."] if hidden else []
    return Grid(
        caption=f"T8. The headline reckoned in other ways: {record.title} ({record.definition})",
        columns=("What was done otherwise", "Before", "After", "Estimate", "What it would say"),
        rows=tuple(rows),
        numeric=(1, 2),
        note=" ".join([*told, *dict.fromkeys(notes)]),
    )


def _turns(row: RobustnessRow) -> bool:
    return row.keeps_verdict is False


def _ends(rows: Sequence[RobustnessRow]) -> list[RobustnessRow]:
    known = sorted(
        (row for row in rows if row.estimate.value is not None),
        key=lambda row: row.estimate.value or 0.0,
    )
    kept = {row.name for row in (*known[:1], *known[-1:])}
    kept |= {row.name for row in rows if _turns(row) or "(the largest)" in row.name}
    return [row for row in rows if row.name in kept]
