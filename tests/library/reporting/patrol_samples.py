"""Invented patrols, with everything a patrol report can hold; tests take away what they need."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from patrolwise.reporting.patrol_results import (
    AbstractionRecord,
    CostDifferenceRecord,
    CostRecord,
    DoseDayRecord,
    DoseRecord,
    DoseRuleRecord,
    MeetingRecord,
    PatrolResults,
    ReportedRecord,
    RhythmRecord,
    SeparationRecord,
    StayRecord,
    TotalRecord,
    TrackRecord,
    TrustRecord,
    VisitRecord,
)
from patrolwise.reporting.results import InputFile, Made, MapShape, QualityLine, WindowRecord

POLICE, OUTREACH = "Police hot spots patrol", "Street outreach"
NAMES = (
    "Market Cross",
    "Gallowtree Steps",
    "Old Bus Station",
    "Canal Basin & Lock",
    "Victoria Park <north gate>",
    "Humberstone Row",
    "St Martin's Yard",
)
FIRST, SHOWN = date(2024, 6, 3), "2024-06-19"
WEST, SOUTH = -1.14, 52.63
DEGREES_PER_M = 1 / 111_320.0
SHRINK = math.cos(math.radians(SOUTH))
PLANS = {POLICE: (15.0, 2), OUTREACH: (40.0, 1)}  # minutes a visit, visits a day


def make_days(areas: int, days: int, services: tuple[str, ...]) -> tuple[DoseDayRecord, ...]:
    """A verdict for each area, day and service; outreach rests on Fridays and Saturdays."""
    rng = np.random.default_rng(31)
    return tuple(
        _make_day(f"hs-{area}", FIRST + timedelta(days=n), service, rng)
        for service in services
        for area in range(1, areas + 1)
        for n in range(days)
    )


def _make_day(area_id: str, day: date, service: str, rng: np.random.Generator) -> DoseDayRecord:
    minutes, visits = PLANS[service]
    rests = service == OUTREACH and day.weekday() in (4, 5)
    planned = 0.0 if rests else minutes * visits
    verdict = "not planned" if rests else str(rng.choice(["met"] * 7 + ["short"] * 2 + ["unclear"]))
    verdict = "cannot tell" if verdict == "unclear" else verdict
    share = {"met": 1.08, "short": 0.55, "cannot tell": 0.99, "not planned": 0.0}[verdict]
    given = planned * share * float(rng.uniform(0.95, 1.05))
    error = 9.0 if service == POLICE else 1.5
    return DoseDayRecord(
        area_id=area_id,
        day=day.isoformat(),
        service=service,
        patrol_min=given,
        low_min=max(0.0, given - error),
        high_min=given + error if given else 0.0,
        planned_min=planned,
        visits=round(given / minutes),
        verdict=verdict,
    )


def make_doses(days: tuple[DoseDayRecord, ...]) -> tuple[DoseRecord, ...]:
    """The days of each area and service, summed."""
    found = []
    for area_id, service in dict.fromkeys((day.area_id, day.service) for day in days):
        own = [day for day in days if (day.area_id, day.service) == (area_id, service)]
        total = sum(day.patrol_min for day in own)
        spread = 1.96 * math.sqrt(sum((day.high_min - day.patrol_min) ** 2 / 3.84 for day in own))
        verdicts = [day.verdict for day in own]
        found.append(
            DoseRecord(
                area_id=area_id,
                name=name_area(area_id),
                service=service,
                patrol_min=total,
                low_min=max(0.0, total - spread),
                high_min=total + spread,
                person_min=2 * total,
                planned_min=sum(day.planned_min or 0.0 for day in own),
                visits=sum(day.visits for day in own),
                pass_throughs=len(own) // 3,
                unknown_min=0.02 * total,
                abstracted_min=25.0 if area_id == "hs-3" else 0.0,
                days_planned=sum(v in ("met", "short", "cannot tell") for v in verdicts),
                days_met=verdicts.count("met"),
                days_short=verdicts.count("short"),
                days_unclear=verdicts.count("cannot tell"),
            )
        )
    return tuple(found)


def make_totals(doses: tuple[DoseRecord, ...]) -> tuple[TotalRecord, ...]:
    """The doses of each service, summed; errors of hot spots are independent here."""
    found = []
    for service in dict.fromkeys(dose.service for dose in doses):
        own = [dose for dose in doses if dose.service == service]
        total = sum(dose.patrol_min for dose in own)
        spread = math.sqrt(sum((dose.high_min - dose.patrol_min) ** 2 for dose in own))
        found.append(
            TotalRecord(
                service=service,
                patrol_min=total,
                low_min=max(0.0, total - spread),
                high_min=total + spread,
                planned_min=sum(dose.planned_min or 0.0 for dose in own),
                visits=sum(dose.visits for dose in own),
                pass_throughs=sum(dose.pass_throughs for dose in own),
                days_planned=sum(dose.days_planned for dose in own),
                days_met=sum(dose.days_met for dose in own),
                days_short=sum(dose.days_short for dose in own),
                days_unclear=sum(dose.days_unclear for dose in own),
            )
        )
    return tuple(found)


def name_area(area_id: str) -> str:
    number = int(area_id.removeprefix("hs-"))
    return NAMES[number - 1] if number <= len(NAMES) else f"Hot spot {number}"


def make_stays(areas: int) -> tuple[StayRecord, ...]:
    """One shift: two pairs of police for 15 minutes at a time, two of outreach for 40."""
    plans = (
        ("P-101", POLICE, time(15, 0), 15, 11),
        ("P-102", POLICE, time(15, 10), 14, 11),
        ("SO-1", OUTREACH, time(13, 30), 41, 6),
        ("SO-2", OUTREACH, time(14, 0), 42, 6),
    )
    stays = []
    for unit, service, start, minutes, count in plans:
        at = datetime.combine(date.fromisoformat(SHOWN), start, UTC)
        for n in range(count):
            passed = n % 5 == 4
            length = timedelta(minutes=0.8 if passed else minutes)
            stays.append(
                StayRecord(
                    unit_id=unit,
                    service=service,
                    area_id=f"hs-{(n * 3 + len(stays)) % areas + 1}",
                    day=SHOWN,
                    start=at.isoformat(),
                    end=(at + length).isoformat(),
                    patrol_min=length / timedelta(minutes=1) - (4 if n == 3 else 0),
                    unknown_min=4.0 if n == 3 else 0.0,
                    is_pass_through=passed,
                )
            )
            at += length + timedelta(minutes=14 if service == OUTREACH else 19)
    return tuple(stays)


def square(east_m: float, north_m: float, side_m: float) -> tuple[tuple[float, float], ...]:
    corners = ((0, 0), (side_m, 0), (side_m, side_m), (0, side_m), (0, 0))
    return tuple(locate(east_m + dx, north_m + dy) for dx, dy in corners)


def locate(east_m: float, north_m: float) -> tuple[float, float]:
    return WEST + east_m * DEGREES_PER_M / SHRINK, SOUTH + north_m * DEGREES_PER_M


def corner_of(number: int) -> tuple[float, float]:
    """Where a hot spot lies: scattered, the same each time."""
    rng = np.random.default_rng(number)
    return float(rng.uniform(0, 2600)), float(rng.uniform(0, 1900))


def make_shapes(areas: int) -> tuple[MapShape, ...]:
    return tuple(
        MapShape(
            area_id=f"hs-{n}",
            name=name_area(f"hs-{n}"),
            kind="hot spot",
            rings=(square(*corner_of(n), 180),),
        )
        for n in range(1, areas + 1)
    )


def make_tracks(stays: tuple[StayRecord, ...]) -> tuple[TrackRecord, ...]:
    """A walk from hot spot to hot spot for each unit, cut once, and one tracker of nobody."""
    rng = np.random.default_rng(7)
    tracks = []
    for unit in dict.fromkeys(stay.unit_id for stay in stays):
        own = [stay for stay in stays if stay.unit_id == unit]
        corners = [corner_of(int(stay.area_id.removeprefix("hs-"))) for stay in own]
        walk = [
            locate(x + 90 + float(dx), y + 90 + float(dy))
            for x, y in corners
            for dx, dy in rng.normal(0, 35, (12, 2))
        ]
        tracks.append(
            TrackRecord(
                device_id=f"T-{unit}",
                unit_id=unit,
                service=own[0].service,
                lines=(tuple(walk[:40]), tuple(walk[40:])),
            )
        )
    alone = TrackRecord(device_id="T-9", unit_id="", service="", lines=((locate(300, 200),), ()))
    return (*tracks, alone)


def make_separation(stays: tuple[StayRecord, ...]) -> SeparationRecord:
    """The fourth visit of a pair of police falls into one of outreach, and makes it a meeting."""
    police = [stay for stay in stays if stay.unit_id == "P-101"][2]
    outreach = next(
        stay for stay in stays if stay.service == OUTREACH and stay.start <= police.start < stay.end
    )
    start = datetime.fromisoformat(police.start)
    meeting = MeetingRecord(
        area_id=outreach.area_id,
        name=name_area(outreach.area_id),
        day=SHOWN,
        unit_a=police.unit_id,
        unit_b=outreach.unit_id,
        start=start.isoformat(),
        end=(start + timedelta(minutes=6.5)).isoformat(),
        minutes=6.5,
    )
    return SeparationRecord(
        service_a=POLICE,
        service_b=OUTREACH,
        minutes_together=6.5,
        meetings=(meeting,),
        hours_of_b=92.4,
        rate=1.08,
        rate_low=0.03,
        rate_high=6.03,
        nearest_margin_min=0.0,
        sentence="Police hot spots patrol and Street outreach were in one hot spot at once 1 time.",
    )


def make_costs() -> tuple[CostRecord, ...]:
    kinds = (("pay", 14_210.0), ("on-costs", 3_310.0), ("travel", 880.0))
    return (
        CostRecord(
            service=POLICE,
            pounds=18_400.0,
            pounds_by_kind=kinds,
            minutes=5_443.0,
            basis="patrol",
            per_minute=3.38,
            low=3.29,
            high=3.47,
            corrected=3.38,
            is_verified=True,
            sentence=f"{POLICE}: £3.38 a minute of a patrol (95 % interval £3.29 to £3.47).",
        ),
        CostRecord(
            service=OUTREACH,
            pounds=12_640.0,
            pounds_by_kind=(("pay", 10_900.0), ("overheads", 1_740.0)),
            minutes=5_544.0,
            basis="patrol",
            per_minute=2.28,
            low=2.27,
            high=2.29,
            corrected=2.28,
            is_verified=True,
            sentence=f"{OUTREACH}: £2.28 a minute of a patrol (95 % interval £2.27 to £2.29).",
        ),
    )


def make_trust() -> tuple[TrustRecord, ...]:
    return (
        TrustRecord(
            service=POLICE,
            device_days=56,
            grades=(("A", 12), ("B", 31), ("C", 9), ("D", 4)),
            refresh_s=300.0,
            slowest_s=610.0,
            accuracy_m=11.4,
            silent_share=0.071,
            sentence="With a fix every 300 s, visits under 4.8 min cannot be relied on to be seen.",
        ),
        TrustRecord(
            service=OUTREACH,
            device_days=40,
            grades=(("A", 38), ("B", 2), ("C", 0), ("D", 0)),
            refresh_s=10.0,
            slowest_s=12.0,
            accuracy_m=None,
            silent_share=None,
            sentence="With a fix every 10 s, visits under 0.2 min cannot be relied on to be seen.",
        ),
    )


def make_rules() -> tuple[DoseRuleRecord, ...]:
    return (
        DoseRuleRecord(
            service=POLICE,
            first="2024-04-01",
            last="",
            words="2 visits of 15 min a day, every day",
            reason="Hot spots grant, year 2",
            decided="2024-03-11",
        ),
        DoseRuleRecord(
            service=OUTREACH,
            first="2024-06-03",
            last="2024-08-31",
            words="1 visit of 40 min a day, Sunday to Thursday, 14:00 to 20:00",
            reason="Young people asked for longer visits",
            decided="2024-05-28",
        ),
    )


def make_rhythm(doses: tuple[DoseRecord, ...]) -> tuple[RhythmRecord, ...]:
    return tuple(
        RhythmRecord(
            area_id=dose.area_id,
            name=dose.name,
            service=dose.service,
            visits_a_day=dose.visits / 28,
            mean_min=15.2 if dose.visits else None,
            median_min=14.8 if dose.visits else None,
            median_gap_min=148.0 if dose.service == POLICE else None,
            koper_visits=0.71 if dose.visits else None,
            koper_gaps=0.38 if dose.service == POLICE else None,
        )
        for dose in doses
    )


def make_patrols(
    areas: int = 7, days: int = 28, services: tuple[str, ...] = (POLICE, OUTREACH)
) -> PatrolResults:
    """Results with all that a report can hold; realistic, and invented."""
    each_day = make_days(areas, days, services)
    doses = make_doses(each_day)
    stays = tuple(stay for stay in make_stays(areas) if stay.service in services)
    last = (FIRST + timedelta(days=days - 1)).isoformat()
    two = len(services) == 2
    return PatrolResults(
        title="Patrols in Northgate, June 2024",
        notice="Worked example on invented figures",
        is_simulated=False,
        made=Made(
            version="0.1.0",
            seed=20231,
            programme_sha256="9f" * 32,
            inputs=(InputFile(name="tracks-june.gpx", sha256="ab" * 32, rows=218_400),),
        ),
        record=VisitRecord(
            rule=(("longest_gap_s", 300.0), ("shortest_dwell_s", 60.0), ("margin_m", 15.0)),
            kernel=1,
            areas_sha256="c4" * 32,
            fixes_fingerprint="7d" * 32,
            fixes=218_400,
            device_days=96,
        ),
        window=WindowRecord(name="June", first=FIRST.isoformat(), last=last, days=days),
        hot_spot_set="northgate-seven@2",
        hot_spot_hash="e1" * 32,
        services=services,
        rules=tuple(rule for rule in make_rules() if rule.service in services),
        doses=doses,
        totals=make_totals(doses),
        days=each_day,
        shown_day=SHOWN,
        stays=stays,
        tracks=make_tracks(stays),
        rhythm=make_rhythm(doses),
        separation=(make_separation(stays),) if two else (),
        abstractions=(
            AbstractionRecord(
                service=POLICE, reason="arrest", times=3, minutes=135.0, share_of_planned=0.023
            ),
            AbstractionRecord(
                service=POLICE, reason="emergency", times=5, minutes=88.0, share_of_planned=None
            ),
        ),
        costs=tuple(cost for cost in make_costs() if cost.service in services),
        cost_difference=CostDifferenceRecord(
            service_a=OUTREACH,
            service_b=POLICE,
            difference_percent=-32.5,
            corrected_percent=-32.5,
            low_percent=-34.5,
            high_percent=-30.4,
            sentence="A minute of Street outreach cost 32.5 % less (95 % interval 30.4 to 34.5).",
            cautions=("The police were tracked every 300 s and outreach every 10 s.",),
        )
        if two
        else None,
        reported=(
            ReportedRecord(
                service="Youth workers",
                area_id="hs-2",
                name="Gallowtree Steps",
                minutes=420.0,
                days=6,
            ),
        ),
        trust=tuple(trust for trust in make_trust() if trust.service in services),
        questions=("T-4 and T-7 moved together for 92 % of 19 June: are they a pair?",),
        findings=(
            "Outreach gave what its rule asked for on 4 days in 5.",
            "The police rule was met on 7 days in 10.",
        ),
        limits=("Minutes say where patrols were, not what they did.",),
        quality=(QualityLine(what="Fixes read", count=218_400, note="1 file"),),
        shapes=make_shapes(areas),
    )


def make_bare() -> PatrolResults:
    """Results of a window in which nothing was planned, delivered, paid for or told."""
    full = make_patrols()
    return replace(
        full,
        notice="",
        services=(),
        rules=(),
        doses=(),
        totals=(),
        days=(),
        shown_day="",
        stays=(),
        tracks=(),
        rhythm=(),
        separation=(),
        abstractions=(),
        costs=(),
        cost_difference=None,
        reported=(),
        trust=(),
        questions=(),
        findings=(),
        limits=(),
        quality=(),
        shapes=(),
        made=replace(full.made, inputs=()),
    )
