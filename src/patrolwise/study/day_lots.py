"""How days that were drawn by lot, and the set they could have been, become arrays of days."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from patrolwise.crimes.day_counts import DayCounts
from patrolwise.errors import InputError
from patrolwise.evaluation.day_comparison import DrawnDays
from patrolwise.files.allocations import read_drawn_set, read_published, read_seal
from patrolwise.planning.allocation import Allocation
from patrolwise.planning.sealing import verify_drawn_set, verify_seal
from patrolwise.study.file_names import DRAWS, PUBLIC


@dataclass(frozen=True, kw_only=True)
class DayLot:
    """Where the lot of a comparison is, and whose patrols it decided."""

    seal: Path
    published: Path  # folder: published.json and the drawn set
    service: str


def read_day_lot(lot: DayLot, counts: DayCounts) -> DrawnDays:
    """Return the allocation and the set that could have been drawn, on the calendar of the days.

    Parameters
    ----------
    lot : DayLot
    counts : DayCounts
        Whose hot spots and days the arrays follow.

    Returns
    -------
    DrawnDays

    Raises
    ------
    InputError
        A file is wrong or is not what was told before the start, or they are of another
        experiment.
    """
    seal = read_seal(lot.seal)
    # both are held against what was told before the start: else nothing was drawn by lot
    published = read_published(lot.published / PUBLIC)
    allocation = verify_seal(seal, published.sha256)
    drawn = read_drawn_set(lot.published / DRAWS)
    verify_drawn_set(drawn, published)
    _check_lot(lot, allocation, counts)
    design, arm = allocation.design, _sides_of(allocation, lot.service)
    rows = [design.area_ids.index(area) for area in counts.area_ids]
    place = {day: column for column, day in enumerate(design.days)}
    columns = [place.get(day, -1) for day in counts.days]

    def lay(codes: NDArray[np.int8]) -> NDArray[np.int8]:
        mapped = np.where(codes >= 0, arm[codes], np.int8(-1))[..., rows, :]
        outside = np.full((*mapped.shape[:-1], 1), np.int8(-1))
        return np.ascontiguousarray(np.concatenate([mapped, outside], axis=-1)[..., columns])

    out = max(design.alike) + 1  # of days that are not in the experiment
    return DrawnDays(
        arms=lay(allocation.codes),
        draws=lay(drawn.codes),
        alike=tuple(design.alike[column] if column >= 0 else out for column in columns),
        sha256=allocation.sha256,
    )


def _sides_of(allocation: Allocation, service: str) -> NDArray[np.int8]:
    """Return for each arm 0 with the service, 1 without, -1 where no other arm is like it.

    Arms are alike when the other services are the same: both services against the other alone,
    one alone against none.
    """
    arms = [one.services for one in allocation.design.rule.arms]
    others = [tuple(name for name in arm if name != service) for arm in arms]
    sides = np.full(128, -1, dtype=np.int8)
    for code, (arm, other) in enumerate(zip(arms, others, strict=True)):
        has = service in arm
        pairs = [o for a, o in zip(arms, others, strict=True) if (service in a) != has]
        if other in pairs:
            sides[code] = 0 if has else 1
    return sides


def _check_lot(lot: DayLot, allocation: Allocation, counts: DayCounts) -> None:
    design, faults = allocation.design, []
    if missing := [one for one in counts.area_ids if one not in design.area_ids]:
        faults.append(f"the allocation lacks the hot spots {', '.join(missing)}")
    first, last = counts.days[0], counts.days[-1]
    if design.days[0] < first or design.days[-1] > last:
        faults.append(
            f"its days run from {design.days[0]} to {design.days[-1]}, those of the doses from "
            f"{first} to {last}"
        )
    if not any(lot.service in arm.services for arm in design.rule.arms):
        faults.append(f"no arm has {lot.service}")
    if faults:
        raise InputError(f"{lot.seal}: {'; '.join(faults)}. Give the files of this experiment.")
