"""What a programme declares of its plans: shifts, staff, services, breaks, doses, an experiment.

It is the `[planning]` part of the one programme file; `programme` has the other parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from patrolwise.errors import check_faults
from patrolwise.patrols.dose_rules import DoseRule
from patrolwise.planning.design import DesignRule
from patrolwise.planning.power_case import PowerCase
from patrolwise.planning.rota_problem import ShiftTemplate
from patrolwise.planning.rota_rule import RotaRule
from patrolwise.planning.shift_inputs import BreakRule, ServiceRule
from patrolwise.planning.shift_problem import Separation
from patrolwise.planning.travel import TravelRule
from patrolwise.study.programme import Service, SpotSource
from patrolwise.times import Window

LOCAL = "Europe/London"  # the zone of times without an offset in the forms


@dataclass(frozen=True, kw_only=True)
class PlanningForms:
    """The files that a plan is made from; None where there is none."""

    staff: Path | None = None
    rota: Path | None = None  # settled: none is made
    leave: Path | None = None
    requests: Path | None = None
    availability: Path | None = None
    burden: Path | None = None  # evenings, weekends and hard minutes of past rotas
    priorities: Path | None = None
    events: Path | None = None
    bases: Path | None = None
    streets: Path | None = None
    decided: Path | None = None  # visits that are decided: locked ones stay as they are
    allocation: Path | None = None  # the days of an experiment that are revealed
    published: Path | None = None  # what was told of it when it was drawn

    @property
    def paths(self) -> tuple[Path, ...]:
        """Those that are given, in a fixed order."""
        return tuple(path for path in vars(self).values() if path is not None)


@dataclass(frozen=True, kw_only=True)
class Planning:
    """What is to be planned, and by which rules."""

    window: Window  # local days on which shifts begin
    forms: PlanningForms
    shifts: tuple[ShiftTemplate, ...]
    services: tuple[ServiceRule, ...]
    breaks: tuple[BreakRule, ...]
    separations: tuple[Separation, ...]
    dose_rules: tuple[DoseRule, ...]
    rota_rule: RotaRule
    travel_rule: TravelRule
    effort: float  # about seconds of one core, for the whole window
    variety: float = 0.02  # of a shift's best score, given away so that arrivals are varied
    arms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # arm → who may go
    worst_spots: Mapping[str, float] = field(default_factory=dict)  # hot spot → share that counts
    experiment: DesignRule | None = None
    power: PowerCase | None = None  # what the experiment is to find; None: not asked
    delivered_share: float | None = None  # of planned minutes, in the past; None: unknown
    is_draft: bool = False  # not decided: every page says so
    is_simulated: bool = False  # nobody patrols by it: every page says so

    def __post_init__(self) -> None:
        faults = []
        if not self.shifts and self.forms.rota is None:
            faults.append(
                "It has neither [[planning.shifts]] nor a rota. Give shifts and staff to make a "
                "rota from, or the rota."
            )
        if self.forms.rota is None and self.forms.staff is None:
            faults.append("staff is missing: without a settled rota, one is made of your staff.")
        if not self.services:
            faults.append("[[planning.services]] is missing: say how each service goes about.")
        if not self.dose_rules:
            faults.append(
                "No dose rule is declared. Give [[planning.dose_rules]], or those of [tracking]: "
                "a plan is made to meet what was decided."
            )
        if not self.effort > 0:
            faults.append(f"effort must be above 0, got {self.effort:g}.")
        if not 0 <= self.variety <= 0.5:
            faults.append(f"variety is a share up to 0.5, got {self.variety:g}.")
        if self.delivered_share is not None and not 0 < self.delivered_share <= 1:
            faults.append(f"delivered_share is a share up to 1, got {self.delivered_share:g}.")
        faults += [
            f"worst_spots has {share:g} for {area_id}: give a share up to 1."
            for area_id, share in self.worst_spots.items()
            if not 0 <= share <= 1
        ]
        if self.forms.published is not None and self.experiment is None:
            faults.append("published is of an experiment: declare it in [planning.experiment].")
        if (self.forms.allocation is None) != (not self.arms):
            faults.append(
                "allocation and [planning.arms] go together: the one says what each hot spot gets "
                "on which day, the other which services may then go there."
            )
        check_faults("planning", faults)


@dataclass(frozen=True, kw_only=True)
class PlanProgramme:
    """Everything that a plan needs, as declared."""

    title: str
    notice: str
    seed: int
    services: tuple[Service, ...]
    hot_spots: SpotSource  # a file
    planning: Planning
    sha256: str  # of the programme file's bytes
    file_name: str

    @property
    def service_names(self) -> tuple[str, ...]:
        """The names of the services, as declared."""
        return tuple(service.name for service in self.services)
