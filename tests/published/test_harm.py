"""Published harm figures.

- Leicestershire street outreach (Turning Point; CCEBP): crimes 416 and 252, harm 60,314 and 38,421.
- Agar, note on the Cambridge index: square roots of its days.
- Home Office police recorded crime by force area, and the Cambridge Crime Harm Index 2020 update
  (6 October 2020): how many recorded offences have a weight. Those files are not shipped.
"""

import os
from pathlib import Path

import polars as pl
import pytest

from patrolwise.files.harm_weights import read_harm_index, read_offence_mix
from patrolwise.harm import (
    HARM_WEIGHTS,
    HarmIndex,
    HarmRule,
    compare_harm,
    coverage_of,
    estimate_category_weights,
    leicestershire_mix,
    score_crimes,
)
from patrolwise.tables import CRIMES, make_table

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
REFERENCE = Path(os.environ.get("PATROLWISE_SHARED_DATA", _BESIDE)) / "reference"
FRAUD_BODIES = ("Action Fraud", "CIFAS", "Cifas", "UK Finance", "Financial Fraud Action UK")


def reference(name: str) -> Path:
    path = REFERENCE / name
    if not path.is_file():
        pytest.skip(f"{name} is not on this machine; it may not be shipped or is too large")
    return path


@pytest.fixture(scope="module")
def cchi():
    return read_harm_index(reference("cchi_2020_offences.csv"), version="2020-10")


def test_total_harm_fell_and_harm_per_crime_rose():
    change = compare_harm(60_314, 38_421, 416, 252)
    assert f"{change.total_change:.2%}" == "-36.30%"
    assert f"{change.count_change:.2%}" == "-39.42%"
    assert f"{change.per_crime_before:.2f}" == "144.99"
    assert f"{change.per_crime_after:.2f}" == "152.46"
    assert f"{change.per_crime_change:+.2%}" == "+5.16%"
    assert change.sentence == "Total harm fell because counts fell; average harm per crime rose."


def test_agars_square_roots():
    days = [5475.0, 3285.0, 1825.0, 730.0, 547.0, 365.0]
    codes = [str(i) for i in range(1, 7)]
    weights = {"offence_code": codes, "offence": codes, "rows": [1] * 6}
    index = HarmIndex(
        name="agar",
        title="Agar's example",
        version="2020",
        weights=make_table(HARM_WEIGHTS, weights | dict.fromkeys(("days", "low", "high"), days)),
        source="Agar",
        licence="figures",
    )
    crimes = make_table(
        CRIMES,
        {
            "force": ["F"] * 6,
            "month": pl.Series(["2022-04-01"] * 6).str.to_date(),
            "offence_code": codes,
            "source": ["x"] * 6,
            "row": list(range(6)),
        },
    )
    drivers = score_crimes(crimes, index, HarmRule(square_root=True)).drivers
    assert [round(d) for d in drivers["days"]] == [74, 57, 43, 27, 23, 19]


def test_the_2020_update_is_read_whole(cchi):
    assert (cchi.file.rows, cchi.rows_used) == (698, 580)
    assert cchi.left_out == {"not notifiable": 117}
    assert len(cchi.faults) == 1
    assert cchi.faults[0].message.startswith("row 656, column group: 'https://")
    assert cchi.index.key == "cchi@2020-10"
    murder = cchi.index.weights.filter(offence_code="1")
    assert murder["days"].item() == 15 * 365


def test_the_2020_update_covers_leicestershire(cchi):
    mix = read_offence_mix(reference("prc_leicestershire_quarterly.csv")).filter(fy="2024/25")
    coverage = coverage_of(mix, cchi.index)
    assert (coverage.weighed, coverage.offences) == (90_208, 95_178)
    assert f"{coverage.share:.1%}" == "94.8%"
    assert coverage.missing["offence_code"].head(2).to_list() == ["28I", "8U"]


def test_the_2020_update_covers_england_and_wales(cchi):
    path = reference("prc_pfa_quarterly_2012-2025.csv.gz")
    forces = set(pl.read_csv(path, infer_schema=False)["force"])
    forces -= {*FRAUD_BODIES, "British Transport Police"}
    mix = read_offence_mix(path, forces=forces).filter(fy="2024/25")
    coverage = coverage_of(mix, cchi.index)
    assert (coverage.weighed, coverage.offences) == (5_003_454, 5_225_477)
    assert f"{coverage.share:.1%}" == "95.8%"


def test_a_recode_leaves_burglary_of_2024_25_without_a_weight(cchi):
    mix = leicestershire_mix()
    for year, weighed in (("2021/22", True), ("2024/25", False)):
        found = estimate_category_weights(mix, cchi.index, fy=year).weights
        assert (found.filter(category="burglary")["days"].item() is not None) is weighed


def test_the_shipped_mix_is_that_of_the_home_office():
    mix = read_offence_mix(reference("prc_leicestershire_quarterly.csv"))
    years = sorted(set(leicestershire_mix()["fy"]))
    assert years == ["2019/20", "2020/21", "2021/22", "2022/23", "2023/24", "2024/25"]
    theirs = mix.filter(pl.col("fy").is_in(years), pl.col("n") != 0)
    by = ["fy", "offence_code"]
    assert leicestershire_mix().sort(by).equals(theirs.sort(by))


def test_recorded_violence_robbery_and_weapons_of_april_to_june_2022():
    table = pl.read_csv(reference("prc_leicestershire_quarterly.csv"), infer_schema=False)
    groups = [
        "Violence against the person",
        "Sexual offences",
        "Robbery",
        "Possession of weapons offences",
    ]
    quarter = table.filter(pl.col("offence_group").is_in(groups), fy="2022/23", fq="1")
    assert quarter["n"].cast(pl.Int64).sum() == 11_791
