"""Campaigns as a covariate: the slow twin, how often it cries wolf, and when it refuses."""

import numpy as np
import pytest

from patrolwise.errors import InputError
from patrolwise.evaluation.campaign_terms import CampaignMonths, estimate_with_campaigns
from patrolwise.evaluation.estimate import find_two_sided_p
from patrolwise.evaluation.robust import AreaPeriods, estimate_paired_month_ratio
from patrolwise.evaluation.robust import estimate_ratio_of_ratios as against

NONE = [False] * 12
DRAWS = 500


def fit_every_month(months):
    """The same model written out: Poisson, a term for each month of the year, for the later
    period and for campaigns, by weighted least squares; no month is conditioned out."""
    kept = months.before + months.after > 0
    pairs = int(kept.sum())
    counts = np.concatenate([months.before[kept], months.after[kept]])
    later = np.repeat([0.0, 1.0], pairs)
    campaigns = np.concatenate([months.campaigns_before[kept], months.campaigns_after[kept]])
    design = np.column_stack([np.tile(np.eye(pairs), (2, 1)), later, campaigns.astype(float)])
    mean = counts + 0.5
    for _ in range(200):
        working = np.log(mean) + (counts - mean) / mean
        weighted = design.T * mean
        terms = np.linalg.solve(weighted @ design, weighted @ working)
        mean = np.exp(design @ terms)
    error = np.sqrt(np.linalg.inv((design.T * mean) @ design)[pairs, pairs])
    phi = ((counts - mean) ** 2 / mean).sum() / (pairs - 2)
    return np.exp(terms[pairs]), error, phi


def draw(rng, *, ratio=1.0, campaign=1.4, spread=0.0, level=60.0):
    """Months with season, three campaigns after and one before, and variation beyond chance."""
    season = level * np.exp(0.3 * np.sin(np.arange(12) / 2))
    flags = {"before": np.arange(12) == 4, "after": np.isin(np.arange(12), (1, 4, 9))}
    counts = {}
    for name, factor in (("before", 1.0), ("after", ratio)):
        mean = season * factor * np.where(flags[name], campaign, 1.0)
        luck = rng.gamma(1 / spread, spread, 12) if spread else 1.0
        counts[name] = rng.poisson(mean * luck)
    return CampaignMonths(
        **counts, campaigns_before=flags["before"], campaigns_after=flags["after"]
    )


@pytest.mark.parametrize(("seed", "spread"), [(1, 0.0), (2, 0.05), (3, 0.2)])
def test_it_is_the_regression_with_a_term_for_every_month(seed, spread):
    months = draw(np.random.default_rng(seed), ratio=0.7, spread=spread)
    found = estimate_with_campaigns(months)
    value, error, phi = fit_every_month(months)
    assert found.value == pytest.approx(value, rel=1e-6)
    assert found.dispersion == pytest.approx(max(1.0, phi), rel=1e-6)
    reach = error * np.sqrt(max(1.0, phi))
    assert np.log(found.high / found.value) / reach == pytest.approx(2.2281, abs=1e-4)  # t, 10 df
    assert found.p == pytest.approx(find_two_sided_p(abs(np.log(value)) / reach, 10), rel=1e-5)
    assert not found.headline


def test_a_pair_that_only_one_campaign_touches_takes_no_part():
    # one campaign in one month: its own factor fits that pair whole, whatever it holds
    after = np.array([False, True, *[False] * 10])
    counts = np.random.default_rng(4).poisson(40, (2, 12)).astype(float)
    without = estimate_paired_month_ratio(*np.delete(counts, 1, axis=1))
    for spoilt in (counts, counts * np.where(after, 5, 1)):
        found = estimate_with_campaigns(
            CampaignMonths(
                before=spoilt[0], after=spoilt[1], campaigns_before=NONE, campaigns_after=after
            )
        )
        assert found.value == pytest.approx(without.value)
        assert (found.low, found.high) == pytest.approx((without.low, without.high))


# 5 of 100 are due; three standard errors of 500 draws are 3 of 100. Months that vary by chance
# alone are held to be no calmer than chance, as without campaigns: 2 of 100 in 3,000 draws.
@pytest.mark.parametrize(("spread", "least", "most"), [(0.0, 0.0, 0.05), (0.08, 0.02, 0.08)])
def test_it_cries_wolf_no_more_than_it_says_where_the_plain_ratio_does(spread, least, most):
    rng = np.random.default_rng(20231113)
    plain, allowed = 0, 0
    for _ in range(DRAWS):
        months = draw(rng, spread=spread)
        allowed += estimate_with_campaigns(months).p < 0.05
        plain += estimate_paired_month_ratio(months.before, months.after).p < 0.05
    assert least < allowed / DRAWS < most
    assert plain > allowed


def test_leaving_out_months_of_campaigns_cries_wolf_as_often_as_it_says():
    # campaigns in hot spots alone look like an effect, until their months are left out
    rng = np.random.default_rng(7)
    kept = ~np.isin(np.arange(12), (1, 9))
    wrong = {"all": 0, "without": 0}
    for _ in range(DRAWS):
        own = rng.gamma(20, 1 / 20, (2, 14, 1))  # how places change apart
        season = 8 * np.exp(0.3 * np.sin(np.arange(12) / 2))
        raised = np.ones((2, 14, 12))
        raised[1, :7, ~kept] = 3.0
        counts = rng.poisson(season * own * raised)
        for name, part in (("all", counts), ("without", counts[..., kept])):
            before, after = part.sum(axis=-1)
            areas = AreaPeriods(
                before=before[:7],
                after=after[:7],
                comparison_before=before[7:],
                comparison_after=after[7:],
            )
            wrong[name] += against(areas).p < 0.05
    assert 0.02 < wrong["without"] / DRAWS < 0.08
    assert wrong["all"] > 3 * wrong["without"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"before": [5] * 3, "after": [4] * 3}, "Needs 4 pairs"),
        ({"before": [0] * 6, "after": [0] * 6}, "Needs 4 pairs"),
        ({"campaigns_before": [1, 0, 0, 0, 0], "campaigns_after": [1, 0, 0, 0, 0]}, "they cancel"),
        ({"campaigns_after": [1] * 5}, "cannot be told from the change"),
        ({"after": [0, 3, 3, 3, 3], "campaigns_after": [1, 0, 0, 0, 0]}, "have no crime in one"),
        ({"after": [3, 0, 0, 0, 0], "campaigns_after": [1, 0, 0, 0, 0]}, "have no crime in one"),
    ],
)
def test_what_cannot_be_told_apart_has_no_estimate_and_the_reason(given, said):
    length = len(given.get("before", [0] * 5))
    plain = {
        "before": [5] * length,
        "after": [3] * length,
        "campaigns_before": [False] * length,
        "campaigns_after": [False] * length,
    }
    found = estimate_with_campaigns(CampaignMonths(**{**plain, **given}))
    assert found.value is None
    assert said in found.note
    assert found.p is None


def test_months_that_do_not_match_are_refused_with_all_that_is_wrong():
    with pytest.raises(InputError) as told:
        CampaignMonths(before=[1, -1], after=[1], campaigns_before=[False], campaigns_after=[False])
    assert "before 2, after 1" in str(told.value)
    assert "below 0" in str(told.value)
