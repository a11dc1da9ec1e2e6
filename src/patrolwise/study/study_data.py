"""A programme with its data: what every part of a study looks at."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from patrolwise.crimes.quality import FileFault, QualityReport
from patrolwise.evaluation.guards import Guard
from patrolwise.harm import CategoryWeights, HarmIndex
from patrolwise.hot_spots import HotSpotSet
from patrolwise.reporting.campaign_records import CampaignRecord
from patrolwise.study.areas import StudyAreas
from patrolwise.study.declared_trends import ReadTrend
from patrolwise.study.programme import Programme
from patrolwise.times import Window


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """A programme with its data, as every outcome needs it."""

    programme: Programme
    crimes: pl.DataFrame  # CRIMES near its places
    areas: StudyAreas
    weights: HarmIndex | CategoryWeights | None
    guards: tuple[Guard, ...]  # on the whole evaluation
    span: Window  # of the charts
    months: frozenset[date]  # that the crime files hold: others are gaps, not zeros
    is_open_data: bool
    selected: Window | None = None  # on which the hot spots were chosen; None: not on crimes
    trends: tuple[ReadTrend, ...] = ()  # wider areas that the programme declares
    campaigns: tuple[CampaignRecord, ...] = ()  # by their first day

    @property
    def windows(self) -> tuple[Window, Window]:
        """Before and after."""
        return self.programme.before, self.programme.after


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenedStudy:
    """A programme with all that was read for it, before anything is compared."""

    study: Study
    spots: HotSpotSet
    quality: QualityReport
    faults: tuple[FileFault, ...]  # files, and rows of a workbook, that could not be read
