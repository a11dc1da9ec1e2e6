"""Which words the outreach service's records use: each value is what a person reads on the page.

Workers never ask a young person's age: bands and risks of a contact are what the worker saw.
"""

from enum import StrEnum

from patrolwise.errors import InputError


class ContactKind(StrEnum):
    """What a contact was."""

    SAID_HELLO = "said hello"
    CONVERSATION = "conversation"
    ADVICE_GIVEN = "advice given"
    CONFLICT_CALMED = "conflict calmed"
    ACCOMPANIED = "accompanied"
    REFUSED = "refused"


class AgeBand(StrEnum):
    """How old somebody looked; observed, never asked."""

    UNDER_10 = "under 10"
    AGES_10_15 = "10–15"
    AGES_16_17 = "16–17"
    AGES_18_24 = "18–24"
    AGES_25_OVER = "25 and over"
    NOT_SURE = "not sure"


class Gender(StrEnum):
    """What the worker took the person's gender to be."""

    FEMALE = "female"
    MALE = "male"
    OTHER_NOT_SURE = "other or not sure"


class PerceivedRisk(StrEnum):
    """Why a young person counts: the published rule of the College of Policing's research map."""

    EXPLOITATION = "exploitation"
    OFFENDING = "offending"
    VICTIM = "victim"
    ANTI_SOCIAL_BEHAVIOUR = "anti-social behaviour"
    NONE_SEEN = "none seen"


class Topic(StrEnum):
    """What was talked about; never shown to the police, not even as a count."""

    KNIFE_CARRYING = "knife carrying"
    DRUGS = "drugs"
    ALCOHOL = "alcohol"
    SCHOOL = "school"
    WORK = "work"
    HOME = "home"
    MENTAL_HEALTH = "mental health"
    MONEY = "money"
    PEER_CONFLICT = "peer conflict"
    POLICE_ENCOUNTER = "police encounter"
    OTHER = "other"


class ContactMinutes(StrEnum):
    """How long a contact took, minutes."""

    UNDER_2 = "<2"
    MIN_2_5 = "2–5"
    MIN_6_15 = "6–15"
    MIN_16_30 = "16–30"
    OVER_30 = ">30"


class Advice(StrEnum):
    """What advice was given."""

    SAFETY = "safety"
    SERVICES = "services"
    TRANSPORT = "transport"
    FIRST_AID = "first aid"
    RIGHTS = "rights"
    OTHER = "other"


class NeedDomain(StrEnum):
    """What a need, or a strength, is about."""

    SAFETY = "safety"
    HOUSING = "housing"
    EDUCATION = "education"
    WORK = "work"
    MENTAL_HEALTH = "mental health"
    PHYSICAL_HEALTH = "physical health"
    SUBSTANCE_USE = "substance use"
    FAMILY = "family"
    PEERS = "peers"
    MONEY = "money"
    EXPLOITATION = "exploitation"
    IMMIGRATION = "immigration"
    IDENTITY_COMMUNITY = "identity and community"


class ReferralStatus(StrEnum):
    """How far a referral has come; `referral_moves.TRANSITIONS` says what may follow."""

    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FIRST_APPOINTMENT_OFFERED = "first appointment offered"
    STARTED = "started"
    COMPLETED = "completed"
    ENDED_EARLY = "ended early"
    WITHDRAWN = "withdrawn"


class RejectReason(StrEnum):
    """Why a service did not take a referral."""

    NOT_ELIGIBLE = "not eligible"
    NO_CAPACITY = "no capacity"
    DUPLICATE = "duplicate"
    CANNOT_CONTACT = "cannot contact"
    OTHER = "other"


class EndReason(StrEnum):
    """Why a referral ended early; after the Ministry of Justice's Refer and Monitor (MIT)."""

    INELIGIBLE = "ineligible"
    MISTAKEN_DUPLICATE = "mistaken or duplicate"
    NOT_ENGAGED = "not engaged"
    NEEDS_MET_ELSEWHERE = "needs met elsewhere"
    MOVED = "moved"
    WORK_CARING = "work or caring"
    OTHER = "other"


class NeedOutcome(StrEnum):
    """What came of a need that a referral was about."""

    ACHIEVED = "achieved"
    PARTLY = "partly achieved"
    NOT_ACHIEVED = "not achieved"


class Urgency(StrEnum):
    """By when a referral should be answered."""

    TODAY = "today"
    THREE_DAYS = "3 days"
    ROUTINE = "routine"


class ConsentPurpose(StrEnum):
    """What a consent is for."""

    KEEP_MY_DETAILS = "keep my details"
    REFER_TO_SERVICE = "refer me to a named service"
    CONTACT_ME = "contact me"
    EVALUATION = "evaluation"
    TELL_PARENT_CARER = "tell a parent or carer"
    TELL_MY_STORY = "tell my story without my name"


class StoryPart(StrEnum):
    """What of a case study somebody can allow, each part by itself."""

    STORY_BEFORE = "how things were before"
    STORY_HELP = "what we did together"
    STORY_SINCE = "how things have been since"
    STORY_WORDS = "what they said, in their words"


class StoryState(StrEnum):
    """How a case study stands."""

    DRAFT = "being written"
    WAITING = "waits for a second person"
    RELEASED = "may be told"
    WITHDRAWN = "taken back"


class ConsentGiver(StrEnum):
    """Who gave a consent."""

    YOUNG_PERSON_16_OVER = "young person aged 16 or over"
    UNDER_16_COMPETENT = "young person under 16, assessed as competent"
    PARENTAL_RESPONSIBILITY = "person with parental responsibility"
    MCA_BEST_INTERESTS = "best-interests decision, Mental Capacity Act (16 or over)"


class ConsentMethod(StrEnum):
    """How a consent was given."""

    SPOKEN = "spoken"
    SIGNED = "signed"
    TEXT_REPLY = "text reply"


class CompetencePoint(StrEnum):
    """What a person under 16 must understand to consent alone (Gillick competence)."""

    WHAT = "what is asked"
    WHY = "why it is asked"
    WHO = "who will know"
    CONSEQUENCES = "what may follow from it"
    CAN_SAY_NO = "that they can say no"


class ConcernCategory(StrEnum):
    """What a safeguarding concern is about."""

    PHYSICAL = "physical"
    SEXUAL = "sexual"
    EMOTIONAL = "emotional"
    NEGLECT = "neglect"
    CRIMINAL_EXPLOITATION = "criminal exploitation"
    SEXUAL_EXPLOITATION = "sexual exploitation"
    DOMESTIC_ABUSE = "domestic abuse"
    RADICALISATION = "radicalisation"
    MODERN_SLAVERY = "modern slavery"
    SELF_HARM = "self-harm"
    THREAT_TO_LIFE = "threat to life"
    STAFF_ALLEGATION = "allegation about staff"


class DslDecision(StrEnum):
    """What the designated safeguarding lead (DSL) decided."""

    NO_ACTION = "no action"
    EARLY_HELP = "early help"
    MASH = "multi-agency safeguarding hub (MASH)"
    POLICE = "police"
    LADO = "local authority designated officer (LADO)"
    ADULT_SAFEGUARDING = "adult safeguarding"
    CSA_DUTY_REPORT = "report under the child sexual abuse duty"


class ToldPerson(StrEnum):
    """Whether the person was told what was passed on about them."""

    YES = "yes"
    NO_UNSAFE = "no: unsafe"
    NO_WOULD_PREJUDICE = "no: would prejudice"
    NO_CANNOT_REACH = "no: cannot reach"
    NO_OTHER = "no: other"


class AgeBasis(StrEnum):
    """How an age is known."""

    TOLD_US = "told us"
    ESTIMATED = "estimated"
    VERIFIED = "verified"


class ContactWay(StrEnum):
    """How somebody agreed to be reached."""

    CALL = "call"
    TEXT = "text"
    NONE = "none"


class EngagementStatus(StrEnum):
    """How an engagement stands."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why an engagement was closed."""

    GOALS_MET = "goals met"
    MOVED = "moved"
    LOST_CONTACT = "lost contact"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    SAFEGUARDING_TOOK_OVER = "safeguarding took over"
    DIED = "died"


class MomentSource(StrEnum):
    """Where a reachable moment was."""

    EMERGENCY_DEPARTMENT = "emergency department"
    CUSTODY = "custody"
    FRACTURE_CLINIC = "fracture clinic"
    PAEDIATRICS = "paediatrics"
    SCHOOL_EXCLUSION = "school exclusion"
    PROBATION = "probation"


class MomentReason(StrEnum):
    """What brought somebody there."""

    ASSAULT_WEAPON = "assault with a weapon"
    ASSAULT_NO_WEAPON = "assault without a weapon"
    THREAT = "threat"
    EXPLOITATION = "exploitation"
    MENTAL_HEALTH = "mental health"
    SUBSTANCE = "substance"
    OTHER = "other"


class Approached(StrEnum):
    """Whether a worker came to speak to them, and if not, why."""

    YES = "yes"
    NO_DISCHARGED = "no: discharged"
    NO_UNWELL = "no: unwell"
    NO_STAFFING = "no: staffing"
    NO_POLICE_PRESENT = "no: police present"
    NO_SAFETY = "no: safety"


class Response(StrEnum):
    """What they said to the offer."""

    ENGAGED = "engaged"
    WANTS_LATER = "wants it later"
    DECLINED = "declined"


class FunnelStage(StrEnum):
    """How far somebody came, in order; each stage holds those after it."""

    ELIGIBLE = "eligible"
    APPROACHED = "approached"
    ENGAGED = "engaged"
    CONSENTED = "consented"
    STARTED = "started"
    COMPLETED = "completed"


class Ethnicity(StrEnum):
    """The 19 groups of the 2021 Census of England and Wales (ONS, OGL v3.0); as people say it."""

    ASIAN_BANGLADESHI = "Asian or Asian British: Bangladeshi"
    ASIAN_CHINESE = "Asian or Asian British: Chinese"
    ASIAN_INDIAN = "Asian or Asian British: Indian"
    ASIAN_PAKISTANI = "Asian or Asian British: Pakistani"
    ASIAN_OTHER = "Asian or Asian British: any other Asian background"
    BLACK_AFRICAN = "Black, Black British, Caribbean or African: African background"
    BLACK_CARIBBEAN = "Black, Black British, Caribbean or African: Caribbean"
    BLACK_OTHER = "Black, Black British, Caribbean or African: any other Black background"
    MIXED_WHITE_ASIAN = "Mixed or multiple ethnic groups: White and Asian"
    MIXED_WHITE_BLACK_AFRICAN = "Mixed or multiple ethnic groups: White and Black African"
    MIXED_WHITE_BLACK_CARIBBEAN = "Mixed or multiple ethnic groups: White and Black Caribbean"
    MIXED_OTHER = "Mixed or multiple ethnic groups: any other background"
    WHITE_BRITISH = "White: English, Welsh, Scottish, Northern Irish or British"
    WHITE_GYPSY_TRAVELLER = "White: Gypsy or Irish Traveller"
    WHITE_IRISH = "White: Irish"
    WHITE_ROMA = "White: Roma"
    WHITE_OTHER = "White: any other White background"
    OTHER_ARAB = "Other ethnic group: Arab"
    OTHER_ANY = "Other ethnic group: any other ethnic group"
    PREFER_NOT_TO_SAY = "prefer not to say"


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Return what can be chosen from a vocabulary, in its order.

    Parameters
    ----------
    kind : type of StrEnum
        A class of this module.

    Returns
    -------
    list of (str, str)
        Key (the member's name in lower case) and the words shown.

    Raises
    ------
    InputError
        It is no vocabulary.

    Examples
    --------
    >>> choices(Urgency)
    [('today', 'today'), ('three_days', '3 days'), ('routine', 'routine')]
    """
    if not (isinstance(kind, type) and issubclass(kind, StrEnum)):
        raise InputError(f"{kind!r} is no vocabulary. Give a class of patrolwise.outreach.")
    return [(member.name.lower(), member.value) for member in kind]
