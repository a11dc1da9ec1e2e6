"""Risk instruments: signed or refused, critical answers force high, what was set has its reason."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from tomllib import loads

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.asb_instruments import (
    Band,
    CriticalTopic,
    SignedInstrument,
    admit_instrument,
    make_instrument,
)
from patrolwise.partnership.asb_risk import Override, Sitting, assess_risk, load_demo_instrument

DEMO = load_demo_instrument()
TEXT = (files("patrolwise.partnership") / "data" / "risk-demo-1.toml").read_text("utf-8")
OWN = replace(DEMO, id="city", is_demo=False)
SIGNED = SignedInstrument(instrument=OWN, signed_by="City", public="k", signature="s")
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
PRACTICE = Sitting(assessed_at=NOW, assessed_by="A1", is_live=False)
LIVE = replace(PRACTICE, is_live=True)
LOWEST = {item.key: item.answers[0].key for item in DEMO.items}
ANSWERS = st.fixed_dictionaries(
    {item.key: st.sampled_from([answer.key for answer in item.answers]) for item in DEMO.items}
)
CRITICAL = {
    CriticalTopic.THREAT_TO_LIFE: {"threat": "life"},
    CriticalTopic.WEAPON: {"weapon": "yes"},
    CriticalTopic.SUICIDE_RISK: {"suicide": "yes"},
    CriticalTopic.HATE_AND_REPEAT: {"hate": "yes", "repeat": "yes"},
}


def test_the_published_demonstration_is_never_edited():
    assert DEMO.key == "demo@1"
    assert DEMO.hash() == "26ef799cbb70ba61529075a7faaf79280ea8bdb749e79b8ad58458d73dbfcb38"
    assert "not for use with people" in DEMO.title


@given(ANSWERS)
def test_the_band_is_what_a_person_would_find_by_adding_up(answers):
    found = assess_risk(DEMO, answers, PRACTICE)
    given_file = loads(TEXT)
    total = sum(item["answers"][answers[item["key"]]]["weight"] for item in given_file["items"])
    forced = [
        topic
        for topic, needed in CRITICAL.items()
        if all(answers[key] == value for key, value in needed.items())
    ]
    by_sum = "high" if total >= 22 else "medium" if total >= 10 else "standard"
    assert (found.score, found.critical) == (total, tuple(forced))
    assert found.band == found.scored_band == ("high" if forced else by_sum)
    hours = {"high": 24, "medium": 7 * 24, "standard": 28 * 24}[found.band]
    assert found.review_due - NOW == timedelta(hours=hours)


@pytest.mark.parametrize("topic", CriticalTopic)
def test_one_critical_answer_forces_high_whatever_the_sum_and_the_rest_may_wait(topic):
    assert assess_risk(DEMO, LOWEST | CRITICAL[topic], PRACTICE).band is Band.HIGH
    found = assess_risk(DEMO, CRITICAL[topic], PRACTICE)
    assert (found.band, found.critical) == (Band.HIGH, (topic,))
    assert len(found.unanswered) == len(DEMO.items) - len(CRITICAL[topic])


def test_hate_alone_and_a_repeat_alone_are_not_critical():
    for key in ("hate", "repeat"):
        assert assess_risk(DEMO, LOWEST | {key: "yes"}, PRACTICE).critical == ()


def test_a_band_set_by_hand_has_its_reason_and_never_takes_a_critical_answer_back():
    up = Override(band=Band.HIGH, reason="Alone at night.", by="L1")
    found = assess_risk(DEMO, LOWEST, replace(PRACTICE, override=up))
    assert (found.scored_band, found.band, found.override) == (Band.STANDARD, Band.HIGH, up)
    assert found.review_due - NOW == timedelta(hours=24)
    for band in Band:
        bare = Override(band=band, reason=" ", by="L1")
        with pytest.raises(InputError, match="without a reason"):
            assess_risk(DEMO, LOWEST, replace(PRACTICE, override=bare))
    down = Override(band=Band.MEDIUM, reason="Calm now.", by="L1")
    with pytest.raises(InputError, match="makes the risk high, and it was set to medium"):
        assess_risk(DEMO, LOWEST | {"weapon": "yes"}, replace(PRACTICE, override=down))


def test_the_victims_own_rating_is_kept_apart_and_changes_nothing():
    plain = assess_risk(DEMO, LOWEST, PRACTICE)
    rated = assess_risk(DEMO, LOWEST, replace(PRACTICE, victim_rating=10))
    assert replace(rated, victim_rating=None) == plain
    assert rated.victim_rating == 10


def test_all_that_is_wrong_with_a_sitting_is_told_at_once():
    bad = Sitting(assessed_at=datetime(2026, 6, 1), assessed_by="", is_live=False, victim_rating=11)
    answers = {key: value for key, value in LOWEST.items() if key != "support"}
    with pytest.raises(InputError) as error:
        assess_risk(DEMO, answers | {"hate": "perhaps", "shoes": "no"}, bad)
    for told in (
        "no item shoes", "no answer 'perhaps'; it has no, yes", "Nothing is answered at support",
        "no zone", "Nobody is named", "rating is 11",
    ):  # fmt: skip
        assert told in str(error.value)


def test_no_risk_of_a_person_hangs_on_a_demonstration_or_an_unsigned_instrument():
    for instrument, told in (
        (DEMO, "a demonstration"),
        (OWN, "not signed"),
        (replace(SIGNED, instrument=DEMO), "a demonstration"),
    ):
        with pytest.raises(RefusedError, match=told):
            assess_risk(instrument, LOWEST, LIVE)
    found = assess_risk(SIGNED, LOWEST, LIVE)
    assert (found.signed_by, found.instrument_hash) == ("City", OWN.hash())


def test_only_a_trusted_signature_over_this_version_is_admitted():
    def verify(data, signature, public):
        return data == OWN.as_bytes() and signature == "good"

    admitted = admit_instrument(OWN, "k", "good", {"k": "City"}, verify)
    assert (admitted.signed_by, admitted.instrument) == ("City", OWN)
    heavier = replace(OWN, title="Another")
    for instrument, public, signature, told in (
        (OWN, "other", "good", "no partnership that is trusted"),
        (OWN, "k", "bad", "changed after"),
        (heavier, "k", "good", "changed after"),
        (DEMO, "k", "good", "demonstration"),
    ):
        with pytest.raises(RefusedError, match=told):
            admit_instrument(instrument, public, signature, {"k": "City"}, verify)


def change(path, value):
    given_file = deepcopy(loads(TEXT))
    place = given_file
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return given_file


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("version",), None, "lacks version"),
        (("is_demo",), "no", "must have true or false as is_demo"),
        (("colour",), "red", "has colour, which nothing reads"),
        (("bands", "high"), None, "Its band high is not there"),
        (("bands", "extreme"), {}, "Its band extreme is none"),
        (("bands", "high", "least_score"), 5, "must begin at 0 and rise"),
        (("bands", "high", "review_hours"), 700, "may not wait longer"),
        (("items", 0, "question"), None, "Its items 1 lacks question"),
        (("items", 0), 3, "Its items 1 is not there, or no table"),
        (("items", 0, "answers", "once"), {"text": "x"}, "answer once, lacks weight"),
        (("items", 0, "answers", "once"), {"text": "x", "weight": -1}, "Give 0 or more"),
        (("items", 1, "key"), "frequency", "The item frequency comes twice"),
        (("items", 1, "answers"), {"no": {"text": "x", "weight": 0}}, "has 1 answers"),
        (("critical", 0), {"topic": "rain", "when": {"hate": ["yes"]}}, "'rain' is not one of"),
        (("critical", 0, "when"), {"hate": "yes"}, "must lead to a list"),
        (("critical", 0, "when"), {"hate": ["perhaps"]}, "which is no such answer"),
        (("critical", 0, "when"), {}, "names no item"),
        (("critical", 1), None, "no critical rule for weapon"),
    ],
)
def test_an_instrument_that_is_wrong_is_refused_with_what_is_wrong(path, value, told):
    with pytest.raises(InputError, match=told):
        make_instrument(change(path, value), "own.toml")


def test_bands_come_in_their_order():
    with pytest.raises(InputError, match="standard, medium, high, in that order"):
        replace(DEMO, bands=DEMO.bands[::-1])
