"""How an experiment with patrols is drawn and sealed, and how its days are revealed.

What is secret and what is public go into two folders: whoever plans, patrols or analyses has no
need to open the sealed one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.allocations import (
    read_drawn_set,
    read_published,
    write_drawn_set,
    write_published,
    write_seal,
)
from patrolwise.files.experiment_records import write_experiment_record
from patrolwise.planning.allocation import DrawnSet, draw_allocation, draw_allocations
from patrolwise.planning.balance import balance_allocation
from patrolwise.planning.design_days import UNAVAILABLE, Design, lay_out_design
from patrolwise.planning.lasting import EffectRule
from patrolwise.planning.number_words import count_things
from patrolwise.planning.power_case import PowerCase
from patrolwise.planning.sealing import (
    Published,
    Seal,
    publish_seal,
    seal_allocation,
    verify_drawn_set,
    verify_seal,
)
from patrolwise.reporting.plan_records import ExperimentRecord
from patrolwise.study.experiment_record import record_experiment
from patrolwise.study.file_names import DRAWS, PUBLIC, SEALED
from patrolwise.study.plan_sources import PlanSources
from patrolwise.study.planning_programme import LOCAL, PlanProgramme
from patrolwise.tables import make_table

RECORD = "experiment.json"  # for the reports of plans


@dataclass(frozen=True, kw_only=True, eq=False)
class SealedExperiment:
    """What was drawn: the seal is secret, the rest is for everybody."""

    seal: Seal
    published: Published
    drawn: DrawnSet
    record: ExperimentRecord
    balance: pl.DataFrame  # BALANCE: counts alone, of no day
    left_out: pl.DataFrame  # LEFT_OUT


def seal_experiment(
    programme: PlanProgramme, sources: PlanSources, seed: int, nonce: str, set_count: int = 10_000
) -> SealedExperiment:
    """Return an allocation under seal, and the set of those that could have been drawn.

    Events that close a hot spot are taken out before the draw, never after.

    Parameters
    ----------
    programme : PlanProgramme
    sources : PlanSources
    seed : int
        Secret: `secrets.randbits(128)`.
    nonce : str
        Secret: `secrets.token_hex(32)`.
    set_count : int
        How many allocations the set holds.

    Returns
    -------
    SealedExperiment

    Raises
    ------
    RefusedError
        The programme declares no experiment, or its limits cannot be kept.
    """
    design = lay_out(programme, sources)
    if design is None:
        raise RefusedError(
            f"{programme.file_name} declares no experiment. Say in [planning.experiment] what is "
            "to be drawn: its arms, weeks and limits."
        )
    seal = seal_allocation(design, seed, nonce)
    published = publish_seal(seal, set_count)
    drawn = draw_allocations(design, published.set_count, published.set_seed)
    return SealedExperiment(
        seal=seal,
        published=published,
        drawn=drawn,
        record=record_experiment(seal, drawn, programme.planning.power),
        balance=balance_allocation(draw_allocation(design, seed)),
        left_out=design.left_out,
    )


def lay_out(programme: PlanProgramme, sources: PlanSources) -> Design | None:
    """Return the experiment that a programme declares, with its hot spots and days in play.

    Parameters
    ----------
    programme : PlanProgramme
    sources : PlanSources

    Returns
    -------
    Design or None
        None when none is declared.

    Raises
    ------
    RefusedError
        Its limits cannot be kept.
    """
    rule = programme.planning.experiment
    if rule is None:
        return None
    area_ids = sources.spots.areas["area_id"].to_list()
    return lay_out_design(rule, area_ids, _closed_days(sources.events))


def _closed_days(events: pl.DataFrame) -> pl.DataFrame:
    """Return the days on which an event closes a hot spot, or all, for all or part of the day."""
    closed = events.filter(pl.col("effect") == "closed").with_columns(
        first=pl.col("start").dt.convert_time_zone(LOCAL).dt.date(),
        last=pl.col("end").dt.offset_by("-1us").dt.convert_time_zone(LOCAL).dt.date(),
    )
    rows = closed.select(
        "area_id",
        pl.date_ranges("first", "last").alias("day"),
        pl.lit(None, pl.String).alias("service"),
        pl.col("event_id").alias("reason"),
    )
    days = rows.explode("day").unique(("area_id", "day"), keep="first", maintain_order=True)
    return make_table(UNAVAILABLE, days)


def write_experiment(
    made: SealedExperiment, sealed: Path, public: Path, *, progress: Callable[[str], None]
) -> tuple[Path, ...]:
    """Write the secret file into one folder and the public ones into another.

    Parameters
    ----------
    made : SealedExperiment
    sealed : Path
        Folder of the seal keeper; made when absent, for its owner alone.
    public : Path
        Folder for everybody; made when absent.
    progress : callable
        Told of each of two steps.

    Returns
    -------
    tuple of Path
        The files written, the secret one first.

    Raises
    ------
    RefusedError
        The folders are one, or a seal is there already: a second draw could be chosen by what
        the first one gave.
    InputError
        A folder cannot be written to.
    """
    secret_place, open_place = sealed.resolve(), public.resolve()
    if secret_place.is_relative_to(open_place) or open_place.is_relative_to(secret_place):
        raise RefusedError(
            "The seal and what is published must not be in one folder, nor one within the other. "
            "Name two."
        )
    secret = sealed / SEALED
    if secret.exists():
        raise RefusedError(
            f"{secret} is there already. An allocation is drawn once: a second one could be "
            "chosen by what the first gave. Keep it, or say why in writing and move it away."
        )
    progress("Writing what is published")
    for folder, mode in ((sealed, 0o700), (public, 0o777)):
        try:
            folder.mkdir(mode, parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{folder} cannot be made: {error.strerror}.") from error
    write_drawn_set(public / DRAWS, made.drawn)
    write_published(public / PUBLIC, made.published)
    write_experiment_record(public / RECORD, made.record, made.seal.design.rule.as_record())
    progress("Sealing")
    write_seal(secret, made.seal)
    return secret, public / PUBLIC, public / DRAWS, public / RECORD


def tell_experiment(made: SealedExperiment, power: tuple[str, ...] = ()) -> str:
    """Return what is told of a sealed experiment: its hash, its balance, and of no day what it got.

    Parameters
    ----------
    made : SealedExperiment
    power : tuple of str
        Sentences of what it can find.

    Returns
    -------
    str
    """
    published, rule = made.published, made.seal.design.rule
    whole = made.balance.filter(pl.col("by") == "all")
    lines = [
        f"Allocation sealed: {published.sha256}",
        f"  {published.areas} hot spots, {published.days} working days, "
        f"{published.in_play:,} hot spot-days; {published.set_count:,} allocations that could "
        "have been drawn",
        "",
        f"  {'arm':12} {'days':>6} {'minutes':>9} {'after patrol':>13} {'washout':>8}",
    ]
    lines += [
        f"  {row['arm']:12} {row['days']:6,} {row['minutes']:9,.0f} {row['after_patrol']:13,} "
        f"{row['washout']:8,}"
        for row in whole.iter_rows(named=True)
    ]
    lines += [
        f"  Within each hot spot and block of {rule.block_weeks} weeks every arm comes equally "
        "often on each weekday."
    ]
    if made.left_out.height:
        lines.append(
            f"  Taken out before the draw: {count_things(made.left_out.height, 'hot spot-day')}."
        )
    return "\n".join([*lines, *(f"  {sentence}" for sentence in power)])


def check_published(seal: Seal, public: Path) -> None:
    """Raise when a seal is not the one that was published, or the set drawn with it is not.

    Parameters
    ----------
    seal : Seal
    public : Path
        The published file; the drawn set beside it is verified too.

    Raises
    ------
    RefusedError
        The seal gives another hash or allocation, or the set is not the one that belongs to it.
    InputError
        The file cannot be read.
    """
    published = read_published(public)
    verify_seal(seal, published.sha256)
    draws = public.parent / DRAWS
    if draws.exists():
        verify_drawn_set(read_drawn_set(draws), published)


def ask_for_fall(crimes_a_day: float, fall: float, dispersion: float) -> PowerCase:
    """Return the question whether a fall would be found.

    Parameters
    ----------
    crimes_a_day : float
        Of a hot spot, on a working day, without patrol.
    fall : float
        Share by which patrol lowers it, 0 to 1.
    dispersion : float
        Variance over mean.

    Returns
    -------
    PowerCase

    Raises
    ------
    InputError
        A number is out of range.
    """
    return PowerCase(
        effect=EffectRule(ratio=1.0 - fall), crimes_a_day=crimes_a_day, dispersion=dispersion
    )
