"""Which harm weights a study uses: the user's workbook or the shipped table."""

from dataclasses import dataclass

import polars as pl

from patrolwise.crimes import is_open_data
from patrolwise.crimes.quality import FileFault
from patrolwise.errors import InputError
from patrolwise.files.harm_weights import read_harm_index, read_offence_mix
from patrolwise.harm import (
    CategoryWeights,
    HarmIndex,
    estimate_category_weights,
    starting_points_index,
)
from patrolwise.study.programme import HarmSource


@dataclass(frozen=True, kw_only=True)
class WeightsRead:
    """The weights, and the rows of the user's workbook that could not be used."""

    weights: HarmIndex | CategoryWeights
    faults: tuple[FileFault, ...] = ()


def read_weights(source: HarmSource, crimes: pl.DataFrame) -> WeightsRead:
    """Return the weights that fit the crimes.

    Parameters
    ----------
    source : HarmSource
    crimes : (n, 16) CRIMES
        With offence codes, they are weighed by code; without, by category, which needs the
        force's own offence mix.

    Returns
    -------
    WeightsRead

    Raises
    ------
    InputError
        Open data without an offence mix; or a file that cannot be read.
    """
    index = starting_points_index()
    faults: tuple[FileFault, ...] = ()
    if source.weights_file is not None:
        read = read_harm_index(source.weights_file, version=source.version)
        index, faults = read.index, read.faults
    if not is_open_data(crimes):
        return WeightsRead(weights=index, faults=faults)
    if source.offence_mix is None:
        raise InputError(
            "These crimes have no offence codes, so their harm can only be estimated from the "
            "force's own offence mix. Give harm.offence_mix (or --mix): a CSV with fy, "
            "offence_code, offence_description, offence_group, offence_subgroup and n."
        )
    mix = read_offence_mix(source.offence_mix)
    if source.mix_years:
        mix = _only_years(mix, source.mix_years)
    weights = estimate_category_weights(mix, index, fy=_fitting_year(mix, crimes))
    return WeightsRead(weights=weights, faults=faults)


def _fitting_year(mix: pl.DataFrame, crimes: pl.DataFrame) -> str | None:
    """Return the financial year of the mix that holds most of the crimes; None: the last."""
    # April to March: April 2021 to March 2022 is 2021/22
    april = pl.col("month").dt.offset_by("-3mo").dt.year()
    told = pl.format("{}/{}", april, ((april + 1) % 100).cast(pl.String).str.zfill(2))
    years = crimes.select(told.alias("fy")).filter(pl.col("fy").is_in(mix["fy"].unique().to_list()))
    if not years.height:
        return None
    counted = years["fy"].value_counts().sort(["count", "fy"], descending=True)
    return str(counted["fy"][0])


def _only_years(mix: pl.DataFrame, years: tuple[str, ...]) -> pl.DataFrame:
    held = sorted(mix["fy"].unique().to_list())
    if missing := [year for year in years if year not in held]:
        raise InputError(
            f"harm.mix_years asks for {', '.join(missing)}; the mix holds {', '.join(held)}. "
            "Name years that it holds, or leave mix_years out."
        )
    return mix.filter(pl.col("fy").is_in(years))
