"""Vocabularies: what is chosen is a key, what is read is plain words."""

from enum import StrEnum

import pytest

from patrolwise.errors import InputError
from patrolwise.outreach import sharing_words, vocabulary
from patrolwise.outreach.vocabulary import AgeBand, Ethnicity, PerceivedRisk, choices

VOCABULARIES = [
    thing
    for module in (vocabulary, sharing_words)
    for thing in vars(module).values()
    if isinstance(thing, type) and issubclass(thing, StrEnum) and thing is not StrEnum
]


@pytest.mark.parametrize("kind", VOCABULARIES, ids=lambda kind: kind.__name__)
def test_a_vocabulary_has_keys_and_words_that_a_page_can_use(kind):
    given = choices(kind)
    assert [word for _, word in given] == [member.value for member in kind]
    assert all(key.isidentifier() and key == key.lower() for key, _ in given)
    assert all(word == word.strip() and word for _, word in given)
    assert len({word.casefold() for _, word in given}) == len(given)
    assert all(kind[key.upper()] == word for key, word in given)


def test_every_choice_of_the_minimum_data_sets_has_a_vocabulary():
    named = {kind.__name__ for kind in VOCABULARIES}
    assert named >= {
        "ContactKind", "AgeBand", "Gender", "PerceivedRisk", "Topic", "ContactMinutes", "Advice",
        "NeedDomain", "ReferralStatus", "RejectReason", "EndReason", "Urgency", "ConsentPurpose",
        "ConsentGiver", "ConsentMethod", "ConcernCategory", "DslDecision", "ToldPerson",
        "CloseReason", "MomentSource", "MomentReason", "Approached", "Response", "Ethnicity",
    }  # fmt: skip


def test_the_risks_of_a_contact_are_the_published_rule():
    assert [risk.value for risk in PerceivedRisk] == [
        "exploitation", "offending", "victim", "anti-social behaviour", "none seen",
    ]  # fmt: skip


def test_age_can_always_be_left_open():
    assert ("not_sure", "not sure") in choices(AgeBand)


def test_ethnicity_has_the_19_groups_of_the_census_and_a_way_out():
    assert len(Ethnicity) == 20
    assert choices(Ethnicity)[-1] == ("prefer_not_to_say", "prefer not to say")


@pytest.mark.parametrize("kind", [str, "AgeBand", AgeBand.NOT_SURE])
def test_what_is_no_vocabulary_is_named(kind):
    with pytest.raises(InputError, match="is no vocabulary"):
        choices(kind)
