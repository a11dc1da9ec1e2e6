"""What a comparison of days shows of an effect that outlasts its day, or is not all delivered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import check_faults
from patrolwise.planning.design_days import Design
from patrolwise.planning.drawing import Codes

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class EffectRule:
    """What patrol truly does to the crimes of a hot spot."""

    ratio: float  # rate on a day with patrol over the same day without any patrol before
    lasting: tuple[float, ...] = ()  # share of the effect on the log rate 1, 2, ... days later
    delivered: float = 1.0  # share of the planned days with patrol on which it takes place

    def __post_init__(self) -> None:
        checks = [
            (not 0 < self.ratio < np.inf, f"ratio must be above 0, got {self.ratio:g}."),
            (
                not all(0 <= share <= 1 for share in self.lasting),
                f"lasting must be shares from 0 to 1, got {self.lasting}.",
            ),
            (
                not 0 <= self.delivered <= 1,
                f"delivered must be a share from 0 to 1, got {self.delivered:g}.",
            ),
        ]
        check_faults("Effect", [sentence for is_wrong, sentence in checks if is_wrong])


@dataclass(frozen=True)
class Shown:
    """Mean rates of days with patrol and of days without, over those with no patrol ever."""

    treated: float
    control: float

    @property
    def ratio(self) -> float:
        """What the comparison shows, on average."""
        return self.treated / self.control


@dataclass(frozen=True)
class Strengths:
    """How strong the effect is on days with patrol and on days without: strength, and its share."""

    treated: tuple[tuple[float, float], ...]  # shares add up to 1
    control: tuple[tuple[float, float], ...]

    def show(self, ratio: float) -> Shown:
        """Return what comparing the days shows of a true rate ratio, on average."""
        treated, control = (
            sum(share * ratio**strength for strength, share in side)
            for side in (self.treated, self.control)
        )
        return Shown(treated, control)


def find_strengths(
    design: Design, codes: Codes, effect: EffectRule, rng: np.random.Generator
) -> Strengths:
    """Return how strong an effect is on the days that are compared.

    Parameters
    ----------
    design : Design
    codes : (count, hot spots, days) int8
        Drawn allocations to average over; 200 give three digits. With washout days out of play
        (`drop_washout`) it is what the comparison without them sees.
    effect : EffectRule
    rng : numpy Generator
        Decides which days are delivered.

    Returns
    -------
    Strengths
    """
    on, off = np.isin(codes, design.rule.treated), np.isin(codes, design.rule.untreated)
    strength = find_strength(design, on, effect, rng)
    return Strengths(_shares_of(strength[on]), _shares_of(strength[off]))


def find_strength(
    design: Design, treated: NDArray[np.bool_], effect: EffectRule, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the share of the effect on the log rate that each day has.

    Effects of several days do not add up: the strongest counts. Days out of play have no patrol.

    Parameters
    ----------
    design : Design
    treated : (count, hot spots, days) bool
        Days on which patrol is planned.
    effect : EffectRule
    rng : numpy Generator
        Decides which of them are delivered; not used where all are.

    Returns
    -------
    (count, hot spots, days) float32
        0 where no effect reaches, 1 on a delivered day.
    """
    done = treated
    if effect.delivered < 1:
        done = treated & (rng.random(treated.shape) < effect.delivered)
    column = design.ordinals - design.ordinals[0]
    every_day = np.zeros((*treated.shape[:2], int(column[-1]) + 1), dtype=np.float32)
    every_day[..., column] = done
    strongest = every_day.copy()
    for later, share in enumerate(effect.lasting, start=1):
        reached = strongest[..., later:]
        np.maximum(reached, np.float32(share) * every_day[..., :-later], out=reached)
    return np.asarray(strongest[..., column])


def find_random_days_ratio(ratio: float, *, share: float, days: int) -> float:
    """Return what on/off days show when each day is patrolled by its own toss of a coin.

    Parameters
    ----------
    ratio : float
        True rate ratio, in full on the day and on so many days after it.
    share : float
        Of days with patrol.
    days : int
        How many days after patrol the effect lasts.

    Returns
    -------
    float
        An off day is free of effect with probability (1 - share) ** days.

    Examples
    --------
    >>> [round(find_random_days_ratio(0.7, share=0.4, days=days), 2) for days in range(5)]
    [0.7, 0.8, 0.87, 0.92, 0.95]
    """
    free = (1 - share) ** days
    return ratio / (free + (1 - free) * ratio)


def fade(half_life_days: float, days: int) -> tuple[float, ...]:
    """Return the shares left of an effect that halves in so many days.

    Parameters
    ----------
    half_life_days : float
        Above 0.
    days : int
        How many days after patrol are looked at.

    Returns
    -------
    tuple of float

    Examples
    --------
    >>> fade(1.0, 3)
    (0.5, 0.25, 0.125)
    """
    return tuple(0.5 ** (day / half_life_days) for day in range(1, days + 1))


def _shares_of(strength: NDArray[np.float32]) -> tuple[tuple[float, float], ...]:
    values, counts = np.unique(strength, return_counts=True)
    return tuple(zip(values.tolist(), (counts / max(counts.sum(), 1)).tolist(), strict=True))
