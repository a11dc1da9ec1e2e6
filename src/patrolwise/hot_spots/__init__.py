"""Where crime is concentrated, how sure that is, and which areas become hot spots.

Counting, Gi*, density and clusters are in modules of their own: `cells`, `gi_star`, `density`,
`clustering`.
"""

from patrolwise.hot_spots.accuracy import (
    Accuracy,
    find_recapture_rate_index,
    find_recovery_rate_index,
    score_prediction,
    trace_accuracy,
)
from patrolwise.hot_spots.concentration import (
    Concentration,
    PlaceUnit,
    find_generalised_gini,
    find_gini,
    find_share_holding,
    is_in_weisburd_band,
    summarise_concentration,
    trace_lorenz,
)
from patrolwise.hot_spots.emerging import Pattern, Trends, classify_emergence, find_trends
from patrolwise.hot_spots.hot_spot_set import Edit, HotSpotSet, changed_areas
from patrolwise.hot_spots.method_scores import compare_methods
from patrolwise.hot_spots.ranking import (
    GammaPrior,
    RankRule,
    expected_next,
    fit_prior,
    rank_cells,
)
from patrolwise.hot_spots.selection import (
    Selection,
    SelectionRule,
    buffer_places,
    select_hot_spots,
)
from patrolwise.hot_spots.stability import (
    find_rank_correlation,
    find_s_index,
    find_share_of_years,
    find_top,
    summarise_stability,
)
from patrolwise.hot_spots.week_profile import WeekProfile, profile_week

__all__ = [
    "Accuracy",
    "Concentration",
    "Edit",
    "GammaPrior",
    "HotSpotSet",
    "Pattern",
    "PlaceUnit",
    "RankRule",
    "Selection",
    "SelectionRule",
    "Trends",
    "WeekProfile",
    "buffer_places",
    "changed_areas",
    "classify_emergence",
    "compare_methods",
    "expected_next",
    "find_generalised_gini",
    "find_gini",
    "find_rank_correlation",
    "find_recapture_rate_index",
    "find_recovery_rate_index",
    "find_s_index",
    "find_share_holding",
    "find_share_of_years",
    "find_top",
    "find_trends",
    "fit_prior",
    "is_in_weisburd_band",
    "profile_week",
    "rank_cells",
    "score_prediction",
    "select_hot_spots",
    "summarise_concentration",
    "summarise_stability",
    "trace_accuracy",
    "trace_lorenz",
]
