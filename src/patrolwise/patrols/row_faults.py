"""Which rows of a table are wrong, told so that a person finds them in the file or the frame."""

import polars as pl

MOST_TOLD = 20  # rows of one fault that a message lists; the others are counted


def number_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with a column `row`: the line in its file, or else the row's place from 1.

    Parameters
    ----------
    frame : (n, c) frame
        A reader leaves the line in `row`; that is kept.

    Returns
    -------
    (n, c or c + 1) frame

    Examples
    --------
    >>> number_rows(pl.DataFrame({"day": ["x", "y"]}))["row"].to_list()
    [1, 2]
    """
    return frame if "row" in frame.columns else frame.with_row_index("row", offset=1)


def describe_bad_rows(
    numbered: pl.DataFrame, is_bad: pl.Expr, column: str, remedy: str
) -> list[str]:
    """Return one sentence for each row where a column is wrong, with row, column and value.

    After the first 20 rows one more sentence counts the rest.

    Parameters
    ----------
    numbered : (n, c) frame
        With `row`, as from `number_rows`.
    is_bad : Expr of bool
        Null counts as bad: nothing can be said for such a row.
    column : str
        The column to name and show.
    remedy : str
        What is wrong and what to do, after the value.

    Returns
    -------
    list of str
        No items when no row is bad.

    Examples
    --------
    >>> frame = number_rows(pl.DataFrame({"people": [2, 0]}))
    >>> describe_bad_rows(frame, pl.col("people") < 1, "people", "write 1 or more.")
    ['Row 2, column people is 0: write 1 or more.']
    """
    bad = numbered.filter(is_bad.fill_null(value=True)).select("row", column)
    told = [
        f"Row {row}, column {column} is {_show(value)}: {remedy}"
        for row, value in bad.head(MOST_TOLD).iter_rows()
    ]
    return told + count_rest(column, bad.height)


def count_rest(column: str, bad: int) -> list[str]:
    """Return the sentence that counts the bad rows too many to list; no items when all were told.

    Parameters
    ----------
    column : str
    bad : int
        How many rows are bad in that column.

    Returns
    -------
    list of str

    Examples
    --------
    >>> count_rest("day", 23)
    ['Column day is wrong in 3 more rows.']
    """
    return [f"Column {column} is wrong in {bad - MOST_TOLD} more rows."] if bad > MOST_TOLD else []


def _show(value: object) -> str:
    if value is None:
        return "blank"
    return repr(value) if isinstance(value, str) else f"{value}"
