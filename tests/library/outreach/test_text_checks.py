"""The check of notes: how often it is right on made-up notes, and each form by itself."""

import csv
import gzip
from collections import Counter
from importlib.resources import files
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.demo import demo_programme
from patrolwise.outreach.text_checks import PersonWord, find_person_words

from .note_corpus import PLACES, TUNED, UNSEEN


def measure(notes):
    """Return what should be found, what of it was, findings that are right, and all findings."""
    wanted, found, right, told = Counter(), Counter(), 0, 0
    for note in notes:
        findings = find_person_words(note.text, PLACES)
        for what, start, end in note.marked:
            wanted[what] += 1
            found[what] += any(
                one.what == what and one.start < end and start < one.end for one in findings
            )
        told += len(findings)
        right += sum(
            any(one.what == what and one.start < b and a < one.end for what, a, b in note.marked)
            for one in findings
        )
    return wanted, found, right, told


def test_the_notes_are_many_and_of_both_sorts():
    assert len(TUNED) >= 150
    assert len(UNSEEN) == 40
    for notes in (TUNED, UNSEEN):
        assert 0.3 < sum(bool(note.marked) for note in notes) / len(notes) < 0.7
    assert {what for note in TUNED for what, _, _ in note.marked} == set(PersonWord)


@pytest.mark.parametrize("notes", [TUNED, UNSEEN], ids=["tuned", "unseen"])
def test_of_each_sort_at_least_19_of_20_are_found_and_9_of_10_findings_are_right(notes):
    wanted, found, right, told = measure(notes)
    for what, number in wanted.items():
        assert found[what] / number >= 0.95, what
    assert right / told >= 0.9


def test_streets_of_leicester_are_not_taken_for_persons():
    """Every place that the shipped street-level crimes name, written into a note."""
    streets = {
        row["Location"].removeprefix("On or near ")
        for path in (demo_programme().parent / "street").glob("*.csv.gz")
        for row in csv.DictReader(gzip.decompress(path.read_bytes()).decode().splitlines())
    }
    assert len(streets) > 500
    wrong = [street for street in streets if find_person_words(f"Light out by {street}.")]
    assert len(wrong) / len(streets) <= 0.01, wrong


def test_a_long_text_is_checked_at_once():
    for part in ("a", "0", "a.", "x@", "Will ", "'A", "one ", " "):
        began = perf_counter()
        find_person_words(part * (5000 // len(part)))
        assert perf_counter() - began < 5, part


def list_names():
    text = (files("patrolwise.outreach") / "data" / "names.csv").read_text("utf-8")
    return [*csv.DictReader(text.splitlines())]


def test_every_name_of_the_list_is_found_in_the_middle_of_a_note():
    for row in list_names():
        name = row["name"]
        text = f"We met {name.capitalize()} again."
        (found,) = find_person_words(text)
        assert text[found.start : found.end] == name.capitalize()
        small = find_person_words(f"we met {name} again")
        assert bool(small) is (row["also_a_word"] == "no")


def test_the_list_is_sorted_and_has_no_month_or_weekday():
    listed = [row["name"] for row in list_names()]
    assert sum(row["first"] == "yes" for row in list_names()) > 1000
    assert sum(row["last"] == "yes" for row in list_names()) > 180
    assert listed == sorted(set(listed))
    assert not {"april", "may", "june", "august", "friday"} & set(listed)


PLATE_LETTERS = st.text("ABCDEFGHJKLMNOPRSTUVWXY", min_size=2, max_size=2).filter(
    lambda letters: "I" not in letters
)


@given(
    PLATE_LETTERS, st.integers(2, 79), st.text("ABCDEFGHJKLMNOPRSTUVWXYZ", min_size=3, max_size=3),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_every_current_plate_is_found(place, year, end, has_space, is_small):
    plate = f"{place}{year:02d}{' ' if has_space else ''}{end}"
    plate = plate.lower() if is_small else plate
    (found,) = find_person_words(f"seen: {plate}, twice")
    assert (found.what, found.start, found.end) == ("plate", 6, 6 + len(plate))


@given(
    st.sampled_from(["0", "+44", "0044 ", "+44 (0)"]), st.sampled_from("1237"),
    st.text("0123456789", min_size=9, max_size=9), st.sampled_from(["", " ", "-", "."]),
)  # fmt: skip
def test_every_number_of_the_united_kingdom_is_found(prefix, first, rest, between):
    digits = first + rest
    number = prefix + between.join([digits[:4], digits[4:7], digits[7:]])
    shared = first == "3" and rest[0] in "01234567" and prefix == "0"  # shared lines: services'
    found = [one for one in find_person_words(f"on {number} now") if one.what == "phone"]
    assert bool(found) is not shared


@pytest.mark.parametrize(
    ("text", "what", "words"),
    [
        ("tag: A123BCD", "plate", "A123BCD"),
        ("a b123 abc", None, None),
        ("M25 THE works", None, None),
        ("LE1 5AB", "postcode", "LE1 5AB"),
        ("le1 5th floor", None, None),
        ("on 29/02/2008.", "date of birth", "29/02/2008"),
        ("on 2007-01-31,", "date of birth", "2007-01-31"),
        ("ratio 1/2/3", None, None),
        ("version 1.2.2010.4", None, None),
        ("a@b", None, None),
        ("@", None, None),
        ("insta is full of it", None, None),
        ("“Smiler” came", "name", "Smiler"),
        ("'Big Man' came", "name", "Big Man"),
        ("the lads' bikes and girls' bags", None, None),
        ("Dr. Ng-Ade rang", "name", "Ng-Ade"),
        ("Anne-Marie", "name", "Anne-Marie"),
        ("ahmed park bench", None, None),
        ("Ahmed's Road home", None, None),
        ("ahmed's road home", "name", "ahmed"),
        ("by Ross' Walk", None, None),
        ("Ahmed close to tears", "name", "Ahmed"),
        ("Met Ahmed Friday", "name", "Ahmed"),
        ("Met Ahmed, Friday", "name", "Ahmed"),
        ("met ahmed khan then", "name", "ahmed khan"),
        ("Hassan", "name", "Hassan"),
        ("WILL WE EVER", None, None),
        ("Will", None, None),
        ("Walked by St Mary's", None, None),
        ("her name is not known", None, None),
        ("", None, None),
    ],
)
def test_one_form_at_a_time(text, what, words):
    found = find_person_words(text)
    assert [(one.what, text[one.start : one.end]) for one in found] == (
        [(what, words)] if what else []
    )


def test_a_known_place_is_spared_however_it_is_written():
    for text in ("by amina court", "by AMINA  COURT", "by Amina-Court"):
        assert find_person_words(text, ["Amina Court"]) == []
    assert find_person_words("met Amina", ["Amina Court", "", "?"]) != []


def test_a_phone_number_in_a_place_is_still_told():
    found = find_person_words("Rowan Corner 07700 900123", ["Rowan Corner"])
    assert [one.what for one in found] == ["phone"]


def test_each_finding_says_why_in_a_sentence():
    for note in TUNED:
        for found in find_person_words(note.text):
            assert found.why.startswith("“")
            assert found.why.endswith(".")


@given(st.text(max_size=80))
def test_any_text_gives_findings_in_order_that_do_not_overlap(text):
    found = find_person_words(text)
    assert found == sorted(found)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
