"""How an allocation is kept secret and yet cannot be changed: a seal, and its published hash.

Before the start a hash is published of everything that makes the allocation: design, seed and a
nonce that nobody can guess. Whoever holds the seal can show the allocation later, and anybody can
check that it is the one of which the hash was published.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.planning.allocation import (
    Allocation,
    DrawnSet,
    draw_allocation,
    draw_allocations,
)
from patrolwise.planning.design_days import Design
from patrolwise.planning.design_records import make_design, record_design

SCHEMA = "patrolwise.seal/1"
_NEEDED = ("schema", "design", "seed", "nonce", "allocation")


@dataclass(frozen=True, kw_only=True, eq=False)
class Seal:
    """Everything that makes an allocation; secret until the experiment has ended."""

    design: Design
    seed: int
    nonce: str  # 32 random bytes in hexadecimal
    allocation: str  # hash of the allocation that the seed gave

    def as_record(self) -> dict[str, Any]:
        """Return it as plain values fit for JSON; `open_seal` is the way back."""
        return {
            "schema": SCHEMA,
            "design": record_design(self.design),
            "seed": str(self.seed),  # text: many readers of JSON round whole numbers this large
            "nonce": self.nonce,
            "allocation": self.allocation,
        }

    @property
    def sha256(self) -> str:
        """The hash that is published."""
        return hash_record(self.as_record())


@dataclass(frozen=True, kw_only=True)
class Published:
    """What is told to everybody before the start; it says nothing about any day."""

    sha256: str  # of the seal
    rule: Mapping[str, Any]
    areas: int  # how many hot spots
    days: int  # how many working days
    in_play: int  # hot spot-days drawn
    set_count: int  # allocations of the drawn set
    set_seed: int  # that the set is drawn from: it follows from the hash


def seal_allocation(design: Design, seed: int, nonce: str) -> Seal:
    """Return the seal of the allocation that a seed gives.

    Parameters
    ----------
    design : Design
    seed : int
        As `draw_allocation`.
    nonce : str
        64 hexadecimal digits, as `secrets.token_hex(32)` gives: without it, a short seed could be
        found by trying.

    Returns
    -------
    Seal

    Raises
    ------
    InputError
        The seed is negative, or the nonce is not 64 hexadecimal digits.
    RefusedError
        As `draw_allocation`.
    """
    if len(nonce) != 64 or set(nonce) - set("0123456789abcdef"):
        raise InputError(
            "The nonce must be 64 digits 0 to 9 and a to f. Take secrets.token_hex(32)."
        )
    return Seal(
        design=design, seed=seed, nonce=nonce, allocation=draw_allocation(design, seed).sha256
    )


def publish_seal(seal: Seal, set_count: int = 10_000) -> Published:
    """Return what is told to everybody before the start.

    Parameters
    ----------
    seal : Seal
    set_count : int
        How many allocations the drawn set will have: decided now, not after the data.

    Returns
    -------
    Published
    """
    return Published(
        sha256=seal.sha256,
        rule=seal.design.rule.as_record(),
        areas=seal.design.shape[0],
        days=seal.design.shape[1],
        in_play=int(seal.design.in_play.sum()),
        set_count=set_count,
        set_seed=find_set_seed(seal.sha256),
    )


def find_set_seed(sha256: str) -> int:
    """Return the seed of the drawn set that belongs to a published hash.

    Parameters
    ----------
    sha256 : str
        64 hexadecimal digits.

    Returns
    -------
    int
        Nobody chose it, and it says nothing of the allocation's own seed.
    """
    return int(sha256, 16)


def open_seal(record: Mapping[str, Any]) -> Seal:
    """Return the seal that a record holds; `verify_seal` says whether it is the published one.

    Parameters
    ----------
    record : mapping
        As `Seal.as_record` gives it.

    Returns
    -------
    Seal

    Raises
    ------
    InputError
        A part is missing or wrong, or another version of Patrolwise drew it otherwise.
    """
    faults = [f"{name} is missing." for name in _NEEDED if name not in record]
    if record.get("schema", SCHEMA) != SCHEMA:
        faults.append(f"schema is {record['schema']}, and this version reads {SCHEMA}.")
    if not str(record.get("seed", "0")).isdecimal():
        faults.append(f"seed must be a whole number, got {record['seed']}.")
    check_faults("Seal", faults)
    design, seed = make_design(record["design"]), int(record["seed"])
    return Seal(
        design=design,
        seed=seed,
        nonce=str(record["nonce"]),
        allocation=str(record["allocation"]),
    )


def verify_seal(seal: Seal, published_sha256: str) -> Allocation:
    """Return the allocation of a seal, if it is the one that was published.

    Parameters
    ----------
    seal : Seal
    published_sha256 : str
        The hash that was told before the start.

    Returns
    -------
    Allocation
        Drawn again from the seed.

    Raises
    ------
    RefusedError
        The seal is not the published one, or its seed does not give its allocation.
    """
    if seal.sha256 != published_sha256.strip().lower():
        raise RefusedError(
            f"This seal has the hash {seal.sha256[:12]}..., and published was "
            f"{published_sha256[:12]}...: something in it was changed after the hash was told, or "
            "it is the seal of another experiment. Do not call its allocation randomised."
        )
    allocation = draw_allocation(seal.design, seal.seed)
    if allocation.sha256 != seal.allocation:
        raise RefusedError(
            "The seed of this seal gives another allocation than it did. Draw it with the versions "
            "of Patrolwise and numpy that sealed it."
        )
    return allocation


def verify_drawn_set(drawn: DrawnSet, published: Published) -> None:
    """Raise unless a drawn set is the one that was announced before the start.

    Parameters
    ----------
    drawn : DrawnSet
    published : Published

    Raises
    ------
    RefusedError
        Its rule, count or seed is another, or its seed gives other draws; all is named.
    """
    design = drawn.design
    told = {
        "rule": (design.rule.as_record(), dict(published.rule)),
        "hot spots": (design.shape[0], published.areas),
        "hot spot-days in play": (int(design.in_play.sum()), published.in_play),
        "count": (drawn.count, published.set_count),
        "seed": (drawn.seed, published.set_seed),
    }
    faults = [
        f"Its {what} is not what was published. Take the set that was drawn for this experiment."
        for what, (has, should) in told.items()
        if has != should
    ]
    if not faults:
        again = draw_allocations(design, drawn.count, drawn.seed)
        if again.sha256 != drawn.sha256:
            faults.append("Its seed gives other draws. Draw the set again from the design.")
    check_faults("Drawn set", faults, RefusedError)


def hash_record(record: Mapping[str, Any]) -> str:
    """Return the hash of a record, whatever the order and the spacing of its file.

    Parameters
    ----------
    record : mapping
        Plain values fit for JSON.

    Returns
    -------
    str
        SHA-256, in hexadecimal, of its JSON with sorted keys and no spaces.
    """
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
