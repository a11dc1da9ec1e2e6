"""What of a story could tell whom it is about: each kind by its words, and few who are alike."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.outreach.deidentify import (
    KnownValue,
    StoryFacts,
    StoryRisk,
    find_few,
    find_marks,
    list_traits,
    mark_traits,
    read_known,
)
from patrolwise.outreach.phrases import PhraseFinder, fold
from patrolwise.outreach.story_patterns import spell_day
from patrolwise.outreach.story_words import find_told_traits, load_telling_words
from patrolwise.outreach.vocabulary import NeedDomain

NOTHING = StoryFacts()
R = StoryRisk


def found(text, facts=NOTHING):
    return [(text[one.start : one.end], one.risk) for one in find_marks(text, facts)]


@pytest.mark.parametrize(
    ("text", "words", "risk"),
    [
        ("Then Ahmed left.", "Ahmed", R.NAME),
        ("They met Zaphod Beeblebrox there.", "Zaphod Beeblebrox", R.NAME),
        ("Braunstone is where. From Braunstone they came.", "Braunstone", R.PLACE),
        ("They went to Fosse Way School.", "Fosse Way School", R.PLACE),
        ("They lived at 12a Mill Lane.", "12a Mill Lane", R.PLACE),
        ("Ring 07700 900123 now.", "07700 900123", R.IDENTIFIER),
        ("It was LE1 5WW then.", "LE1 5WW", R.IDENTIFIER),
        ("At 16 they left.", "At 16", R.AGE),
        ("A fifteen-year-old came.", "fifteen-year-old", R.AGE),
        ("They were in year 10 then.", "year 10", R.AGE),
        ("Aged 17, they left.", "Aged 17", R.AGE),
        ("It was in March 2025 that it began.", "in March 2025", R.DATE),
        ("On 3rd of June it ended.", "3rd of June", R.DATE),
        ("On June 3, 2025 it ended.", "June 3, 2025", R.DATE),
        ("It began at 21:40 there.", "21:40", R.DATE),
        ("It began in 2024.", "2024", R.DATE),
        ("They owed £3.50 then.", "£3.50", R.NUMBER),
        ("They have two older brothers.", "two older brothers", R.NUMBER),
        ("After 37 meetings it went well.", "37", R.NUMBER),
        ("A friend was stabbed.", "stabbed", R.EVENT),
    ],
)
def test_each_kind_is_found_with_what_to_write_instead(text, words, risk):
    assert (words, risk) in found(text)
    assert all(one.why.endswith(".") and one.instead for one in find_marks(text, NOTHING))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We met, walked and talked. Things got better: I'm glad. On Friday the NHS helped.",
        "They may come back, and they march on. It took 15 minutes".replace("15", "some"),
        "They got GCSEs and a CV, and speak English.",
        "They slept in a hostel.",
    ],
)
def test_plain_words_are_left_alone(text):
    assert found(text) == []


def test_what_stands_in_the_record_comes_first_and_the_longest_of_it():
    known = tuple(
        KnownValue(what="x", text=one, instead="y")
        for one in ("Kez", "Kez Brown", "", "+44 7700 900123", "Zoë", "2 March")
    )
    facts = StoryFacts(known=known)
    text = "KEZ  BROWN rang (0)7700 900 123. kez's friend Zoe came on 2 March 2026."
    assert found(text, facts) == [
        ("KEZ  BROWN", R.IN_RECORD),
        ("7700 900 123", R.IN_RECORD),
        ("kez", R.IN_RECORD),
        ("Zoe", R.IN_RECORD),
        ("2 March", R.IN_RECORD),
        ("2026", R.NUMBER),
    ]


def test_of_a_name_that_the_record_holds_in_part_the_rest_is_marked_too():
    facts = StoryFacts(
        known=tuple(
            KnownValue(what="x", text=one, instead="y") for one in ("Ahmed", "Mo Al", "Al Z")
        )
    )
    assert found("Then Ahmed Hussain came, Ahmed’s friend, with Mo Al Zed.", facts) == [
        ("Ahmed", R.IN_RECORD),
        ("Hussain", R.NAME),
        ("Ahmed", R.IN_RECORD),
        ("Mo Al", R.IN_RECORD),
        ("Zed", R.NAME),
    ]


def test_a_hot_spots_name_is_a_place_however_it_is_written():
    facts = StoryFacts(places=("the cut",))
    assert found("We met by The  Cut.", facts) == [("The  Cut", R.PLACE)]
    assert "place" in list_traits(["by the cut"], facts)
    assert "place" not in list_traits(["a short cut"], facts)


def test_the_same_thing_again_has_the_same_key_and_so_one_decision():
    keys = [one.key for one in find_marks("Then Ahmed came. Later AHMED left.", NOTHING)]
    assert keys == ["ahmed", "ahmed"]


PERSON = {"age group": "under 18", "ethnic group": "white_roma"}


def test_eight_who_are_alike_are_enough_and_seven_are_few():
    text = ["A Roma child came."]
    for others, is_few in ((7, True), (8, False)):
        facts = StoryFacts(person=PERSON, caseload=[PERSON] * others + [{}] * 50)
        assert (find_few(text, facts) is not None) is is_few
    few = find_few(
        text, StoryFacts(person=PERSON, caseload=[PERSON] + [{"age group": "under 18"}] * 9)
    )
    assert few.enough_without == ("ethnic group",)
    assert few.key == "few: age group, ethnic group"
    facts = StoryFacts(person=PERSON)
    marks = [(m.key, m.instead) for m in mark_traits("A Roma child, a girl.", few, facts)]
    assert marks == [
        (few.key, "nothing: leave “roma” out"),
        (few.key, "“young person” for “child”"),
        ("not counted: gender", "“young person” for “girl”"),
    ]
    assert find_few(text, NOTHING) is None
    assert mark_traits("Homeless.", None, NOTHING) == []


@given(st.lists(st.dictionaries(st.sampled_from(["age group", "event: housing"]), st.just("x"))))
def test_who_has_no_value_recorded_never_makes_a_person_hide(caseload):
    person = {"age group": "x", "event: housing": "x"}
    facts = StoryFacts(person=person, caseload=caseload)
    few = find_few(["The child slept in a hostel."], facts)
    assert (few is None) is (sum(one == person for one in caseload) >= 8)


@given(st.text())
def test_marks_never_overlap_whatever_the_text(text):
    known = (KnownValue(what="x", text=text[:5], instead="y"),)
    marks = find_marks(text, StoryFacts(known=known, places=(text[2:9],)))
    assert all(one.end <= other.start for one, other in pairwise(marks))
    assert all(0 <= one.start < one.end <= len(text) for one in marks)
    assert len(fold(text)) == len(text)


def test_days_are_looked_for_as_people_write_them():
    for day, written in ((date(2026, 3, 11), "11th of March"), (date(2026, 3, 22), "22nd March")):
        assert written in spell_day(day)
    assert PhraseFinder(["11/03/2026"]).find_all("on 11.03.2026")


def test_notes_give_names_schools_and_addresses():
    known = read_known(
        "Saw Ahmed at Abbey Park. Ahmed knows Mrs Oyelaran of 3 Mill Lane.", "a note"
    )
    assert {(one.text, one.what) for one in known} == {
        ("Abbey Park", "a place in a note"),
        ("3 Mill Lane", "a place in a note"),
        ("Mill Lane", "a place in a note"),
        ("Ahmed", "a name in a note"),
        ("Oyelaran", "a name in a note"),
    }


def test_words_that_tell_a_trait_are_data_of_known_traits():
    words = load_telling_words()
    assert len(words) > 100
    domains = {f"event: {domain.name.lower().replace('_', ' ')}" for domain in NeedDomain}
    traits = {one.trait for some in words.values() for one in some}
    assert traits <= domains | {"age group", "gender", "ethnic group"}
    told = find_told_traits("In foster  care, on a children’s home’s step.")
    assert [one.word.words for one in told] == ["foster care", "children's home"]
