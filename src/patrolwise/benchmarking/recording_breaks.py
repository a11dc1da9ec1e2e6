"""When recording changed, and which quarters of which forces cannot be trusted."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from patrolwise.benchmarking.forces import territorial_forces
from patrolwise.benchmarking.recorded_crime import ALL_GROUPS, FRAUD, RECORDED_CRIME
from patrolwise.errors import InputError
from patrolwise.tables import Column, Table, check_columns, make_table

RECORDING_BREAKS = Table(
    "RECORDING_BREAKS",
    "one change in how crime was recorded, or in what could be recorded",
    (
        Column("force", pl.String, "the force; null: all forces", True),
        Column("first_day", pl.Date, "first day of the new way"),
        Column("measures", pl.List(pl.String), "ids of the measures it touches; empty: every one"),
        Column("what", pl.String, "what changed, as a reader is told it"),
        Column("source", pl.String, "where that is told"),
        Column("how_sure", pl.String, "what of it is certain"),
    ),
)

RECORDING_FLAGS = Table(
    "RECORDING_FLAGS",
    "one reason not to trust the count of one force and quarter",
    (
        Column("force", pl.String, "one of the names of FORCES"),
        Column("quarter", pl.Date, "first day of the quarter"),
        Column("flag", pl.String, "missing, nought, below nought, jump or incomplete"),
        Column("what", pl.String, "what was seen, in a sentence"),
    ),
)

_CELL = ["force", "quarter"]


@dataclass(frozen=True, kw_only=True)
class JumpRule:
    """When a quarter of all crime stands out from the force's own year before and the nation's.

    0.25 flags 16 of 2,244 quarters of the tables of 2012/13 to 2025/26; half are the lockdowns in
    the City of London and on railways.
    """

    largest: float = 0.25  # share above, or 1 / 1.25 below

    def __post_init__(self) -> None:
        if not self.largest > 0:
            raise InputError(f"A jump's share must be above 0, got {self.largest}. Write 0.25.")


def load_recording_breaks() -> pl.DataFrame:
    """Return the changes of recording that are known, each with its source.

    Returns
    -------
    (n, 6) RECORDING_BREAKS, by day

    Examples
    --------
    >>> breaks = load_recording_breaks()
    >>> breaks.filter(force="Devon and Cornwall")["first_day"].to_list()
    [datetime.date(2022, 11, 1)]
    """
    return _shipped()


def check_recording(recorded: pl.DataFrame, rule: JumpRule = JumpRule()) -> pl.DataFrame:
    """Return the quarters whose counts cannot be trusted as they stand.

    Looked at is all crime without fraud, from a force's first quarter to the last of the table;
    for bodies that record nothing but fraud, that, without jumps. A quarter is flagged as

    - missing: the force has no row there;
    - nought, below nought: its total is 0, or less;
    - jump: its total over the mean of its four quarters before, divided by the same of all other
      territorial forces together, is beyond the rule's share;
    - incomplete: missing or nought in the last quarter of the table, which is then not all in.

    Jumps are looked for only in a table of every offence group: where it holds some kinds of crime,
    a jump of theirs is what is to be judged, not a reason not to.

    Parameters
    ----------
    recorded : (n, 6) RECORDED_CRIME
    rule : JumpRule

    Returns
    -------
    (k, 4) RECORDING_FLAGS, by force, then quarter

    Raises
    ------
    InputError
        `recorded` is no RECORDED_CRIME table.

    Examples
    --------
    >>> from datetime import date
    >>> rows = [("Kent", date(2023, month, 1), "34B", "Robbery", "Robbery of personal property", n)
    ...     for month, n in ((4, 250), (7, 240), (10, 0))]
    >>> recorded = pl.DataFrame(rows, schema=RECORDED_CRIME.schema, orient="row")
    >>> check_recording(recorded).select("quarter", "flag").rows()
    [(datetime.date(2023, 10, 1), 'incomplete')]
    """
    check_columns(recorded, RECORDED_CRIME, name="recorded")
    if recorded.is_empty():
        return make_table(RECORDING_FLAGS)
    totals = _total_quarters(recorded)
    last = totals["quarter"].max()
    is_last = pl.col("quarter") == last
    is_nothing = pl.col("n").is_null() | (pl.col("n") == 0)
    is_all_crime = set(ALL_GROUPS) <= set(recorded["offence_group"].unique())
    is_jump = pl.col("ratio").log().abs() > pl.lit(1 + rule.largest).log()
    flag = (
        pl.when(is_last & is_nothing)
        .then(pl.lit("incomplete"))
        .when(pl.col("n").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("n") == 0)
        .then(pl.lit("nought"))
        .when(pl.col("n") < 0)
        .then(pl.lit("below nought"))
        .when(is_jump & is_all_crime)
        .then(pl.lit("jump"))
    )
    flagged = _add_ratio(totals).with_columns(flag=flag).filter(pl.col("flag").is_not_null())
    return make_table(RECORDING_FLAGS, flagged.with_columns(what=_tell_flag()).sort(_CELL))


@cache
def _shipped() -> pl.DataFrame:
    data = (files("patrolwise.benchmarking") / "data" / "recording-breaks.csv").read_bytes()
    given = pl.read_csv(data, infer_schema=False)
    measures = pl.col("measures").fill_null("").str.split(" ")
    return make_table(
        RECORDING_BREAKS,
        given.with_columns(
            force=pl.when(pl.col("force") != "all").then("force"),
            first_day=pl.col("first_day").str.to_date(),
            measures=measures.list.eval(pl.element().filter(pl.element() != "")),
        ),
    )


def _total_quarters(recorded: pl.DataFrame) -> pl.DataFrame:
    """Return each force's total by quarter, from its first quarter on, null where there is none.

    Bodies that record nothing but fraud are followed to their last row: they come and go.
    """
    is_fraud = pl.col("offence_group") == FRAUD
    rows = recorded.with_columns(only_fraud=is_fraud.all().over("force"))
    known = rows.filter(~is_fraud | pl.col("only_fraud")).group_by(_CELL).agg(pl.sum("n"))
    spans = rows.group_by("force", "only_fraud").agg(
        begins=pl.min("quarter"), ends=pl.max("quarter")
    )
    every = spans.join(recorded.select("quarter").unique(), how="cross").filter(
        pl.col("quarter") >= pl.col("begins"),
        ~pl.col("only_fraud") | (pl.col("quarter") <= pl.col("ends")),
    )
    return every.join(known, on=_CELL, how="left").select(*_CELL, "only_fraud", "n").sort(_CELL)


def _add_ratio(totals: pl.DataFrame) -> pl.DataFrame:
    """Add each quarter's movement over its four before, divided by that of the other forces.

    The others are those forces with an area that have all five quarters.
    """
    before = pl.mean_horizontal(pl.col("n").shift(k).over("force") for k in range(1, 5))
    gaps = pl.any_horizontal(pl.col("n").shift(k).over("force").is_null() for k in range(5))
    is_whole = ~gaps & ~pl.col("only_fraud")
    whole = totals.with_columns(before=pl.when(is_whole).then(before)).with_columns(
        now=pl.when(pl.col("before").is_not_null()).then("n")
    )
    has_area = pl.col("force").is_in(territorial_forces())
    others = [
        (
            pl.col(c).filter(has_area).sum().over("quarter")
            - pl.when(has_area).then(c).otherwise(0)
        ).alias(f"others_{c}")
        for c in ("now", "before")
    ]
    own = pl.col("now") / pl.col("before")
    nation = pl.col("others_now") / pl.col("others_before")
    can = (pl.col("before") > 0) & (pl.col("others_before") > 0) & (pl.col("others_now") > 0)
    return whole.with_columns(others).with_columns(ratio=pl.when(can).then(own / nation))


def _tell_flag() -> pl.Expr:
    quarter = pl.col("quarter").dt.strftime("%-d %B %Y")
    share = ((pl.col("ratio") - 1) * 100).round(0).cast(pl.Int64, strict=False)
    side = pl.when(share > 0).then(pl.lit("above")).otherwise(pl.lit("below"))
    jump = "All crime in the quarter from {} is {} % {} what its last year and the others lead to."
    sentences = {
        "missing": pl.format("No crime is given for the quarter from {}.", quarter),
        "nought": pl.format("The total of the quarter from {} is 0.", quarter),
        "below nought": pl.format("The total of the quarter from {} is {}.", quarter, "n"),
        "jump": pl.format(jump, quarter, share.abs(), side),
        "incomplete": pl.format("The last quarter, from {}, is not all in yet.", quarter),
    }
    return pl.coalesce(
        pl.when(pl.col("flag") == flag).then(sentence) for flag, sentence in sentences.items()
    )
