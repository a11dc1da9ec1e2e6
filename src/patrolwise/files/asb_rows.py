"""How rows of texts become incidents, victims and subjects, and which of them are dropped."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from patrolwise.files.asb_mapping import WORD_KEYS, WORDS, AsbMapping
from patrolwise.partnership.asb_cases import (
    ASB_INCIDENTS,
    ASB_SUBJECTS,
    ASB_VICTIMS,
    MOST_TOLD,
    Basis,
)
from patrolwise.places.projection import to_national_grid
from patrolwise.tables import make_table

ALLEGED_MONTHS = 6  # that what a file alleges of a subject stands, unless it is evidenced
_LOCAL = "Europe/London"
# generous boxes round the United Kingdom: x low, x high, y low, y high
_BOXES = {4326: (-9.0, 2.5, 49.0, 61.5), 27700: (-200_000.0, 700_000.0, -10_000.0, 1_300_000.0)}
_SIDES = {"reported_at": "earliest", "happened_from": "earliest", "happened_to": "latest"}


@dataclass
class Lines:
    """How many lines, and the numbers of the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, rows: Sequence[int]) -> None:
        """Count more lines."""
        self.count += len(rows)
        self.first += rows[: MOST_TOLD - len(self.first)]


@dataclass
class RowTally:
    """What became of the rows of a file."""

    heads: list[str] = field(default_factory=list)  # of the file's columns
    rows_read: int = 0
    dropped: dict[str, Lines] = field(default_factory=dict)  # why → lines
    remarks: dict[str, Lines] = field(default_factory=dict)  # what was done → lines
    seen: set[str] = field(default_factory=set, repr=False)  # ids that were kept

    def drop(self, why: str, rows: Sequence[int]) -> None:
        """Count lines that are left out."""
        _add(self.dropped, why, rows)

    def remark(self, what: str, rows: Sequence[int]) -> None:
        """Count lines that are kept, something in them taken out or left open."""
        _add(self.remarks, what, rows)


def make_incidents(
    rows: pl.DataFrame, mapping: AsbMapping, tally: RowTally, source: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return incidents from rows of texts, and the rows that they came from.

    Parameters
    ----------
    rows : (n, c) frame
        The file's columns as texts, blank ones null, and `row`.
    mapping : AsbMapping
    tally : RowTally
        What is dropped or taken out is added to it.
    source : str
        The file's name.

    Returns
    -------
    (k, 15) ASB_INCIDENTS, (k, c + 2) frame
        The second with `reported_at` and `case_id` as read.
    """
    texts = {
        target: pl.concat_str(list(columns), separator=" ").alias(target)
        for target, columns in mapping.columns.items()
    }
    frame = rows.select("row", *texts.values())
    if "victim_id" in mapping.victims:
        frame = frame.with_columns(rows[mapping.victims["victim_id"]].alias("victim_id"))
    for target in _SIDES:
        if target in mapping.columns:
            frame = _read_time(frame, target, mapping, tally)
    frame = _drop(frame, "no reference", pl.col("incident_id").is_null(), tally)
    frame = _drop(frame, "no time of report", pl.col("reported_at").is_null(), tally)
    frame = _drop_repeated(frame, tally)
    frame = _take_out_wrong_times(frame, tally)
    frame = _read_words(frame, mapping, tally)
    frame = _read_place(frame, mapping, tally)
    incidents = make_table(ASB_INCIDENTS, frame.with_columns(source=pl.lit(source)))
    kept = rows.join(
        incidents.select("row", reported_at_="reported_at", case_id_="case_id"), on="row"
    )
    return incidents, kept


def make_people(kept: pl.DataFrame, mapping: AsbMapping) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return victims and subjects, two tables that share no row.

    Parameters
    ----------
    kept : (n, c + 2) frame
        As `make_incidents` returns it.
    mapping : AsbMapping

    Returns
    -------
    (v, 5) ASB_VICTIMS, (s, 10) ASB_SUBJECTS
        Each person once a case. A subject is alleged, from the day of the first report, for six
        months: a file evidences nothing.
    """
    day = pl.col("reported_at_").dt.convert_time_zone(_LOCAL).dt.date()
    victims = _people(kept, dict(mapping.victims), "victim_id")
    subjects = _people(kept, dict(mapping.subjects), "subject_id").with_columns(
        basis=pl.lit(Basis.ALLEGED.value),
        evidenced_on=day,
        review_due=day.dt.offset_by(f"{ALLEGED_MONTHS}mo"),
    )
    return make_table(ASB_VICTIMS, victims), make_table(ASB_SUBJECTS, subjects)


def _people(kept: pl.DataFrame, columns: dict[str, str], code: str) -> pl.DataFrame:
    if not columns:
        nobody = pl.lit(None, dtype=pl.String).alias(code)
        return kept.clear().with_columns(nobody, case_id=pl.col("case_id_"))
    named = [pl.col(column).alias(target) for target, column in columns.items()]
    people = kept.select("reported_at_", *named, case_id=pl.col("case_id_"))
    return (
        people.filter(pl.col(code).is_not_null())
        .sort("reported_at_", maintain_order=True)
        .unique([code, "case_id"], keep="first", maintain_order=True)
    )


def _read_time(
    frame: pl.DataFrame, target: str, mapping: AsbMapping, tally: RowTally
) -> pl.DataFrame:
    """Replace texts by instants; the hour that comes twice is the earlier, or the later, end."""
    local = pl.col(target).str.strptime(pl.Datetime("us"), mapping.time_format, strict=False)
    side = _SIDES[target]
    instant = local.dt.replace_time_zone(
        mapping.zone, ambiguous=pl.lit(side), non_existent="null"
    ).dt.convert_time_zone("UTC")
    read = frame.with_columns(local.alias("local_"), instant.alias("instant_"))
    given, local_, instant_ = pl.col(target), pl.col("local_"), pl.col("instant_")
    told = {
        "that does not fit time_format": given.is_not_null() & local_.is_null(),
        "that never was: the clocks went forward": local_.is_not_null() & instant_.is_null(),
    }
    for what, is_wrong in told.items():
        if target == "reported_at":
            read = _drop(read, f"a time of report {what}", is_wrong, tally)
        else:
            tally.remark(f"a time of the behaviour {what} is taken out", _rows(read, is_wrong))
    return read.with_columns(instant_.alias(target)).drop("local_", "instant_")


def _drop_repeated(frame: pl.DataFrame, tally: RowTally) -> pl.DataFrame:
    is_again = ~pl.col("incident_id").is_first_distinct() | pl.col("incident_id").is_in(
        list(tally.seen)
    )
    frame = _drop(frame, "a reference that came before", is_again, tally)
    tally.seen.update(frame["incident_id"])
    return frame


def _take_out_wrong_times(frame: pl.DataFrame, tally: RowTally) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    for name in ("happened_from", "happened_to"):
        if name not in frame.columns:
            frame = frame.with_columns(nothing.alias(name))
    wrong = (
        (
            "behaviour ends before it begins: its end is taken out",
            pl.col("happened_to") < pl.col("happened_from"),
            ("happened_to",),
        ),
        (
            "reported before it happened: the time of the behaviour is taken out",
            pl.col("reported_at") < pl.col("happened_from"),
            ("happened_from", "happened_to"),
        ),
    )
    for told, is_wrong, columns in wrong:
        tally.remark(told, _rows(frame, is_wrong))
        frame = frame.with_columns(
            pl.when(is_wrong.fill_null(False)).then(nothing).otherwise(pl.col(name)).alias(name)
            for name in columns
        )
    return frame


def _read_words(frame: pl.DataFrame, mapping: AsbMapping, tally: RowTally) -> pl.DataFrame:
    for name in (name for name in WORDS if name in mapping.columns):
        words = pl.col(name).str.to_lowercase().replace_strict(
            mapping.words_of(name), default=None, return_dtype=pl.String
        )  # fmt: skip
        is_unknown = pl.col(name).is_not_null() & words.is_null()
        told = f"a {name.replace('_', ' ')} that [{WORD_KEYS[name]}] leads nowhere is left out"
        tally.remark(told, _rows(frame, is_unknown))
        frame = frame.with_columns(words.alias(name))
    if "child_involved" in mapping.columns:
        is_true = pl.col("child_involved").str.to_lowercase().is_in(list(mapping.true_words))
        frame = frame.with_columns(is_true.alias("child_involved"))
    return frame


def _read_place(frame: pl.DataFrame, mapping: AsbMapping, tally: RowTally) -> pl.DataFrame:
    if "x" not in mapping.columns:
        return frame
    x, y = (frame[axis].cast(pl.Float64, strict=False).to_numpy() for axis in ("x", "y"))
    x_low, x_high, y_low, y_high = _BOXES[mapping.crs]
    is_inside = (x_low <= x) & (x <= x_high) & (y_low <= y) & (y <= y_high)
    is_nowhere = (x == 0) & (y == 0)
    was_given = (frame["x"].is_not_null() | frame["y"].is_not_null()).to_numpy()
    is_good = is_inside & ~is_nowhere
    tally.remark(
        "a place that is none, or outside the United Kingdom, is taken out",
        frame["row"].filter(pl.Series(was_given & ~is_good)).to_list(),
    )
    x, y = np.where(is_good, x, np.nan), np.where(is_good, y, np.nan)
    if mapping.crs == 4326:
        x, y = to_national_grid(x, y)
    return frame.with_columns(pl.Series("x", x).fill_nan(None), pl.Series("y", y).fill_nan(None))


def _drop(frame: pl.DataFrame, why: str, is_wrong: pl.Expr, tally: RowTally) -> pl.DataFrame:
    tally.drop(why, _rows(frame, is_wrong))
    return frame.filter(~is_wrong.fill_null(False))


def _rows(frame: pl.DataFrame, is_wrong: pl.Expr) -> list[int]:
    return frame.filter(is_wrong.fill_null(False))["row"].to_list()


def _add(into: dict[str, Lines], what: str, rows: Sequence[int]) -> None:
    if rows:
        into.setdefault(what, Lines()).add(rows)
