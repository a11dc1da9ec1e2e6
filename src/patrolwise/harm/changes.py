"""How harm changed: the total, the count and the harm of one crime, kept apart."""

import math
from dataclasses import dataclass

from patrolwise.errors import check_faults

_TOTAL = {-1: "Total harm fell", 0: "Total harm did not change", 1: "Total harm rose"}
_COUNT = {-1: "counts fell", 0: "counts did not change", 1: "counts rose"}
_AVERAGE = {
    -1: "average harm per crime fell",
    0: "average harm per crime did not change",
    1: "average harm per crime rose",
}


@dataclass(frozen=True, kw_only=True)
class HarmChange:
    """Total harm and crimes in two periods, and what moved."""

    before_total: float  # days
    after_total: float
    before_n: int  # crimes
    after_n: int

    def __post_init__(self) -> None:
        faults = []
        for name, total, n in (
            ("before", self.before_total, self.before_n),
            ("after", self.after_total, self.after_n),
        ):
            if not (math.isfinite(total) and total >= 0):
                faults.append(f"Harm {name} must be 0 or more days, got {total}.")
            if n < 0:
                faults.append(f"Crimes {name} must be 0 or more, got {n}.")
            if n == 0 and total > 0:
                faults.append(f"Harm {name} is {total:g} days of no crimes. Check the count.")
        check_faults("Change of harm", faults)

    @property
    def total_change(self) -> float | None:
        """Change of total harm as a share; None when there was none before."""
        return _share(self.before_total, self.after_total)

    @property
    def count_change(self) -> float | None:
        """Change of the count as a share; None when there was no crime before."""
        return _share(self.before_n, self.after_n)

    @property
    def per_crime_before(self) -> float | None:
        """Days a crime, before; None when there was no crime."""
        return self.before_total / self.before_n if self.before_n else None

    @property
    def per_crime_after(self) -> float | None:
        """Days a crime, after; None when there was no crime."""
        return self.after_total / self.after_n if self.after_n else None

    @property
    def per_crime_change(self) -> float | None:
        """Change of harm per crime as a share; None when a period has no crime or no harm."""
        if self.per_crime_before is None or self.per_crime_after is None:
            return None
        return _share(self.per_crime_before, self.per_crime_after)

    @property
    def sentence(self) -> str:
        """What moved total harm, in one plain sentence."""
        total = _TOTAL[_sign(self.before_total, self.after_total)]
        if self.per_crime_before is None or self.per_crime_after is None:
            return _sentence_without_average(total, self.before_n, self.after_n)
        return _sentence_with_average(
            _sign(self.before_total, self.after_total),
            _sign(self.before_n, self.after_n),
            _sign(self.per_crime_before, self.per_crime_after),
        )


def compare_harm(
    before_total: float, after_total: float, before_n: int, after_n: int
) -> HarmChange:
    """Return how total harm changed, and whether counts or the harm of a crime moved it.

    A fall of total harm is often told as a fall of severity. It is one only if harm per crime
    fell: total harm also falls when there are fewer crimes of the same, or of worse, harm.

    Parameters
    ----------
    before_total, after_total : float
        Harm, days, of two periods of equal length.
    before_n, after_n : int
        The crimes that were scored.

    Returns
    -------
    HarmChange

    Raises
    ------
    InputError
        A figure is below 0, or there is harm without a crime.

    Examples
    --------
    >>> change = compare_harm(60314, 38421, 416, 252)
    >>> f"{change.total_change:.2%} {change.per_crime_change:+.2%}"
    '-36.30% +5.16%'
    >>> change.sentence
    'Total harm fell because counts fell; average harm per crime rose.'
    >>> compare_harm(0, 0, 0, 0).sentence
    'There were no crimes in either period, so there is no harm to compare.'
    """
    return HarmChange(
        before_total=before_total, after_total=after_total, before_n=before_n, after_n=after_n
    )


def _share(before: float, after: float) -> float | None:
    return after / before - 1 if before else None


def _sign(before: float, after: float) -> int:
    """Return -1, 0 or 1; sums of many weights that differ by rounding alone are equal."""
    if math.isclose(before, after, rel_tol=1e-9):
        return 0
    return 1 if after > before else -1


def _sentence_with_average(total: int, count: int, average: int) -> str:
    head, counts, averages = _TOTAL[total], _COUNT[count], _AVERAGE[average]
    if total == 0 and count == 0:
        return f"{head}, nor did counts or average harm per crime."
    if total == 0:
        return f"{head}: {counts} and {averages}."
    if count == total and average == total:
        return f"{head} because {counts} and {averages}."
    if count == total:
        return f"{head} because {counts}; {averages}."
    return f"{head} because {averages}; {counts}."


def _sentence_without_average(total: str, before_n: int, after_n: int) -> str:
    if before_n == 0 and after_n == 0:
        return "There were no crimes in either period, so there is no harm to compare."
    empty = "before" if before_n == 0 else "after"
    return f"{total}: there were no crimes {empty}, so average harm per crime cannot be compared."
