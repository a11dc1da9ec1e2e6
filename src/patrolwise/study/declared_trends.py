"""The wider areas that a programme declares, with their crimes by month."""

from collections.abc import Sequence
from dataclasses import dataclass

from patrolwise.errors import InputError, PatrolwiseError
from patrolwise.evaluation.national_trend import MonthlySeries
from patrolwise.files.month_series import read_month_series
from patrolwise.study.wider_trend_programme import WiderTrend


@dataclass(frozen=True, kw_only=True)
class ReadTrend:
    """A wider area as declared, and its crimes by month."""

    declared: WiderTrend
    series: MonthlySeries


def read_declared_trends(declared: Sequence[WiderTrend]) -> tuple[ReadTrend, ...]:
    """Return the wider areas with their crimes by month.

    Parameters
    ----------
    declared : sequence of WiderTrend

    Returns
    -------
    tuple of ReadTrend

    Raises
    ------
    InputError
        A file is wrong; the faults of all files are told together.
    """
    read, faults = [], []
    for one in declared:
        try:
            series = read_month_series(one.file, one.name, area=one.area, breaks=one.breaks)
        except PatrolwiseError as error:
            faults.append(str(error))
        else:
            read.append(ReadTrend(declared=one, series=series))
    if faults:
        raise InputError("\n".join(dict.fromkeys(faults)))
    return tuple(read)
