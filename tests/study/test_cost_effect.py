"""Pounds for each crime prevented, from a programme file to records, and why there is no figure."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.cost_effectiveness import PatrolCost
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.protocol import PlanStatus, Standing
from patrolwise.reporting.cost_sections import cost_sections, tell_cost_effects
from patrolwise.reporting.results import OutcomeRecord
from patrolwise.study.cost_effect import (
    compare_priced,
    find_cost_effects,
    price_evidence,
)
from patrolwise.study.cost_evidence import Evidence, Judged, NoEvidence, find_evidence
from patrolwise.study.cost_pounds import cost_evidence, sum_costs
from patrolwise.study.cost_study import study_costs
from patrolwise.study.costs_programme import Costs, ServiceCost
from patrolwise.study.programme_days import study_programme_days
from patrolwise.study.reading import read_programme
from patrolwise.times import Window

from .day_worlds import make_world
from .programme_worlds import COSTS, HARM, LOT, OUTREACH_COSTS, OUTREACH_DAYS, POLICE_DAYS, declare

AFTER = Window("after", date(2024, 7, 29), date(2024, 9, 22))
OTHER = Window("other", date(2024, 1, 1), date(2024, 2, 1))
RATIO = Estimate(
    id="ratio-of-ratios-robust", name="Ratio", value=0.7, low=0.6, high=0.8, headline=True
)
EVIDENCE = Evidence(
    services=("police",),
    definition="all-crime@1",
    outcome="All crime",
    what="crime",
    design="before and after",
    window=AFTER,
    ratio=RATIO,
    recorded=140.0,
    minutes=10_000.0,
    minutes_error=500.0,
)


def silent(_step):
    return None


def outcome(**more):
    stated = {
        "definition": "all-crime@1",
        "title": "All crime",
        "is_open_data": True,
        "before": 220,
        "after": 140,
        "comparison_before": 200,
        "comparison_after": 210,
        "estimates": (RATIO,),
        "areas": (),
        "months": (),
        "rings": (),
        "expected_after": None,
        "detectable_fall": None,
        "verdict": "Too few to say.",
        "verdict_id": "fall",
    }
    return OutcomeRecord(**{**stated, **more})


def judge(days=(), outcomes=()):
    return Judged(days=tuple(days), outcomes=tuple(outcomes), after=AFTER)


def rate(service="police", pounds=3.38, **more):
    stated = {"minutes": 10_000.0, "window": AFTER, "is_verified": True}
    return ServiceCost(service=service, rate=pounds, **{**stated, **more})


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(
        tmp_path_factory.mktemp("town"), is_drawn=True, outreach=True, ratio=0.5, seed=4
    )


@pytest.fixture(scope="module")
def parts(world):
    path = declare(world, POLICE_DAYS, LOT, OUTREACH_DAYS, HARM, COSTS, OUTREACH_COSTS)
    return read_programme(path)


@pytest.fixture(scope="module")
def days(parts):
    return study_programme_days(parts, parts.patrol_days, progress=silent)[0].results


@pytest.fixture(scope="module")
def effects(parts, days):
    return find_cost_effects(parts, parts.costs, judge(days))


def pick(effects, service, what="crime"):
    return next(one for one in effects.records if (one.service, one.what) == (service, what))


def run(parts, costs, judged):
    return find_cost_effects(parts, costs, judged).records


# --- from patrol days -----------------------------------------------------------------------------


def test_the_record_is_that_of_the_slow_twin(effects, days):
    police, record = days[0], pick(effects, "police")
    theta, crimes = police.headline.value, police.charged.crimes
    assert record.design == "patrol days, drawn by lot"
    assert record.prevented == pytest.approx(crimes / theta - crimes)
    assert record.pounds == pytest.approx(3.38 * police.charged.minutes)
    assert record.pounds_each == pytest.approx(record.pounds / record.prevented)
    # exact minutes: the limits are those of the effect alone
    low = record.pounds / (crimes / police.headline.low - crimes)
    high = record.pounds / (crimes / police.headline.high - crimes)
    assert record.pounds_each_low == pytest.approx(low, rel=0.01)
    assert record.pounds_each_high == pytest.approx(high, rel=0.01)
    even = record.even
    assert even.crimes == pytest.approx(record.pounds / 2_500)
    assert even.pounds_a_pound == pytest.approx(2_500 / record.pounds_each)
    assert even.minutes_a_crime == pytest.approx(2_500 / 3.38)
    assert even.sources == ("made up",)


def test_the_true_price_lies_in_the_interval(effects, days):
    """Half of the crimes are prevented where patrol came, on 85 % of the days drawn for it."""
    police, record = days[0], pick(effects, "police")
    came = police.charged.minutes / 20 / police.charged.days
    prevented = police.charged.crimes * (1 / (1 - 0.5 * came) - 1)
    assert record.pounds_each_low < record.pounds / prevented < record.pounds_each_high


def test_a_patrol_that_prevents_nothing_gets_no_price(tmp_path):
    idle = make_world(tmp_path, is_drawn=True, ratio=1.0, seed=2)
    read = read_programme(declare(idle, POLICE_DAYS, LOT, COSTS))
    (record,) = study_costs(read, progress=silent)[0].records
    assert record.ratio.low < 1 < record.ratio.high
    assert record.pounds > 0
    assert record.pounds_each is record.even.pounds_a_pound is None
    assert record.sentence.startswith("police: Not shown to prevent crime")


def test_harm_has_a_price_of_its_own_and_no_benefit(effects, days):
    record = pick(effects, "police", "harm day")
    assert record.ratio == days[0].harm[0]
    assert record.recorded == days[0].charged.harm
    assert record.even is None


def test_what_is_not_shown_to_prevent_crime_has_no_price_and_no_benefit(effects):
    record = pick(effects, "outreach")
    assert record.ratio.high > 1
    assert record.prevented is record.pounds_each is record.prevented_low is None
    assert record.reason.startswith("Not shown to prevent crime")
    assert record.even.crimes == pytest.approx(record.pounds / 2_500)
    assert record.even.pounds_a_pound is record.even.minutes_paid_for is None
    assert any("not drawn by lot" in caution for caution in record.cautions)


def test_services_are_compared_where_their_effects_are_known_alike(effects, days):
    assert {one.what for one in effects.comparisons} == {"crime", "harm day"}
    assert "drawn by lot and of the other not" in effects.comparisons[0].reason
    (rates,) = effects.rates
    assert (rates.a, rates.b) == ("police", "outreach")
    assert rates.percent == pytest.approx(100 * (3.38 / 2.28 - 1))


def test_the_same_seed_gives_the_same_figures(effects, parts, days):
    assert find_cost_effects(parts, parts.costs, judge(days)) == effects


def test_a_service_without_patrol_days_is_not_guessed_from_before_and_after(parts, days):
    records = run(parts, parts.costs, judge(days[:1], [outcome()]))
    refused = next(one for one in records if one.service == "outreach")
    assert refused.pounds is None
    assert "cannot tell apart" in refused.reason
    assert all(one.design != "before and after, with comparison areas" for one in records)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"headline": False}, "not calibrated"),
        ({"value": None, "note": "A side has no crime."}, "not defined. A side has no crime."),
        ({"high": float("inf")}, "no price can be given"),
        ({"low": 0.0}, "no price can be given"),
        ({"low": None}, "is not defined"),
    ],
)
def test_a_ratio_that_carries_no_conclusion_carries_no_pounds(days, change, told):
    wrong = replace(days[0], headline=replace(days[0].headline, **change), harm=())
    (found,) = find_evidence(["police"], judge([wrong]))
    assert isinstance(found, NoEvidence)
    assert told in found.reason


def test_without_crimes_there_is_nothing_to_start_from(days):
    for charged in (None, replace(days[0].charged, crimes=0.0)):
        (found,) = find_evidence(["police"], judge([replace(days[0], charged=charged, harm=())]))
        assert "nothing to start from" in found.reason


def test_hours_and_the_days_of_cchi_are_named(days):
    timed = replace(days[0], hours=(14, 20), harm_index="CCHI@2020-10")
    crime, harm = find_evidence(["police"], judge([timed]))
    assert crime.design == "patrol days, drawn by lot, 14:00 to 20:00"
    assert harm.what == "CCHI day"
    nobody = replace(days[0], charged=replace(days[0].charged, minutes=0.0, all_minutes=0.0))
    assert find_evidence(["police"], judge([nobody]))[0].share == 0


# --- from before and after ------------------------------------------------------------------------


def test_before_and_after_prices_all_services_together(parts):
    costs = replace(parts.costs, services=(rate(), rate("outreach", 2.28)))
    found = find_cost_effects(parts, costs, judge(outcomes=[outcome()]))
    (record,) = found.records
    assert "£56,600 paid\n" in tell_cost_effects(found)
    assert "–" in str(cost_sections(found))
    assert record.service == "police and outreach"
    assert record.pounds == pytest.approx(56_600)
    assert record.prevented == pytest.approx(60)
    assert record.pounds_each == pytest.approx(56_600 / 60)
    assert record.pounds_a_minute is record.even.minutes_a_crime is None
    assert record.pounds_error is None
    assert "too narrow" in record.sentence
    assert "everything that was done" in record.cautions[0]


def test_a_ratio_whose_interval_holds_1_gives_no_price(parts):
    unsure = replace(RATIO, high=1.02)
    costs = replace(parts.costs, services=(rate(),))
    (record,) = run(parts, costs, judge(outcomes=[outcome(estimates=(unsure,))]))
    assert record.sentence.startswith("police: Not shown to prevent crime")
    assert record.pounds_each is record.even.pounds_a_pound is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"estimates": ()}, "no ratio against comparison areas"),
        ({"estimates": (replace(RATIO, id="wdd-robust"),)}, "no ratio against comparison areas"),
        ({"verdict_id": "few"}, "Too few to say."),
        ({"verdict_id": "refused"}, "Too few to say."),
        ({"after": 0}, "nothing to start from"),
    ],
)
def test_a_fall_that_nothing_is_compared_with_prevents_nothing(parts, change, told):
    costs = replace(parts.costs, services=(rate(),))
    (record,) = run(parts, costs, judge(outcomes=[outcome(**change)]))
    assert told in record.reason
    assert record.pounds is record.ratio is record.even is None
    assert record.sentence == "police: no cost for each crime prevented can be given."


def test_the_standing_of_the_effect_is_that_of_its_price(parts):
    planned = PlanStatus(status=Standing.PLANNED, reason="As frozen.")
    costs = replace(parts.costs, services=(rate(),))
    (record,) = run(parts, costs, judge(outcomes=[outcome(planned=planned)]))
    assert record.planned == planned


# --- pounds ---------------------------------------------------------------------------------------


def test_paid_pounds_are_charged_by_the_share_of_the_minutes():
    declared = ServiceCost(service="police", paid=20_000.0, window=AFTER)
    cost = cost_evidence(replace(EVIDENCE, share=0.25), declared, None, 2024)
    assert (cost.pounds, cost.error_pounds) == (5_000, 0)
    assert cost.pounds_per_minute == 0.5


def test_a_share_is_told_beside_the_price(parts):
    declared = ServiceCost(service="police", paid=20_000.0, window=AFTER)
    cost = cost_evidence(replace(EVIDENCE, share=0.25), declared, None, 2024)
    priced = price_evidence(replace(EVIDENCE, share=0.25), cost, 1)
    from patrolwise.study.cost_effect import _record

    record = _record(priced, None, "")
    assert record.cautions == (
        "25 % of the minutes of police fall on the days that are costed, so that part of its "
        "pounds is charged to them.",
    )


def test_pounds_of_a_ledger_are_of_the_days_of_the_crimes(tmp_path):
    from patrolwise.files.ledgers import read_ledger

    path = tmp_path / "ledger.csv"
    path.write_text(
        "service,first,last,kind,pounds,may_split,note\n"
        "police,2024-07-29,2024-09-22,overtime,9000,no,\n"
        "police,2024-07-29,2024-09-22,travel,1000,no,\n"
        "police,2024-07-29,2024-09-22,management,700,no,\n",
        encoding="utf-8",
    )
    declared = ServiceCost(service="police", kinds=("overtime", "travel"))
    ledger = read_ledger(path)
    assert cost_evidence(EVIDENCE, declared, ledger, 2024).pounds == 10_000
    with pytest.raises(RefusedError, match="overtime"):
        cost_evidence(replace(EVIDENCE, window=OTHER), declared, ledger, 2024)


def test_pounds_and_minutes_of_other_days_are_refused():
    paid = ServiceCost(service="police", paid=20_000.0, window=OTHER)
    with pytest.raises(RefusedError, match="The pounds of police are of 2024-01-01"):
        cost_evidence(EVIDENCE, paid, None, 2024)
    without = replace(EVIDENCE, minutes=None)
    with pytest.raises(RefusedError, match="The minutes of police are of 2024-01-01"):
        cost_evidence(without, rate(window=OTHER), None, 2024)
    with pytest.raises(RefusedError, match="has a rate and no minutes"):
        cost_evidence(without, rate(minutes=None, window=None), None, 2024)
    with pytest.raises(RefusedError, match="nothing to divide"):
        cost_evidence(replace(EVIDENCE, share=0.0), replace(paid, window=AFTER), None, 2024)


def test_minutes_of_doses_are_patrol_minutes_and_those_declared_are_what_they_say():
    with pytest.raises(RefusedError, match="person-minutes"):
        cost_evidence(EVIDENCE, rate(basis="person"), None, 2024)
    without = replace(EVIDENCE, minutes=None)
    cost = cost_evidence(without, rate(basis="person", minutes_error=100.0), None, 2024)
    assert cost.error_pounds == pytest.approx(338)
    unknown = cost_evidence(replace(EVIDENCE, minutes_error=None), rate(), None, 2024)
    assert unknown.error_pounds is None
    paid = ServiceCost(service="police", paid=500.0, minutes=250.0, window=AFTER)
    assert cost_evidence(without, paid, None, 2024).pounds_per_minute == 2
    assert cost_evidence(without, replace(paid, minutes=None), None, 2024).pounds_per_minute is None


def test_an_unknown_error_of_one_makes_that_of_all_unknown():
    one = PatrolCost(service="a", pounds=100.0, price_year=2024, error_pounds=None)
    other = PatrolCost(service="b", pounds=300.0, price_year=2024, error_pounds=4.0)
    assert sum_costs([one]) is one
    assert sum_costs([one, other]).error_pounds is None


def test_pounds_that_are_refused_are_a_record_with_the_reason(parts, days):
    paid = ServiceCost(service="police", paid=20_000.0, window=OTHER)
    records = run(parts, replace(parts.costs, services=(paid,)), judge(days[:1]))
    assert all("must be of the same days" in one.reason for one in records)
    assert {one.pounds for one in records} == {None}


# --- what a crime costs ---------------------------------------------------------------------------


def with_unit_costs(parts, text, **more):
    path = parts.folder / "own-costs.csv"
    path.write_text(f"crime_group,unit_cost_gbp,price_year,source\n{text}\n", encoding="utf-8")
    return replace(parts.costs, services=(rate(),), unit_costs=path, **more)


def test_prices_of_two_years_are_refused_or_moved_by_a_declared_index(parts):
    judged = judge(outcomes=[outcome()])
    (record,) = run(parts, with_unit_costs(parts, "all-crime,1000,2018,A"), judged)
    assert record.even is None
    assert record.pounds_each is not None
    assert "pounds of 2018" in record.reason
    index = parts.folder / "index.csv"
    index.write_text("price_year,index,source\n2018,80,B\n2024,100,B\n", encoding="utf-8")
    costs = with_unit_costs(parts, "all-crime,1000,2018,A", deflators=index)
    (moved,) = run(parts, costs, judged)
    assert moved.even.pounds_a_crime == pytest.approx(1_250)
    assert "from 2018 to 2024 prices" in moved.even.sources[0]


def test_an_outcome_is_valued_by_its_group_and_one_without_is_told(parts):
    judged = judge(outcomes=[outcome()])
    costs = with_unit_costs(parts, "any crime,1000,2024,A")
    assert "all-crime has no unit cost" in run(parts, costs, judged)[0].reason
    grouped = replace(costs, groups=(("all-crime@1", "any crime"),))
    assert run(parts, grouped, judged)[0].even.pounds_a_crime == 1_000
    (none,) = run(parts, replace(costs, unit_costs=None), judged)
    assert "unit_costs is not declared" in none.reason


# --- service against service ----------------------------------------------------------------------


def price(service, pounds, **more):
    cost = PatrolCost(service=service, pounds=pounds, price_year=2024)
    return price_evidence(replace(EVIDENCE, services=(service,), **more), cost, 1)


def test_two_services_that_share_one_effect_differ_by_their_pounds_alone():
    (compared,) = compare_priced([price("outreach", 22_800.0), price("police", 33_800.0)])
    assert compared.ratio == pytest.approx(2.28 / 3.38)
    assert (compared.low, compared.high) == pytest.approx((compared.ratio, compared.ratio))


def test_two_effects_bring_both_errors():
    other = replace(RATIO, value=0.72, low=0.62, high=0.83)
    (compared,) = compare_priced([price("a", 100.0), price("b", 100.0, ratio=other)])
    assert compared.low < compared.ratio < compared.high
    logs = np.log([compared.low, compared.high])
    assert logs[1] - logs[0] > 1


def test_other_days_other_outcomes_and_a_service_itself_are_not_compared():
    base = price("a", 100.0)
    for other in (
        price("b", 100.0, window=OTHER),
        price("b", 100.0, hours=(14, 20)),
        price("b", 100.0, definition="violence@1"),
        price("b", 100.0, what="harm day"),
        price("a", 100.0),
    ):
        assert compare_priced([base, other]) == ()


def test_rates_are_compared_on_one_basis_and_found_rates_count(parts):
    paid = ServiceCost(service="police", paid=10_000.0, minutes=5_000.0, window=AFTER)
    costs = replace(parts.costs, services=(paid,))
    judged = judge(outcomes=[outcome()])
    assert find_cost_effects(parts, costs, judged).rates == ()
    both = replace(costs, services=(rate(basis="person"), rate("outreach", 2.0)))
    assert find_cost_effects(parts, both, judged).rates == ()


def test_a_rate_that_was_found_is_compared_with_one_that_was_declared(parts, days):
    window = Window("days", date(2024, 6, 3), date(2024, 9, 22))
    paid = ServiceCost(service="police", paid=10_000.0, window=window)
    costs = replace(parts.costs, services=(paid, rate("outreach", 2.28)))
    (found,) = find_cost_effects(parts, costs, judge(days)).rates
    assert found.a_pounds == pytest.approx(10_000 / days[0].charged.minutes)


# --- the programme file ---------------------------------------------------------------------------

LEDGER = (
    "service,first,last,kind,pounds,may_split,note\npolice,2024-06-03,2024-09-22,pay,9000,no,\n"
)
TRACKING = """
[tracking]
window = { first = 2024-06-03, last = 2024-09-22 }
fixes = ["doses.csv"]
crews = "doses.csv"
ledger = "ledger.csv"
cost_kinds = { police = ["pay"] }
"""
BY_LEDGER = COSTS.replace("rate = 3.38", "ledger = true")


def test_the_ledger_of_tracking_is_that_of_the_costs(world):
    (world.folder / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    parts = read_programme(declare(world, POLICE_DAYS, LOT, BY_LEDGER, TRACKING))
    assert parts.costs.services[0].kinds == ("pay",)
    assert [path.name for path in parts.costs.files] == ["ledger.csv", "unit-costs.csv"]
    effects, _ = study_costs(parts, progress=silent)
    assert effects.records[0].pounds == 9_000


@pytest.mark.parametrize(
    ("costs", "told"),
    [
        (BY_LEDGER, "needs tracking.ledger, and tracking.cost_kinds for police"),
        (COSTS.replace("rate = 3.38", ""), "Give one of paid"),
        (f"{COSTS}paid = 5\n", "Give one of paid"),
        (COSTS.replace("rate = 3.38", "paid = 5"), "need window"),
        (COSTS.replace("3.38", "0"), "Give one of paid"),
        (COSTS.replace("3.38", "-1"), "Give a number, 0 or more"),
        (f'{COSTS}basis = "pair"\n', "basis is 'pair'"),
        (f"{COSTS}minutes_error = 5\n", "minutes_error needs minutes"),
        (f"{COSTS}minutes = 5\n", "need window"),
        (COSTS.replace("2024\n", "1066\n"), "price_year is 1066"),
        (COSTS.replace("price_year = 2024\n", ""), "costs.price_year is missing"),
        (COSTS + COSTS.partition("\n\n[[")[2].join(("[[", "")), "is there twice"),
        (COSTS.partition("\n\n[[")[0] + "\n", r"no \[\[costs.services\]\]"),
        (COSTS.replace('"police"', '"polise"'), "costs.services names 'polise'"),
        (f"{COSTS}pence = 5\n", "pence is not known"),
        (f'{COSTS}\n[costs.groups]\nweather = "x"\n', "costs.groups"),
        (
            COSTS.replace('unit_costs = "unit-costs.csv"', 'deflators = "unit-costs.csv"'),
            "need unit_costs",
        ),
    ],
)
def test_a_fault_of_the_costs_is_told(world, costs, told):
    with pytest.raises(InputError, match=told):
        read_programme(declare(world, costs))


def test_groups_are_read_by_definition(world):
    text = f'{COSTS}\n[costs.groups]\nall-crime = "any crime"\n'
    costs = read_programme(declare(world, text)).costs
    assert costs.group_of("all-crime@1") == "any crime"
    assert costs.group_of("violence-and-sexual-offences@1") == "violence-and-sexual-offences"


@pytest.mark.parametrize("wrong", [{"rate": -1.0}, {"rate": None, "paid": -1.0}, {"minutes": -1.0}])
def test_no_pounds_and_no_minutes_are_below_0(wrong):
    stated = {"rate": 2.28, "window": AFTER, **wrong}
    with pytest.raises(InputError, match="must be above 0"):
        ServiceCost(service="police", **stated)


def test_kinds_need_a_ledger():
    with pytest.raises(InputError, match=r"needs tracking\.ledger"):
        Costs(price_year=2024, services=(ServiceCost(service="police", kinds=("pay",)),))


def test_a_programme_without_costs_has_none(world):
    parts = read_programme(declare(world, POLICE_DAYS))
    assert parts.costs is None
    assert cost_sections(None) == ()
    with pytest.raises(InputError, match=r"has no \[costs\]"):
        study_costs(parts, progress=silent)


# --- telling --------------------------------------------------------------------------------------


def test_the_section_has_the_tables_and_a_reason_for_each_figure_that_is_missing(effects, parts):
    (section,) = cost_sections(effects)
    captions = [block.caption for block in section.blocks if block.kind == "grid"]
    assert captions[0] == "T7. Pounds for each crime, or harm day, prevented, 2024 prices"
    assert len(captions) == 3
    told = str(section)
    assert "not shown" in told
    assert "48.2 % more" in told
    costs = replace(parts.costs, services=(rate(),))
    refused = find_cost_effects(parts, costs, judge(outcomes=[outcome(estimates=())]))
    (section,) = cost_sections(refused)
    assert [block.kind for block in section.blocks] == ["alert", "bullets"]
    assert "regression to the mean" in tell_cost_effects(refused)


def test_a_price_without_unit_costs_says_what_is_missing(parts):
    costs = replace(parts.costs, services=(rate(),), unit_costs=None)
    found = find_cost_effects(parts, costs, judge(outcomes=[outcome()]))
    (section,) = cost_sections(found)
    alert = next(block for block in section.blocks if block.kind == "alert")
    assert alert.title.startswith("No break-even")
    assert "unit_costs is not declared" in tell_cost_effects(found)


def test_a_comparison_with_a_ratio_and_a_price_without_an_end_are_told(effects):
    compared = replace(effects.comparisons[0], ratio=0.67, low=0.5, high=0.9, reason="")
    record = replace(pick(effects, "police"), pounds_each_high=None, window=None, ratio=None)
    (section,) = cost_sections(replace(effects, comparisons=(compared,), records=(record,)))
    told = str(section)
    assert "0.67 of its price (interval 0.50 to 0.90)" in told
    assert "no upper end" in told
    (section,) = cost_sections(replace(effects, records=(replace(record, pounds_each=1.5),)))
    assert "£1.50" in str(section)
