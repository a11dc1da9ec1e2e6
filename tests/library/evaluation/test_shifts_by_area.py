import numpy as np
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.hour_shift import PatrolHours
from patrolwise.evaluation.robust import AreaPeriods
from patrolwise.evaluation.shifts_by_area import (
    HourAreas,
    TypeAreas,
    estimate_crime_switches_by_area,
    estimate_hour_shift_by_area,
)

EVENING = PatrolHours(hours=(14, 15, 16, 17, 18, 19))
BESIDE, REST = [12, 13, 20, 21], [*range(12), 22, 23]


def hours_of(rng, hot=7, other=20, mean=3.0):
    return HourAreas(
        before=rng.poisson(mean, (hot, 24)),
        after=rng.poisson(mean, (hot, 24)),
        comparison_before=rng.poisson(mean, (other, 24)),
        comparison_after=rng.poisson(mean, (other, 24)),
    )


def areas_of(rng, hot=7, other=20, mean=20.0):
    sizes = {"before": hot, "after": hot, "comparison_before": other, "comparison_after": other}
    return AreaPeriods(**{name: rng.poisson(mean, n) for name, n in sizes.items()})


def by_leaving_out(groups):
    """Leave out one area after the other, and form the whole ratio anew each time.

    `groups` are hot spots and comparison areas, each (before, after) of (some, rest) by area.
    """

    def log(some, rest, keep):
        (sb, sa), (rb, ra) = some, rest
        return np.log(sa[keep].sum() / sb[keep].sum()) - np.log(ra[keep].sum() / rb[keep].sum())

    value, variances, sizes = 0.0, [], []
    for (some, rest), sign in zip(groups, (1, -1), strict=True):
        n = len(some[0])
        value += sign * log(some, rest, np.ones(n, dtype=bool))
        without = np.array([log(some, rest, np.arange(n) != i) for i in range(n)])
        variances.append((n - 1) / n * ((without - without.mean()) ** 2).sum())
        sizes.append(n)
    total = sum(variances)
    df = int(total**2 / sum(v**2 / (n - 1) for v, n in zip(variances, sizes, strict=True)))
    reach = stats.t(df).ppf(0.975) * total**0.5
    p = 2 * stats.t(df).cdf(-abs(value) / total**0.5)
    return np.exp(value), np.exp(value - reach), np.exp(value + reach), p


def test_shifts_of_hours_have_the_jackknifes_spread_between_areas():
    counts = hours_of(np.random.default_rng(4))
    patrol, beside = estimate_hour_shift_by_area(counts, EVENING)

    def cut(table, columns):
        return table[:, columns].sum(axis=1)

    for e, columns in ((patrol, list(EVENING.hours)), (beside, BESIDE)):
        groups = [
            [(cut(before, c), cut(after, c)) for c in (columns, REST)]
            for before, after in (
                (counts.before, counts.after),
                (counts.comparison_before, counts.comparison_after),
            )
        ]
        assert (e.value, e.low, e.high, e.p) == pytest.approx(by_leaving_out(groups))
        assert not e.headline
    assert (patrol.id, beside.id) == ("hours-patrol-by-area", "hours-beside-by-area")


def test_switches_of_types_have_the_jackknifes_spread_between_areas():
    rng = np.random.default_rng(5)
    types = [areas_of(rng) for _ in range(3)]
    found = estimate_crime_switches_by_area(
        [TypeAreas(name=str(n), areas=areas) for n, areas in enumerate(types)]
    )
    for own, e in zip(types, found, strict=True):
        groups = [
            [
                (getattr(own, before), getattr(own, after)),
                (sum(getattr(t, before) for t in types), sum(getattr(t, after) for t in types)),
            ]
            for before, after in (
                ("before", "after"),
                ("comparison_before", "comparison_after"),
            )
        ]
        assert (e.value, e.low, e.high, e.p) == pytest.approx(by_leaving_out(groups))
        assert e.headline


def test_totals_without_crime_are_not_defined():
    counts = hours_of(np.random.default_rng(1))
    counts.after[:, BESIDE] = 0
    _, beside = estimate_hour_shift_by_area(counts, EVENING)
    assert (beside.value, beside.p) == (None, None)
    assert "Not defined" in beside.note


def test_too_few_areas_and_one_that_holds_all_crime_give_no_interval():
    few = hours_of(np.random.default_rng(1), hot=2)
    alone = hours_of(np.random.default_rng(1))
    alone.before[1:, BESIDE] = 0
    for counts in (few, alone):
        _, beside = estimate_hour_shift_by_area(counts, EVENING)
        assert beside.value is not None
        assert (beside.low, beside.p, beside.headline) == (None, None, False)
        assert "needs 3 hot spots" in beside.note


def test_tables_that_are_not_of_24_hours_are_refused():
    with pytest.raises(InputError, match="2 faults"):
        HourAreas(
            before=np.ones((3, 23)),
            after=np.ones(24),
            comparison_before=np.ones((3, 24)),
            comparison_after=np.ones((3, 24)),
        )


def test_all_faults_of_types_are_told_at_once():
    rng = np.random.default_rng(1)
    one, two = TypeAreas(name="a", areas=areas_of(rng)), TypeAreas(name="a", areas=areas_of(rng, 8))
    with pytest.raises(InputError, match="2 faults"):
        estimate_crime_switches_by_area([one, two])
    with pytest.raises(InputError, match="two types of crime or more, got 1"):
        estimate_crime_switches_by_area([one])


def test_areas_whose_types_drift_do_not_fool_the_test():
    """5 % of 300 runs is 15; 5 to 28 holds 999 in 1,000."""
    rng, found = np.random.default_rng(6), 0
    for _ in range(300):
        means = rng.gamma(8, 4, (1, 3, 27)) * np.exp(rng.normal(0, 0.25, (2, 3, 27)))
        counts = rng.poisson(means)
        types = [
            TypeAreas(
                name=str(n),
                areas=AreaPeriods(
                    before=counts[0, n, :10],
                    after=counts[1, n, :10],
                    comparison_before=counts[0, n, 10:],
                    comparison_after=counts[1, n, 10:],
                ),
            )
            for n in range(3)
        ]
        found += estimate_crime_switches_by_area(types)[0].p < 0.05
    assert 5 <= found <= 28
