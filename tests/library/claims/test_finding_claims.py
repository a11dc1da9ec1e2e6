"""What each sentence of a text claims."""

import pytest

from patrolwise.claims.finding_claims import find_claims, find_direction, find_label, find_sentences


def the_claims(text):
    return [claim for sentence in find_sentences(text) for claim in find_claims(sentence)]


def test_a_text_falls_into_sentences_with_the_line_of_their_paragraph():
    text = "# A title of 3\n\nFirst here. Second\nruns on, e.g. Here.\n\n- item\n- other\n| a | 5 |"
    found = [(s.line, s.text) for s in find_sentences(text)]
    assert found == [
        (1, "A title of 3"),
        (3, "First here."),
        (3, "Second runs on, e.g. Here."),
        (6, "item"),
        (7, "other"),
        (8, "a   5"),
    ]


def test_code_is_passed_over():
    assert [s.text for s in find_sentences("One.\n```\ncode 7\n```\nTwo.")] == ["One.", "Two."]


def test_a_text_without_words_has_no_sentences():
    assert find_sentences("\n \n#  \n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "Crime fell from 416 to 252.",
        "It fell from 416 crimes to just 252 crimes.",
        "416 → 252",
        "There were 416 before, 252 after.",
        "There were 416 crimes before and 252 after.",
    ],
)
def test_a_pair_is_before_and_after(text):
    assert [(c.number.value, c.role) for c in the_claims(text)] == [
        (416, "before"),
        (252, "after"),
    ]


def test_two_numbers_of_two_units_are_no_pair():
    assert [c.role for c in the_claims("It went from 416 crimes to 30%.")] == ["", ""]


def test_the_direction_is_that_of_the_nearest_word_in_the_clause():
    claims = the_claims("Violence fell by 8%, robbery rose by 9%; harm was 36%: it was lower.")
    assert [claim.direction for claim in claims] == ["fall", "rise", ""]
    assert [c.direction for c in the_claims("a change of −8.4%, then +3%")] == ["fall", "rise"]


def test_each_number_takes_the_nearest_name_before_it():
    claims = the_claims("Serious violent crime fell by 8%, ASB by 15% and 4% of robberies.")
    assert [claim.label for claim in claims] == [
        "serious-violence",
        "anti-social-behaviour",
        "robbery",
    ]
    assert the_claims("In all 12 knife crimes.")[0].label == "knife-enabled"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("violence and sexual offences", "violence-and-sexual-offences"),
        ("violence and anti-social behaviour", "violence-and-asb"),
        ("violent crime", "violence"),
        ("the number of crimes", "all-crime"),
        ("crime incidents", "crime"),
        ("the weather", ""),
    ],
)
def test_the_name_of_the_crimes_is_found(text, label):
    assert find_label(text) == label


def test_causal_words_count_unless_denied():
    said, denied = find_sentences("Crime fell thanks to patrols. It cannot be put down to patrols.")
    assert said.is_causal
    assert not denied.is_causal


def test_a_hedge_counts_for_its_paragraph():
    first, second, third = find_sentences("It fell by 3%. It could be chance.\n\nIt fell by 4%.")
    assert first.is_hedged
    assert second.is_hedged
    assert not third.is_hedged


def test_a_fall_is_heard():
    assert find_direction("harm is lower", 0, 4) == "fall"
    assert find_direction("harm is harm", 0, 4) == ""


def test_a_share_and_a_level_have_no_direction():
    claims = the_claims("It rose to 12%. It fell in 12% of months. It rose by 12%.")
    assert [claim.direction for claim in claims] == ["", "", "rise"]


def test_what_is_longer_than_any_sentence_is_read_in_pieces_with_the_right_places():
    text = "rain " * 900 + "3 crimes"
    pieces = find_sentences(text)
    assert [len(piece.text) for piece in pieces] == [999, 999, 999, 999, 508]
    assert [piece.column for piece in pieces] == [1, 1001, 2001, 3001, 4001]
    (claim,) = find_claims(pieces[-1])
    assert text[pieces[-1].start + claim.number.start] == "3"
    apart = find_sentences("Dry." + " " * 2_500 + "wet.")
    assert [(piece.text, piece.column) for piece in apart] == [("Dry.", 1), ("wet.", 2505)]
