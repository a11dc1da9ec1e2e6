"""What a headline comes to without the months of campaigns: beside it, never instead of it."""

from collections.abc import Sequence

from patrolwise.reporting.blocks import Block, Grid
from patrolwise.reporting.robustness_records import RobustnessRecord, RobustnessRow
from patrolwise.reporting.robustness_sections import VERDICT_WORDS
from patrolwise.reporting.wording import format_count, format_estimate

CAMPAIGN = "campaign"  # the kind of row


def state_without_campaigns(records: Sequence[RobustnessRecord], definition: str) -> list[Block]:
    """Return the headline of an outcome beside what it comes to without campaigns.

    Parameters
    ----------
    records : sequence of RobustnessRecord
    definition : str
        Of the outcome, id@version.

    Returns
    -------
    list of block
        None where there is no campaign, or no headline. What could not be reckoned stands in
        the note, with its reason.
    """
    record = next((one for one in records if one.definition == definition), None)
    if record is None or record.headline is None:
        return []
    rows = [row for row in record.rows if row.kind == CAMPAIGN]
    skipped = [one for one in record.skipped if one.kind == CAMPAIGN]
    if not rows and not skipped:
        return []
    headline = (
        "Headline, as declared",
        format_count(record.before),
        format_count(record.after),
        format_estimate(record.headline),
        VERDICT_WORDS[record.verdict_id],
    )
    notes = [row.note for row in rows] + [f"{one.name}: {one.reason}" for one in skipped]
    return [
        Grid(
            caption=f"Campaigns: a sensitivity analysis of the headline, {definition}",
            columns=("", "Before", "After", "Estimate", "What it would say"),
            rows=(headline, *map(_row, rows)),
            numeric=(1, 2),
            note=" ".join(
                ["The headline is the first row; the others show whether it hangs on campaigns.",
                 *notes]
            ),
        )
    ]  # fmt: skip


def _row(row: RobustnessRow) -> tuple[str, ...]:
    turns = ", unlike the headline" if row.keeps_verdict is False else ""
    return (
        f"Sensitivity: {row.name[:1].lower()}{row.name[1:]}",
        format_count(row.before),
        format_count(row.after),
        format_estimate(row.estimate),
        f"{VERDICT_WORDS[row.verdict_id]}{turns}",
    )
