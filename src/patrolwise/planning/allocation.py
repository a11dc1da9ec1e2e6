"""Which hot spot gets which arm on which day: one allocation, and all that could have been drawn.

An allocation comes from a secret seed; the drawn set comes from a public one, by the same
mechanism. Under the hypothesis that arms do nothing, the allocation is one more draw like those
of the set: that is the whole reasoning of the randomisation test.
"""

import hashlib
import json
from dataclasses import dataclass

import numpy as np
import polars as pl

from patrolwise.errors import InputError
from patrolwise.planning.design_days import Design
from patrolwise.planning.design_records import record_design
from patrolwise.planning.drawing import OUT, Codes, draw_codes
from patrolwise.planning.plan_tables import ALLOCATIONS
from patrolwise.planning.washout import find_washout
from patrolwise.tables import make_table

# One seed never gives the allocation and the set the same stream of chance.
_FOR_ALLOCATION, _FOR_SET = 0, 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Allocation:
    """What each hot spot gets on each day."""

    design: Design
    codes: Codes  # (hot spots, days): numbers of the rule's arms, -1 out of play

    @property
    def sha256(self) -> str:
        """Hash of design and codes."""
        return hash_codes(self.design, self.codes)


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawnSet:
    """Allocations that could have been drawn just as well."""

    design: Design
    codes: Codes  # (count, hot spots, days)
    seed: int

    @property
    def count(self) -> int:
        """How many."""
        return len(self.codes)

    @property
    def sha256(self) -> str:
        """Hash of design and codes."""
        return hash_codes(self.design, self.codes)


def draw_allocation(design: Design, seed: int) -> Allocation:
    """Return the allocation that a seed gives.

    Parameters
    ----------
    design : Design
    seed : int
        0 or more; best one of 128 bits by `secrets.randbits(128)`, kept secret until the end.

    Returns
    -------
    Allocation

    Raises
    ------
    InputError
        The seed is negative.
    RefusedError
        No order was found that keeps the limit of runs.

    References
    ----------
    Permuted blocks and why the test must redraw by the same rule: Rosenberger and Lachin (2016),
    Randomization in Clinical Trials, 2nd edition, chapters 3 and 6. Crossovers of hot spots over
    days: Basford et al. (2021) and Bland et al. (2021), Cambridge Journal of Evidence-Based
    Policing; here balance within hot spot, block and weekday is added.
    """
    return Allocation(design=design, codes=draw_codes(design, 1, _stream(seed, _FOR_ALLOCATION))[0])


def draw_allocations(design: Design, count: int, seed: int) -> DrawnSet:
    """Return a set of allocations, each drawn as the one that is used was.

    Parameters
    ----------
    design : Design
        The same as the allocation's.
    count : int
        10,000 give a p-value of 0.05 to about 0.002.
    seed : int
        Public. `concealment.find_set_seed` makes it of the published hash, so that nobody can be
        thought to have chosen it.

    Returns
    -------
    DrawnSet
        A draw can be there twice, as chance has it.

    Raises
    ------
    InputError
        The seed is negative, or the count below 1 or too large.
    RefusedError
        No order was found that keeps the limit of runs.

    References
    ----------
    Hemerik and Goeman (2021), International Statistical Review 89(2), 367-381: a randomisation
    test needs draws from the mechanism, not a group of permutations.
    """
    codes = draw_codes(design, count, _stream(seed, _FOR_SET))
    return DrawnSet(design=design, codes=codes, seed=seed)


def tabulate_allocation(allocation: Allocation) -> pl.DataFrame:
    """Return an allocation as a table.

    Parameters
    ----------
    allocation : Allocation

    Returns
    -------
    (n, 5) ALLOCATIONS, by hot spot, then day
        Days out of play have no row.
    """
    design, codes = allocation.design, allocation.codes
    names = [arm.name for arm in design.rule.arms]
    starts, block_days = design.block_starts(), design.block_days
    area, day = np.nonzero(codes != OUT)
    return make_table(
        ALLOCATIONS,
        {
            "area_id": np.array(design.area_ids, dtype=object)[area],
            "day": pl.Series([design.days[number] for number in day], dtype=pl.Date),
            "block": [
                f"{design.area_ids[a]} from {starts[d // block_days]}"
                for a, d in zip(area, day, strict=True)
            ],
            "arm": [names[code] for code in codes[area, day]],
            "is_washout": find_washout(design, codes)[area, day],
        },
    )


def hash_codes(design: Design, codes: Codes) -> str:
    """Return the hash of one allocation, or of a set.

    Parameters
    ----------
    design : Design
    codes : (..., hot spots, days) int8

    Returns
    -------
    str
        SHA-256 in hexadecimal, of the design, the shape and the codes.
    """
    head = {"design": record_design(design), "shape": codes.shape}
    digest = hashlib.sha256(json.dumps(head, sort_keys=True).encode())
    digest.update(np.ascontiguousarray(codes).data)
    return digest.hexdigest()


def _stream(seed: int, purpose: int) -> np.random.Generator:
    if seed < 0:
        raise InputError(f"A seed must be 0 or more, got {seed}.")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(purpose,))))
