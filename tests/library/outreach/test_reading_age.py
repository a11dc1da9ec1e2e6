"""Reading age: published sentences, a list of words counted by hand, sums by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.outreach.reading_age import count_syllables, find_grade, reading_age

# counted by saying them; the two of the published sentence as those who published it counted
BY_HAND = """
the 1  a 1  we 1  you 1  your 1  keep 1  name 1  safe 1  made 1  asked 1  wanted 2  little 2
table 2  people 2  person 2  service 2  services 3  police 2  record 2  records 2  information 4
share 1  shared 1  sharing 2  decide 2  decided 3  decision 3  because 2  believe 2  believed 2
safely 2  safety 2  agreement 3  careful 2  useless 2  kindness 2  worker 2  workers 2  young 1
seventeen 3  birthday 2  address 2  telephone 3  number 2  email 2  create 2  created 3
creating 3  creature 2  reality 4  idea 3  area 3  violence 3  violent 3  science 2  radio 3
video 3  social 2  special 2  initial 3  initials 3  appropriate 4  association 5  negotiate 4
serious 3  previous 3  various 3  religious 3  million 2  question 2  questions 2  opinion 3
australian 3  platypus 3  seemingly 3  hybrid 2  mammal 2  reptilian 3  sentence 2  taken 2
reading 2  passage 2  unto 2  itself 2  being 2  used 1  prove 1  point 1  misses 2  makes 1
watches 2  changes 2  places 2  closed 1  needed 2  helped 1  carry 2  carrying 3  trying 2
going 2  doing 2  seeing 2  actual 3  actually 4  usual 3  usually 4  January 4  February 4
language 2  quality 3  guardian 3  guard 1  guide 1  continuous 4  influence 3  obvious 3
experience 4  audience 3  patient 2  patients 2  ancient 2  client 2  clients 2  violence 3
society 4  variety 4  anxiety 4  quiet 2  diet 2  friend 1  friends 1  believe 2  receive 2
receipt 2  evening 2  every 2  everyone 3  someone 2  something 2  people 2  theory 3  video 3
criminal 3  behaviour 3  neighbour 2  organisation 5  organise 3  racism 3  criticism 4
complaint 2  complain 2  withdraw 2  consent 2  disclosure 3  safeguarding 4  emergency 4
hospital 3  custody 3  school 1  exploitation 4  teacher 2  parents 2  family 3  housing 2
money 2  alcohol 3  mental 2  health 1  evidence 3  available 4  possible 3  trouble 2
troubled 2  settled 2  apple 2  single 2  whole 1  while 1  always 2  before 2  another 3
anything 3  ourselves 2  themselves 2  yourself 2  appointment 3  statement 2  judgement 2
advice 2  minutes 2  hours 1  tired 1  area 3  museum 3  poem 2  reaction 3  theatre 2
realise 3
"""
WORDS = [(word, int(number)) for word, number in zip(*[iter(BY_HAND.split())] * 2, strict=True)]


def test_nineteen_words_of_twenty_have_the_syllables_counted_by_hand():
    right = sum(count_syllables(word) == number for word, number in WORDS)
    assert len(WORDS) > 190
    assert right / len(WORDS) >= 0.95


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("'", 1), ("mum's", 1), ("well-being", 3), ("2026", 4), ("Café", 2), ("hmm", 1), ("B12", 2)],
)
def test_odd_words_have_at_least_one_syllable(word, syllables):
    assert count_syllables(word) == syllables


@pytest.mark.parametrize(
    ("sentence", "words", "syllables", "grade"),
    [
        # Wikipedia, Flesch-Kincaid readability tests: 13 words, 24 syllables, grade 11.3
        (
            "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.",
            13, 24, 11.3,
        ),
        # the same page: reading ease 116 and 69, which 6 of 6 and 23 of 16 give
        ("The cat sat on the mat.", 6, 6, -1.4),
        (
            "This sentence, taken as a reading passage unto itself, "
            "is being used to prove a point.",
            16, 23, 7.6,
        ),
    ],
)  # fmt: skip
def test_published_sentences_have_their_grade(sentence, words, syllables, grade):
    by_formula = 0.39 * words + 11.8 * syllables / words - 15.59
    assert find_grade(sentence) == pytest.approx(by_formula)
    assert find_grade(sentence) == pytest.approx(grade, abs=0.06)


def test_sentences_end_at_stops_empty_lines_and_items():
    one = find_grade("We keep it safe. You can ask us.")
    assert find_grade("We keep it safe\n\nYou can ask us") == one
    assert find_grade("We keep it safe\n- You can ask us") == one
    assert find_grade("“We keep it safe!” You can ask us?") == one
    assert find_grade("We keep it safe, you can ask us.") > one
    assert find_grade("It is at 12.30 now.") > find_grade("It is at. Noon now.")


def test_reading_age_is_five_above_the_grade_and_never_below_five():
    hard = "Organisations disclosing information must demonstrate proportionality beforehand."
    assert reading_age(hard) == pytest.approx(find_grade(hard) + 5)
    assert reading_age("The cat sat on the mat.") == 5


@given(st.lists(st.lists(st.sampled_from(["we", "keep", "little", "records"]), min_size=1,
                         max_size=9), min_size=1, max_size=6))  # fmt: skip
def test_the_grade_is_the_sum_that_a_person_does_by_hand(sentences):
    syllables = {"we": 1, "keep": 1, "little": 2, "records": 2}
    words = [word for sentence in sentences for word in sentence]
    by_hand = (
        0.39 * len(words) / len(sentences)
        + 11.8 * sum(map(syllables.get, words)) / len(words)
        - 15.59
    )
    text = " ".join(" ".join(sentence) + "." for sentence in sentences)
    assert find_grade(text) == pytest.approx(by_hand)


@pytest.mark.parametrize("text", ["", "  ", "?!", "\n\n"])
def test_a_text_without_words_has_no_reading_age(text):
    with pytest.raises(InputError, match="has no word"):
        reading_age(text)
