"""An invented evaluation, with everything a report can hold; tests take away what they need."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from patrolwise.reporting.results import (
    AreaRecord,
    Estimate,
    Guard,
    HarmDriver,
    HarmRecord,
    InputFile,
    Made,
    MapShape,
    MonthRecord,
    OutcomeRecord,
    QualityLine,
    Results,
    RingRecord,
    Severity,
    WindowRecord,
)

WEST, SOUTH = -1.14, 52.63
DEGREES_PER_M = 1 / 111_320.0
SHRINK = math.cos(math.radians(SOUTH))

SPOTS = (
    ("Market Cross", 310, 520, 86, 92, 48),
    ("Gallowtree Steps", 760, 610, 71, 74, 51),
    ("Old Bus Station", 1490, 1180, 64, 66, 39),
    ("Canal Basin & Lock", 2310, 420, 60, 61, 40),
    ("Victoria Park <north gate>", 2050, 1930, 55, 55, 33),
    ("Humberstone Row", 640, 1720, 47, 44, 29),
    ("St Martin's Yard", 1180, 560, 30, 24, 12),
)


def square(east_m: float, north_m: float, side_m: float) -> tuple[tuple[float, float], ...]:
    corners = ((0, 0), (side_m, 0), (side_m, side_m), (0, side_m), (0, 0))
    return tuple(
        (
            WEST + (east_m + dx) * DEGREES_PER_M / SHRINK,
            SOUTH + (north_m + dy) * DEGREES_PER_M,
        )
        for dx, dy in corners
    )


def ratio(before: int, after: int, headline: bool = False) -> Estimate:
    value = after / before if before else None
    if value is None or after == 0:
        return Estimate(id="rate-ratio-exact", name="Rate ratio, exact", value=value)
    spread = math.exp(1.96 * math.sqrt(1 / before + 1 / after))
    return Estimate(
        id="rate-ratio-exact",
        name="Rate ratio, exact conditional interval",
        value=value,
        low=value / spread,
        high=value * spread,
        p=0.02,
        headline=headline,
    )


def make_areas() -> tuple[AreaRecord, ...]:
    return tuple(
        AreaRecord(
            area_id=f"hs-{number}",
            name=name,
            area_m2=40_000.0,
            selected_on=chosen,
            before=before,
            after=after,
            ratio=ratio(before, after),
            expected_after=0.86 * before,
            q=0.004 * number,
        )
        for number, (name, _, _, chosen, before, after) in enumerate(SPOTS, start=1)
    )


def make_months() -> tuple[MonthRecord, ...]:
    months = [(year, month) for year in (2021, 2022, 2023) for month in range(1, 13)]
    return tuple(
        MonthRecord(
            month=f"{year}-{month:02d}-01",
            hot_spots=(38 if year < 2023 else 24) + (7 * month) % 11,
            comparison=205 + (13 * month + year) % 37,
        )
        for year, month in months
        if (year, month) != (2021, 9)
    )


def make_outcome() -> OutcomeRecord:
    return OutcomeRecord(
        definition="violence-and-sexual-offences@1",
        title="Violence and sexual offences",
        is_open_data=True,
        before=416,
        after=252,
        comparison_before=2231,
        comparison_after=2104,
        estimates=(
            Estimate(
                id="rate-ratio-exact",
                name="Rate ratio, exact conditional interval",
                value=0.605769,
                low=0.51596,
                high=0.71009,
                p=1.9e-10,
                note="Takes the counts as Poisson.",
            ),
            Estimate(
                id="ratio-of-ratios-robust",
                name="Ratio of ratios, robust",
                value=0.642,
                low=0.538,
                high=0.767,
                p=0.00002,
                dispersion=1.61,
                headline=True,
            ),
            Estimate(
                id="wdd-robust",
                name="Weighted displacement difference, robust",
                value=-37.0,
                low=-171.0,
                high=97.0,
                p=0.59,
                dispersion=1.61,
                headline=True,
            ),
            Estimate(id="rate-ratio-e-test", name="E-test", value=0.606, p=2.4e-10),
            Estimate(
                id="ratio-of-ratios-permutation",
                name="Ratio of ratios, permutation of areas",
                value=None,
                note="Too few comparison areas.",
            ),
        ),
        areas=make_areas(),
        months=make_months(),
        rings=(
            RingRecord(
                name="0 to 100 m",
                inner_m=0,
                outer_m=100,
                before=212,
                after=190,
                wdd=Estimate(
                    id="wdd-robust", name="WDD", value=-11.0, low=-60.0, high=38.0, p=0.66
                ),
            ),
            RingRecord(
                name="100 to 200 m",
                inner_m=100,
                outer_m=200,
                before=340,
                after=351,
                wdd=Estimate(id="wdd-robust", name="WDD", value=29.0, low=-33.0, high=91.0, p=0.36),
            ),
        ),
        expected_after=358.4,
        detectable_fall=0.23,
        verdict="Crime fell more than in the comparison areas, beyond chance.",
        verdict_id="fall",
    )


def make_second_outcome() -> OutcomeRecord:
    few = ratio(14, 9)
    return OutcomeRecord(
        definition="robbery@1",
        title="Robbery",
        is_open_data=True,
        before=14,
        after=9,
        comparison_before=96,
        comparison_after=101,
        estimates=(replace(few, headline=True),),
        areas=tuple(
            replace(area, before=2, after=1, ratio=ratio(2, 1), expected_after=1.9, q=None)
            for area in make_areas()
        ),
        months=tuple(
            replace(month, hot_spots=month.hot_spots % 4, comparison=month.comparison % 11)
            for month in make_months()
            if month.comparison is not None
        ),
        rings=(),
        expected_after=None,
        detectable_fall=None,
        verdict="Too few crimes to say: 14 before, 9 after.",
        verdict_id="few",
    )


def make_harm() -> HarmRecord:
    return HarmRecord(
        index="cambridge-crime-harm-index@2020",
        definition="violence-and-sexual-offences@1",
        is_estimate=True,
        before=60_314.0,
        after=38_421.0,
        before_low=52_000.0,
        before_high=71_200.0,
        after_low=33_100.0,
        after_high=45_300.0,
        per_crime_before=60_314 / 416,
        per_crime_after=38_421 / 252,
        coverage=0.948,
        excluded=31,
        drivers=(
            HarmDriver(name="Rape of a female aged 16 and over", before=21_900.0, after=14_600.0),
            HarmDriver(name="Wounding with intent", before=18_250.0, after=12_045.0),
        ),
        wdd=None,
        verdict="Total harm fell; harm per crime rose. The fall in harm is a fall in numbers.",
    )


def make_shapes() -> tuple[MapShape, ...]:
    spots = [
        MapShape(
            area_id=f"hs-{number}", name=name, kind="hot spot", rings=(square(east, north, 200),)
        )
        for number, (name, east, north, *_) in enumerate(SPOTS, start=1)
    ]
    comparison = [
        MapShape(
            area_id=f"c-{n}",
            name=f"Comparison {n}",
            kind="comparison",
            rings=(square(3000 + 420 * (n % 3), 300 + 700 * n, 200),),
        )
        for n in range(4)
    ]
    rings = [
        MapShape(
            area_id="ring-100",
            name="0 to 100 m",
            kind="ring",
            rings=tuple(square(e - 100, n - 100, 400) for _, e, n, *_ in SPOTS),
        )
    ]
    cells = [
        MapShape(
            area_id=f"cell-{i}-{j}",
            name="",
            kind="cell",
            rings=(square(250 * i, 250 * j, 250),),
            value=float((i * j * 7) % 36),
        )
        for i in range(17)
        for j in range(12)
    ]
    outline = MapShape(
        area_id="study",
        name="Northgate",
        kind="study area",
        rings=(square(-200, -200, 4600), square(3600, 3600, 300)),
    )
    return (outline, *cells, *rings, *comparison, *spots)


def make_full_results() -> Results:
    return Results(
        title="Street outreach in Northgate: the first 11 months",
        question="Did recorded violence fall in the seven hot spots while outreach patrolled them?",
        notice="Worked example on invented figures",
        made=Made(
            version="0.1.0",
            seed=20231,
            programme_sha256="9f" * 32,
            inputs=(
                InputFile(name="2022-02-northgate-street.csv", sha256="ab" * 32, rows=9_120),
                InputFile(name="2023-02-northgate-street.csv", sha256="cd" * 32, rows=8_873),
            ),
        ),
        services=("Street outreach, Turning Corners", "Police hot spots patrols"),
        hot_spot_set="northgate-seven@2",
        hot_spot_method="The seven 200 m squares with the most violence, at least 150 m apart.",
        hot_spot_hash="e1" * 32,
        selection_window=WindowRecord(
            name="selection", first="2021-01-01", last="2021-12-31", days=365
        ),
        before=WindowRecord(name="before", first="2022-02-01", last="2022-12-31", days=334),
        after=WindowRecord(name="after", first="2023-02-01", last="2023-12-31", days=334),
        window_override="",
        comparison_rule="Four 200 m squares matched on violence in 2021, more than 400 m away.",
        outcomes=(make_outcome(), make_second_outcome()),
        harm=(make_harm(),),
        guards=(
            Guard(
                id="not-randomised",
                severity=Severity.NOTE,
                title="Not an experiment",
                message="Hot spots were not drawn at random.",
            ),
            Guard(
                id="snap-points",
                severity=Severity.AMBER,
                title="Places are approximate",
                message="Open data moves each crime to an anonymised point.",
            ),
            Guard(
                id="contaminated-baseline",
                severity=Severity.RED,
                title="The service already ran in the before window",
                message=(
                    "Street outreach ran from 2022-10-01; the before window is 2022-02-01 to "
                    "2022-12-31. The two overlap, so the effect is understated. End the before "
                    "window before the service began."
                ),
            ),
        ),
        findings=(
            "Violence in the seven hot spots: 416 → 252, 39.4 % lower; in the comparison areas "
            "2,231 → 2,104, 5.7 % lower.",
            "With no effect at all about 358 would be expected, so part of the fall is chance.",
            "Total harm fell, but harm per crime rose: 144.99 → 152.46, 5.2 % higher.",
        ),
        limits=(
            "Only recorded crime is counted.",
            "Open data gives the month, not the hour: patrol hours cannot be set apart.",
        ),
        quality=(
            QualityLine(what="Rows read", count=356_112),
            QualityLine(what="Rows without a place", count=4_310, note="In no hot spot."),
        ),
        shapes=make_shapes(),
    )


@pytest.fixture(scope="session")
def make_results() -> Callable[..., Results]:
    """Return a maker of results; keywords replace fields."""

    def make(**changes: Any) -> Results:
        return replace(make_full_results(), **changes)

    return make
