"""ASB before violence: the model beside a plain one, and how often it says what is not so."""

import numpy as np
import pytest
from scipy import optimize, stats

from patrolwise.errors import InputError
from patrolwise.partnership.asb_lead import LeadVerdict, estimate_lead, make_lead_panel
from patrolwise.partnership.asb_lead_calibration import (
    LeadTruth,
    LeadWeeks,
    draw_lead_weeks,
    find_lead_verdicts,
)

T, V = LeadTruth, LeadVerdict


def draw(kind, seed, spots, weeks):
    return draw_lead_weeks(
        LeadWeeks(truth=kind, spots=spots, weeks=weeks), np.random.default_rng(seed)
    )


def fit_slowly(asb, violence):
    """Every effect a coefficient, the likelihood climbed by a plain optimiser."""
    spots, weeks = violence.shape
    lines, counts = [], []
    for spot in range(spots):
        usual = asb[spot].sum() / weeks
        for week in range(1, weeks - 1):
            effects = [float(spot == other) for other in range(spots)]
            effects += [float(week == other) for other in range(2, weeks - 1)]
            lines.append([*effects, asb[spot, week - 1] / usual])
            counts.append(violence[spot, week])
    x, y = np.array(lines), np.array(counts)
    found = optimize.minimize(
        lambda b: np.exp(x @ b).sum() - y @ (x @ b),
        np.zeros(x.shape[1]),
        jac=lambda b: x.T @ (np.exp(x @ b) - y),
        method="BFGS",
        options={"gtol": 1e-8, "maxiter": 3000},
    )
    return np.exp(found.x[-1])


def test_the_ratio_is_that_of_a_plain_optimiser():
    asb, violence = draw(T.ASB_FIRST, 3, 7, 30)
    found = estimate_lead(asb, violence, np.random.default_rng(1))
    assert found.before.value == pytest.approx(fit_slowly(asb, violence), rel=1e-5)
    assert (found.spots, found.weeks) == (7, 28)


def find_shares(kind, runs, spots=10, weeks=60):
    design = LeadWeeks(truth=kind, spots=spots, weeks=weeks)
    found = find_lead_verdicts(design, np.random.default_rng(11), runs=runs, draws=199)
    return dict(found.select("verdict", "share").rows())


@pytest.mark.parametrize("kind", [T.NOTHING, T.TOGETHER, T.VIOLENCE_FIRST])
def test_it_seldom_says_that_one_foretells_the_other_where_it_does_not(kind):
    runs = 35
    found = find_shares(kind, runs)
    wrong = runs * (found[V.FORETELLS] + found[V.FEWER])
    assert wrong <= stats.binom.ppf(0.9999, runs, 0.05)
    assert found[V.TOO_FEW] == 0
    assert sum(found.values()) == pytest.approx(1)


def test_it_finds_what_there_is_and_the_placebo_tells_what_comes_together():
    assert find_shares(T.ASB_FIRST, 10, 20, 106)[V.FORETELLS] >= 0.8
    assert find_shares(T.TOGETHER, 10, 20, 106)[V.TOGETHER] >= 0.8


@pytest.mark.parametrize("wrong", [{"spots": 0}, {"weeks": 2}, {"asb": 0.0}, {"violence": -1.0}])
def test_weeks_that_cannot_be_made_up_are_refused(wrong):
    with pytest.raises(InputError):
        LeadWeeks(truth=T.NOTHING, **wrong)


def test_a_fall_after_more_asb_is_told_as_such():
    asb, violence = draw(T.NOTHING, 5, 12, 100)
    usual = asb / asb.mean(axis=1, keepdims=True)
    violence[:, 1:] = np.round(20 * np.exp(-0.5 * usual[:, :-1]))
    assert estimate_lead(asb, violence, np.random.default_rng(1)).verdict is V.FEWER


def test_too_few_spots_or_weeks_or_no_variation_say_nothing():
    rng = np.random.default_rng(2)
    asb, violence = draw(T.ASB_FIRST, 2, 8, 40)
    for given in (
        (asb[:5], violence[:5]),
        (asb[:, :27], violence[:, :27]),
        (asb[:, :1], violence[:, :1]),
        (np.ones_like(asb), violence),
        (np.zeros_like(asb), violence),
    ):
        found = estimate_lead(*given, rng)
        assert (found.verdict, found.before, found.before_p) == (V.TOO_FEW, None, None)


def test_hot_spots_without_asb_or_violence_have_no_say():
    asb, violence = draw(T.ASB_FIRST, 4, 8, 40)
    whole = estimate_lead(asb, violence, np.random.default_rng(1))
    more = np.vstack([asb, np.zeros((1, 40)), asb[:1]])
    others = np.vstack([violence, violence[:1], np.zeros((1, 40))])
    assert estimate_lead(more, others, np.random.default_rng(1)) == whole


def test_the_panel_has_a_week_before_and_a_week_after():
    panel = make_lead_panel(np.array([[2.0, 4, 6, 4]]), np.array([[9.0, 1, 2, 9]]))
    assert panel.crimes.tolist() == [[1, 2]]
    assert panel.terms.tolist() == [[[0.5, 1.0]], [[1.5, 1.0]]]


def test_counts_that_are_wrong_are_told_at_once():
    with pytest.raises(InputError) as error:
        estimate_lead([[1.0, -1.0]], [[np.nan]], np.random.default_rng(1))
    for told in ("the same hot spots by weeks", "ASB must be 0 or more", "Violence must be"):
        assert told in str(error.value)
