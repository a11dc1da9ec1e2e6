"""The counts that the law has published, made from the rows, by year from 1 April to 31 March.

They are exact: the Act asks for how many, of a whole area and a whole year, and councils publish
them so. Nothing else that is counted of reviews leaves without small numbers hidden.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from patrolwise.partnership.asb_review import count_for_publication
from patrolwise.reporting.suppression import suppress
from patrolwise.web.casereviews.facts import find_rule, list_procedures, tell_library
from patrolwise.web.casereviews.models import Publication, Review
from patrolwise.web.casereviews.words import PUBLISHED

_APRIL = 4


@dataclass(frozen=True, kw_only=True)
class YearCounts:
    """What is published of one year."""

    year: int  # in which it begins
    counts: dict[str, int]  # statutory count → number
    is_whole: bool  # the year is over

    @property
    def title(self) -> str:
        """Return how the year is called, such as 2026/27."""
        return name_year(self.year)

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Return each count with its words, in their order."""
        return [(words, self.counts[key]) for key, words in PUBLISHED.items()]


def name_year(year: int) -> str:
    """Return how a year is called.

    Parameters
    ----------
    year : int
        In which it begins.

    Returns
    -------
    str
    """
    return f"{year}/{(year + 1) % 100:02d}"


def find_year(day: date) -> int:
    """Return the year that a day is in.

    Parameters
    ----------
    day : date

    Returns
    -------
    int
        The calendar year in which it begins.
    """
    return day.year if day.month >= _APRIL else day.year - 1


def count_years(today: date) -> list[YearCounts]:
    """Return the counts of each year in which anything happened, the newest first.

    Parameters
    ----------
    today : date

    Returns
    -------
    list of YearCounts
        This year's too, so far.
    """
    procedures = list_procedures()
    rows = Review.objects.prefetch_related("complaints", "recommendations")
    told = [tell_library(one, find_rule(one.requested_on, procedures)) for one in rows]
    days = [d for one in told for d in (one.requested_on, one.decided_on, one.reviewed_on) if d]
    found = []
    for year in sorted({find_year(day) for day in (*days, today)}, reverse=True):
        last = date(year + 1, _APRIL, 1) - timedelta(days=1)
        counted = asdict(count_for_publication(told, date(year, _APRIL, 1), last))
        found.append(
            YearCounts(
                year=year, counts={key: counted[key] for key in PUBLISHED}, is_whole=last < today
            )
        )
    return found


def list_published() -> list[YearCounts]:
    """Return the counts that were let out, of each year the newest.

    Returns
    -------
    list of YearCounts
        The newest year first.
    """
    newest: dict[int, YearCounts] = {}
    for one in Publication.objects.exclude(released_at=None).order_by("released_at"):
        newest[one.year] = YearCounts(year=one.year, counts=one.counts, is_whole=True)
    return [newest[year] for year in sorted(newest, reverse=True)]


def list_proposable(years: Iterable[YearCounts]) -> set[int]:
    """Return the years whose counts can be proposed: over, and not out or proposed as they are.

    Parameters
    ----------
    years : iterable of YearCounts

    Returns
    -------
    set of int
    """
    newest: dict[int, Publication] = {}
    for one in Publication.objects.order_by("proposed_at"):
        newest[one.year] = one
    return {
        one.year
        for one in years
        if one.is_whole
        and (
            (found := newest.get(one.year)) is None
            or (found.released_at is not None and found.counts != one.counts)
        )
    }


def write_csv(years: Iterable[YearCounts]) -> str:
    """Return the counts as a table to download.

    Parameters
    ----------
    years : iterable of YearCounts

    Returns
    -------
    str
        CSV; a line a year.
    """
    lines = [",".join(("year", *PUBLISHED))]
    lines += [",".join((one.title, *(str(one.counts[k]) for k in PUBLISHED))) for one in years]
    return "\r\n".join(lines) + "\r\n"


def count_work() -> list[tuple[str, str]]:
    """Return how much is under way, small numbers hidden: no count that the law asks for.

    Returns
    -------
    list of (what, shown)
    """
    rows = Review.objects.filter(closed_on=None)
    appeals = Review.objects.exclude(appealed_on=None)
    return [
        ("Applications that are not closed", suppress(rows.count())),
        ("Appeals, of all years", suppress(appeals.count())),
        ("Appeals without an answer", suppress(appeals.filter(appeal_answered_on=None).count())),
    ]
