"""Whether a headline would be another one, had it been reckoned in another sensible way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from patrolwise.evaluation.design_guards import SizeResult, guard_unit_size
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT, Guard
from patrolwise.evaluation.robust import estimate_paired_month_ratio, estimate_ratio_of_ratios
from patrolwise.evaluation.verdicts import ALPHA
from patrolwise.reporting.robustness_records import RobustnessRecord, RobustnessRow, SkippedWay
from patrolwise.reporting.wording import is_difference
from patrolwise.study.campaign_rows import find_campaign_term, leave_out_campaigns
from patrolwise.study.other_counts import OtherCounts, find_other_counts
from patrolwise.study.outcomes import OutcomeCounts, estimate_outcome
from patrolwise.study.robustness_programme import Robustness
from patrolwise.study.study_data import Study

_MODELS = (
    "ratio-of-ratios-robust",
    "wdd-robust",
    "rate-ratio-paired-months",
    "ratio-of-ratios-poisson",
    "wdd-poisson",
    "rate-ratio-exact",
)
_VERDICTS = {
    "fall": "a fall beyond chance",
    "rise": "a rise beyond chance",
    "chance": "could be chance",
    "few": "too few crimes to say",
}
_MOST_NAMED = 4


@dataclass(frozen=True, kw_only=True)
class _Base:
    """The headline as declared."""

    headline: Estimate
    verdict_id: str


@dataclass(frozen=True, kw_only=True)
class RobustnessFound:
    """What the re-estimates came to, and whether the size of hot spots decides the verdict."""

    records: tuple[RobustnessRecord, ...]  # one an outcome, in the order given
    guards: tuple[Guard, ...]
    has_sizes: bool  # whether any outcome could be reckoned with hot spots of another size


def assess_robustness(
    study: Study, counts: Sequence[OutcomeCounts], declared: Robustness
) -> RobustnessFound:
    """Return the headline of each outcome, reckoned in other ways.

    Counts are taken again only where a crime may fall elsewhere: other hours, weekdays and
    sizes of hot spot. Areas and months are left out of the counts there are.

    Parameters
    ----------
    study : Study
    counts : sequence of OutcomeCounts
        Of each outcome of the programme, in its order.
    declared : Robustness

    Returns
    -------
    RobustnessFound
    """
    records, guards, sized = [], [], False
    for own in counts:
        others, skipped = find_other_counts(study, own, declared)
        without = list(leave_out_campaigns(study, own))
        others += [way for way in without if isinstance(way, OtherCounts)]
        skipped += [way for way in without if isinstance(way, SkippedWay)]
        record = _record(study, own, _with_definitions(others, own, counts), skipped)
        sizes = _sizes(record)
        sized |= len(sizes) > 1
        fired = guard_unit_size(sizes)
        guards += [replace(fired, about=own.definition.key)] if fired else []
        records.append(record)
    return RobustnessFound(records=tuple(records), guards=tuple(guards), has_sizes=sized)


def find_verdict_id(before: int, estimate: Estimate) -> str:
    """Return the id of the verdict that an estimate, of either scale, would carry.

    Parameters
    ----------
    before : int
        Crimes in hot spots before.
    estimate : Estimate

    Returns
    -------
    str
        As `decide_verdict`; also for differences, which are about 0.
    """
    if before < FEWEST_FOR_PERCENT or estimate.value is None or estimate.p is None:
        return "few"
    if estimate.p >= ALPHA:
        return "chance"
    return "fall" if estimate.value < _none(estimate) else "rise"


def _with_definitions(
    others: Sequence[OtherCounts], own: OutcomeCounts, counts: Sequence[OutcomeCounts]
) -> list[OtherCounts]:
    more = [
        OtherCounts(kind="definition", name=f"Counted as {one.definition.key}", counts=one)
        for one in counts
        if one is not own
    ]
    return [*others, *more]


def _record(
    study: Study, own: OutcomeCounts, others: Sequence[OtherCounts], skipped: Sequence[SkippedWay]
) -> RobustnessRecord:
    key = own.definition.key
    rng = np.random.default_rng([study.programme.seed, *key.encode()])
    estimates = estimate_outcome(own, rng)
    headline = next((one for one in estimates if one.headline), None)
    before, after = own.totals
    verdict = "few" if headline is None else find_verdict_id(before, headline)
    rows, ways = [], list(skipped)
    if headline is not None:
        base = _Base(headline=headline, verdict_id=verdict)
        rows += [_row(one, _estimate_again(one.counts, headline), base) for one in others]
        term = find_campaign_term(study, own, headline)
        if isinstance(term, SkippedWay):
            ways.append(term)
        elif term is not None:
            rows.append(_row(*term, base))
        rows += [
            _row(OtherCounts(kind="model", name=model.name, counts=own), model, base)
            for model in estimates
            if model.id in _MODELS and model.id != headline.id
        ]
    return RobustnessRecord(
        definition=key,
        title=own.definition.title,
        before=before,
        after=after,
        headline=headline,
        verdict_id=verdict,
        rows=tuple(rows),
        skipped=tuple(ways),
        sentence=_tell(verdict, rows),
    )


def _estimate_again(counts: OutcomeCounts, headline: Estimate) -> Estimate:
    """Return the estimate of the headline's kind on other counts."""
    if headline.id == "ratio-of-ratios-robust":
        return estimate_ratio_of_ratios(counts.areas)
    return estimate_paired_month_ratio(counts.hot_before.sum(axis=0), counts.hot_after.sum(axis=0))


def _row(other: OtherCounts, estimate: Estimate, base: _Base) -> RobustnessRow:
    before, after = other.counts.totals
    # a test that is not calibrated may show a direction, and is never a verdict
    judged = estimate.headline and estimate.p is not None
    found = find_verdict_id(before, estimate) if judged else ""
    ways = [_way(base.headline), _way(estimate)]
    can_tell = found not in ("", "few") and base.verdict_id != "few"
    return RobustnessRow(
        kind=other.kind,
        name=other.name,
        note=other.note,
        before=before,
        after=after,
        estimate=estimate,
        verdict_id=found,
        keeps_direction=None if None in ways else ways[0] == ways[1],
        keeps_verdict=found == base.verdict_id if can_tell else None,
    )


def _none(estimate: Estimate) -> float:
    return 0.0 if is_difference(estimate) else 1.0


def _way(estimate: Estimate) -> bool | None:
    """Return whether an estimate lies below no effect; None when neither below nor above."""
    if estimate.value is None or estimate.value == _none(estimate):
        return None
    return estimate.value < _none(estimate)


def _sizes(record: RobustnessRecord) -> list[SizeResult]:
    """Return the outcome as declared and with hot spots of other sizes."""
    if record.headline is None:
        return []
    declared = SizeResult(
        name="as declared", estimate=record.headline, verdict_id=record.verdict_id
    )
    return [
        declared,
        *(
            SizeResult(name=row.name, estimate=row.estimate, verdict_id=row.verdict_id)
            for row in record.rows
            if row.kind == "size"
        ),
    ]


def _tell(verdict: str, rows: Sequence[RobustnessRow]) -> str:
    if not rows:
        return "There is no calibrated estimate that could be reckoned in other ways."
    ways = [row for row in rows if row.keeps_direction is not None]
    tested = [row for row in rows if row.keeps_verdict is not None]
    kept = sum(bool(row.keeps_direction) for row in ways)
    told = f"Reckoned in other ways, {kept} of {len(ways)} keep the direction"
    if not tested:
        return f"{told}; the verdict ({_VERDICTS[verdict]}) could be tested in none."
    turning = [row for row in tested if not row.keeps_verdict]
    told += (
        f", and {len(tested) - len(turning)} of {len(tested)} that can be tested keep the verdict "
        f"({_VERDICTS[verdict]})."
    )
    if not turning:
        return told
    named = "; ".join(f"{row.name} ({_VERDICTS[row.verdict_id]})" for row in turning[:_MOST_NAMED])
    more = len(turning) - _MOST_NAMED
    return f"{told} Another verdict: {named}{f'; and {more} more' if more > 0 else ''}."
