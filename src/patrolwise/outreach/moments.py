"""How many people came how far, of how many who could have: reachable moments and the street.

What other programmes lose is the denominator: a count of people helped says little without those
who were eligible. A person who was met both in custody or hospital and on the street counts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from patrolwise.errors import check_faults
from patrolwise.outreach.vocabulary import FunnelStage, MomentSource

STAGES = tuple(FunnelStage)


@dataclass(frozen=True, kw_only=True)
class FunnelRow:
    """One time that somebody could have been reached."""

    row_id: str
    source: MomentSource | None = None  # None: on the street
    eligible: bool = True
    approached: bool = False
    engaged: bool = False
    consented: bool = False
    started: bool = False
    completed: bool = False
    engagement_id: str | None = None  # the same for all rows of one person, once engaged

    @property
    def reached(self) -> tuple[bool, ...]:
        """Whether it came to each stage, in order."""
        return tuple(bool(getattr(self, stage)) for stage in STAGES)


@dataclass(frozen=True)
class FunnelStep:
    """How many people came to one stage, with both denominators."""

    stage: FunnelStage
    count: int
    of_before: int  # people at the stage before; of the first, itself
    of_eligible: int

    @property
    def share_of_before(self) -> float | None:
        """Share of those at the stage before, 0 to 1; None when there were none."""
        return self.count / self.of_before if self.of_before else None

    @property
    def share_of_eligible(self) -> float | None:
        """Share of all who were eligible, 0 to 1; None when there were none."""
        return self.count / self.of_eligible if self.of_eligible else None


def count_funnel(rows: Sequence[FunnelRow]) -> list[FunnelStep]:
    """Return how many people came to each stage, from eligible to completed.

    Rows with one engagement id are one person, who came as far as the furthest of them. A row
    without one is a person of its own: nobody can tell whether they were met before, so the first
    two counts are of people at most.

    Parameters
    ----------
    rows : sequence of FunnelRow, any order

    Returns
    -------
    list of FunnelStep
        One a stage, in order; all zero without rows. No count is above the one before. Counts are
        exact and stay inside the service; what leaves goes through the suppression of `reporting`.

    Raises
    ------
    InputError
        A row came to a stage without the one before, engaged without an engagement id, or has the
        id of another row; all are named.

    Examples
    --------
    >>> met = FunnelRow(row_id="s-1", approached=True, engaged=True, engagement_id="e-1")
    >>> again = FunnelRow(
    ...     row_id="c-1",
    ...     source=MomentSource.CUSTODY,
    ...     approached=True,
    ...     engaged=True,
    ...     consented=True,
    ...     engagement_id="e-1",
    ... )
    >>> [step.count for step in count_funnel([met, again])]
    [1, 1, 1, 1, 0, 0]
    """
    check_faults("Funnel", _find_faults(rows))
    people: dict[tuple[str, str], int] = {}
    for row in rows:
        linked = row.engagement_id is not None
        person = ("person", str(row.engagement_id)) if linked else ("row", row.row_id)
        people[person] = max(people.get(person, 0), sum(row.reached))
    counts = [sum(far > n for far in people.values()) for n in range(len(STAGES))]
    return [
        FunnelStep(stage, counts[n], counts[max(n - 1, 0)], counts[0])
        for n, stage in enumerate(STAGES)
    ]


def _find_faults(rows: Sequence[FunnelRow]) -> list[str]:
    faults = []
    seen: set[str] = set()
    for row in rows:
        for before, after in pairwise(STAGES):
            if getattr(row, after) and not getattr(row, before):
                faults.append(f"Row {row.row_id} is {after} and was never {before}. Mend one.")
        if row.engaged and not row.engagement_id:
            faults.append(
                f"Row {row.row_id} is engaged and has no engagement id, so that the person would "
                "count again where else they were met. Give one."
            )
        if row.row_id in seen:
            faults.append(f"There are two rows {row.row_id}. Leave one out.")
        seen.add(row.row_id)
    return faults
