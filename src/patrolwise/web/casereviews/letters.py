"""The letters of a review, ready to be read, printed and sent. None names a subject.

Fixed sentences are plain; what staff wrote goes in where it has to. An applicant's own words are
never repeated.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from patrolwise.outreach.working_days import add_working_days
from patrolwise.partnership.asb_review import DueStep, Step, Threshold
from patrolwise.web.casereviews.facts import find_procedure, find_rule, judge, list_steps
from patrolwise.web.casereviews.models import Procedure, Review
from patrolwise.web.commons.addresses import tell_address

TITLES = {
    "acknowledge": "We have your application",
    "agreed": "We will hold a case review",
    "refusal": "We will not hold a case review",
    "invitation": "Come to the case review, if you want to",
    "outcome": "What the case review found",
    "appeal": "The answer to your appeal",
}
PAGE = "case-review"  # whose address letters tell: the shortest, for who has to type it
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_US = "the office that sends this letter"
_BODY = "the police and crime commissioner"
_ASK = "If you have a question, ask {contact}. If you are in danger, ring 999."


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A letter as it would go out."""

    kind: str
    to: str
    paragraphs: tuple[str, ...]
    opening: str = ""  # for whom somebody applied

    @property
    def title(self) -> str:
        """Return its heading."""
        return TITLES[self.kind]

    @property
    def text(self) -> str:
        """Return it as it is kept."""
        lines = (self.title, f"Dear {self.to},", self.opening, *self.paragraphs)
        return "\n\n".join(one for one in lines if one)


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What the letters of a review are written from."""

    review: Review
    procedure: Procedure | None
    steps: tuple[DueStep, ...]
    threshold: Threshold
    appeal_by: date | None  # of a letter that goes out today, before its step is done

    @property
    def contact(self) -> str:
        return self.procedure.contact if self.procedure else _US

    @property
    def policing_body(self) -> str:
        return self.procedure.policing_body if self.procedure else _BODY

    def due(self, step: Step) -> date | None:
        return next((one.due for one in self.steps if one.step is step), None)


def find_next(review: Review) -> str:
    """Return which letter comes next; empty when none does.

    Parameters
    ----------
    review : Review

    Returns
    -------
    str
    """
    if review.closed_on is not None:
        return ""
    if review.acknowledged_on is None:
        return "acknowledge"
    sent = {one.kind for one in review.letters.all()}
    if review.is_met is not None:
        kind = "agreed" if review.is_met else "refusal"
        if kind not in sent:
            return kind
    if review.reviewed_on is None:
        return "invitation" if review.meets_on is not None and "invitation" not in sent else ""
    return "outcome" if review.told_on is None else ""


def can_write(review: Review, kind: str) -> bool:
    """Return whether what a letter tells of has happened.

    Parameters
    ----------
    review : Review
    kind : str

    Returns
    -------
    bool
    """
    return {
        "acknowledge": True,
        "agreed": review.is_met is True,
        "refusal": review.is_met is False,
        "invitation": review.meets_on is not None and review.reviewed_on is None,
        "outcome": review.reviewed_on is not None,
        "appeal": review.appeal_answered_on is not None,
    }.get(kind, False)


def draft_letter(review: Review, kind: str, today: date) -> Draft:
    """Return a letter as it would go out today.

    Parameters
    ----------
    review : Review
    kind : str
        One that `can_write` says yes to.
    today : date

    Returns
    -------
    Draft
    """
    rule, appeal_by = find_rule(review.requested_on), None
    if review.told_on is None and rule.days_to_appeal is not None:
        appeal_by = add_working_days(today, rule.days_to_appeal)
    facts = _Facts(
        review=review,
        procedure=find_procedure(review.requested_on),
        steps=list_steps(review, today),
        threshold=judge(review, rule),
        appeal_by=appeal_by,
    )
    paragraphs = _WRITERS[kind](facts)
    closing = _ASK.format(contact=facts.contact)
    return Draft(
        kind=kind,
        to=review.acting_name or review.name,
        opening=f"You applied for {review.name}." if review.acting_name else "",
        paragraphs=(*(one for one in paragraphs if one), closing),
    )


def say_day(day: date) -> str:
    """Return a day as people say it.

    Parameters
    ----------
    day : date

    Returns
    -------
    str
    """
    return f"{day:%A} {day.day} {day:%B %Y}"


_Written = tuple[str, ...]


def _write_acknowledgement(facts: _Facts) -> _Written:
    review, due = facts.review, facts.due(Step.DECIDE)
    by = f" by {say_day(due)}" if due else ""
    return (
        f"We have your application for a case review of {say_day(review.requested_on)}. Its number "
        f"is {review.reference}.",
        f"We look at the complaints that were made, and decide{by} whether a case review must be "
        "held. Then we write to you again.",
        "You can see how far it is on our page, with your number and your code: "
        f"{tell_address(PAGE)}",
    )


def _write_agreement(facts: _Facts) -> _Written:
    threshold, due = facts.threshold, facts.due(Step.REVIEW)
    by = f" by {say_day(due)}" if due else ""
    if threshold.must_review:
        why = (
            f"{threshold.counted} of your complaints count, and {threshold.needed} are enough. So "
            "we must hold a review."
        )
    else:
        why = (
            f"Fewer than {threshold.needed} complaints count. We looked at how long it has gone "
            "on, what harm it does and how you were answered, and want to hold a review."
        )
    return (
        f"We hold a case review of your application {facts.review.reference}.",
        why,
        facts.review.reasons,
        f"The bodies of the area, such as the council and the police, meet{by}. They look at how "
        "your complaints were answered, and at what else can be done.",
    )


def _write_refusal(facts: _Facts) -> _Written:
    review, threshold = facts.review, facts.threshold
    return (
        f"We looked at your application {review.reference}. We do not hold a case review.",
        f"{threshold.counted} of your complaints count, and {threshold.needed} make a review a "
        "duty.",
        *_tell_complaints(facts),
        "We also looked at how long it has gone on, what harm it does and whether you were "
        "answered as you should have been.",
        review.persistence,
        review.harm,
        review.adequacy,
        review.reasons,
        _tell_appeal(facts),
    )


def _write_invitation(facts: _Facts) -> _Written:
    review = facts.review
    assert review.meets_on is not None  # `can_write` says so
    has_chair = review.seats.filter(left_at=None, is_chair=True).exists()
    return (
        f"The panel of your case review {review.reference} meets on {say_day(review.meets_on)}: "
        f"{review.meets_where}.",
        "Its chair is independent: nothing ties the chair to your case." if has_chair else "",
        "You can come and say how it is for you. You can bring somebody, or somebody can come for "
        "you. You can send word in writing. You need do none of it.",
        "Nobody whom you complained about is asked to come, or told of it.",
    )


def _write_outcome(facts: _Facts) -> _Written:
    review = facts.review
    found = [
        f"To {one.team.name}: {one.text} To be done by {say_day(one.due_on)}."
        + ("" if one.is_accepted is None else _ACCEPTED[one.is_accepted])
        for one in review.recommendations.select_related("team")
    ]
    asked = "The panel recommends:" if found else "The panel makes no recommendation."
    assert review.reviewed_on is not None  # `can_write` says so
    return (
        f"The panel of your case review {review.reference} met on {say_day(review.reviewed_on)}.",
        review.outcome,
        asked,
        *found,
        _tell_appeal(facts),
    )


def _write_appeal_answer(facts: _Facts) -> _Written:
    review = facts.review
    came = _OUTCOMES[review.appeal_outcome]
    told = f"{facts.policing_body} looked at your appeal about {review.reference}. {came}"
    return (told[:1].upper() + told[1:], review.appeal_answer)


def _tell_complaints(facts: _Facts) -> list[str]:
    """Return why complaints do not count, by their days."""
    days = {str(one.pk): one.reported_on for one in facts.review.complaints.all()}
    return [
        f"The complaint of {say_day(days[one.complaint_id])} does not count: "
        f"{_DAY.sub(_say_found, one.reason)}."
        for one in facts.threshold.complaints
        if not one.counts
    ]


def _tell_appeal(facts: _Facts) -> str:
    due = facts.due(Step.APPEAL) or facts.appeal_by
    by = f" by {say_day(due)}" if due else ""
    return (
        f"If you think that this is wrong, you can ask {facts.policing_body} to look at it{by}. "
        f"You can do so on our page, with your number and your code: {tell_address(PAGE)}"
    )


def _say_found(found: re.Match[str]) -> str:
    day = date.fromisoformat(found[0])
    return f"{day.day} {day:%B %Y}"


_ACCEPTED = {True: " They accept it.", False: " They do not accept it."}
_OUTCOMES = {
    "stands": "What was decided stands.",
    "again": "The bodies of the area are asked to look at your case again.",
}
_WRITERS: dict[str, Callable[[_Facts], _Written]] = {
    "acknowledge": _write_acknowledgement,
    "agreed": _write_agreement,
    "refusal": _write_refusal,
    "invitation": _write_invitation,
    "outcome": _write_outcome,
    "appeal": _write_appeal_answer,
}
