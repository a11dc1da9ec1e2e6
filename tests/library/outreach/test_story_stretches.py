"""What is left out of a case's notes is nothing that the story says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.outreach.deidentify import KnownValue, StoryFacts, find_marks, read_known
from patrolwise.outreach.story_patterns import HARMLESS
from patrolwise.outreach.story_stretches import StoryWords

WORDS = (
    "Darren", "darren", "Mrs Patel", "Mr. Okafor-Bell", "called Ghost", "known as spider", "Will",
    "will", "“Ghost”", "Fosse Way School", "12 Mill Lane", "McBride", "O’Neill", "ZOË", "Zoë",
    "the", "We", "met", "school", "I", "on Friday.", "said", "Ghost", "Patel", "Okafor", "spider",
    "\n", "  ", "and", "Mill", "12", "Way", "Mr Ghost Bell", "khan", "Ahmed",
    "walked by the canal,", "Lee", "St. John", "Rose", "rose", "is", "aunt:",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join)


def marks(story, stretches):
    known = {one.text: one for note in stretches for one in read_known(note, "a note")}
    found = find_marks(story, StoryFacts(known=tuple(known.values())))
    return {(one.start, one.end) for one in found if one.why.endswith("in a note.")}


@settings(max_examples=150, deadline=None)
@given(story=TEXTS, note=TEXTS)
def test_a_story_is_marked_as_if_every_note_had_been_read_whole(story, note):
    read = marks(story, StoryWords([story]).find_stretches(note))
    assert marks(story, [note]) <= read


@settings(max_examples=150, deadline=None)
@given(story=TEXTS, notes=st.lists(TEXTS, max_size=4))
def test_what_is_known_from_one_note_leaves_nothing_of_another_unmarked(story, notes):
    words, read = StoryWords([story]), []
    for note in notes:
        for stretch in words.find_stretches(note):
            read.append(stretch)
            for one in read_known(stretch, "a note"):
                words.note_known(one.text)
    left = letters(marks(story, notes)) - letters(marks(story, read))
    words = "".join(letter if at in left else " " for at, letter in enumerate(story))
    assert HARMLESS.issuperset(words.lower().split())


def letters(spans):
    return {at for start, end in spans for at in range(start, end)}


def test_a_house_is_looked_for_when_only_its_street_is_known():
    words = StoryWords(["At 9 Mill Lane it was quiet."])
    words.note_known("Mill Lane")
    assert words.find_stretches("Saw them in Mill Lane.") == []
    assert words.find_stretches("Saw them at 9 Mill Lane.") == ["Saw them at 9 Mill Lane."]
    words.note_known("9 Mill Lane")
    words.note_known("?")
    assert words.find_stretches("Saw them at 9 Mill Lane.") == []


@pytest.mark.parametrize(
    "value", ["2 March", "Ann-Lee", "St Mark’s", "Łucja O’Neill", "07700 900123"]
)
def test_what_a_story_says_however_spaced_it_may_say(value):
    story = f"It was {value.upper().replace(' ', '  ').replace('-', ' ')}, we think."
    facts = StoryFacts(known=(KnownValue(what="theirs", text=value, instead="nothing"),))
    assert any("is theirs" in one.why for one in find_marks(story, facts))
    assert StoryWords([story]).may_say(value)


def test_a_note_of_other_words_is_not_read_and_a_long_one_is_read_about_the_name_alone():
    words = StoryWords(["Darren came to us, and will stay."])
    assert words.find_stretches("They will go to the gym. Will it rain? Rang Mr Zed.") != []
    assert words.find_stretches("they will go to the gym; rang Mr Zed.") == []
    long = "It went well. " * 50
    (stretch,) = words.find_stretches(f"{long}Saw Darren. {long}")
    assert "Darren" in stretch
    assert len(stretch) < 300
