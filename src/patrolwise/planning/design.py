"""What an experiment with patrols is to be: its arms, its weeks, its weekdays, its limits."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from patrolwise.errors import InputError, check_faults
from patrolwise.times import Window

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
SUNDAY_TO_THURSDAY = (7, 1, 2, 3, 4)
LONGEST_BLOCK = 8  # weeks: longer ones keep season less well, and their orders fill memory
LONGEST_WASHOUT = 14
LONGEST_WINDOW = 1830  # days: five years; a slip in a year would fill memory


@dataclass(frozen=True)
class Arm:
    """One thing that a hot spot can be drawn to get on a day."""

    name: str  # such as "patrol", "none", "both"
    services: tuple[str, ...] = ()  # who patrols; empty for nobody
    weeks: int = 1  # of each block: how often each weekday gets this arm


TWO_ARMS = (Arm("patrol", ("police",)), Arm("none"))
FOUR_ARMS = (
    Arm("police", ("police",)),
    Arm("outreach", ("outreach",)),
    Arm("both", ("police", "outreach")),
    Arm("neither"),
)


@dataclass(frozen=True)
class ServiceLoad:
    """What one service can do on a day of the experiment, by its rota."""

    service: str
    least: int = 0  # hot spots a day, so that nobody on duty is idle
    most: int = 1  # hot spots a day that its units can serve
    dose_min: float = 15.0  # minutes for each: the same in every hot spot on every day


@dataclass(frozen=True, kw_only=True)
class DesignRule:
    """A blocked, balanced crossover of hot spots and days.

    Weeks are seven days, counted from the first day of the window; a block has as many as its
    arms together. Within each block every hot spot gets every arm equally often on each weekday.
    Days after the last whole block are not drawn.
    """

    arms: tuple[Arm, ...] = TWO_ARMS
    window: Window
    weekdays: tuple[int, ...] = EVERY_DAY  # on which services work; 1 is Monday
    loads: tuple[ServiceLoad, ...]  # one for each service of the arms
    spell_days: int = 1  # working days in a row that are drawn together; 5: a whole working week
    washout_days: int = 0  # so many days after patrol a day without does not count as one
    max_run: int | None = None  # days in play in a row with one arm; None for no limit

    def __post_init__(self) -> None:
        check_faults("Design rule", [*_arm_faults(self), *_day_faults(self)])

    @property
    def block_weeks(self) -> int:
        """Weeks of a block."""
        return sum(arm.weeks for arm in self.arms)

    @property
    def blocks(self) -> int:
        """Whole blocks in the window."""
        return self.window.days // (7 * self.block_weeks)

    @property
    def services(self) -> tuple[str, ...]:
        """The services of all arms, by name."""
        return tuple(sorted({service for arm in self.arms for service in arm.services}))

    @property
    def treated(self) -> tuple[int, ...]:
        """Numbers of the arms with patrol."""
        return tuple(number for number, arm in enumerate(self.arms) if arm.services)

    @property
    def untreated(self) -> tuple[int, ...]:
        """Numbers of the arms without patrol."""
        return tuple(number for number, arm in enumerate(self.arms) if not arm.services)

    def load_of(self, service: str) -> ServiceLoad:
        """Return what a service can do on a day."""
        return next(load for load in self.loads if load.service == service)

    def weeks_of(self, service: str) -> int:
        """Return how many weeks of a block a weekday has the service."""
        return sum(arm.weeks for arm in self.arms if service in arm.services)

    def minutes_of(self, arm: int) -> float:
        """Return the minutes of patrol, all services together, of one hot spot-day of an arm."""
        return sum(self.load_of(service).dose_min for service in self.arms[arm].services)

    def as_record(self) -> dict[str, Any]:
        """Return it as plain values fit for JSON; `make_rule` is the way back."""
        record = asdict(self)
        window = {"name": self.window.name, "first": str(self.window.first)}
        record["window"] = {**window, "last": str(self.window.last)}
        record["arms"] = [{**asdict(arm), "services": [*arm.services]} for arm in self.arms]
        record["loads"] = [{**asdict(one), "dose_min": float(one.dose_min)} for one in self.loads]
        record["weekdays"] = [*self.weekdays]
        return record


def make_rule(record: Mapping[str, Any]) -> DesignRule:
    """Return the rule that a record holds.

    Parameters
    ----------
    record : mapping
        As `DesignRule.as_record` gives it.

    Returns
    -------
    DesignRule

    Raises
    ------
    InputError
        A value is missing or is not what it should be, or as `DesignRule`.

    Examples
    --------
    >>> rule = DesignRule(
    ...     window=Window("trial", date(2024, 6, 2), date(2024, 8, 24)),
    ...     loads=(ServiceLoad("police", most=4),),
    ... )
    >>> make_rule(rule.as_record()) == rule
    True
    """
    try:
        window = record["window"]
        first, last = date.fromisoformat(window["first"]), date.fromisoformat(window["last"])
        arms = tuple(
            Arm(str(arm["name"]), tuple(map(str, arm["services"])), int(arm["weeks"]))
            for arm in record["arms"]
        )
        loads = tuple(ServiceLoad(**load) for load in record["loads"])
        most = record["max_run"]
        return DesignRule(
            arms=arms,
            window=Window(str(window["name"]), first, last),
            weekdays=tuple(int(day) for day in record["weekdays"]),
            loads=loads,
            spell_days=int(record["spell_days"]),
            washout_days=int(record["washout_days"]),
            max_run=None if most is None else int(most),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"Record of a design: a value is missing or wrong ({error!r}). Take the file as it "
            "was written."
        ) from error


def _arm_faults(rule: DesignRule) -> list[str]:
    names, loads = [arm.name for arm in rule.arms], [load.service for load in rule.loads]
    named = ", ".join(names)
    checks = [
        (len(names) < 2, f"It needs two arms or more, got {named or 'none'}."),
        (
            len(set(names)) < len(names) or not all(name.strip() for name in names),
            f"Arms need different names, got {named}.",
        ),
        (not rule.services, "No arm has a service. Say who patrols in at least one."),
        (
            len(set(loads)) < len(loads) or set(loads) != set(rule.services),
            f"Give one load for each service of the arms ({', '.join(rule.services) or 'none'}), "
            f"got {', '.join(loads) or 'none'}.",
        ),
    ]
    faults = [sentence for is_wrong, sentence in checks if is_wrong]
    faults += [
        f"Arm {arm.name} has {arm.weeks} weeks of a block and the services "
        f"{', '.join(arm.services) or 'none'}. Give 1 week or more, and each service once."
        for arm in rule.arms
        if arm.weeks < 1 or len(set(arm.services)) < len(arm.services)
    ]
    faults += [
        f"{load.service} serves {load.least} to {load.most} hot spots a day for "
        f"{load.dose_min:g} min each. Give 0 or more to at least as many and 1 or more, and "
        "minutes above 0 and up to 1440."
        for load in rule.loads
        if not 0 <= load.least <= load.most or load.most < 1 or not 0 < load.dose_min <= 1440
    ]
    return faults


def _day_faults(rule: DesignRule) -> list[str]:
    days, weeks = rule.weekdays, rule.block_weeks
    checks = [
        (
            not days or len(set(days)) < len(days) or bool(set(days) - {*EVERY_DAY}),
            f"weekdays must be different numbers from 1 (Monday) to 7, got {days}.",
        ),
        (
            not 1 <= rule.spell_days <= max(len(days), 1),
            f"spell_days must be from 1 to the {len(days)} working days of a week, got "
            f"{rule.spell_days}.",
        ),
        (
            not 0 <= rule.washout_days <= LONGEST_WASHOUT,
            f"washout_days must be from 0 to {LONGEST_WASHOUT}, got {rule.washout_days}.",
        ),
        (
            rule.max_run is not None and rule.max_run < 2 * rule.spell_days,
            f"max_run must be at least twice spell_days, {2 * rule.spell_days}, so that one block "
            f"may follow another; got {rule.max_run}.",
        ),
        (
            weeks > LONGEST_BLOCK,
            f"A block has {weeks} weeks, and at most {LONGEST_BLOCK} can be drawn. Give arms fewer "
            "weeks.",
        ),
        (
            rule.window.days > LONGEST_WINDOW,
            f"The window has {rule.window.days} days, and at most {LONGEST_WINDOW} can be drawn. "
            "Check its years.",
        ),
        (
            1 <= weeks <= LONGEST_BLOCK and rule.blocks < 1,
            f"The window has {rule.window.days} days, and one block takes {7 * weeks}. Give a "
            "longer window.",
        ),
    ]
    return [sentence for is_wrong, sentence in checks if is_wrong]
