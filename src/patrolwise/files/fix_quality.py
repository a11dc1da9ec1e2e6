"""What was read of trackers' files, what was left out and why, and how each device behaved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from patrolwise.crimes import FileFault


@dataclass(frozen=True, kw_only=True)
class FixFile:
    """One file that was read."""

    name: str
    sha256: str  # of the bytes as they are stored
    format: str
    points: int  # kept and dropped
    kept: int
    dropped: dict[str, int]  # reason → points
    remarks: tuple[str, ...] = field(default=())  # whole sentences


@dataclass(frozen=True, kw_only=True)
class FixDevice:
    """One device: what its fixes say of it."""

    device_id: str
    fixes: int
    first: datetime
    last: datetime
    refresh_s: float | None  # median seconds from fix to fix; None with one fix
    accuracy_m: float | None  # median radius reported; None when none is
    longest_silence_s: float | None
    clock_backwards: int  # times that a fix is earlier than the one before it in its file


@dataclass(frozen=True, kw_only=True)
class FixQuality:
    """The data-quality report of fixes: every point is accounted for."""

    files: tuple[FixFile, ...]
    faults: tuple[FileFault, ...]
    points_read: int
    points_kept: int
    dropped: dict[str, int]  # reason → points; sums with points_kept to points_read
    devices: tuple[FixDevice, ...]  # by id
    first: datetime | None
    last: datetime | None
    simulated: bool  # any of it was made up by a program
    notes: tuple[str, ...] = field(default=())


def count_clock_backwards(fixes: pl.DataFrame) -> tuple[dict[str, int], bool]:
    """Return how often the clock of each device goes back in one file.

    Files with the newest fix first are usual. Of a device that has more steps back than forward
    the steps forward are counted.

    Parameters
    ----------
    fixes : (n, 10) FIXES in the order of the file

    Returns
    -------
    dict of device id to times, bool
        Devices without any are left out. Whether any device is newest first.
    """
    step = pl.col("time").diff().dt.total_microseconds()
    steps = fixes.group_by("device_id").agg(back=(step < 0).sum(), forth=(step > 0).sum())
    is_reversed = pl.col("back") > pl.col("forth")
    against = pl.when(is_reversed).then("forth").otherwise("back").alias("against")
    counted = steps.select("device_id", against).filter(pl.col("against") > 0).sort("device_id")
    return dict(counted.iter_rows()), not steps.filter(is_reversed).is_empty()


def describe_devices(fixes: pl.DataFrame, backwards: dict[str, int]) -> tuple[FixDevice, ...]:
    """Return what the fixes of each device say of it.

    Parameters
    ----------
    fixes : (n, 10) FIXES by device_id, then time, no instant of a device twice
    backwards : dict of device id to int
        How often its clock goes back.

    Returns
    -------
    tuple of FixDevice
        By id.
    """
    seconds = pl.col("time").diff().dt.total_microseconds() / 1_000_000
    told = fixes.group_by("device_id", maintain_order=True).agg(
        fixes=pl.len(),
        first=pl.col("time").first(),
        last=pl.col("time").last(),
        refresh_s=seconds.median(),
        accuracy_m=pl.col("accuracy_m").cast(pl.Float64).median(),
        longest_silence_s=seconds.max(),
    )
    return tuple(
        FixDevice(**row, clock_backwards=backwards.get(row["device_id"], 0))
        for row in told.iter_rows(named=True)
    )


def sum_dropped(files: Sequence[FixFile]) -> dict[str, int]:
    """Return the points dropped over all files, most frequent reason first.

    Parameters
    ----------
    files : sequence of FixFile

    Returns
    -------
    dict of reason to points
    """
    total: dict[str, int] = {}
    for one in files:
        for reason, points in one.dropped.items():
            total[reason] = total.get(reason, 0) + points
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))
