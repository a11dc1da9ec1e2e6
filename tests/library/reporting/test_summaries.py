"""The terminal: one screen, the same words as the report."""

from dataclasses import replace

from patrolwise.reporting.results import Guard, Severity
from patrolwise.reporting.summaries import summarise_results


def test_everything_a_reader_needs_is_on_one_screen(make_results):
    summary = summarise_results(make_results())
    assert len(summary.splitlines()) <= 25
    for said in (
        "Street outreach in Northgate: the first 11 months",
        "1 February 2022 to 31 December 2022 (334 days)",
        "northgate-seven@2",
        "Violence and sexual offences (violence-and-sexual-offences@1): 416 → 252, 39.4 % lower",
        "Ratio of ratios, robust: 0.642 (95 % interval 0.538 to 0.767)",
        "Fall, but not safe to rely on. Crime fell",
        "To expect with no effect: about 358",
        "60,314 → 38,421, 36.3 % lower",
        "Harm per crime: 144.99 → 152.46, 5.2 % higher",
        "! The service already ran in the before window",
        "3. Total harm fell",
    ):
        assert said in summary


def test_a_small_base_has_no_percentage_on_the_terminal_either(make_results):
    summary = summarise_results(make_results())
    assert "Robbery (robbery@1): 14 → 9, 5 fewer (too few for a percentage)" in summary


def test_many_outcomes_and_guards_still_fit_on_one_screen(make_results):
    results = make_results()
    reds = tuple(
        Guard(id=f"g{n}", severity=Severity.RED, title=f"Fault {n}", message="") for n in range(4)
    )
    many = replace(results, outcomes=results.outcomes[:1] * 9, guards=reds)
    lines = summarise_results(many).splitlines()
    assert len(lines) <= 25
    assert any("more in the report)" in line for line in lines)
    assert "! Fault 3" in lines
    assert lines[-1].startswith("3. ")


def test_bare_results_are_told_in_a_few_lines(make_results):
    outcome = replace(make_results().outcomes[0], estimates=(), after=416, expected_after=None)
    harm = replace(make_results().harm[0], per_crime_before=None, is_estimate=False)
    results = make_results(outcomes=(outcome,), harm=(harm,), guards=(), findings=(), notice="")
    summary = summarise_results(results)
    assert "416 → 416, no change" in summary
    assert "Harm per crime" not in summary
    assert "!" not in summary
