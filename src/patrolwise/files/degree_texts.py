"""What degrees, minutes and seconds come to, however a system writes them."""

import polars as pl

_SIGN, _DEGREES, _MINUTES, _SECONDS = "sign", "degrees", "minutes", "seconds"
_SIDES = "[NSEW]"  # capitals: a small s may stand for seconds
# 52°37'45.2"N, N 52 37.753, -1:08:12, 1d08m12sW: what stands between the numbers is passed over
_PATTERN = (
    rf"^\s*(?P<before>{_SIDES})?\s*(?P<{_SIGN}>[+-])?\s*(?P<{_DEGREES}>\d{{1,3}})"
    rf"(?:[^\d.,+-]+(?P<{_MINUTES}>\d{{1,2}}(?:\.\d+)?)"
    rf"(?:[^\d.,+-]+(?P<{_SECONDS}>\d{{1,2}}(?:\.\d+)?))?)"
    rf"[^\d.,+NSEW-]*(?P<after>{_SIDES})?\s*$"
)


def read_degrees(texts: pl.Series) -> pl.Series:
    r"""Return degrees with decimals of texts of degrees, minutes and, if any, seconds.

    Parameters
    ----------
    texts : (n,) series of str
        South and west by a capital before or after, or by a minus.

    Returns
    -------
    (n,) series of float
        Null where a text is none such: minutes or seconds of 60 and more, or two signs.

    Examples
    --------
    >>> texts = pl.Series(["52\N{DEGREE SIGN}30'36''N", "1 8.4 W", "-1:30:00", "52.51"])
    >>> read_degrees(texts).to_list()
    [52.51, -1.14, -1.5, None]
    """
    parts = texts.cast(pl.String).str.extract_groups(_PATTERN).struct.unnest()
    number = {
        name: pl.col(name).cast(pl.Float64).fill_null(0.0)
        for name in (_DEGREES, _MINUTES, _SECONDS)
    }
    side = pl.coalesce("before", "after")
    is_said_twice = pl.sum_horizontal(pl.col("before", "after", _SIGN).is_not_null()) > 1
    is_whole = (number[_MINUTES] < 60) & (number[_SECONDS] < 60) & ~is_said_twice
    is_below = side.is_in(["S", "W"]).fill_null(False) | (pl.col(_SIGN) == "-").fill_null(False)
    size = number[_DEGREES] + number[_MINUTES] / 60 + number[_SECONDS] / 3600
    signed = pl.when(is_below).then(-size).otherwise(size)
    return parts.select(
        pl.when(pl.col(_DEGREES).is_not_null() & is_whole).then(signed.round(9))
    ).to_series()
