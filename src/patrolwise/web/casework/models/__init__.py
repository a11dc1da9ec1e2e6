"""The tables of casework."""

from patrolwise.web.casework.models.concerns import Concern, ConcernDecision
from patrolwise.web.casework.models.consents import Consent
from patrolwise.web.casework.models.moments import ReachableMoment
from patrolwise.web.casework.models.people import CaseMember, Engagement, GlassBreak, Identity
from patrolwise.web.casework.models.plans import CaseNote, FollowUp, NeedAssessment
from patrolwise.web.casework.models.referrals import Referral, ReferralStep, Service
from patrolwise.web.casework.models.stories import Story, StoryReceiver

__all__ = [
    "CaseMember",
    "CaseNote",
    "Concern",
    "ConcernDecision",
    "Consent",
    "Engagement",
    "FollowUp",
    "GlassBreak",
    "Identity",
    "NeedAssessment",
    "ReachableMoment",
    "Referral",
    "ReferralStep",
    "Service",
    "Story",
    "StoryReceiver",
]
