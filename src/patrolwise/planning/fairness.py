"""How evenings, weekends and the hardest hot spots are spread over the staff of each service."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from patrolwise.errors import check_faults
from patrolwise.planning.plan_tables import PLANNED_VISITS, ROTA
from patrolwise.planning.rota_fair_shares import KINDS, fair_shares
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_problem import RotaProblem
from patrolwise.planning.rota_tables import FAIRNESS_HISTORY
from patrolwise.tables import Column, Table, check_columns, make_table

AREA_BURDENS = Table(
    "AREA_BURDENS",
    "one hot spot: how hard the minutes there are",
    (
        Column("area_id", pl.String, "the hot spot; one that has no row counts 0"),
        Column("burden", pl.Float64, "share of each minute that is counted: 1 for the hardest"),
    ),
)

FAIRNESS = Table(
    "FAIRNESS",
    "one member of staff and one kind of burden: what it gets, and what would be its share",
    (
        Column("service", pl.String, "the service"),
        Column("staff_id", pl.String, "the member of staff, as a code; never a name"),
        Column("kind", pl.String, "evenings or weekends, in shifts; worst_spots, in minutes"),
        Column("planned", pl.Float64, "in this rota"),
        Column("past", pl.Float64, "in past rotas, by the history given"),
        Column("total", pl.Float64, "planned and past"),
        Column("contracted", pl.Float64, "contracted shifts, less leave; null: no share", True),
        Column("expected", pl.Float64, "its share of the total, by contracted; null: none", True),
        Column("over", pl.Float64, "total less expected", True),
    ),
)

FAIRNESS_SPREAD = Table(
    "FAIRNESS_SPREAD",
    "one service and one kind of burden: how evenly it is spread",
    (
        Column("service", pl.String, "the service"),
        Column("kind", pl.String, "evenings or weekends, in shifts; worst_spots, in minutes"),
        Column("members", pl.Int64, "members of staff who have a share"),
        Column("total", pl.Float64, "what all of them get"),
        Column("most_over", pl.Float64, "most that one has above its share; null: nobody", True),
        Column("most_under", pl.Float64, "the most that one has below its share, 0 or more", True),
        Column("max_min", pl.Float64, "from the one most above to the one most below", True),
        Column("gini", pl.Float64, "of totals per contracted shift, 0 is even; null at 0", True),
    ),
)

_SHIFT_KEYS = ("day", "shift", "service", "unit_id")


def count_fairness(
    problem: RotaProblem,
    rota: pl.DataFrame,
    visits: pl.DataFrame | None = None,
    burdens: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return what each member of staff gets of each burden, and what share would be fair.

    What is fair goes by contracted shifts, of this window and the past ones in the history, less
    leave. Relief staff, and members who can be given none of a kind by their pattern and shifts,
    have no share of it: their rows have no expected figure, and what they do is not shared out.

    Parameters
    ----------
    problem : RotaProblem
    rota : (n, 8) ROTA
    visits : (m, 8) PLANNED_VISITS or None
        Of the same shifts; each member of a unit is there as long as the unit. None: minutes in
        the hardest hot spots are what the shift templates expect.
    burdens : (a, 2) AREA_BURDENS or None
        Needed with visits.

    Returns
    -------
    (k, 9) FAIRNESS, by service as the templates are given, kind, then member as given

    Raises
    ------
    InputError
        A table is not as declared, only one of visits and burdens is given, or a hot spot has two
        burdens or one that is not from 0 to 1.
    """
    check_columns(rota, ROTA, name="rota")
    grid = RotaGrid(problem)
    planned = {
        "evenings": _count_shifts(problem, rota, "evenings"),
        "weekends": _count_shifts(problem, rota, "weekends"),
        "worst_spots": _sum_worst(problem, rota, visits, burdens),
    }
    past = {row["staff_id"]: row for row in problem.history.iter_rows(named=True)}
    rows = []
    for service in problem.services:
        for kind in KINDS:
            shares = fair_shares(grid, service, kind)
            contracted = dict(zip(shares.members, shares.contracted, strict=True))
            for who, member in enumerate(problem.staff):
                if member.service == service:
                    before = past.get(member.staff_id, {}).get(_PAST[kind], 0)
                    got = planned[kind].get(member.staff_id, 0.0)
                    rows.append((service, member.staff_id, kind, got, before, contracted.get(who)))
    columns = {name: FAIRNESS.schema[name] for name in _GIVEN}
    counted = pl.DataFrame(rows, schema=columns, orient="row", strict=False)
    return make_table(FAIRNESS, _with_shares(counted))


_PAST = {"evenings": "evenings", "weekends": "weekends", "worst_spots": "worst_min"}
_GIVEN = ("service", "staff_id", "kind", "planned", "past", "contracted")


def summarise_fairness(fairness: pl.DataFrame) -> pl.DataFrame:
    """Return how evenly each burden is spread over each service.

    Parameters
    ----------
    fairness : (k, 9) FAIRNESS

    Returns
    -------
    (g, 8) FAIRNESS_SPREAD, in the order given
        Of members who have a share; figures are null where there are none.

    Raises
    ------
    InputError
        It is not a FAIRNESS table.
    """
    check_columns(fairness, FAIRNESS, name="fairness")
    shared = pl.col("expected").is_not_null()
    rates = fairness.with_columns(rate=pl.col("total") / pl.col("contracted"))
    spread = rates.group_by("service", "kind", maintain_order=True).agg(
        shared.sum().cast(pl.Int64).alias("members"),
        pl.col("total").filter(shared).sum(),
        pl.col("over").max().alias("most_over"),
        (-pl.col("over").min()).alias("most_under"),
        (pl.col("over").max() - pl.col("over").min()).alias("max_min"),
        pl.col("rate").filter(shared).alias("rates"),
    )
    ginis = [find_gini(rates.to_list()) for rates in spread["rates"]]
    return make_table(FAIRNESS_SPREAD, spread.with_columns(gini=pl.Series(ginis, dtype=pl.Float64)))


def carry_over(problem: RotaProblem, fairness: pl.DataFrame) -> pl.DataFrame:
    """Return the history to give to the next rota: the past one with this rota added.

    Parameters
    ----------
    problem : RotaProblem
        That the rota was made from.
    fairness : (k, 9) FAIRNESS
        Of the rota as it was worked, or as planned.

    Returns
    -------
    (n, 5) FAIRNESS_HISTORY, by member as given, then members who have left

    Raises
    ------
    InputError
        It is not a FAIRNESS table.
    """
    check_columns(fairness, FAIRNESS, name="fairness")
    grid = RotaGrid(problem)
    before = {row["staff_id"]: row for row in problem.history.iter_rows(named=True)}
    total = {
        (staff_id, kind): value
        for staff_id, kind, value in fairness.select("staff_id", "kind", "total").iter_rows()
    }
    rows = [
        {
            "staff_id": member.staff_id,
            "contracted": grid.contracted(member)
            + before.get(member.staff_id, {"contracted": 0.0})["contracted"],
            **{_PAST[kind]: total.get((member.staff_id, kind), 0.0) for kind in KINDS},
        }
        for member in problem.staff
    ]
    now = make_table(FAIRNESS_HISTORY, pl.DataFrame(rows))
    left = problem.history.join(now, on="staff_id", how="anti")
    return pl.concat([now, make_table(FAIRNESS_HISTORY, left)])


def find_gini(values: Sequence[float]) -> float | None:
    """Return the Gini coefficient: half the mean difference of all pairs, over the mean.

    Parameters
    ----------
    values : sequence of float
        None below 0.

    Returns
    -------
    float or None
        0 when all are the same, at most 1 - 1/n when one has all; None without values, or when
        all are 0: there is nothing to share.

    References
    ----------
    Sen (1973), On Economic Inequality, Clarendon Press, 29-31: the mean difference over all
    pairs, each value beside itself too, and the sum over ranks that is the same.

    Examples
    --------
    >>> find_gini([3, 3, 3])
    0.0
    >>> find_gini([0, 0, 0, 8])
    0.75
    >>> find_gini([]), find_gini([0, 0])
    (None, None)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    if not ordered.any():
        return None
    count = len(ordered)
    places = 2 * np.arange(1, count + 1) - count - 1
    return float(places @ ordered / (count * ordered.sum()))


def _count_shifts(problem: RotaProblem, rota: pl.DataFrame, kind: str) -> dict[str, float]:
    evenings = [each.name for each in problem.templates if problem.is_evening(each)]
    counts = (
        pl.col("shift").is_in(evenings) if kind == "evenings" else pl.col("day").dt.weekday() >= 6
    )
    return dict(rota.group_by("staff_id").agg(counts.sum().cast(pl.Float64)).iter_rows())


def _sum_worst(
    problem: RotaProblem,
    rota: pl.DataFrame,
    visits: pl.DataFrame | None,
    burdens: pl.DataFrame | None,
) -> dict[str, float]:
    if (visits is None) != (burdens is None):
        check_faults("Fairness", ["Planned visits and burdens go together. Give both, or neither."])
    if visits is None or burdens is None:
        expected = {each.name: each.worst_min for each in problem.templates}
        minutes = pl.col("shift").replace_strict(expected, default=0.0, return_dtype=pl.Float64)
        return dict(rota.group_by("staff_id").agg(minutes.sum()).iter_rows())
    check_columns(visits, PLANNED_VISITS, name="visits")
    check_columns(burdens, AREA_BURDENS, name="burdens")
    check_faults("Burdens", _burden_faults(burdens))
    minutes = (pl.col("end") - pl.col("start")).dt.total_seconds() / 60 * pl.col("burden")
    of_unit = visits.join(burdens, on="area_id").group_by(_SHIFT_KEYS).agg(minutes.sum())
    of_member = rota.select(*_SHIFT_KEYS, "staff_id").join(
        of_unit.rename({"end": "minutes"}), on=_SHIFT_KEYS
    )
    return dict(of_member.group_by("staff_id").agg(pl.col("minutes").sum()).iter_rows())


def _burden_faults(burdens: pl.DataFrame) -> list[str]:
    twice = burdens.filter(pl.col("area_id").is_duplicated())["area_id"].unique().sort()
    outside = burdens.filter(~pl.col("burden").is_between(0, 1).fill_null(value=False))
    return [
        *(f"{area_id} has two burdens. Keep one." for area_id in twice),
        *(
            f"The burden of {area_id} is {burden}: give a share from 0 to 1."
            for area_id, burden in outside.select("area_id", "burden").iter_rows()
        ),
    ]


def _with_shares(counted: pl.DataFrame) -> pl.DataFrame:
    total = pl.col("planned") + pl.col("past")
    group = ["service", "kind"]
    has_share = pl.col("contracted").is_not_null()
    shared = total.filter(has_share).sum().over(group)
    share = pl.col("contracted") / pl.col("contracted").sum().over(group)
    return counted.with_columns(total=total, expected=shared * share).with_columns(
        over=pl.col("total") - pl.col("expected")
    )
