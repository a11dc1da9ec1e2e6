"""What an experiment is to find, and in how much crime."""

from dataclasses import dataclass

import numpy as np

from patrolwise.errors import check_faults
from patrolwise.planning.lasting import EffectRule


@dataclass(frozen=True, kw_only=True)
class PowerCase:
    """What is to be found, in how much crime."""

    effect: EffectRule
    crimes_a_day: float  # of a hot spot, on a working day, without any patrol
    dispersion: float = 1.0  # variance over mean of the crimes of a hot spot-day; 1 is Poisson
    harms: tuple[float, ...] = ()  # of single crimes as recorded; given: the outcome is harm
    without_washout: bool = False  # leave washout days out of the comparison
    level: float = 0.95

    def __post_init__(self) -> None:
        checks = [
            (
                not 0 < self.crimes_a_day < np.inf,
                f"crimes_a_day must be above 0, got {self.crimes_a_day:g}.",
            ),
            (
                not 1 <= self.dispersion < np.inf,
                f"dispersion must be 1 or more, got {self.dispersion:g}.",
            ),
            (
                bool(self.harms) and not (min(self.harms) >= 0 and sum(self.harms) > 0),
                "harms must be 0 or more, and not all 0.",
            ),
            (not 0 < self.level < 1, f"level must lie between 0 and 1, got {self.level:g}."),
        ]
        check_faults("Power", [sentence for is_wrong, sentence in checks if is_wrong])

    @property
    def outcome(self) -> str:
        """Crimes or harm."""
        return "harm" if self.harms else "crimes"

    @property
    def spread(self) -> float:
        """Variance over mean of the outcome of a hot spot-day, over the mean harm of a crime.

        The harm of N crimes has variance E(N) Var(h) + Var(N) E(h)²; so phi becomes
        phi - 1 + E(h²) / E(h)², by far the larger where few crimes hold most of the harm.
        """
        if not self.harms:
            return self.dispersion
        harm = np.asarray(self.harms, dtype=np.float64)
        return float(self.dispersion - 1 + (harm**2).mean() / harm.mean() ** 2)
