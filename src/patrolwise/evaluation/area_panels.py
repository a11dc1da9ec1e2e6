"""Which areas were treated, from when on, and how many crimes each had in each period."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import check_faults

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LIKE = 1.5  # times: how far levels of two groups may lie apart for one to stand for the other


@dataclass(frozen=True, kw_only=True)
class AreaPanel:
    """Crimes (or harm) by area and period, zeros included; all treated areas begin together.

    Periods are of one length (months, say) and in order of time; those from `first_after` on have
    the treatment. An area's size needs no allowance: it is in every period alike.
    """

    counts: Floats  # (areas, periods)
    treated: Flags  # (areas,)
    first_after: int  # position of the first period with treatment

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", np.asarray(self.counts, dtype=float))
        object.__setattr__(self, "treated", np.asarray(self.treated, dtype=bool))
        if self.counts.ndim != 2 or self.treated.shape != self.counts.shape[:1]:
            told = f"counts are {self.counts.shape}, treated is {self.treated.shape}"
            check_faults("Area panel", [f"Give areas by periods and a flag an area; {told}."])
        faults = []
        if not (np.isfinite(self.counts).all() and (self.counts >= 0).all()):
            faults.append("Counts must be 0 or more, none missing. A month without crime is 0.")
        if not 0 < self.first_after < self.counts.shape[1]:
            faults.append(
                f"first_after is {self.first_after} of {self.counts.shape[1]} periods: there must "
                "be a period before and one after."
            )
        if not 0 < self.treated.sum() < len(self.treated):
            faults.append(
                f"{self.treated.sum()} of {len(self.treated)} areas are treated: there must be a "
                "treated area and a comparison area."
            )
        check_faults("Area panel", faults)

    @property
    def before(self) -> Floats:
        """Each area's total before."""
        return np.asarray(self.counts[:, : self.first_after].sum(axis=1))

    @property
    def after(self) -> Floats:
        """Each area's total after."""
        return np.asarray(self.counts[:, self.first_after :].sum(axis=1))

    def relabel(self, treated: Flags) -> "AreaPanel":
        """Return the same crimes with other areas taken as treated."""
        return replace(self, treated=treated)


def has_like_level(before: Floats, other: Floats) -> bool:
    """Return whether one group's areas had at most 1.5 times the crime of the other's, on average.

    Parameters
    ----------
    before, other : (k,) array, (m,) array
        Crimes (or harm) of each area of either group before.

    Returns
    -------
    bool

    Examples
    --------
    >>> has_like_level(np.array([30.0, 30.0]), np.array([20.0, 20.0]))
    True
    >>> has_like_level(np.array([30.0]), np.array([19.0, 20.0]))
    False
    """
    one, two = float(before.mean()), float(other.mean())
    return one <= LIKE * two and two <= LIKE * one


def draw_labels(treated: Flags, draws: int, rng: np.random.Generator) -> Flags:
    """Return random choices of as many treated areas as there are: placebos in space.

    Parameters
    ----------
    treated : (areas,) bool
    draws : int
    rng : numpy Generator

    Returns
    -------
    (draws, areas) bool
        Each row has as many true as `treated`; any choice is as likely as another.

    Examples
    --------
    >>> labels = draw_labels(np.array([True, False, False]), 4, np.random.default_rng(1))
    >>> labels.sum(axis=1).tolist()
    [1, 1, 1, 1]
    """
    return rng.permuted(np.tile(treated, (draws, 1)), axis=1)
