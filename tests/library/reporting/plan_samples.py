"""An invented plan, with everything that cards, sheets and the report can show."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import shapely

from patrolwise.patrols.dose import AREA_DAYS
from patrolwise.patrols.dose_rules import DoseRule, plan_doses
from patrolwise.places import areas_from_geometries, to_national_grid
from patrolwise.planning.plan_tables import PLANNED_VISITS, ROTA, TRAVEL
from patrolwise.planning.shift_problem import Separation
from patrolwise.reporting.card_records import Base, CardNotes, Ground, PlaceNote, ServiceNote, Way
from patrolwise.reporting.plan_paper import UNIT_SHIFTS, PlanPaper, PlanStamp
from patrolwise.reporting.plan_records import (
    ArrivalRecord,
    BalanceRecord,
    ConflictRecord,
    ExperimentRecord,
    FairnessRecord,
    MethodRecord,
    PlanBreachRecord,
    PlanDoseRecord,
    PlanMarginRecord,
    PlannedStayRecord,
    PlanReport,
    RequestRecord,
    ServiceTimeRecord,
    UnitShiftRecord,
)
from patrolwise.reporting.results import InputFile, Made, QualityLine, WindowRecord
from patrolwise.tables import make_table

POLICE, OUTREACH = "Police", "Street outreach"
MONDAY = date(2024, 6, 3)
NAMES = (
    "Old Market",
    "Gallowtree Steps",
    "Old Bus Station",
    "Canal Basin & Lock",
    "Victoria Park <north gate>",
    "Humberstone Row",
    "St Martin's Yard",
    "Rhôs-y-bol Façade and Łódź Street underpass, lower level",
)
STAMP = PlanStamp(
    title="Street outreach in Northgate",
    version="0.1.0",
    plan_sha256="3f9a12bc77de" + "0" * 52,
    inputs_sha256="91ab44cd0e12" + "f" * 52,
    decided=date(2024, 5, 28),
)
WHY = "Robbery and assault after school, 15:00 to 18:00. 40 minutes a day. Last visit Sun 2 June."


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """A local time in summer, as UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        hours=hour - 1, minutes=minute
    )


def make_areas(names: Sequence[str] = NAMES) -> pl.DataFrame:
    """Octagons of 90 m round the middle of Leeds, scattered, the same each time."""
    (x,), (y,) = to_national_grid([-1.545], [53.797])
    rng = np.random.default_rng(3)
    middles = rng.permutation([(e, n) for e in range(-900, 901, 300) for n in (-450, 0, 450)])
    return areas_from_geometries(
        [f"hs-{n}" for n in range(1, len(names) + 1)],
        [
            shapely.Polygon(
                [
                    (
                        x + east + 90 * math.cos(turn * math.pi / 4),
                        y + north + 90 * math.sin(turn * math.pi / 4),
                    )
                    for turn in range(8)
                ]
            )
            for east, north in middles[: len(names)]
        ],
        list(names),
    )


def make_shifts(rows: Sequence[dict]) -> pl.DataFrame:
    usual = {"day": MONDAY, "shift": "late", "people": 2, "base_id": None}
    usual |= {"start": at(14), "end": at(20)}
    return make_table(
        UNIT_SHIFTS, pl.DataFrame([{**usual, **row} for row in rows], schema=UNIT_SHIFTS.schema)
    )


def make_visits(rows: Sequence[dict]) -> pl.DataFrame:
    usual = {"day": MONDAY, "shift": "late", "is_locked": False, "area_id": None}
    full = [{**usual, **row} for row in rows]
    return make_table(PLANNED_VISITS, pl.DataFrame(full, schema=PLANNED_VISITS.schema))


def route(unit: tuple[str, str], areas: Sequence[int | None], minutes: int, gap: int) -> list[dict]:
    """Visits of one unit one after another from 14:06; None is a break of 30 minutes."""
    service, unit_id = unit
    rows, now = [], at(14, 6)
    for area in areas:
        until = now + timedelta(minutes=30 if area is None else minutes)
        rows.append(
            {
                "service": service,
                "unit_id": unit_id,
                "area_id": None if area is None else f"hs-{area}",
                "start": now,
                "end": until,
            }
        )
        now = until + timedelta(minutes=gap)
    return rows


def make_paper(outreach: int = 7, **changes) -> PlanPaper:
    """A Monday of two outreach units, of which one has no visits, and a pair of police."""
    wanted = [n % 8 + 1 for n in range(0, 3 * outreach, 3)]
    if outreach > 3:
        wanted.insert(3, None)
    minutes = min(40, max(5, (320 - 7 * outreach) // max(outreach, 1)))
    police = [3, 8, 5, 2, 7, 4, None, 1, 6, 3, 8, 5, 2, 7]
    visits = [
        *route((OUTREACH, "SO-1"), wanted, minutes, 7),
        *route((POLICE, "P-101"), police, 15, 8),
    ]
    shifts = [
        {"service": OUTREACH, "unit_id": "SO-1", "base_id": "hall"},
        {"service": OUTREACH, "unit_id": "SO-2", "people": 3},
        {"service": POLICE, "unit_id": "P-101", "base_id": "nick"},
    ]
    given = {
        "stamp": STAMP,
        "shifts": make_shifts(shifts),
        "visits": make_visits(visits),
        "areas": make_areas(),
    }
    return PlanPaper(**{**given, **changes})


def make_travel() -> pl.DataFrame:
    places = [*(f"hs-{n}" for n in range(1, 9)), "hall", "nick"]
    rng = np.random.default_rng(1)
    rows = [
        {
            "mode": "walking",
            "from_id": one,
            "to_id": other,
            "minutes": float(rng.uniform(3, 11)),
            "metres": 500.0,
            "source": "streets",
        }
        for one in places
        for other in places
        if one != other
    ]
    return make_table(TRAVEL, pl.DataFrame(rows))


def make_notes(**changes) -> CardNotes:
    street = ((-1.56, 53.79), (-1.55, 53.798), (-1.53, 53.80))
    given = {
        "travel": make_travel(),
        "bases": (
            Base(base_id="hall", name="Town Hall", longitude=-1.5495, latitude=53.8003),
            Base(base_id="nick", name="Elland Road station", longitude=-1.5555, latitude=53.7935),
        ),
        "places": tuple(
            PlaceNote(
                area_id=f"hs-{n}",
                why=WHY,
                hazards="Open water, no rail after dark." if n == 4 else "",
            )
            for n in range(1, 9)
        ),
        "services": (
            ServiceNote(
                service=OUTREACH,
                phone="0116 496 0123",
                notes="Stay together. School is out at 15:10 today.",
            ),
            ServiceNote(service=POLICE, phone="101 ext. 4477"),
        ),
        "separations": (Separation(services=(POLICE, OUTREACH), margin_min=5),),
        "ground": Ground(
            streets=(street, ((-9.0, 40.0), (-9.1, 40.1)), ()),
            ways=(Way(from_id="hall", to_id="hs-1", line=street),),
            credit="Streets © OpenStreetMap contributors.",
        ),
    }
    return CardNotes(**{**given, **changes})


def make_owed(days: int = 7) -> pl.DataFrame:
    """What the rules owe in the week: 40 min of outreach everywhere, police in seven of eight."""
    rules = (
        DoseRule(
            service=OUTREACH,
            first=MONDAY,
            visit_min=40,
            visits_a_day=1,
            reason="Asked for by young people",
            decided=MONDAY,
        ),
        DoseRule(
            service=POLICE,
            first=MONDAY,
            visit_min=15,
            visits_a_day=2,
            areas=tuple(f"hs-{n}" for n in range(1, 8)),
            reason="Grant",
            decided=MONDAY,
        ),
    )
    rows = [
        {"area_id": f"hs-{n}", "day": MONDAY + timedelta(days=day), "service": service}
        for service in (OUTREACH, POLICE)
        for n in range(1, 9)
        for day in range(days)
    ]
    return plan_doses(rules, make_table(AREA_DAYS, pl.DataFrame(rows)))


def make_rota(paper: PlanPaper) -> pl.DataFrame:
    """Staff codes for each unit's shift."""
    rows = [
        {
            **{name: row[name] for name in ("day", "shift", "service", "unit_id", "start", "end")},
            "staff_id": f"{row['service'][0]}{number}{person}",
            "is_locked": person == 0,
        }
        for number, row in enumerate(paper.shifts.iter_rows(named=True))
        for person in range(row["people"])
    ]
    return make_table(ROTA, pl.DataFrame(rows))


def make_report(**changes) -> PlanReport:
    """A report with everything in it."""
    paper = make_paper()
    names = paper.names
    given = {
        "title": "Plan of street outreach in Northgate",
        "notice": "",
        "is_draft": False,
        "is_simulated": False,
        "made": Made(
            version="0.1.0",
            seed=7,
            programme_sha256="a" * 64,
            inputs=(InputFile(name="requests.csv", sha256="b" * 64, rows=12),),
        ),
        "plan_sha256": STAMP.plan_sha256,
        "inputs_sha256": STAMP.inputs_sha256,
        "window": WindowRecord(name="plan", first="2024-06-03", last="2024-06-09", days=7),
        "hot_spot_set": "northgate-eight@1",
        "hot_spot_hash": "c" * 64,
        "services": (OUTREACH, POLICE),
        "is_feasible": True,
        "conflicts": (),
        "times": make_times(),
        "doses": make_dose_records(names),
        "shifts": tuple(
            UnitShiftRecord(
                unit_id=row["unit_id"],
                service=row["service"],
                day=row["day"].isoformat(),
                shift=row["shift"],
                start=row["start"].isoformat(),
                end=row["end"].isoformat(),
                people=row["people"],
            )
            for row in paper.shifts.iter_rows(named=True)
        ),
        "stays": tuple(
            PlannedStayRecord(
                unit_id=row["unit_id"],
                service=row["service"],
                day=row["day"].isoformat(),
                shift=row["shift"],
                area_id=row["area_id"] or "",
                start=row["start"].isoformat(),
                end=row["end"].isoformat(),
            )
            for row in paper.visits.iter_rows(named=True)
        ),
        "shown_day": MONDAY.isoformat(),
        "margins": tuple(
            PlanMarginRecord(
                service_a=OUTREACH,
                service_b=POLICE,
                area_id=area_id,
                name=name,
                nearest_min=None if area_id == "hs-8" else 7.0 + number,
                day="" if area_id == "hs-8" else "2024-06-03",
                asked_min=5.0,
            )
            for number, (area_id, name) in enumerate(names.items())
        ),
        "fairness": tuple(
            FairnessRecord(
                staff_id=f"S{number}",
                service=OUTREACH,
                shifts=5,
                evenings=2 + number % 2,
                fair_evenings=2.5,
                weekends=1,
                fair_weekends=1.0,
                worst_min=80.0 * number,
                fair_worst_min=None if number == 3 else 120.0,
            )
            for number in range(1, 5)
        ),
        "requests": (
            RequestRecord(
                request_id="r1",
                staff_id="S1",
                day="2024-06-07",
                wants="off",
                is_honoured=True,
                reason="",
            ),
            RequestRecord(
                request_id="r2",
                staff_id="S2",
                day="2024-06-08",
                wants="off",
                is_honoured=False,
                reason="Nobody else is contracted for Saturday.",
            ),
        ),
        "experiment": make_experiment(),
        "arrivals": tuple(
            ArrivalRecord(
                area_id=f"hs-{number}",
                name=NAMES[number - 1],
                service=OUTREACH,
                visits=5,
                entropy_bits=2.1 if number < 3 else None,
                most_bits=2.58 if number < 3 else None,
            )
            for number in range(1, 4)
        ),
        "methods": (
            MethodRecord(
                shift="2024-06-03 late", method="exact", score=17_200, bound=17_200, was_cut=False
            ),
            MethodRecord(
                shift="2024-06-04 late", method="routes", score=16_400, bound=17_000, was_cut=True
            ),
        ),
        "rules_checked": (
            "A unit works within its hours.",
            "Two services are not in one hot spot at once, nor within the margin.",
        ),
        "breaches": (),
        "findings": ("Seven of eight hot spots get what the rule owes them.",),
        "limits": ("Travel minutes are those of an ordinary walk.",),
        "quality": (QualityLine(what="Requests read", count=12, note="none dropped"),),
    }
    return PlanReport(**{**given, **changes})


def make_times() -> tuple[ServiceTimeRecord, ...]:
    return (
        ServiceTimeRecord(
            service=OUTREACH,
            units=2,
            shifts=10,
            visits=60,
            paid_min=3_600,
            planned_min=2_400,
            travel_min=510,
            break_min=300,
            floor_min=690,
            asked_min=3_200,
            pounds=3_900.0,
            per_minute=1.625,
            floor_per_minute=1.34,
        ),
        ServiceTimeRecord(
            service=POLICE,
            units=1,
            shifts=7,
            visits=91,
            paid_min=2_520,
            planned_min=1_365,
            travel_min=700,
            break_min=210,
            floor_min=None,
            asked_min=None,
            pounds=None,
            per_minute=None,
            floor_per_minute=None,
        ),
    )


def make_dose_records(names: dict[str, str]) -> tuple[PlanDoseRecord, ...]:
    outreach = [
        PlanDoseRecord(
            area_id=area_id,
            name=name,
            service=OUTREACH,
            visits=7 if number else 5,
            planned_min=280.0 if number else 200.0,
            owed_visits=7,
            owed_min=280.0,
            expected_min=251.0,
        )
        for number, (area_id, name) in enumerate(names.items())
    ]
    police = [
        replace(dose, service=POLICE, owed_visits=None, owed_min=None, expected_min=None)
        for dose in outreach[1:]
    ]
    return (*outreach, *police)


def make_experiment() -> ExperimentRecord:
    parts = [("all", "all"), *(("weekday", day) for day in ("Monday", "Tuesday"))]
    return ExperimentRecord(
        design="Patrol and no patrol, crossed over within hot spot and fortnight.",
        arms=("patrol", "none"),
        allocation_sha256="d" * 64,
        set_sha256="e" * 64,
        set_count=10_000,
        balance=tuple(
            BalanceRecord(
                by=by,
                part=part,
                arm=arm,
                days=28,
                minutes=1_120.0 if arm == "patrol" else 0.0,
                baseline=0.31,
                difference=0.04 if arm == "patrol" else None,
            )
            for by, part in parts
            for arm in ("patrol", "none")
        ),
        power=("A fall of 30 % would be found 8 times in 10.",),
    )


def make_infeasible() -> PlanReport:
    """What is left when no plan can keep every rule."""
    conflict = ConflictRecord(
        rules=(
            "Outreach owes 8 hot spots 40 minutes each on Monday.",
            "SO-1 is on duty from 14:00 to 20:00.",
        ),
        sentence="Eight visits of 40 minutes and a break need 425 minutes; SO-1 has 360.",
        remedies=("One more pair on Monday.", "One hot spot less."),
    )
    breach = PlanBreachRecord(
        shift="2024-06-03 late", rule="duty", sentence="SO-1 is back at 20:10, ten minutes late."
    )
    return replace(
        make_report(),
        is_feasible=False,
        conflicts=(conflict,),
        breaches=(breach,),
        findings=(),
        methods=(),
    )


def make_bare_report() -> PlanReport:
    """Nothing but what cannot be left out."""
    return replace(
        make_report(),
        is_feasible=None,
        plan_sha256="",
        made=replace(make_report().made, inputs=()),
        services=(),
        times=(),
        doses=(),
        shifts=(),
        stays=(),
        shown_day="",
        margins=(),
        fairness=(),
        requests=(),
        experiment=None,
        arrivals=(),
        methods=(),
        rules_checked=(),
        findings=(),
        limits=(),
        quality=(),
    )
