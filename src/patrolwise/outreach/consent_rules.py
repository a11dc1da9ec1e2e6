"""Whether a consent is good: who may give it, for what, how, and how long it holds.

A consent here is permission for a service. It is not the lawful basis for safeguarding, which
needs none. The rules are for a data protection officer to confirm; they are not advice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from patrolwise.outreach.dates_ahead import add_months
from patrolwise.outreach.vocabulary import (
    CompetencePoint,
    ConsentGiver,
    ConsentMethod,
    ConsentPurpose,
    StoryPart,
)

DEFAULT_MONTHS = 6
ALONE_FROM = 16  # years; from then on a person consents alone
ADULT_FROM = 18
_LOCAL = ZoneInfo("Europe/London")
STORY_FIELDS = frozenset(part.name.lower() for part in StoryPart)
_TO_SOMEBODY = (ConsentPurpose.REFER_TO_SERVICE, ConsentPurpose.TELL_PARENT_CARER)


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What was agreed to, by whom and how."""

    purpose: ConsentPurpose
    fields: frozenset[str]  # exactly what may go
    given_by: ConsentGiver
    method: ConsentMethod
    pressure_free: bool  # not in front of the police, and no condition of anything
    starts: date
    until: date | None = None  # last day; None for six months
    recipient: str = ""  # the service, or the parent or carer, that may know
    age: int | None = None  # whole years at the time, as told, estimated or verified
    competence_points: frozenset[CompetencePoint] = frozenset()  # understood, as assessed
    competence_note: str = ""  # how that was seen; for best interests, why and who was asked
    withdrawn_at: datetime | None = None

    @property
    def last_day(self) -> date:
        """The last day on which it holds, if it is not withdrawn."""
        return default_until(self.starts) if self.until is None else self.until


def default_until(starts: date) -> date:
    """Return the last day of a consent for which no end was agreed: six months on.

    Parameters
    ----------
    starts : date

    Returns
    -------
    date

    Examples
    --------
    >>> default_until(date(2026, 8, 31))
    datetime.date(2027, 2, 28)
    """
    return add_months(starts, DEFAULT_MONTHS)


def check_consent(consent: Consent) -> list[str]:
    """Return what is wrong with a consent, all of it; an empty list when it is good.

    Parameters
    ----------
    consent : Consent

    Returns
    -------
    list of str
        Whole sentences.

    References
    ----------
    Gillick v West Norfolk and Wisbech AHA [1986] AC 112: competence under 16. Mental Capacity Act
    2005, sections 2(5) and 4: from 16, and best interests. UK GDPR, article 7: freely given, and
    as easy to withdraw as to give.

    Examples
    --------
    >>> check_consent(
    ...     Consent(
    ...         purpose=ConsentPurpose.CONTACT_ME,
    ...         fields=frozenset({"phone"}),
    ...         given_by=ConsentGiver.YOUNG_PERSON_16_OVER,
    ...         method=ConsentMethod.SPOKEN,
    ...         pressure_free=True,
    ...         starts=date(2026, 6, 1),
    ...         age=17,
    ...     )
    ... )
    []
    """
    return [
        *_faults_of_what(consent),
        *_GIVERS[consent.given_by](consent),
        *_faults_of_method(consent),
    ]


def is_in_force(consent: Consent, on: date, purpose: ConsentPurpose, field: str) -> bool:
    """Return whether a consent lets one field be used for a purpose on a day.

    Parameters
    ----------
    consent : Consent
    on : date
    purpose : ConsentPurpose
    field : str

    Returns
    -------
    bool
        Never for a consent with a fault, nor on the day of its withdrawal (by the clock in
        London) or after.
    """
    if consent.withdrawn_at is not None and on >= _local_day(consent.withdrawn_at):
        return False
    return (
        consent.purpose is purpose
        and field in consent.fields
        and consent.starts <= on <= consent.last_day
        and not check_consent(consent)
    )


def _local_day(moment: datetime) -> date:
    # a time without a zone is taken as London's, so that a withdrawal is never lost to an error
    return moment.date() if moment.tzinfo is None else moment.astimezone(_LOCAL).date()


def _faults_of_what(consent: Consent) -> list[str]:
    faults = []
    if not consent.fields:
        faults.append("No field is chosen. Say exactly which may go.")
    is_story = consent.purpose is ConsentPurpose.TELL_MY_STORY
    if is_story and consent.fields - STORY_FIELDS:
        faults.append("It is to tell their story: choose parts of the story only, no details.")
    if not is_story and consent.fields & STORY_FIELDS:
        faults.append(f"It is to “{consent.purpose}”: parts of a story have no place there.")
    if consent.purpose in _TO_SOMEBODY and not consent.recipient.strip():
        faults.append(f"It is to “{consent.purpose}” and names nobody who may know. Name them.")
    if not consent.pressure_free:
        faults.append(
            "It was not free of pressure: given in front of the police, or as a condition of "
            "something. It does not count; ask again when it can be free."
        )
    if consent.last_day < consent.starts:
        faults.append(f"It ends on {consent.last_day}, before it starts on {consent.starts}.")
    return faults


def _faults_of_method(consent: Consent) -> list[str]:
    alone = consent.given_by is ConsentGiver.YOUNG_PERSON_16_OVER
    if consent.method is ConsentMethod.TEXT_REPLY and not alone:
        return [
            "A text reply does not show competence, parental responsibility or best interests. "
            "Take it spoken or signed."
        ]
    return []


def _faults_of_16_over(consent: Consent) -> list[str]:
    return _faults_of_age_16(consent, "A person under 16 consents alone only when competent")


def _faults_of_under_16(consent: Consent) -> list[str]:
    faults = []
    if consent.age is not None and consent.age >= ALONE_FROM:
        faults.append(f"The age is {consent.age}: from 16 a person consents without assessment.")
    missing = [point for point in CompetencePoint if point not in consent.competence_points]
    if missing:
        faults.append(
            f"Competence is not shown: it is not noted that they understand {'; '.join(missing)}."
        )
    if not consent.competence_note.strip():
        faults.append("Competence has no note. Write how the understanding was seen.")
    return faults


def _faults_of_parental(consent: Consent) -> list[str]:
    if consent.age is None or consent.age < ALONE_FROM:
        return []
    if consent.age < ADULT_FROM:
        return [
            f"The age is {consent.age}: from 16 the young person consents. Ask them; who lacks "
            "capacity needs a best-interests decision."
        ]
    return [f"The age is {consent.age}: parental responsibility ends at 18. Ask the person."]


def _faults_of_best_interests(consent: Consent) -> list[str]:
    faults = _faults_of_age_16(consent, "The Mental Capacity Act decides for nobody under 16")
    if not consent.competence_note.strip():
        faults.append(
            "A best-interests decision has no note. Write why capacity is lacking for this "
            "decision, and who was asked."
        )
    return faults


def _faults_of_age_16(consent: Consent, why: str) -> list[str]:
    if consent.age is None:
        return [f"The age is not known. {why}: say how old they are, told or estimated."]
    if consent.age < ALONE_FROM:
        return [f"The age is {consent.age}. {why}."]
    return []


_GIVERS: dict[ConsentGiver, Callable[[Consent], list[str]]] = {
    ConsentGiver.YOUNG_PERSON_16_OVER: _faults_of_16_over,
    ConsentGiver.UNDER_16_COMPETENT: _faults_of_under_16,
    ConsentGiver.PARENTAL_RESPONSIBILITY: _faults_of_parental,
    ConsentGiver.MCA_BEST_INTERESTS: _faults_of_best_interests,
}
