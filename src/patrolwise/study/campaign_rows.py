"""How a headline comes out without the months of campaigns, and with them as a covariate."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from patrolwise.evaluation.campaign_terms import (
    NAME,
    CampaignMonths,
    estimate_with_campaigns,
)
from patrolwise.evaluation.estimate import Estimate
from patrolwise.reporting.campaign_records import CampaignRecord
from patrolwise.reporting.robustness_records import SkippedWay
from patrolwise.study.other_counts import (
    OtherCounts,
    count_pieces,
    drop_pieces,
    find_pieces,
    name_pieces,
    refuse_dropping,
)
from patrolwise.study.outcomes import OutcomeCounts, split_window
from patrolwise.study.study_data import Study
from patrolwise.times import Window

KIND = "campaign"
PAIRED = "rate-ratio-paired-months"  # the headline that has a form with a covariate


def leave_out_campaigns(study: Study, own: OutcomeCounts) -> Iterator[OtherCounts | SkippedWay]:
    """Yield the counts without the months of campaigns, from all areas and both windows.

    Parameters
    ----------
    study : Study
    own : OutcomeCounts
        As declared.

    Yields
    ------
    OtherCounts or SkippedWay
        Nothing when there is no campaign. Season stays alike: the partner of a month left out
        is left out too, and of every area, so that areas stay comparable.
    """
    if not study.campaigns:
        return
    pieces = name_pieces(study)
    name = f"Without {pieces} of campaigns"
    dropped = find_pieces(study, [_days(one) for one in study.campaigns])
    if reason := refuse_dropping(study, dropped):
        reason = reason.replace("Its days lie", "Their days lie")
        yield SkippedWay(name=name, reason=reason, kind=KIND)
        return
    yield OtherCounts(
        kind=KIND,
        name=name,
        note=(
            f"Campaigns {_name(_within(study))} of the charts: all {pieces} that have a day of "
            f"one, and their partners in the other window, {len(dropped)} of {count_pieces(study)}."
        ),
        counts=drop_pieces(own, dropped),
    )


def find_campaign_term(
    study: Study, own: OutcomeCounts, headline: Estimate
) -> tuple[OtherCounts, Estimate] | SkippedWay | None:
    """Return the estimate with campaigns as a covariate, where the headline has such a form.

    Parameters
    ----------
    study : Study
    own : OutcomeCounts
        As declared.
    headline : Estimate

    Returns
    -------
    (OtherCounts, Estimate), SkippedWay or None
        None when there is no campaign in the hot spots, or the headline is of another kind: with
        comparison areas one total an area is compared, which no month can explain.
    """
    spans = [_days(one) for one in study.campaigns if one.in_hot_spots]
    if headline.id != PAIRED or not spans:
        return None
    before, after = (
        np.array([_has_day(piece, spans) for piece in split_window(window)])
        for window in study.windows
    )
    estimate = estimate_with_campaigns(
        CampaignMonths(
            before=own.hot_before.sum(axis=0),
            after=own.hot_after.sum(axis=0),
            campaigns_before=before,
            campaigns_after=after,
        ),
        level=headline.level,
    )
    if estimate.value is None:
        return SkippedWay(name=NAME, reason=estimate.note, kind=KIND)
    note = f"{NAME}: {_count(before)} before and {_count(after)} after have a day of one."
    return OtherCounts(kind=KIND, name=NAME, counts=own, note=f"{note} {estimate.note}"), estimate


def _within(study: Study) -> list[CampaignRecord]:
    """Return the campaigns with a day in either window."""
    return [
        one
        for one in study.campaigns
        if any(_has_day(window, [_days(one)]) for window in study.windows)
    ]


def _days(one: CampaignRecord) -> tuple[date, date]:
    return date.fromisoformat(one.first), date.fromisoformat(one.last)


def _has_day(piece: Window, spans: Sequence[tuple[date, date]]) -> bool:
    return any(first <= piece.last and piece.first <= last for first, last in spans)


def _name(campaigns: Sequence[CampaignRecord]) -> str:
    return ", ".join(str(one.number) for one in campaigns)


def _count(flags: NDArray[np.bool_]) -> str:
    return f"{int(flags.sum())} of {len(flags)}"
