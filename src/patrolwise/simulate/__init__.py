"""What would have been seen had the truth been this: a programme simulator with known truth.

Everything that it makes says that it is simulated, in every file and every row that can.
"""

from patrolwise.simulate.areas import draw_within, find_base, make_town, random_areas
from patrolwise.simulate.crime_records import draw_crimes
from patrolwise.simulate.crimes import (
    OFFENCES,
    PLACE_DAYS,
    RING_ID,
    CrimeRule,
    DrawnDays,
    Offence,
    draw_place_days,
)
from patrolwise.simulate.gps_error import GpsRule, add_error
from patrolwise.simulate.patrolling import (
    STAYS,
    TRUE_ABSTRACTIONS,
    PatrolledShift,
    patrol_shifts,
)
from patrolwise.simulate.programme import ProgrammeRule, SimulatedProgramme, simulate_programme
from patrolwise.simulate.services import (
    OUTREACH,
    POLICE,
    SHIFTS,
    SUNDAY_TO_THURSDAY,
    SeparationRule,
    ServicePlan,
    assign_devices,
    plan_shifts,
)
from patrolwise.simulate.truth import (
    TRUE_SECONDS,
    TRUE_VISITS,
    TruthRule,
    find_true_visits,
    true_seconds,
)
from patrolwise.simulate.walks import (
    BY_VEHICLE,
    ON_FOOT,
    TRUE_PATHS,
    Round,
    Stay,
    WalkRule,
    walk_round,
)
from patrolwise.simulate.writing import write_programme

__all__ = [
    "BY_VEHICLE",
    "OFFENCES",
    "ON_FOOT",
    "OUTREACH",
    "PLACE_DAYS",
    "POLICE",
    "RING_ID",
    "SHIFTS",
    "STAYS",
    "SUNDAY_TO_THURSDAY",
    "TRUE_ABSTRACTIONS",
    "TRUE_PATHS",
    "TRUE_SECONDS",
    "TRUE_VISITS",
    "CrimeRule",
    "DrawnDays",
    "GpsRule",
    "Offence",
    "PatrolledShift",
    "ProgrammeRule",
    "Round",
    "SeparationRule",
    "ServicePlan",
    "SimulatedProgramme",
    "Stay",
    "TruthRule",
    "WalkRule",
    "add_error",
    "assign_devices",
    "draw_crimes",
    "draw_place_days",
    "draw_within",
    "find_base",
    "find_true_visits",
    "make_town",
    "patrol_shifts",
    "plan_shifts",
    "random_areas",
    "simulate_programme",
    "true_seconds",
    "walk_round",
    "write_programme",
]
