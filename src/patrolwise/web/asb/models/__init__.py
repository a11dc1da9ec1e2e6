"""The tables of anti-social behaviour casework."""

from patrolwise.web.asb.models.cases import (
    Case,
    CaseMember,
    CaseParty,
    GlassBreak,
    Incident,
    StageMove,
)
from patrolwise.web.asb.models.imports import ImportRun
from patrolwise.web.asb.models.keeping import DeletionRun
from patrolwise.web.asb.models.people import RoleLink, Subject, Victim, VictimContact
from patrolwise.web.asb.models.plans import PlannedAction
from patrolwise.web.asb.models.powers import Breach, PowerAction
from patrolwise.web.asb.models.risk import Instrument, RiskAssessment

__all__ = [
    "Breach",
    "Case",
    "CaseMember",
    "CaseParty",
    "DeletionRun",
    "GlassBreak",
    "ImportRun",
    "Incident",
    "Instrument",
    "PlannedAction",
    "PowerAction",
    "RiskAssessment",
    "RoleLink",
    "StageMove",
    "Subject",
    "Victim",
    "VictimContact",
]
