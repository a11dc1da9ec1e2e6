"""Which words a disclosure uses: who decides, from whom to whom, and what can be carried."""

from enum import StrEnum


class DisclosureDecision(StrEnum):
    """What a lead decided about a disclosure."""

    SHARE = "share"
    SHARE_LESS = "share less"
    REFUSE = "refuse"


class Decider(StrEnum):
    """What somebody who decides a disclosure is in their service."""

    LEAD = "lead"
    DSL = "designated safeguarding lead"
    WORKER = "worker"
    OTHER = "other"


class Controller(StrEnum):
    """Who decides over a record: each is a controller of its own."""

    OUTREACH = "outreach charity"
    PARTNER_SERVICE = "partner service"
    POLICE = "police"
    COUNCIL = "council"
    YOUTH_JUSTICE = "youth justice service"
    PROBATION = "probation"
    FIRE_RESCUE = "fire and rescue"
    HEALTH = "health body"
    EDUCATION = "education authority"
    PRISON_YOUTH_CUSTODY = "prison or youth custody"
    LOCAL_POLICING_BODY = "local policing body"
    COURT = "court"


class DisclosedField(StrEnum):
    """What a disclosure can carry; nothing else goes."""

    NAME = "name"
    KNOWN_AS = "what they are called"
    DATE_OF_BIRTH = "date of birth"
    PHONE = "phone"
    ADDRESS = "address"
    WHEREABOUTS = "whereabouts"
    SCHOOL = "school"
    FAMILY = "family"
    FACTS_OF_CONCERN = "facts of the concern"
    RISK_SUMMARY = "risk summary for this recipient"
    NEEDS = "needs"
    REFERRAL_STATUS = "referral status"
    SERVICE_HISTORY = "service history"
    PATIENT_INFORMATION = "patient information"
