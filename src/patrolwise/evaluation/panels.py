"""Crimes of places by days, and what was done there: the panel that models are fitted to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError, RefusedError, check_faults

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """Crimes of rows by columns, and what may have changed them.

    Rows have an effect each. Where columns are days, `column_terms` are weekdays, months, events.
    """

    crimes: Floats  # (rows, columns), 0 or more; need not be whole
    exposure: Floats  # (rows, columns): 0 where a cell does not count, else 1 or hours at risk
    column_terms: Floats | None  # (columns, q); None: an effect of every column by itself
    terms: Floats  # (k, rows, columns): what is asked about, zeros where nothing was done
    names: tuple[str, ...]  # of the k terms

    def __post_init__(self) -> None:
        shape, faults = self.crimes.shape, []
        if self.crimes.ndim != 2 or self.exposure.shape != shape:
            faults.append(
                f"crimes and exposure must be rows by columns, got {shape} and "
                f"{self.exposure.shape}."
            )
        elif self.column_terms is not None and (
            self.column_terms.ndim != 2 or len(self.column_terms) != shape[1]
        ):
            faults.append(f"column_terms must have {shape[1]} rows: {self.column_terms.shape}.")
        elif self.terms.shape != (len(self.names), *shape):
            faults.append(
                f"terms must be of shape {(len(self.names), *shape)}, got {self.terms.shape}."
            )
        for name in ("crimes", "exposure", "column_terms", "terms"):
            values = getattr(self, name)
            if values is None:
                continue
            is_signed = name in ("column_terms", "terms")
            if not np.isfinite(values).all() or (not is_signed and (values < 0).any()):
                told = "finite" if is_signed else "0 or more"
                faults.append(f"{name} must be {told}, none missing.")
        check_faults("Panel", faults)


def make_panel(
    crimes: ArrayLike,
    terms: Mapping[str, ArrayLike],
    column_terms: ArrayLike | None = None,
    exposure: ArrayLike | None = None,
) -> Panel:
    """Return a panel from arrays; without column terms every column has an effect of its own.

    Parameters
    ----------
    crimes : (rows, columns) array
    terms : name → (rows, columns) array
    column_terms : (columns, q) array, optional
    exposure : (rows, columns) array, optional
        None counts every cell alike.

    Returns
    -------
    Panel

    Raises
    ------
    InputError
        Shapes do not match, or a value is missing or negative.
    """
    counts = np.asarray(crimes, dtype=np.float64)
    if counts.ndim != 2:
        raise InputError(f"crimes must be rows by columns, got the shape {counts.shape}.")
    return Panel(
        crimes=counts,
        exposure=np.ones_like(counts) if exposure is None else np.asarray(exposure, dtype=float),
        column_terms=None if column_terms is None else np.asarray(column_terms, dtype=float),
        terms=_stack(terms, counts.shape),
        names=tuple(terms),
    )


def with_terms(panel: Panel, terms: Mapping[str, ArrayLike]) -> Panel:
    """Return the panel with more terms.

    Parameters
    ----------
    panel : Panel
    terms : name → (rows, columns) array

    Returns
    -------
    Panel

    Raises
    ------
    InputError
        A shape or value is wrong, or a name is there already.
    """
    if twice := [name for name in terms if name in panel.names]:
        raise InputError(f"The panel has {', '.join(twice)} already. Give each term its own name.")
    return replace(
        panel,
        terms=np.concatenate([panel.terms, _stack(terms, panel.crimes.shape)]),
        names=(*panel.names, *terms),
    )


def _stack(terms: Mapping[str, ArrayLike], shape: tuple[int, ...]) -> Floats:
    arrays = {name: np.asarray(one, dtype=np.float64) for name, one in terms.items()}
    if wrong := [f"{name} is {one.shape}" for name, one in arrays.items() if one.shape != shape]:
        raise InputError(f"Terms must be of the panel's shape {shape}: {', '.join(wrong)}.")
    return np.stack(list(arrays.values())) if arrays else np.empty((0, *shape))


@dataclass(frozen=True, eq=False)
class GivenPanel:
    """What a model is fitted to: a panel without what has no crime, turned where it helps."""

    crimes: Floats
    exposure: Floats
    column_terms: Floats
    terms: Floats
    clusters: NDArray[np.int64]  # from 0, of rows, or of columns where it is turned
    is_turned: bool


def leave_out_empty(panel: Panel, clusters: Sequence[int] | None) -> GivenPanel:
    """Return the panel without rows and columns that have no crime, which fit perfectly.

    Parameters
    ----------
    panel : Panel
    clusters : sequence of int or None
        One number for each row; None: each row by itself.

    Returns
    -------
    GivenPanel

    Raises
    ------
    InputError
        clusters are not one for each row.
    RefusedError
        Fewer than two clusters have crime.
    """
    rows = len(panel.crimes)
    own = np.arange(rows) if clusters is None else np.asarray(clusters, dtype=np.int64)
    if own.shape != (rows,):
        raise InputError(f"clusters must be {rows} numbers, one for each row, got {own.shape}.")
    exposure, flags = panel.exposure.copy(), panel.column_terms
    held = -1
    while held != (held := int((exposure > 0).sum())):
        crimes = np.where(exposure > 0, panel.crimes, 0.0)
        exposure[crimes.sum(axis=1) == 0] = 0.0
        exposure[:, _empty_columns(crimes.sum(axis=0), flags)] = 0.0
    in_rows, in_columns = (exposure > 0).any(axis=1), (exposure > 0).any(axis=0)
    names, place = np.unique(own[in_rows], return_inverse=True)
    if len(names) < 2:
        raise RefusedError(
            f"{len(names)} clusters have crime in cells that count. An error needs two or more "
            "that differ: give more hot spots or a longer window."
        )
    cut = np.ix_(in_rows, in_columns)
    crimes, exposure = np.where(exposure > 0, panel.crimes, 0.0)[cut], exposure[cut]
    terms = panel.terms[:, in_rows][:, :, in_columns]
    if flags is not None:
        kept = _independent(flags[in_columns])
        return GivenPanel(crimes, exposure, kept, terms, place, is_turned=False)
    # days are many and places few: days' effects are then those that need no equation
    places = np.eye(len(crimes))[:, 1:]
    return GivenPanel(crimes.T, exposure.T, places, terms.transpose(0, 2, 1), place, is_turned=True)


def _empty_columns(crimes: Floats, flags: Floats | None) -> NDArray[np.bool_]:
    """Return which columns have an effect that nothing but days without crime would tell."""
    if flags is None:
        return np.asarray(crimes == 0, dtype=np.bool_)
    is_flag = np.isin(flags, (0.0, 1.0)).all(axis=0)
    is_empty = is_flag & (crimes @ flags == 0)
    return np.asarray((flags[:, is_empty] > 0).any(axis=1), dtype=np.bool_)


def _independent(terms: Floats) -> Floats:
    """Return the column terms without those that the rows' effects or earlier terms make up."""
    if not terms.shape[1]:
        return terms
    centred = terms - terms.mean(axis=0)
    basis: list[int] = []
    rest = centred.copy()
    for place in range(terms.shape[1]):
        size = float(rest[:, place] @ rest[:, place])
        if size <= 1e-10 * max(float(centred[:, place] @ centred[:, place]), 1e-300):
            continue
        basis.append(place)
        unit = rest[:, place] / np.sqrt(size)
        rest[:, place + 1 :] -= np.outer(unit, unit @ rest[:, place + 1 :])
    return terms[:, basis]
