"""How a Home Office offence code is written: one spelling out of the four that files use."""

import polars as pl


def normalise_codes(codes: pl.Series) -> pl.Series:
    """Return offence codes in one spelling, so that a crime finds its weight.

    The rule: blanks go and letters are capitals. Three digits, a stroke and two digits, or five
    digits, are a full Home Office classification and are written ``008/06``. Anything else is a
    short code: leading zeros go, a stroke before a sub-number becomes a point, and a sub-number
    of zero goes (spreadsheets turn 46 into 46.0). What is no code at all is left as it is.

    Parameters
    ----------
    codes : (n,) Series of str
        Nulls and blanks stay unknown.

    Returns
    -------
    (n,) Series of str, same name
        Null where the code is unknown. A spreadsheet that turned 4.10 into 4.1 cannot be mended.

    Examples
    --------
    >>> normalise_codes(pl.Series(["8n", "4/3", "001/01", "00200", "46.0", " "])).to_list()
    ['8N', '4.3', '001/01', '002/00', '46', None]
    """
    written = pl.col("code").str.replace_all(r"\s", "").str.to_uppercase()
    short = (
        written.str.replace(r"^0+(\d)", "${1}")
        .str.replace(r"^(\d+[A-Z]?)[./]0*(\d+)$", "${1}.${2}")
        .str.replace(r"^(\d+[A-Z]?)\.0$", "${1}")
    )
    spelling = (
        pl.when(written == "")
        .then(None)
        .when(written.str.contains(r"^\d{3}/?\d{2}$"))
        .then(written.str.replace(r"^(\d{3})/?(\d{2})$", "${1}/${2}"))
        .otherwise(short)
    )
    frame = pl.DataFrame({"code": codes.cast(pl.String)})
    return frame.select(spelling.alias(codes.name)).to_series()


def is_code(codes: pl.Series) -> pl.Series:
    """Return which texts are an offence code in the spelling of `normalise_codes`.

    Parameters
    ----------
    codes : (n,) Series of str
        Normalised.

    Returns
    -------
    (n,) Series of bool
        False where null.

    Examples
    --------
    >>> is_code(pl.Series(["105A", "4.3", "008/06", "UK FINANCE", None])).to_list()
    [True, True, True, False, False]
    """
    return codes.str.contains(r"^(\d{1,3}[A-Z]?(\.\d+)?|\d{3}/\d{2})$").fill_null(value=False)
