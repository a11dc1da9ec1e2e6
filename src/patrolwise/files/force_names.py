"""Which force a row of a form means, and which rows mean none."""

import polars as pl

from patrolwise.benchmarking.forces import find_force, territorial_forces


def name_forces(lines: pl.DataFrame, column: str) -> tuple[pl.Series, list[str]]:
    """Return the forces of a column under their one name, and what is wrong with other rows.

    Parameters
    ----------
    lines : (n, c) frame
        With `row`, the line in the file.
    column : str
        Text, without blanks.

    Returns
    -------
    (n,) series, list of str
        Null where a row names no territorial force.

    Examples
    --------
    >>> name_forces(pl.DataFrame({"row": [2, 3], "force": ["Kent Police", "Fife"]}), "force")[1]
    ["Row 3, column force is 'Fife': that is no police force of England and Wales. Mend the name."]
    """
    known = set(territorial_forces())
    named = [find_force(cell) for cell in lines[column]]
    forces = [force if force in known else None for force in named]
    faults = [
        f"Row {row}, column {column} is {cell!r}: that is no police force of England and Wales. "
        "Mend the name."
        for row, cell, force in zip(lines["row"], lines[column], forces, strict=True)
        if force is None
    ]
    return pl.Series(column, forces, dtype=pl.String), faults
