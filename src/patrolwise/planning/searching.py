"""How hard a solver looks, and what it returns; no clock decides, so that a seed gives one plan."""

from dataclasses import dataclass

from patrolwise.errors import check_faults
from patrolwise.planning.shift_problem import ShiftPlan


@dataclass(frozen=True, kw_only=True)
class SearchRule:
    """How hard to look. The same rule gives the same plan on any machine of the same packages."""

    seed: int = 1
    effort: float = 1.0  # about seconds of one core on an ordinary machine, counted in work done
    # a wall clock that stops a search on a machine that is far slower; the plan then says so
    longest_s: float = 3600.0

    def __post_init__(self) -> None:
        faults = []
        if self.seed < 0:
            faults.append(f"seed must be 0 or more, got {self.seed}.")
        if not self.effort > 0 or not self.longest_s > 0:
            faults.append(
                f"effort and longest_s must be above 0, got {self.effort} and {self.longest_s}."
            )
        check_faults("Search rule", faults)


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A plan of one shift, and how good it is known to be."""

    plan: ShiftPlan
    score: int  # as scoring.score_plan says
    bound: int | None  # no plan scores more; None when the method proves nothing
    method: str  # "exact", "routes", "greedy", ...
    was_cut: bool = False  # stopped by the wall clock: another machine may plan otherwise

    @property
    def is_proven(self) -> bool:
        """Whether no plan can be better."""
        return self.bound is not None and self.score >= self.bound
