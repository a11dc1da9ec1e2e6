"""Nine traps that public texts on hot spots policing fell into, each found in a paraphrase."""

import json
from pathlib import Path

import pytest

from patrolwise.claims.checking_texts import check_texts
from patrolwise.claims.claim_records import ClaimVerdict
from patrolwise.claims.passages import find_passages
from patrolwise.claims.reading_facts import read_facts
from patrolwise.demo import demo_programme
from patrolwise.reporting.wording import describe_change, format_count
from patrolwise.study.evaluation import run_evaluation
from patrolwise.study.reading import read_programme
from patrolwise.study.writing import results_document

FOLDER = Path(__file__).parent / "claims"
SOURCES = (
    "force-news.txt",
    "practice-note.txt",
    "commissioner-hotspots.txt",
    "commissioner-inspection.txt",
    "commissioner-knives.txt",
)


def read(name):
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def facts():
    return read_facts({"results.json": json.loads(read("results.json"))})


@pytest.fixture(scope="module")
def report(facts):
    return check_texts({name: find_passages(read(name)) for name in SOURCES}, facts)


@pytest.mark.parametrize(
    ("trap", "file", "reason"),
    [
        ("label-drift", "force-news.txt", "416 to 252 counts violence-and-sexual-offences@1"),
        ("label-drift", "practice-note.txt", "the text calls it serious violence"),
        ("severity", "force-news.txt", "Harm per crime did not fall"),
        ("baseline", "force-news.txt", "365 days; 47-week is 329"),
        ("baseline", "force-news.txt", "The service ran from 2022-10-01"),
        ("baseline", "commissioner-hotspots.txt", "no dates at both ends"),
        ("weekday-confounding", "force-news.txt", "differ by weekday"),
        ("cost-unit", "practice-note.txt", "a person costs £1.14"),
        ("percentage-without-counts", "commissioner-hotspots.txt", "takes 1,044 or more"),
        ("percentage-without-counts", "commissioner-hotspots.txt", "takes 308 or more"),
        ("uniformed-or-not", "practice-note.txt", "elsewhere not"),
        ("mismatched-ratio", "commissioner-hotspots.txt", "£230.88 an hour is no cost"),
        ("set-confusion", "commissioner-hotspots.txt", "nine counts officers and plans"),
        ("set-confusion", "commissioner-knives.txt", "Sets of 7, 18 hot spots"),
    ],
)
def test_each_trap_is_found_where_it_lies(report, trap, file, reason):
    assert any(
        found.trap == trap and found.file == file and reason in found.reason
        for found in report.traps
    )


def test_all_nine_traps_are_found_and_each_has_a_wording_that_would_be_true(report):
    assert len({found.trap for found in report.traps}) == 9
    assert all(found.wording and found.sentence for found in report.traps)


def test_a_text_without_claims_raises_no_trap(report):
    assert not [found for found in report.traps if found.file == "commissioner-inspection.txt"]


def test_severity_rose_by_five_percent_and_the_wording_says_it(report):
    (severity,) = (found for found in report.traps if found.trap == "severity")
    assert severity.wording == "Harm per crime: 145.0 before, 152.5 after, 7.5 more, 5.2 % higher."


def test_a_cause_named_without_a_design_is_held_back(facts):
    text = "Violence and sexual offences fell by 39.4% thanks to the outreach team."
    (claim,) = check_texts({"a.txt": find_passages(text)}, facts).claims
    assert claim.verdict is ClaimVerdict.CAUSAL


def test_a_text_that_tells_it_well_raises_nothing(facts):
    report = check_texts({"told-well.txt": find_passages(read("told-well.txt"))}, facts)
    assert report.traps == ()
    verdicts = [claim.verdict for claim in report.claims]
    assert verdicts == [ClaimVerdict.SUPPORTED] * 8 + [ClaimVerdict.UNDEFINED]


def tell(results):
    """Return the text of a report, from the results' own words and figures."""
    before, after = results.before, results.after
    outcomes = [
        f"{o.title}: {format_count(o.before)} before, {format_count(o.after)} after, "
        f"{describe_change(o.before, o.after)}. {o.verdict}"
        for o in results.outcomes
    ]
    harm = [
        f"Harm: {format_count(h.before)} to {format_count(h.after)}, per crime "
        f"{format_count(h.per_crime_before, 1)} to {format_count(h.per_crime_after, 1)}. "
        f"{h.verdict}"
        for h in results.harm
    ]
    return "\n\n".join(
        [
            f"# {results.title}",
            f"{results.question} {results.notice}",
            f"From {before.first} to {before.last}, and from {after.first} to {after.last}.",
            *results.findings,
            *results.limits,
            *outcomes,
            *harm,
            *(f"{guard.title}. {guard.message}" for guard in results.guards),
        ]
    )


def test_a_report_of_the_demonstration_gives_no_false_alarm():
    results = run_evaluation(read_programme(demo_programme()), progress=lambda step: None).results
    facts = read_facts({"results.json": results_document(results)})
    report = check_texts({"report.md": find_passages(tell(results))}, facts)
    alarms = [c for c in report.claims if c.verdict is ClaimVerdict.WRONG]
    assert (len(alarms), report.traps) == (0, ())
    supported = [c for c in report.claims if c.verdict is ClaimVerdict.SUPPORTED]
    assert len(supported) >= 0.7 * len(report.claims) > 20
