"""How applications are scored by two who do not see each other's scores, and ranked in a budget.

A total is scores times weights, in whole numbers; the mean of the assessors' totals is kept as a
fraction, so that a tie is a tie and never an accident of rounding.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import groupby

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.grant_rounds import GrantRound, show_pounds


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What one assessor says of one application."""

    application_id: str
    assessor: str  # a code; never a name
    has_conflict: bool = False  # of interest: then there are no scores
    scores: Mapping[str, int]  # criterion → score
    completed: date | None = None  # None while it is being written


@dataclass(frozen=True, kw_only=True)
class GrantScore:
    """One application's totals, once all its assessments are in."""

    application_id: str
    totals: tuple[tuple[str, int], ...]  # assessor and total, by assessor
    highest: int  # total that was possible
    moderation: str = ""  # why assessors differ as they do, and what the panel made of it

    @cached_property
    def mean(self) -> Fraction:
        """The mean of the totals, exact."""
        return Fraction(sum(total for _, total in self.totals), len(self.totals))

    @property
    def per_cent(self) -> Fraction:
        """The mean, in per cent of the highest total."""
        return 100 * self.mean / self.highest

    @property
    def spread(self) -> Fraction:
        """How far the totals lie apart, in per cent of the highest total."""
        found = [total for _, total in self.totals]
        return Fraction(100 * (max(found) - min(found)), self.highest)


class Place(StrEnum):
    """Where an application stands to the budget. A panel decides; this is what it starts from."""

    WITHIN = "within the budget"
    TIED = "tied at the line: the panel decides"
    BEYOND = "beyond the budget"
    BELOW = "below the least total"


@dataclass(frozen=True, kw_only=True)
class RankedApplication:
    """One application in the order of its totals."""

    rank: int  # tied ones share it, and the next has as many more
    score: GrantScore
    asked_pence: int
    tied_with: tuple[str, ...]
    place: Place


def list_assessment_faults(assessments: Iterable[Assessment], grant_round: GrantRound) -> list[str]:
    """Return what is wrong with assessments, all of it at once.

    Parameters
    ----------
    assessments : iterable of Assessment
    grant_round : GrantRound

    Returns
    -------
    list of str
        Whole sentences: an assessor is there twice, scores with a conflict of interest, leaves a
        criterion out of an assessment that is completed, or gives a score that cannot be.
    """
    faults: list[str] = []
    seen: set[tuple[str, str]] = set()
    for one in assessments:
        where = f"{one.application_id}, assessor {one.assessor}"
        if (one.application_id, one.assessor) in seen:
            faults.append(f"{where}: there twice. An assessor scores an application once.")
        seen.add((one.application_id, one.assessor))
        if one.has_conflict:
            faults += _conflict_faults(one, where)
        else:
            faults += _score_faults(one, grant_round, where)
    return faults


def see_assessments(
    assessments: Sequence[Assessment], assessor: str, grant_round: GrantRound
) -> tuple[Assessment, ...]:
    """Return the assessments of one application that an assessor may see.

    Parameters
    ----------
    assessments : sequence of Assessment
        Of one application.
    assessor : str
        Whoever looks.
    grant_round : GrantRound

    Returns
    -------
    tuple of Assessment
        Their own; those of the others too, once as many as the round asks for are completed and
        their own is one of them. Nobody with a conflict of interest sees a score.
    """
    own = tuple(one for one in assessments if one.assessor == assessor)
    scored = [one for one in assessments if one.completed and not one.has_conflict]
    has_scored = any(one in scored for one in own)
    return tuple(scored) if has_scored and len(scored) >= grant_round.assessors else own


def score_application(
    assessments: Sequence[Assessment], grant_round: GrantRound, moderation: str = ""
) -> GrantScore:
    """Return an application's totals, or refuse while they are not ready to be told.

    Parameters
    ----------
    assessments : sequence of Assessment
        Of one application, one or more.
    grant_round : GrantRound
    moderation : str
        The panel's note on assessors who differ; blank where there is none.

    Returns
    -------
    GrantScore

    Raises
    ------
    InputError
        As `list_assessment_faults`.
    RefusedError
        Fewer assessments are completed than the round asks for, or the totals lie further apart
        than it lets pass without a note.
    """
    application_id = assessments[0].application_id
    what = f"Application {application_id}"
    check_faults(what, list_assessment_faults(assessments, grant_round))
    scored = sorted(
        (one for one in assessments if one.completed and not one.has_conflict),
        key=lambda one: one.assessor,
    )
    if len(scored) < grant_round.assessors:
        raise RefusedError(
            f"{what}: {len(scored)} of {grant_round.assessors} assessments are in. Totals are told "
            "when all are; those with a conflict of interest do not count."
        )
    score = GrantScore(
        application_id=application_id,
        totals=tuple((one.assessor, _add_up(one, grant_round)) for one in scored),
        highest=grant_round.highest_total,
        moderation=moderation.strip(),
    )
    if score.spread > grant_round.widest_spread and not score.moderation:
        raise RefusedError(
            f"{what}: its totals lie {float(score.spread):.0f} per cent apart, above the "
            f"{grant_round.widest_spread} that the round lets pass. Moderate, and write down why "
            "they differ and what was made of it."
        )
    return score


def rank_applications(
    scores: Iterable[GrantScore], asked_pence: Mapping[str, int], grant_round: GrantRound
) -> tuple[RankedApplication, ...]:
    """Return applications by their totals, each with its place in the budget.

    The budget is used from the top. The first that does not fit ends it: nothing with a lower
    total goes before it. Where tied ones do not all fit, none of them is put before another.

    Parameters
    ----------
    scores : iterable of GrantScore
    asked_pence : mapping of application id to int
    grant_round : GrantRound

    Returns
    -------
    tuple of RankedApplication
        By rank, then application.
    """
    ordered = sorted(scores, key=lambda one: (-one.mean, one.application_id))
    ranked: list[RankedApplication] = []
    left, is_open = grant_round.budget_pence, True
    for _, group in groupby(ordered, key=lambda one: one.mean):
        tied = list(group)
        ids = tuple(one.application_id for one in tied)
        asked = [asked_pence[one] for one in ids]
        place = _find_place(tied[0], asked, left if is_open else -1, grant_round)
        is_open = is_open and place is Place.WITHIN
        left -= sum(asked) if place is Place.WITHIN else 0
        rank = len(ranked) + 1
        ranked += [
            RankedApplication(
                rank=rank,
                score=one,
                asked_pence=asked_pence[one.application_id],
                tied_with=ids[:at] + ids[at + 1 :],
                place=place,
            )
            for at, one in enumerate(tied)
        ]
    return tuple(ranked)


def tell_ranking(ranked: Iterable[RankedApplication]) -> tuple[str, ...]:
    """Return a sentence for each application, in order.

    Parameters
    ----------
    ranked : iterable of RankedApplication

    Returns
    -------
    tuple of str
    """
    return tuple(
        f"{one.rank}. {one.score.application_id}: {float(one.score.per_cent):.1f} per cent, asks "
        f"for {show_pounds(one.asked_pence)}, {one.place}"
        + (f"; tied with {', '.join(one.tied_with)}" if one.tied_with else "")
        for one in ranked
    )


def _find_place(
    first: GrantScore, asked: Sequence[int], left: int, grant_round: GrantRound
) -> Place:
    if first.per_cent < grant_round.least_total:
        return Place.BELOW
    if sum(asked) <= left:
        return Place.WITHIN
    return Place.TIED if len(asked) > 1 and min(asked) <= left else Place.BEYOND


def _add_up(assessment: Assessment, grant_round: GrantRound) -> int:
    return sum(one.weight * assessment.scores[one.key] for one in grant_round.criteria)


def _conflict_faults(one: Assessment, where: str) -> list[str]:
    if not one.scores and one.completed is None:
        return []
    return [f"{where}: has a conflict of interest and scores. Take the scores out; another scores."]


def _score_faults(one: Assessment, grant_round: GrantRound, where: str) -> list[str]:
    known = [criterion.key for criterion in grant_round.criteria]
    faults = [f"{where}: {key} is no criterion." for key in one.scores if key not in known]
    faults += [
        f"{where}, {key}: {score} is no score. Give 0 to {grant_round.top_score}."
        for key, score in one.scores.items()
        if not 0 <= score <= grant_round.top_score
    ]
    lacking = [key for key in known if key not in one.scores]
    if one.completed and lacking:
        faults.append(f"{where}: completed without {', '.join(lacking)}. Score every criterion.")
    return faults
