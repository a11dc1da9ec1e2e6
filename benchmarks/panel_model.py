"""Fixed-effects Poisson of 50 hot spots by 700 days beside pyfixest, and draws of days tested.

pyfixest is no part of the locked requirements: ``pip install pyfixest`` beside them to compare.
"""

import time
from importlib.util import find_spec

import numpy as np

from benchmarks.pairs import Ratio, time_pairs
from patrolwise.evaluation.fixed_effects import PanelFit, fit_panel
from patrolwise.evaluation.panels import make_panel
from patrolwise.evaluation.randomisation import RandomisationRule, estimate_by_randomisation

SPOTS, DAYS, DRAWS = 50, 700, 10_000
TARGET, DRAWS_S = 8.0, 1.0
RUNS = 5


def measure() -> list[Ratio]:
    """Return pyfixest's time over ours, and the seconds allowed for 10,000 draws over ours."""
    crimes, patrol = make_world()
    lines = [_measure_draws(crimes)]
    if find_spec("pyfixest") is not None:
        lines.append(_measure_model(crimes, patrol))
    return lines


def make_world() -> tuple[np.ndarray, np.ndarray]:
    """Return crimes and patrol of 50 hot spots on 700 days."""
    rng = np.random.default_rng(1)
    place, day = rng.normal(0, 0.5, SPOTS), rng.normal(0, 0.3, DAYS)
    patrol = (rng.random((SPOTS, DAYS)) < 0.3) * 1.0
    return rng.poisson(np.exp(-1 + place[:, None] + day + np.log(0.8) * patrol)), patrol


def _measure_draws(crimes: np.ndarray) -> Ratio:
    rng = np.random.default_rng(2)
    first = rng.integers(2, size=(DRAWS + 1, SPOTS, DAYS // 28, 1, 14), dtype=np.int8)
    codes = np.concatenate([first, 1 - first], axis=3).reshape(DRAWS + 1, SPOTS, DAYS)
    rule = RandomisationRule(alike=tuple(d // 28 * 14 + d % 14 for d in range(DAYS)))
    estimate_by_randomisation(crimes, codes[0], codes[1:1000], rule)  # compiled before
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        estimate_by_randomisation(crimes, codes[0], codes[1:], rule)
        seconds.append(time.perf_counter() - start)
    return Ratio(
        job=f"randomisation test, {DRAWS:,} draws of {SPOTS} hot spots × {DAYS} days",
        peer=f"{DRAWS_S:g} s",
        ratios=tuple(DRAWS_S / one for one in seconds),
        target=1.0,
        note=f"median {np.median(seconds):.2f} s, with its interval",
    )


def _measure_model(crimes: np.ndarray, patrol: np.ndarray) -> Ratio:
    import pandas as pd
    from pyfixest import fepois, ssc

    frame = pd.DataFrame(
        {
            "crimes": crimes.ravel(),
            "patrol": patrol.ravel(),
            "place": np.repeat(np.arange(SPOTS), DAYS),
            "day": np.tile(np.arange(DAYS), SPOTS),
        }
    )

    def ours() -> PanelFit:
        return fit_panel(make_panel(crimes, {"patrol": patrol}))

    def peer() -> tuple[float, float]:
        # its factor for degrees of freedom takes days as nested in places, as they are not
        fit = fepois(
            "crimes ~ patrol | place + day", frame, {"CRV1": "place"}, ssc=ssc(k_adj=False)
        )
        return float(fit.coef().iloc[0]), float(fit.se().iloc[0])

    ratios, fit, (log_ratio, error) = time_pairs(ours, peer)
    cells, spent = SPOTS * DAYS, DAYS - 1 + 2
    own = float(np.sqrt(fit.covariance[0, 0] / ((cells - 1) / (cells - spent))))
    if abs(fit.logs[0] - log_ratio) > 1e-6 or abs(own / error - 1) > 1e-5:
        raise AssertionError(f"Not the same: {fit.logs[0]}, {own} and {log_ratio}, {error}.")
    return Ratio(
        job=f"Poisson model, {SPOTS} hot spots × {DAYS} days, an effect of each of them",
        peer="pyfixest fepois",
        ratios=ratios,
        target=TARGET,
        note="same ratio to 1e-6, same error to 1e-5",
    )
