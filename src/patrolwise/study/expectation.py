"""How many crimes to expect after, had nothing changed: regression to the mean allowed for."""

from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.crimes import count_crimes, local_day
from patrolwise.hot_spots import expected_next, fit_prior
from patrolwise.hot_spots.cells import count_cells
from patrolwise.study.areas import StudyAreas
from patrolwise.study.outcomes import OutcomeCounts
from patrolwise.study.programme import Programme
from patrolwise.times import Window


def expect_after(
    counts: OutcomeCounts, areas: StudyAreas, programme: Programme
) -> NDArray[np.float64] | None:
    """Return the crimes to expect in each hot spot after, with no effect and no trend.

    A gamma distribution of rates is fitted to all cells of the study area over every day that is
    known from before (the selection window and the before window together); each hot spot's own
    count is shrunk towards it.

    Parameters
    ----------
    counts : OutcomeCounts
    areas : StudyAreas
    programme : Programme

    Returns
    -------
    (k,) array, or None when hot spots were not chosen on cells of a study area

    References
    ----------
    Efron and Morris (1977), Scientific American 236(5), 119-127; Clayton and Kaldor (1987),
    Biometrics 43, 671-681.
    """
    select = programme.hot_spots.select
    if select is None or areas.grid is None or areas.study_area is None:
        return None
    known = merge_windows([select.window, programme.before])
    days = sum(window.days for window in known)
    dated = _within(counts.crimes, known)
    cells = count_cells(
        dated["x"].to_numpy(), dated["y"].to_numpy(), areas.grid, study_area=areas.study_area
    )
    prior = fit_prior(cells["crimes"].to_numpy(), days)
    own = count_crimes(counts.crimes, areas.hot_spots, known)
    seen = own["crimes"].to_numpy().reshape(areas.hot_spots.height, len(known)).sum(axis=1)
    return np.asarray(expected_next(prior, seen, days, programme.after.days), dtype=float)


def merge_windows(windows: list[Window]) -> list[Window]:
    """Return windows that cover the same days, none twice.

    Parameters
    ----------
    windows : list of Window

    Returns
    -------
    list of Window
        In order of time, named known-1, known-2 and so on.

    Examples
    --------
    >>> from datetime import date
    >>> [str(w) for w in merge_windows([
    ...     Window("a", date(2021, 1, 1), date(2021, 6, 30)),
    ...     Window("b", date(2021, 4, 1), date(2021, 12, 31))])]
    ['2021-01-01 to 2021-12-31']
    """
    merged: list[Window] = []
    for window in sorted(windows, key=lambda w: w.first):
        if merged and window.first <= merged[-1].last + timedelta(days=1):
            last = max(merged[-1].last, window.last)
            merged[-1] = Window(merged[-1].name, merged[-1].first, last)
        else:
            merged.append(Window(f"known-{len(merged) + 1}", window.first, window.last))
    return merged


def _within(crimes: pl.DataFrame, windows: list[Window]) -> pl.DataFrame:
    day = local_day()
    known = pl.any_horizontal([day.is_between(w.first, w.last) for w in windows])
    return crimes.filter(known)
