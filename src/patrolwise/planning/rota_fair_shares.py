"""Which burdens are shared out among the staff of a service, and what share of them is fair."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from patrolwise.planning.rota_grid import Bar, Duty, RotaGrid

# kind of burden → what it is counted in
KINDS: Mapping[str, str] = MappingProxyType(
    {"evenings": "shifts", "weekends": "shifts", "worst_spots": "hours"}
)
PERMILLE = 1000


@dataclass(frozen=True, kw_only=True)
class FairShares:
    """The members of a service among whom one kind of burden is shared, in whole units."""

    members: tuple[int, ...]  # by number; relief, and who can be given none of it, are not there
    contracted: tuple[float, ...]  # of this window and past ones, less leave: shares go by it
    done: tuple[int, ...]  # what past rotas gave each
    burdens: tuple[int, ...]  # what each duty of the window gives one who works it
    unit: int  # 60 where done and burdens are minutes, and hours are shared out

    @property
    def permille(self) -> tuple[int, ...]:
        """The fair share of each member, in thousandths, rounded."""
        total = sum(self.contracted)
        return tuple(round(PERMILLE * each / total) for each in self.contracted)


def fair_shares(grid: RotaGrid, service: str, kind: str) -> FairShares:
    """Return who shares a burden, and by which contracted shifts.

    Parameters
    ----------
    grid : RotaGrid
    service : str
    kind : str
        One of `KINDS`.

    Returns
    -------
    FairShares
        Without members where nobody of the service can be given any. One who is on leave
        throughout and has no past has no share.
    """
    burdens = tuple(
        burden_of(grid, duty, kind) if duty.template.service == service else 0
        for duty in grid.duties
    )
    past = {row["staff_id"]: row for row in grid.problem.history.iter_rows(named=True)}
    column = "worst_min" if kind == "worst_spots" else kind
    found = []
    for who, member in enumerate(grid.staff):
        if member.service == service and not member.is_relief and _can_bear(grid, who, burdens):
            row = past.get(member.staff_id, {"contracted": 0.0, column: 0})
            contracted = grid.contracted(member) + row["contracted"]
            if contracted > 0:
                found.append((who, contracted, round(row[column])))
    return FairShares(
        members=tuple(who for who, _, _ in found),
        contracted=tuple(contracted for _, contracted, _ in found),
        done=tuple(done for _, _, done in found),
        burdens=burdens,
        unit=60 if kind == "worst_spots" else 1,
    )


def burden_of(grid: RotaGrid, duty: Duty, kind: str) -> int:
    """Return what a duty gives one who works it: shifts, or minutes in the hardest hot spots.

    Parameters
    ----------
    grid : RotaGrid
    duty : Duty
    kind : str
        One of `KINDS`.

    Returns
    -------
    int
    """
    if kind == "evenings":
        return int(grid.problem.is_evening(duty.template))
    if kind == "weekends":
        return int(duty.day.isoweekday() >= 6)
    return round(duty.template.worst_min)


def _can_bear(grid: RotaGrid, who: int, burdens: tuple[int, ...]) -> bool:
    return any(
        burdens[number] and grid.bar_of(who, number) not in (Bar.MAY_NOT, Bar.PATTERN)
        for places in grid.of_member[who].values()
        for number in (grid.places[place][1] for place in places)
    )
