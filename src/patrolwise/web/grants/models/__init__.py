"""The tables of grants."""

from patrolwise.web.grants.models.applications import GrantApplication, GrantAssessment
from patrolwise.web.grants.models.awards import (
    AwardReport,
    GrantAward,
    GrantCondition,
    GrantInstalment,
    GrantPayment,
)
from patrolwise.web.grants.models.keeping import GrantDeletion, PublishedGrant, RoundRemains
from patrolwise.web.grants.models.rounds import FundRound

__all__ = [
    "AwardReport",
    "FundRound",
    "GrantApplication",
    "GrantAssessment",
    "GrantAward",
    "GrantCondition",
    "GrantDeletion",
    "GrantInstalment",
    "GrantPayment",
    "PublishedGrant",
    "RoundRemains",
]
