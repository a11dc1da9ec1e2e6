import numpy as np
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.crime_switch import TypeCounts, estimate_crime_switches
from patrolwise.evaluation.sub_periods import PartCounts


def types_of(rng, parts=(12, 12), kinds=3, comparison=True):
    def draw():
        return PartCounts(before=rng.poisson(20, parts[0]), after=rng.poisson(15, parts[1]))

    return [
        TypeCounts(name=f"type {n}", treated=draw(), comparison=draw() if comparison else None)
        for n in range(kinds)
    ]


def by_hand(types, which, sides):
    """Return value, limits and phi of one type's share, month by month."""
    log, poisson, months = 0.0, 0.0, 0.0
    for side, sign in sides:
        for window, turn in (("after", 1), ("before", -1)):
            own = getattr(getattr(types[which], side), window)
            total = sum(getattr(getattr(kind, side), window) for kind in types)
            log += sign * turn * np.log(own.sum() / total.sum())
            months = months + sign * turn * (own / own.sum() - total / total.sum())
            share = own.sum() / total.sum()
            poisson += (1 - share) / own.sum()  # of the log of a binomial share
    n = len(months)
    variance = n * months.var(ddof=1)
    reach = stats.t(n - 1).ppf(0.975) * variance**0.5
    return np.exp(log), np.exp(log - reach), np.exp(log + reach), variance / poisson


@pytest.mark.parametrize("comparison", [True, False])
def test_a_switch_is_the_change_of_a_share(comparison):
    types = types_of(np.random.default_rng(4), comparison=comparison)
    sides = [("treated", 1), ("comparison", -1)][: 1 + comparison]
    found = estimate_crime_switches(types)
    for which, e in enumerate(found):
        assert (e.value, e.low, e.high, e.dispersion) == pytest.approx(by_hand(types, which, sides))
    assert [e.id for e in found] == [f"crime-switch-type {n}" for n in range(3)]


def test_all_types_falling_alike_is_no_switch():
    rng = np.random.default_rng(1)
    before = rng.poisson(20, (3, 6)) + 1.0
    types = [
        TypeCounts(name=str(n), treated=PartCounts(before=b, after=b * 0.6))
        for n, b in enumerate(before)
    ]
    assert [e.value for e in estimate_crime_switches(types)] == pytest.approx([1.0] * 3)


def test_with_two_types_one_rises_as_the_other_falls_with_about_the_same_p():
    one, two = estimate_crime_switches(types_of(np.random.default_rng(7), kinds=2))
    assert (one.value - 1) * (two.value - 1) < 0
    assert one.p == pytest.approx(two.p, abs=0.1)


def test_a_type_without_crime_in_a_window_is_not_defined():
    none = TypeCounts(name="none", treated=PartCounts(before=[0, 0, 0], after=[1, 1, 1]))
    some = TypeCounts(name="some", treated=PartCounts(before=[3, 4, 3], after=[5, 3, 2]))
    found = estimate_crime_switches([none, some])
    assert found[0].value is None
    assert "Not defined" in found[0].note
    assert found[1].value is not None


def test_a_type_that_is_all_crime_has_no_phi():
    none = TypeCounts(name="none", treated=PartCounts(before=[0, 0, 0], after=[0, 0, 0]))
    some = TypeCounts(name="some", treated=PartCounts(before=[3, 4, 3], after=[5, 3, 2]))
    e = estimate_crime_switches([none, some])[1]
    assert (e.value, e.low, e.dispersion) == (1.0, None, None)


def test_windows_of_other_length_need_not_be_aligned():
    types = types_of(np.random.default_rng(2), (12, 7))
    assert all(e.p is not None for e in estimate_crime_switches(types, aligned=False))
    with pytest.raises(InputError, match="as many parts after as before"):
        estimate_crime_switches(types)


def test_all_faults_of_types_are_told_at_once():
    rng = np.random.default_rng(3)
    with_areas, without = types_of(rng)[0], types_of(rng, comparison=False)[0]
    with pytest.raises(InputError, match="2 faults") as caught:
        estimate_crime_switches([with_areas, without])
    assert "given twice" in str(caught.value)
    assert "for all types, or for none" in str(caught.value)
    with pytest.raises(InputError, match="two types of crime or more, got 1"):
        estimate_crime_switches([with_areas])
    with pytest.raises(InputError, match="two types of crime or more, got 0"):
        estimate_crime_switches([])
