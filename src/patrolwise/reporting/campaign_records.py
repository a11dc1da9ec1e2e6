"""What results hold of campaigns: days on which counts may differ because more was done."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MarkedCampaign:
    """One campaign as the charts mark it: days are ISO dates, both included."""

    number: int  # on every chart, by first day
    name: str
    first: str
    last: str
    where: str  # in words
    url: str  # empty: none was given


@dataclass(frozen=True, kw_only=True)
class CampaignRecord(MarkedCampaign):
    """One campaign of an evaluation, and which of its places it was in."""

    areas: tuple[str, ...]  # ids of areas of the evaluation; empty: everywhere
    in_hot_spots: bool  # whether it was in any of them
    in_comparison: bool  # likewise the comparison areas
    declared_in: str  # "programme", or "site": recorded on the site that ran the evaluation
