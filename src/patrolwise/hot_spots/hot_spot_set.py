"""What one agreed set of hot spots is: its areas, how and from what they were chosen, its version.

An evaluation stands on areas that did not move after the result was seen. A set is therefore
versioned and hashed: changing an area makes a new version, with the reason written down.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from patrolwise.crimes.quality import FileRead
from patrolwise.errors import InputError, check_faults
from patrolwise.hot_spots.ranking import GammaPrior
from patrolwise.places import area_geometries, areas_from_geometries
from patrolwise.tables import AREAS, COUNTS, check_columns, make_table
from patrolwise.times import Window

DECIMALS = 1  # coordinates are kept to 0.1 m, which a file in degrees gives back exactly
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change of a set after it was made."""

    version: int  # that it made
    reason: str
    from_hash: str  # of the set that was changed

    def __post_init__(self) -> None:
        faults = []
        if self.version < 2:
            faults.append(f"An edit makes version 2 or later, got {self.version}.")
        if not self.reason.strip():
            faults.append("An edit needs a reason.")
        check_faults("Edit of a hot spot set", faults)


@dataclass(frozen=True, kw_only=True, eq=False)
class HotSpotSet:
    """A set of hot spots, as agreed. Coordinates are rounded to 0.1 m."""

    id: str  # lower-case words and numbers, joined by hyphens
    version: int = 1
    method: str  # in words a reader can check: "7 squares of 200 m by shrunken count, 100 m apart"
    window: Window  # of the crimes that they were chosen on
    definition: str  # id@version of those crimes
    areas: pl.DataFrame  # AREAS
    selected_on: pl.DataFrame = field(default_factory=lambda: make_table(COUNTS))  # may be empty
    prior: GammaPrior | None = None  # of all cells at that time, for regression to the mean
    created_from: tuple[FileRead, ...] = ()
    edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if not _ID.fullmatch(self.id):
            faults.append(f"The id must be words of a-z and 0-9 with hyphens, got {self.id!r}.")
        if self.version < 1:
            faults.append(f"The version must be 1 or more, got {self.version}.")
        if not self.method.strip():
            faults.append("The method must say how the hot spots were chosen.")
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", self.definition):
            faults.append(f"The definition must be id@version, got {self.definition!r}.")
        check_columns(self.areas, AREAS, name="areas")
        check_columns(self.selected_on, COUNTS, name="selected_on")
        ids = self.areas["area_id"].to_list()
        if not ids:
            faults.append("There is no area.")
        counted = self.selected_on["area_id"].to_list()
        if unknown := sorted(set(counted) - set(ids)):
            faults.append(f"Counts are given for {', '.join(unknown)}, which are no area of it.")
        if len(set(counted)) < len(counted):
            faults.append("An area has two counts.")
        check_faults(f"Hot spot set {self.id}", faults)
        object.__setattr__(self, "areas", _round_areas(self.areas))
        object.__setattr__(self, "selected_on", make_table(COUNTS, self.selected_on))

    @property
    def key(self) -> str:
        """The set's name in every figure: id@version."""
        return f"{self.id}@{self.version}"

    @property
    def area_hashes(self) -> dict[str, str]:
        """The sha256 of each area's shape, by area id; order and start of its ring are nothing."""
        shapes = shapely.normalize(area_geometries(self.areas))
        hashes = [hashlib.sha256(wkb).hexdigest() for wkb in shapely.to_wkb(shapes, byte_order=1)]
        return dict(zip(self.areas["area_id"].to_list(), hashes, strict=True))

    @property
    def hash(self) -> str:
        """The sha256 of what makes the set: area ids and shapes, method, window, definition."""
        content = {
            "areas": self.area_hashes,
            "method": self.method,
            "window": [self.window.name, str(self.window.first), str(self.window.last)],
            "definition": self.definition,
        }
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()

    def edited(self, areas: pl.DataFrame, reason: str) -> "HotSpotSet":
        """Return the next version, with other areas and the reason.

        Counts stay only for areas that did not change: those of an area drawn by hand are not what
        it was chosen on.

        Parameters
        ----------
        areas : (k, 3) AREAS
        reason : str

        Returns
        -------
        HotSpotSet

        Raises
        ------
        InputError
            No reason is given, nothing changed, or the areas are not right.
        """
        following = self.version + 1
        edit = Edit(version=following, reason=reason, from_hash=self.hash)
        drawn = replace(
            self,
            version=following,
            areas=areas,
            selected_on=make_table(COUNTS),
            edits=(*self.edits, edit),
        )
        if drawn.hash == self.hash:
            raise InputError(f"{self.key} was not changed, so it stays as it is.")
        before, after = self.area_hashes, drawn.area_hashes
        same = [area_id for area_id in after if after[area_id] == before.get(area_id)]
        return replace(drawn, selected_on=self.selected_on.filter(pl.col("area_id").is_in(same)))


def _round_areas(areas: pl.DataFrame) -> pl.DataFrame:
    shapes = [_round_shape(shape) for shape in area_geometries(areas)]
    return areas_from_geometries(areas["area_id"].to_list(), shapes, areas["name"].to_list())


def _round_shape(shape: BaseGeometry) -> BaseGeometry:
    # Adding 0 turns -0.0 into 0.0, which is another number to a hash.
    flat = shapely.force_2d(shape)
    return shapely.transform(flat, lambda xy: np.round(xy, DECIMALS) + 0.0)


def changed_areas(hashes: dict[str, str], found: dict[str, str]) -> Sequence[str]:
    """Return which areas differ, as short sentences: moved, added or missing.

    Parameters
    ----------
    hashes, found : dict of area id to hash
        As declared, and as they are.

    Returns
    -------
    sequence of str
        Empty when all are alike.

    Examples
    --------
    >>> changed_areas({"a": "1", "b": "2"}, {"a": "9", "c": "3"})
    ['a was changed', 'b is missing', 'c was added']
    >>> changed_areas({"a": "1"}, {"a": "1"})
    []
    """
    said = []
    for area_id in sorted({*hashes, *found}):
        if area_id not in found:
            said.append(f"{area_id} is missing")
        elif area_id not in hashes:
            said.append(f"{area_id} was added")
        elif hashes[area_id] != found[area_id]:
            said.append(f"{area_id} was changed")
    return said
