"""Which way a text says that something went, in words alone."""

import pytest

from patrolwise.claims.figures import Figure
from patrolwise.claims.finding_claims import find_claims, find_sentences, find_word_claims
from patrolwise.claims.matching import contradicts


def the_words(text):
    return [
        (claim.number.text, claim.direction, claim.label)
        for sentence in find_sentences(text)
        for claim in find_word_claims(sentence)
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Violence fell.", [("fell", "fall", "violence")]),
        ("Violence has further risen.", [("further risen", "rise", "violence")]),
        ("Violence was sharply down.", [("was sharply down", "fall", "violence")]),
        ("We saw a small rise in ASB.", [("saw a small rise in", "rise", "anti-social-behaviour")]),
        ("There was less crime.", [("There was less", "fall", "crime")]),
        ("Patrols cut crime.", [("Patrols cut", "fall", "crime")]),
        ("Violence did not fall.", [("did not fall", "no fall", "violence")]),
        ("Violence hasn’t risen.", [("risen", "no rise", "violence")]),
        ("Violence is falling and ASB continues to rise.",
         [("is falling", "fall", "violence"),
          ("continues to rise", "rise", "anti-social-behaviour")]),
        ("Harm grew.", [("grew", "rise", "")]),
        ("Violence fell in all seven hot spots.", [("fell", "fall", "violence")]),
    ],
)  # fmt: skip
def test_a_word_that_says_where_crime_went_is_a_claim(text, words):
    assert the_words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Rain fell.",
        "Violence fell by 3 %.",
        "Violence fell from 416 to 252.",
        "Violence will have fallen.",
        "If violence fell, we would say so.",
        "Places that are high fall again.",
        "More patrols, more often.",
    ],
)
def test_weather_figures_hopes_and_rules_are_no_such_claims(text):
    assert the_words(text) == []


def test_no_change_of_what_nobody_counts_is_no_claim():
    (sentence,) = find_sentences("The team stayed the same.")
    assert find_claims(sentence) == ()


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("ASB was 252, down from 416.", ["after", "before"]),
        ("ASB was 252 incidents, compared with 416 before.", ["after", "before"]),
        ("ASB dropped to 252 from 416.", ["after", "before"]),
        ("ASB was 252, compared with 416 in comparison areas.", ["", ""]),
        ("ASB took 12 days from 14 days.", ["", ""]),
    ],
)
def test_the_later_count_may_come_first(text, roles):
    (sentence,) = find_sentences(text)
    assert [claim.role for claim in find_claims(sentence)] == roles


def test_a_pair_says_where_it_went_without_a_word_of_it():
    def moved(text):
        return [claim.moved for claim in find_claims(find_sentences(text)[0])]

    assert moved("It went from 416 to 252.") == ["fall", "fall"]
    assert moved("It went from 252 to 416.") == ["rise", "rise"]
    assert moved("It went from 252 to 252.") == ["no change", "no change"]


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (-3.0, {"rise", "no fall"}),
        (3.0, {"fall", "no rise"}),
        (0.0, {"fall", "rise"}),
    ],
)
def test_what_a_figure_turns_round(value, wrong):
    figure = Figure(
        path="outcomes[0].change",
        value=value,
        unit="percent",
        topic="crime",
        role="change",
        definition="",
        window="",
        grade="",
        wording="",
    )
    every = ("fall", "rise", "no fall", "no rise", "no change", "")
    assert {one for one in every if contradicts(one, figure)} == wrong
