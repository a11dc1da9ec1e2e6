"""What crimes weigh: harm indexes, scores, and estimates where there is only open data.

To add a harm index: a CSV in ``data/`` and a function like `starting_points_index`. An index that
may not be shipped is read by `patrolwise.files.harm_weights`.
"""

from patrolwise.harm.changes import HarmChange, compare_harm
from patrolwise.harm.mixes import (
    CATEGORY_WEIGHTS,
    RECORDED_MIX,
    CategoryWeights,
    Coverage,
    coverage_of,
    estimate_category_weights,
    find_categories,
    leicestershire_mix,
)
from patrolwise.harm.offence_codes import normalise_codes
from patrolwise.harm.scores import (
    HARM_DRIVERS,
    HarmRule,
    HarmScore,
    score_categories,
    score_crimes,
    weight_of,
)
from patrolwise.harm.weights import (
    HARM_WEIGHTS,
    OFFENCE_ROWS,
    Choice,
    HarmIndex,
    read_found_by,
    starting_points_index,
    weigh_offences,
)

__all__ = [
    "CATEGORY_WEIGHTS",
    "HARM_DRIVERS",
    "HARM_WEIGHTS",
    "OFFENCE_ROWS",
    "RECORDED_MIX",
    "CategoryWeights",
    "Choice",
    "Coverage",
    "HarmChange",
    "HarmIndex",
    "HarmRule",
    "HarmScore",
    "compare_harm",
    "coverage_of",
    "estimate_category_weights",
    "find_categories",
    "leicestershire_mix",
    "normalise_codes",
    "read_found_by",
    "score_categories",
    "score_crimes",
    "starting_points_index",
    "weigh_offences",
    "weight_of",
]
