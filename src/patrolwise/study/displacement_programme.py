"""What a programme declares of displacement: when rings were fixed, which hours, which types."""

from dataclasses import dataclass
from datetime import date

from patrolwise.errors import check_faults
from patrolwise.evaluation.hour_shift import PatrolHours
from patrolwise.evaluation.near_repeats import RepeatRule

CATEGORIES = "categories"  # the one word among switches that is no definition


@dataclass(frozen=True, kw_only=True)
class DisplacementPlan:
    """Where, when and in which types displaced crime is looked for. Rings are the outcomes'."""

    declared: date | None = None  # when the rings were fixed; None: results on them are exploratory
    hours: PatrolHours | None = None  # None: hours are not looked at
    switches: tuple[str, ...] = ()  # definitions, id@version, which share no crime
    is_by_category: bool = False  # the open data's categories in the place of definitions
    near_repeats: RepeatRule | None = None  # None: not looked for

    def __post_init__(self) -> None:
        faults = []
        if self.is_by_category and self.switches:
            faults.append(
                f'switches holds "{CATEGORIES}" and {", ".join(self.switches)}. The categories '
                "are all types there are: give either them or definitions."
            )
        if len(self.switches) == 1:
            faults.append(
                f"switches holds {self.switches[0]} alone. A switch is from one type to another: "
                f'give two definitions or more, or ["{CATEGORIES}"].'
            )
        check_faults("displacement", faults)
