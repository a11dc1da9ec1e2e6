"""Which small tables of facts about harm come with the package; data/README.md says whence."""

from importlib.resources import files

import polars as pl


def read_shipped(name: str) -> pl.DataFrame:
    """Return a table of the package's ``harm/data`` folder, all of it text.

    Parameters
    ----------
    name : str
        File name, such as "found-by.csv".

    Returns
    -------
    (n, c) frame of str

    Examples
    --------
    >>> read_shipped("found-by.csv").height
    11
    """
    # As bytes, since an installed package need not be a folder.
    return pl.read_csv((files("patrolwise.harm") / "data" / name).read_bytes(), infer_schema=False)
