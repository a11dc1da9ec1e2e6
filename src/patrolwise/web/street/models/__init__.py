"""The tables of the street."""

from patrolwise.web.street.models.contacts import Contact
from patrolwise.web.street.models.debriefs import PeopleDebrief, PlaceDebrief, PlaceIssue, Wellbeing
from patrolwise.web.street.models.phones import FieldClash, HeldItem, Phone
from patrolwise.web.street.models.places import HotSpotMinutes, Place
from patrolwise.web.street.models.safety import Call, Track
from patrolwise.web.street.models.shifts import (
    BriefItem,
    BriefRead,
    OutreachBrief,
    PlannedVisit,
    Shift,
    ShiftWorker,
)

__all__ = [
    "BriefItem",
    "BriefRead",
    "Call",
    "Contact",
    "FieldClash",
    "HeldItem",
    "HotSpotMinutes",
    "OutreachBrief",
    "PeopleDebrief",
    "Phone",
    "Place",
    "PlaceDebrief",
    "PlaceIssue",
    "PlannedVisit",
    "Shift",
    "ShiftWorker",
    "Track",
    "Wellbeing",
]
