"""A seal tells the allocation that was published, and any change to it is found."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, PatrolwiseError, RefusedError
from patrolwise.planning.allocation import DrawnSet, draw_allocation, draw_allocations
from patrolwise.planning.design_records import make_design, record_design
from patrolwise.planning.sealing import (
    Seal,
    find_set_seed,
    hash_record,
    open_seal,
    publish_seal,
    seal_allocation,
    verify_drawn_set,
    verify_seal,
)

from .trial_worlds import away, loads, make_design_of

NONCE = "0123456789abcdef" * 4
SEED = 271_828_182_845_904_523_536
DESIGN = make_design_of(
    areas=3,
    weeks=4,
    washout_days=2,
    unavailable=away(("b", 1, None, "fair"), (None, 20, "police", "leave")),
    day_loads=loads((9, "police", 0, 3)),
)
SEAL = seal_allocation(DESIGN, SEED, NONCE)
TEXT = json.dumps(SEAL.as_record())
DIGITS = [found.start() for found in re.finditer("[0-9]", TEXT)]


def test_a_seal_that_went_through_a_file_gives_the_allocation_that_was_published():
    opened = open_seal(json.loads(TEXT))
    allocation = verify_seal(opened, publish_seal(SEAL).sha256)
    np.testing.assert_array_equal(allocation.codes, draw_allocation(DESIGN, SEED).codes)
    assert verify_seal(opened, f" {SEAL.sha256.upper()}\n").sha256 == SEAL.allocation


def test_the_hash_is_sha256_of_the_seals_sorted_json():
    import hashlib

    text = json.dumps(json.loads(TEXT), sort_keys=True, separators=(",", ":"))
    assert SEAL.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert hash_record({"b": 1, "a": 2}) == hash_record({"a": 2, "b": 1})


@given(st.sampled_from(DIGITS), st.integers(1, 9))
def test_one_changed_digit_anywhere_in_a_seal_is_found(place, more):
    other = str((int(TEXT[place]) + more) % 10)
    changed = TEXT[:place] + other + TEXT[place + 1 :]
    # changed to what is no design, or with a leading 0 no JSON at all, it cannot even be opened
    with pytest.raises((PatrolwiseError, json.JSONDecodeError)):
        verify_seal(open_seal(json.loads(changed)), SEAL.sha256)


@pytest.mark.parametrize("part", ["seed", "nonce", "allocation"])
def test_another_seed_nonce_or_allocation_is_another_seal(part):
    record = {**SEAL.as_record(), part: "1" + str(SEAL.as_record()[part])[1:]}
    with pytest.raises(RefusedError, match="Do not call its allocation randomised"):
        verify_seal(open_seal(record), SEAL.sha256)


def test_a_seed_that_no_longer_gives_its_allocation_is_refused_even_if_the_hash_holds():
    lying = Seal(design=DESIGN, seed=1, nonce=NONCE, allocation=SEAL.allocation)
    with pytest.raises(RefusedError, match="gives another allocation than it did"):
        verify_seal(lying, lying.sha256)


def test_what_is_published_says_nothing_of_seed_nonce_or_any_day():
    published = publish_seal(SEAL, 500)
    told = repr(published)
    assert str(SEED) not in told
    assert NONCE not in told
    assert SEAL.allocation not in told
    assert (published.areas, published.days, published.set_count) == (3, 20, 500)
    assert published.in_play == DESIGN.in_play.sum()
    assert published.rule == DESIGN.rule.as_record()


def test_the_nonce_hides_a_seed_that_could_be_guessed():
    hashes = {seal_allocation(DESIGN, 7, nonce).sha256 for nonce in (NONCE, NONCE[::-1])}
    assert len(hashes) == 2


@pytest.mark.parametrize("nonce", ["", NONCE[:-1], NONCE[:-1] + "g", NONCE.upper()])
def test_a_nonce_that_is_none_is_refused(nonce):
    with pytest.raises(InputError, match=r"secrets\.token_hex"):
        seal_allocation(DESIGN, 1, nonce)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schema": "patrolwise.seal/0"}, "this version reads patrolwise.seal/1"),
        ({"seed": "-3"}, "whole number"),
        ({"design": {"areas": []}}, "mechanism is missing"),
        ({"design": {**record_design(DESIGN), "mechanism": "dice"}}, "draws by cyclic-groups/1"),
        ({"design": {**record_design(DESIGN), "areas": 3}}, "not what it should be"),
        ({"design": {**record_design(DESIGN), "unavailable": [{"day": 3}]}}, "not what it"),
    ],
)
def test_a_record_that_is_no_seal_is_refused(change, told):
    with pytest.raises(InputError, match=re.escape(told)):
        open_seal({**SEAL.as_record(), **change})


def test_parts_that_are_missing_are_all_named():
    with pytest.raises(InputError, match="5 faults"):
        open_seal({})


def test_a_design_comes_back_from_its_record():
    again = make_design(json.loads(json.dumps(record_design(DESIGN))))
    assert record_design(again) == record_design(DESIGN)
    np.testing.assert_array_equal(again.in_play, DESIGN.in_play)
    assert again.left_out.equals(DESIGN.left_out)


def test_the_set_of_the_published_seed_is_accepted_and_any_other_is_not():
    published = publish_seal(SEAL, 30)
    assert published.set_seed == find_set_seed(SEAL.sha256)
    drawn = draw_allocations(DESIGN, 30, published.set_seed)
    verify_drawn_set(drawn, published)
    for other in (
        draw_allocations(DESIGN, 30, 1),
        draw_allocations(DESIGN, 29, published.set_seed),
        draw_allocations(make_design_of(areas=3), 30, published.set_seed),
    ):
        with pytest.raises(RefusedError, match="not what was published"):
            verify_drawn_set(other, published)
    flipped = drawn.codes.copy()
    flipped[3, 1, 0] = 1 - flipped[3, 1, 0]
    with pytest.raises(RefusedError, match="gives other draws"):
        verify_drawn_set(DrawnSet(design=DESIGN, codes=flipped, seed=published.set_seed), published)
