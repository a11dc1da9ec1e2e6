"""What a report holds of the 17 mistakes: the values behind its table of guards."""

from dataclasses import dataclass

from patrolwise.evaluation.mistakes import Design, MistakeRecord, State

__all__ = ["Design", "MistakeRecord", "MistakesRecord", "State"]


@dataclass(frozen=True, kw_only=True)
class MistakesRecord:
    """What became of each of the 17 mistakes in one run."""

    mistakes: tuple[MistakeRecord, ...]  # by number

    def count(self, state: State) -> int:
        """Return how many of the mistakes are in a state."""
        return sum(one.state is state for one in self.mistakes)
