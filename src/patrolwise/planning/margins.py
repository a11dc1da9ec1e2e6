"""How much of an effect is left when expected crimes are taken from totals that hold it."""

import numpy as np
from numpy.typing import NDArray

from patrolwise.planning.design_days import Design
from patrolwise.planning.drawing import Codes

Floats = NDArray[np.float64]

_TURNS = 30  # of fitting rows and columns: where most cells are in play, three give six digits


def find_share_left(design: Design, codes: Codes, strength: Floats, ratio: float) -> float:
    """Return the share of the log ratio that the comparison of days shows, on average.

    The test takes the crimes expected of a hot spot-day from the totals of the hot spot and of the
    days that are alike. Where every hot spot has each arm equally often on such days an effect is
    in all of them by one factor, and nothing is lost. Where washout days are left out it is in some
    more than in others, and part of it is taken for their level.

    Parameters
    ----------
    design : Design
    codes : (count, hot spots, days) int8
        Drawn allocations, washout days out of play where they are left out.
    strength : (count, hot spots, days) array
        Share of the effect on the log rate that each day has.
    ratio : float
        True rate ratio. The share hardly depends on it.

    Returns
    -------
    float
        1 where nothing is lost, and where the ratio is 1.

    References
    ----------
    Gail, Wieand and Piantadosi (1984), Biometrika 71(3), 431-444: effects shrink where what is
    adjusted for holds them. Deming and Stephan (1940), Annals of Mathematical Statistics 11(4),
    427-444, for the expected numbers.
    """
    if ratio == 1.0:
        return 1.0
    group = np.unique(np.asarray(design.alike), return_inverse=True)[1]
    member = (group[:, None] == np.arange(group.max() + 1)).astype(np.float64)
    in_play = codes.max(axis=0) >= 0
    on, off = (np.isin(codes, side) for side in (design.rule.treated, design.rule.untreated))
    logs = []
    for own_on, own_off, own in zip(on, off, strength, strict=True):
        if not own_on.any() or not own_off.any():
            continue  # the test is not defined for such a draw
        crimes = np.where(in_play, ratio**own, 0.0)
        expected = _spread(crimes, in_play, member)
        sides = [crimes[side].sum() / expected[side].sum() for side in (own_on, own_off)]
        logs.append(np.log(sides[0] / sides[1]))
    plain = (
        np.log((ratio ** strength[on]).mean() / (ratio ** strength[off]).mean()) if logs else 0.0
    )
    return float(np.mean(logs) / plain) if plain else 1.0


def _spread(crimes: Floats, in_play: NDArray[np.bool_], member: Floats) -> Floats:
    """Return crimes with the same totals of rows and of groups of columns, spread evenly."""
    held, cells = crimes @ member, in_play @ member
    expected = cells.copy()
    for _ in range(_TURNS):
        for axis in (1, 0):
            has = expected.sum(axis=axis)
            scale = np.divide(held.sum(axis=axis), has, out=np.zeros_like(has), where=has > 0)
            expected *= np.expand_dims(scale, axis)
    of_cell = np.divide(expected, cells, out=np.zeros_like(expected), where=cells > 0)
    return np.asarray(np.where(in_play, of_cell @ member.T, 0.0))
