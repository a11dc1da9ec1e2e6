"""Which words casework of anti-social behaviour has beside those of its tables."""

from enum import StrEnum


class Channel(StrEnum):
    """How a report came."""

    PHONE = "phone"
    ONLINE = "online form"
    IN_PERSON = "in person"
    EMAIL = "email or letter"
    PATROL = "seen on patrol"
    PARTNER = "from a partner"


class CloseReason(StrEnum):
    """Why a case was closed."""

    STOPPED = "the behaviour stopped"
    RESOLVED = "resolved with an agreement or a power"
    NOT_BORNE_OUT = "not borne out"
    WITHDRAWN = "the victim wants no more done"
    MOVED = "somebody moved away"
    PASSED_ON = "passed on to another body"


class ContactResult(StrEnum):
    """What came of speaking, or trying to speak, with a victim."""

    SPOKE = "spoke with them"
    MESSAGE = "left a message, where that is safe"
    NO_ANSWER = "no answer"
    DECLINED = "they wanted no contact"

    @property
    def counts(self) -> bool:
        """Whether it was contact: an attempt leaves what is owed as it was."""
        return self in (ContactResult.SPOKE, ContactResult.DECLINED)


class ActionKind(StrEnum):
    """What an action of a plan is; all but the last have targets of days."""

    PLAN = "agree an action plan"
    CONTACT = "contact the victim"
    SUBJECT = "speak to the subject"
    REVIEW = "review the case"
    OTHER = "another action"


class PowerOutcome(StrEnum):
    """How the use of a power ended."""

    KEPT = "ran its time, kept to"
    BREACHED = "ran its time, broken"
    REPLACED = "replaced by another power"
    REFUSED = "refused by the court"
    TAKEN_BACK = "taken back before its time"


class Appeal(StrEnum):
    """How an appeal against a power stands."""

    OPEN = "not decided yet"
    DISMISSED = "dismissed"
    UPHELD = "upheld"
