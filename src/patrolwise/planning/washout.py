"""Which days without patrol come too soon after one to count as days without."""

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import compiled
from patrolwise.planning.design_days import Design
from patrolwise.planning.drawing import OUT, Codes

_LONG_AGO = -1_000_000_000


def find_washout(design: Design, codes: Codes) -> NDArray[np.bool_]:
    """Return which days without patrol lie within the rule's washout days after one with patrol.

    Only days of the experiment are looked at: what was done on days out of play, or before the
    first day, is not known here.

    Parameters
    ----------
    design : Design
    codes : (..., hot spots, days) int8
        One allocation, or many.

    Returns
    -------
    bool array of the shape of `codes`
        Never True for a day with patrol or out of play.

    Examples
    --------
    >>> from datetime import date
    >>> from patrolwise.planning.design import DesignRule, ServiceLoad
    >>> from patrolwise.planning.design_days import lay_out_design
    >>> from patrolwise.times import Window
    >>> rule = DesignRule(
    ...     window=Window("trial", date(2024, 6, 3), date(2024, 6, 16)), weekdays=(1, 2, 3),
    ...     loads=(ServiceLoad("police"),), washout_days=1,
    ... )
    >>> codes = np.array([[0, 1, 1, 1, 0, 0]], dtype=np.int8)  # 0 is patrol
    >>> find_washout(lay_out_design(rule, ["a"]), codes).astype(int).tolist()
    [[0, 1, 0, 0, 0, 0]]
    """
    marks = np.zeros(codes.shape, dtype=np.bool_)
    has_patrol = np.array([bool(arm.services) for arm in design.rule.arms])
    many = codes.reshape(-1, *design.shape)
    mark_washout(
        many, design.ordinals, has_patrol, design.rule.washout_days, marks.reshape(many.shape)
    )
    return marks


def drop_washout(design: Design, codes: Codes) -> Codes:
    """Return allocations in which washout days are out of play.

    The estimate without washout days needs it of the allocation and of every drawn one, since the
    days that are too soon differ from draw to draw.

    Parameters
    ----------
    design : Design
    codes : (..., hot spots, days) int8

    Returns
    -------
    (..., hot spots, days) int8
        A new array.
    """
    return np.where(find_washout(design, codes), np.int8(OUT), codes)


@compiled
def mark_washout(
    codes: Codes,
    days: NDArray[np.int64],
    has_patrol: NDArray[np.bool_],
    washout_days: int,
    marks: NDArray[np.bool_],
) -> None:
    """Mark the days without patrol that come too soon after one with it.

    Parameters
    ----------
    codes : (count, hot spots, days) int8
    days : (days,) int64
        Numbers of the days, in order.
    has_patrol : (arms,) bool
    washout_days : int
    marks : (count, hot spots, days) bool
        True is written where it is so; nothing elsewhere.
    """
    for draw in range(codes.shape[0]):
        for area in range(codes.shape[1]):
            patrolled = _LONG_AGO
            for day in range(codes.shape[2]):
                arm = codes[draw, area, day]
                if arm == OUT:
                    continue
                if has_patrol[arm]:
                    patrolled = days[day]
                elif days[day] - patrolled <= washout_days:
                    marks[draw, area, day] = True
