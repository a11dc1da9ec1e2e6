"""The panel model finds what a plain optimiser finds, and the same errors by cluster."""

import numpy as np
import pytest
from scipy import optimize

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.fixed_effects import estimate_term, fit_panel, score_term
from patrolwise.evaluation.panels import make_panel, with_terms
from patrolwise.evaluation.score_bootstrap import find_score_p

PYFIXEST = (-0.0901663803926, 0.0516338121435)


def world(seed=1, rows=6, columns=20, ratio=0.7):
    rng = np.random.default_rng(seed)
    patrol = (rng.random((rows, columns)) < 0.4).astype(float)
    means = 3 * rng.gamma(4, 0.25, (rows, 1)) * rng.gamma(9, 1 / 9, columns)
    return rng.poisson(means * ratio**patrol).astype(float), patrol


def design(patrols, rows, columns, column_terms):
    """One line a cell: an effect of each row, the terms of its column, the terms of the cell."""
    return np.array(
        [
            [
                *(float(row == other) for other in range(rows)),
                *column_terms[column],
                *(term[row, column] for term in patrols),
            ]
            for row in range(rows)
            for column in range(columns)
        ]
    )


def fit_slowly(crimes, patrols, column_terms, exposure=None):
    """Maximise over every coefficient at once; the sandwich over rows, cell by cell."""
    rows, columns = crimes.shape
    lines, y = design(patrols, rows, columns, column_terms), crimes.ravel()
    at_risk = np.ones_like(y) if exposure is None else exposure.ravel()

    def fall(values):
        means = at_risk * np.exp(lines @ values)
        return means.sum() - (y * (lines @ values)).sum()

    def slope(values):
        return lines.T @ (at_risk * np.exp(lines @ values) - y)

    found = optimize.minimize(
        fall,
        np.zeros(lines.shape[1]),
        jac=slope,
        method="BFGS",
        options={"gtol": 1e-9, "maxiter": 5000},
    ).x
    means = at_risk * np.exp(lines @ found)
    bread = np.linalg.inv((lines.T * means) @ lines)
    meat = np.zeros_like(bread)
    for row in range(rows):
        own = slice(row * columns, (row + 1) * columns)
        score = lines[own].T @ (y[own] - means[own])
        meat += np.outer(score, score)
    cells, k = int((at_risk > 0).sum()), len(patrols)
    spent = len(column_terms[0]) + k + 1
    factor = rows / (rows - 1) * (cells - 1) / (cells - spent)
    held = at_risk > 0
    pearson = ((y - means)[held] ** 2 / means[held]).sum()
    return (
        found[-k:],
        (factor * bread @ meat @ bread)[-k:, -k:],
        pearson / (cells - rows - len(column_terms[0]) - k),
    )


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_a_plain_optimiser_whether_columns_have_terms_or_effects(seed):
    crimes, patrol = world(seed)
    weekday = np.eye(7)[np.arange(20) % 7]
    for given, terms in ((weekday, weekday[:, 1:]), (None, np.eye(20)[:, 1:])):
        fit = fit_panel(make_panel(crimes, {"patrol": patrol}, given))
        logs, covariance, dispersion = fit_slowly(crimes, [patrol], terms)
        assert np.allclose(fit.logs, logs, atol=1e-6)
        assert np.allclose(fit.covariance, covariance, rtol=1e-4)
        assert fit.dispersion == pytest.approx(dispersion, rel=1e-5)


def test_two_terms_and_hours_at_risk_agree_with_a_plain_optimiser_too():
    crimes, patrol = world(5)
    rng = np.random.default_rng(6)
    other, hours = rng.random(crimes.shape), rng.choice([0.0, 3.0, 6.0], crimes.shape)
    crimes = np.where(hours > 0, crimes, 0.0)
    flags = np.eye(4)[np.arange(20) % 4]
    fit = fit_panel(make_panel(crimes, {"a": patrol, "b": other}, flags, hours))
    logs, covariance, dispersion = fit_slowly(crimes, [patrol, other], flags[:, 1:], hours)
    assert np.allclose(fit.logs, logs, atol=1e-6)
    assert np.allclose(fit.covariance, covariance, rtol=1e-4)
    assert fit.dispersion == pytest.approx(dispersion, rel=1e-5)
    assert (fit.cells, fit.clusters) == (int((hours > 0).sum()), 6)


def test_the_result_of_pyfixest_0_60_on_the_same_panel():
    # fepois("crimes ~ patrol | place + day", vcov={"CRV1": "place"}, ssc=ssc(k_adj=False)). Its
    # usual factor is left out: with 60 days it takes the days as nested in places, as they are not
    rng = np.random.default_rng(11)
    place, day = rng.normal(0, 0.5, 10), rng.normal(0, 0.3, 60)
    patrol = (rng.random((10, 60)) < 0.3) * 1.0
    crimes = rng.poisson(np.exp(place[:, None] + day + np.log(0.8) * patrol))
    fit = fit_panel(make_panel(crimes, {"patrol": patrol}))
    assert fit.logs[0] == pytest.approx(PYFIXEST[0], abs=2e-7)
    ours = (600 - 1) / (600 - 59 - 2)  # an effect of each day but one, the term and the mean
    assert np.sqrt(fit.covariance[0, 0] / ours) == pytest.approx(PYFIXEST[1], rel=1e-7)


def test_rows_and_columns_without_crime_have_no_say():
    crimes, patrol = world(2)
    more = np.vstack([crimes, np.zeros((1, 20))])
    more = np.hstack([more, np.zeros((7, 2))])
    treated = np.ones((7, 22))
    treated[:6, :20] = patrol
    lean, fat = (fit_panel(make_panel(y, {"p": p})) for y, p in ((crimes, patrol), (more, treated)))
    assert np.allclose(lean.logs, fat.logs)
    assert np.allclose(lean.covariance, fat.covariance)
    assert (lean.left_out, fat.left_out) == (0, 7 * 22 - 6 * 20)


def test_a_weekday_without_crime_has_no_say_whichever_it_is():
    crimes, patrol = world(3, columns=21)
    weekday = np.eye(7)[np.arange(21) % 7]
    for quiet in (0, 4):
        less = crimes.copy()
        less[:, quiet::7] = 0
        kept = np.arange(21) % 7 != quiet
        fit = fit_panel(make_panel(less, {"p": patrol}, weekday))
        same = fit_panel(make_panel(crimes[:, kept], {"p": patrol[:, kept]}, weekday[kept]))
        assert np.allclose(fit.logs, same.logs)
        assert fit.left_out == 18


def test_a_number_on_every_column_can_be_a_column_term():
    crimes, patrol = world(4)
    trend = np.linspace(0, 1, 20)[:, None]
    fit = fit_panel(make_panel(crimes, {"p": patrol}, np.c_[trend, 2 * trend, np.ones(20)]))
    logs, _, _ = fit_slowly(crimes, [patrol], trend)
    assert np.allclose(fit.logs, logs, atol=1e-6)


def test_rows_can_share_a_cluster():
    crimes, patrol = world(7)
    fit = fit_panel(make_panel(crimes, {"p": patrol}), [1, 1, 2, 2, 3, 3])
    alone = fit_panel(make_panel(crimes, {"p": patrol}))
    assert fit.clusters == 3
    assert np.allclose(fit.logs, alone.logs)
    assert np.allclose(fit.scores[0], alone.scores[:2].sum(axis=0))


def test_the_estimate_is_a_ratio_with_an_interval_from_students_t():
    crimes, patrol = world(8, rows=40)
    fit = fit_panel(make_panel(crimes, {"patrol": patrol}))
    found = estimate_term(fit, "patrol")
    assert found.value == pytest.approx(np.exp(fit.logs[0]))
    assert found.low < found.value < found.high
    assert 0 < found.p < 1
    assert "few" not in found.note
    assert "few" in estimate_term(fit_panel(make_panel(crimes[:5], {"p": patrol[:5]})), "p").note


def test_scores_that_cancel_in_every_row_give_no_p():
    patrol = [[1, 0, 1, 0], [0, 1, 0, 1]]
    fit = fit_panel(make_panel([[2, 4, 2, 4], [4, 2, 4, 2]], {"p": patrol}, np.empty((4, 0))))
    fit.covariance[:] = 0.0
    assert estimate_term(fit, "p").p is None


@pytest.mark.parametrize(
    ("terms", "columns"),
    [
        ({"p": np.tile([1.0, 0, 0, 0, 0, 0, 0], (6, 3))}, np.eye(7)[np.arange(21) % 7]),
        ({"p": np.ones((6, 21))}, None),
        ({"p": np.tile(np.arange(21.0), (6, 1)), "q": np.zeros((6, 21))}, np.empty((21, 0))),
    ],
)
def test_it_refuses_what_cannot_be_told_apart(terms, columns):
    crimes, _ = world(9, columns=21)
    with pytest.raises(RefusedError, match="one and the same thing"):
        fit_panel(make_panel(crimes, terms, columns))


def test_it_refuses_two_terms_that_are_one():
    crimes, patrol = world(9)
    with pytest.raises(RefusedError, match="one and the same"):
        fit_panel(make_panel(crimes, {"a": patrol, "b": 2 * patrol}))


def test_it_refuses_one_cluster_none_and_a_term_that_goes_with_no_crime():
    crimes, patrol = world(10)
    for few in (crimes[:1], 0 * crimes):
        with pytest.raises(RefusedError, match="clusters have crime"):
            fit_panel(make_panel(few, {"p": patrol[: len(few)]}))
    with pytest.raises(RefusedError, match="without end"):
        fit_panel(make_panel(np.where(patrol > 0, 0.0, crimes), {"p": patrol}))


def test_a_model_of_places_and_days_alone_can_be_fitted():
    crimes, _ = world(10)
    fit = fit_panel(make_panel(crimes, {}))
    means = crimes.sum(axis=1, keepdims=True) * crimes.sum(axis=0) / crimes.sum()
    ratio = np.where(crimes > 0, crimes, 1.0) / means
    deviance = 2 * (crimes * np.log(np.where(crimes > 0, ratio, 1.0))).sum()
    assert fit.deviance == pytest.approx(deviance)
    assert fit.logs.shape == (0,)


def test_faults_of_a_panel_are_told_at_once():
    with pytest.raises(InputError, match=r"column_terms must have 2 rows(.|\n)*crimes must be 0"):
        make_panel([[1.0, -1.0]], {}, np.eye(3))
    with pytest.raises(InputError, match="rows by columns"):
        make_panel([1.0], {})
    with pytest.raises(InputError, match="crimes and exposure"):
        make_panel([[1.0]], {}, None, [[1.0, 2.0]])
    with pytest.raises(InputError, match="p is"):
        make_panel([[1.0]], {"p": [[1.0, 2.0]]})
    with pytest.raises(InputError, match="column_terms must be finite"):
        make_panel([[1.0]], {}, [[np.nan]])
    panel = make_panel([[1.0], [1.0]], {"p": [[1.0], [0.0]]})
    with pytest.raises(InputError, match="already"):
        with_terms(panel, {"p": [[1.0], [0.0]]})
    with pytest.raises(InputError, match="clusters must be 2"):
        fit_panel(panel, [1])


def test_terms_that_do_not_fit_the_panel_are_refused():
    from dataclasses import replace

    panel = make_panel([[1.0], [1.0]], {"p": [[1.0], [0.0]]})
    with pytest.raises(InputError, match="terms must be of shape"):
        replace(panel, names=("p", "q"))


def test_asking_for_a_term_that_is_not_there_names_those_that_are():
    crimes, patrol = world(1)
    panel = make_panel(crimes, {"p": patrol})
    with pytest.raises(InputError, match="There are p"):
        estimate_term(fit_panel(panel), "q")
    with pytest.raises(InputError, match="There are p"):
        score_term(panel, "q")


def score_slowly(crimes, patrol, other):
    """Scores at the fit without the term, the rest partialled out by weighed least squares."""
    rows, columns = crimes.shape
    lines = design([other], rows, columns, np.eye(columns)[:, 1:])
    logs = optimize.minimize(
        lambda v: np.exp(lines @ v).sum() - (crimes.ravel() * (lines @ v)).sum(),
        np.zeros(lines.shape[1]),
        jac=lambda v: lines.T @ (np.exp(lines @ v) - crimes.ravel()),
        method="BFGS",
        options={"gtol": 1e-9, "maxiter": 5000},
    ).x
    means = np.exp(lines @ logs)
    root = np.sqrt(means)
    held = np.linalg.lstsq(lines * root[:, None], patrol.ravel() * root, rcond=None)[0]
    left = patrol.ravel() - lines @ held
    return (left * (crimes.ravel() - means)).reshape(rows, columns).sum(axis=1)


def test_scores_of_a_term_agree_with_weighed_least_squares():
    crimes, patrol = world(12)
    other = np.random.default_rng(1).random(crimes.shape)
    panel = make_panel(crimes, {"p": patrol, "other": other})
    assert np.allclose(score_term(panel, "p"), score_slowly(crimes, patrol, other), atol=1e-5)


def test_the_score_test_counts_signs_by_hand():
    crimes, patrol = world(13)
    panel = make_panel(crimes, {"p": patrol})
    scores = score_term(panel, "p")
    further = [
        abs(sum(s if mask >> k & 1 else -s for k, s in enumerate(scores)))
        >= abs(scores.sum()) - 1e-9
        for mask in range(64)
    ]
    assert find_score_p(panel, "p", np.random.default_rng(1)) == pytest.approx(np.mean(further))


def test_the_score_test_of_many_clusters_finds_an_effect_and_no_effect():
    rng = np.random.default_rng(2)
    crimes, patrol = world(14, rows=30, ratio=0.5)
    assert find_score_p(make_panel(crimes, {"p": patrol}), "p", rng, 999) < 0.01
    ps = []
    for seed in range(60):
        crimes, patrol = world(100 + seed, rows=13, ratio=1.0)
        ps.append(find_score_p(make_panel(crimes, {"p": patrol}), "p", rng, 199))
    # 60 runs: three errors to each side of 5 %
    assert np.mean(np.array(ps) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 60)


def test_a_step_that_goes_too_far_is_halved_until_it_climbs():
    # at the start nearly all is expected in the first column, so that the first step is 500 long
    hours = [[1000.0, 1.0]] * 3
    panel = make_panel([[5, 5], [6, 4], [4, 6]], {"x": [[0, 1]] * 3}, np.empty((2, 0)), hours)
    assert fit_panel(panel).logs[0] == pytest.approx(np.log(1000))
