"""Which periods and areas of a study can be set side by side, and which are left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.crimes import count_crimes
from patrolwise.evaluation.area_panels import AreaPanel
from patrolwise.study.outcomes import split_window
from patrolwise.study.study_data import Study
from patrolwise.times import Window

_BLOCK = timedelta(weeks=4)
_MONTH, _FOUR_WEEKS = "month", "block of four weeks"


@dataclass(frozen=True, kw_only=True, eq=False)
class StudyPanel:
    """Crimes of hot spots, then comparison areas, by period; or why there is no such table."""

    panel: AreaPanel | None
    reason: str  # whole sentences; empty when there is a panel
    unit: str  # month, or block of four weeks
    periods: tuple[Window, ...]
    gap_days: int  # between the last period before and the first after
    left_out: tuple[str, ...]  # whole sentences

    @property
    def gap_periods(self) -> float:
        """The gap in lengths of a period."""
        return self.gap_days / (sum(p.days for p in self.periods) / len(self.periods))


def make_panel(study: Study, crimes: pl.DataFrame, selected: Window | None) -> StudyPanel:
    """Return the counts by area and period of one outcome, from the before window to the after.

    Periods are calendar months, or blocks of four weeks where a window is not of whole months.
    Left out are periods that hold a day on which the hot spots were chosen: there they are high by
    choice, and a comparison that begins there takes their return for a fall. Left out, too, are
    months that the files lack, days that fill no block, and all days between the two windows: they
    are neither before nor after.

    Parameters
    ----------
    study : Study
    crimes : (n, 16) CRIMES
        Those that belong to the outcome.
    selected : Window or None
        On which the hot spots were chosen; None: not known.

    Returns
    -------
    StudyPanel
        Before, the longest unbroken run of periods is taken, the later of two: a check of how
        areas moved needs periods that follow each other.
    """
    before, after = study.windows
    unit = _MONTH if before.is_whole_months and after.is_whole_months else _FOUR_WEEKS
    cut = [_cut(window, unit) for window in (before, after)]
    usable = [[_is_usable(p, study, selected) for p in periods] for periods in cut]
    first, last = _longest_run(usable[0])
    kept = [
        cut[0][first:last],
        [period for period, is_good in zip(cut[1], usable[1], strict=True) if is_good],
    ]
    reason = _find_reason(study, kept, unit)
    periods = (*kept[0], *kept[1])
    panel = None
    if not reason:
        treated = np.arange(study.areas.hot_spots.height + study.areas.comparison.height)
        panel = AreaPanel(
            counts=np.vstack(
                [
                    _count(crimes, a, periods)
                    for a in (study.areas.hot_spots, study.areas.comparison)
                ]
            ),
            treated=treated < study.areas.hot_spots.height,
            first_after=len(kept[0]),
        )
    return StudyPanel(
        panel=panel,
        reason=reason,
        unit=unit,
        periods=periods,
        gap_days=(kept[1][0].first - kept[0][-1].last).days - 1 if all(kept) else 0,
        left_out=tuple(_tell_left_out(study, selected, cut, unit)),
    )


def _cut(window: Window, unit: str) -> list[Window]:
    """Return the periods of a window, all of one kind; days that fill none are left over."""
    if unit == _MONTH:
        return split_window(window)
    starts = [window.first + k * _BLOCK for k in range(window.days // _BLOCK.days)]
    return [
        Window(f"{window.name} {k}", start, start + _BLOCK - timedelta(days=1))
        for k, start in enumerate(starts, start=1)
    ]


def _is_usable(period: Window, study: Study, selected: Window | None) -> bool:
    chosen_on = selected is not None and selected.overlaps(period)
    return not chosen_on and study.months.issuperset(period.months)


def _longest_run(usable: Sequence[bool]) -> tuple[int, int]:
    """Return where the longest run of true begins and ends, the later of two; (0, 0) for none."""
    best, at = (0, 0), 0
    for is_good, run in groupby(usable):
        length = len(list(run))
        if is_good and length >= best[1] - best[0]:
            best = (at, at + length)
        at += length
    return best


def _find_reason(study: Study, kept: Sequence[Sequence[Window]], unit: str) -> str:
    if not study.areas.comparison.height:
        return "There are no comparison areas. Declare them under [comparison] in the programme."
    return " ".join(
        f"No {unit} {when} can be compared: each holds days on which the hot spots were chosen, "
        "or is lacking in the crime files."
        for when, periods in zip(("before", "after"), kept, strict=True)
        if not periods
    )


def _tell_left_out(
    study: Study, selected: Window | None, cut: Sequence[Sequence[Window]], unit: str
) -> list[str]:
    told = []
    every = [period for periods in cut for period in periods]
    if selected is not None and (on := [p for p in every if selected.overlaps(p)]):
        told.append(
            f"{_number(len(on), unit)} on which the hot spots were chosen ({selected}): places "
            "that are chosen for a high count fall back by themselves."
        )
    lacking = sum(not study.months.issuperset(p.months) for p in every)
    if lacking:
        told.append(f"{_number(lacking, unit)} that the crime files lack: a gap is not a zero.")
    before, after = study.windows
    between = (after.first - before.last).days - 1
    if between > 0:
        told.append(
            f"{_number(between, 'day')} between the two windows: they are neither before nor after."
        )
    over = before.days + after.days - sum(period.days for period in every)
    if over:
        told.append(f"{_number(over, 'day')} at the ends of the windows that fill no {unit}.")
    return told


def _number(count: int, unit: str) -> str:
    if count == 1:
        return f"1 {unit}"
    return f"{count} {'blocks of four weeks' if unit == _FOUR_WEEKS else f'{unit}s'}"


def _count(
    crimes: pl.DataFrame, areas: pl.DataFrame, periods: Sequence[Window]
) -> NDArray[np.float64]:
    counted = count_crimes(crimes, areas, periods)
    return counted["crimes"].to_numpy().astype(float).reshape(areas.height, len(periods))
