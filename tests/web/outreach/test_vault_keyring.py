"""Keys: what is sealed opens where it belongs, with its key, and nowhere else."""

import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.identifiers import make_reference, make_uuid7
from patrolwise.web.vault.keyring import (
    add_key,
    drop_keys,
    index_of,
    make_keyring,
    open_sealed,
    read_keyring,
    seal,
    write_keyring,
)

RING = make_keyring(("outreach",), "2026-01-01")
HERE = "casework.engagement:1:alias"


@given(st.binary(max_size=2000))
def test_what_is_sealed_opens_again(plain):
    sealed = seal(RING, "outreach", plain, HERE)
    assert open_sealed(RING, "outreach", sealed, HERE) == plain
    assert plain not in sealed or len(plain) < 4


def test_the_same_words_are_never_sealed_the_same():
    assert seal(RING, "outreach", b"Kez", HERE) != seal(RING, "outreach", b"Kez", HERE)


@pytest.mark.parametrize(
    "elsewhere",
    ["casework.engagement:2:alias", "casework.engagement:1:profile", "casework.identity:1:alias"],
)
def test_a_value_that_is_moved_does_not_open(elsewhere):
    sealed = seal(RING, "outreach", b"Kez", HERE)
    with pytest.raises(RefusedError, match="was changed, or moved") as told:
        open_sealed(RING, "outreach", sealed, elsewhere)
    assert "Kez" not in str(told.value)
    assert ":1:" not in str(told.value)


@given(st.integers(0, 40), st.integers(1, 255))
def test_a_value_of_which_any_byte_is_changed_does_not_open(at, change):
    sealed = bytearray(seal(RING, "outreach", b"a few words here", HERE))
    sealed[at] ^= change
    with pytest.raises(RefusedError):
        open_sealed(RING, "outreach", bytes(sealed), HERE)


def test_another_ring_opens_nothing():
    sealed = seal(RING, "outreach", b"Kez", HERE)
    with pytest.raises(RefusedError):
        open_sealed(make_keyring(("outreach",), "2026-01-01"), "outreach", sealed, HERE)


def test_an_older_key_opens_and_the_newest_seals():
    old = seal(RING, "outreach", b"Kez", HERE)
    ring = add_key(RING, "outreach", "2026-02-01")
    assert open_sealed(ring, "outreach", old, HERE) == b"Kez"
    new = seal(ring, "outreach", b"Kez", HERE)
    only = drop_keys(ring, "outreach")
    assert open_sealed(only, "outreach", new, HERE) == b"Kez"
    with pytest.raises(RefusedError, match="Key 1 of outreach is not on this site's keyring"):
        open_sealed(only, "outreach", old, HERE)


def test_no_key_of_a_controller_is_said():
    with pytest.raises(RefusedError, match="no key of council"):
        seal(RING, "council", b"", HERE)
    with pytest.raises(RefusedError, match="no key of council"):
        index_of(RING, "council", "kez", "a:b")


def test_too_many_keys_are_refused():
    many = RING
    object.__setattr__(many.keys[0], "number", 65_535)
    try:
        with pytest.raises(RefusedError, match="65535 keys"):
            add_key(many, "outreach", "2026-02-01")
    finally:
        object.__setattr__(many.keys[0], "number", 1)


def test_an_index_is_the_same_for_the_same_value_and_field_only():
    index = index_of(RING, "outreach", "kez", "casework.engagement:alias")
    assert index == index_of(RING, "outreach", "kez", "casework.engagement:alias")
    assert index != index_of(RING, "outreach", "kaz", "casework.engagement:alias")
    assert index != index_of(RING, "outreach", "kez", "casework.identity:legal_name")
    assert index != index_of(
        make_keyring(("outreach",), "2026-01-01"), "outreach", "kez", "casework.engagement:alias"
    )


def test_a_ring_comes_back_from_its_file_which_only_its_owner_reads(tmp_path):
    path = tmp_path / "keys" / "keyring.json"
    write_keyring(RING, path)
    write_keyring(RING, path)
    assert read_keyring(path) == RING
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["keyring.json"]


def test_a_ring_does_not_tell_its_secrets():
    assert repr(RING) == "Keyring([Key(outreach 1, made 2026-01-01)])"


def test_no_keyring_says_what_to_do(tmp_path):
    with pytest.raises(InputError, match="Run the site's init command"):
        read_keyring(tmp_path / "none.json")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"keys": 1}', '{"keys": [{}], "indexes": {}}'])
def test_a_damaged_keyring_says_what_to_do(tmp_path, text):
    path = tmp_path / "keyring.json"
    path.write_text(text)
    with pytest.raises(InputError, match="Put back the copy"):
        read_keyring(path)


def test_all_faults_of_a_keyring_are_told_at_once(tmp_path):
    path = tmp_path / "keyring.json"
    write_keyring(RING, path)
    told = json.loads(path.read_text())
    told["keys"] += [told["keys"][0], {**told["keys"][0], "number": 2, "secret": "AAAA"}]
    told["indexes"] = {"council": "AAAA"}
    path.write_text(json.dumps(told))
    with pytest.raises(InputError) as error:
        read_keyring(path)
    for part in ("twice", "key 2 of outreach has 3 bytes", "outreach has keys but no", "council's"):
        assert part in str(error.value)


def test_what_was_never_sealed_is_refused():
    with pytest.raises(RefusedError, match="never sealed"):
        open_sealed(RING, "outreach", b"in clear", HERE)


def test_numbers_sort_by_time_and_say_their_version():
    made = [make_uuid7() for _ in range(50)]
    assert all(one.version == 7 and one.variant == "specified in RFC 4122" for one in made)
    assert len(set(made)) == 50
    assert [one.int >> 80 for one in made] == sorted(one.int >> 80 for one in made)


def test_references_can_be_said_and_differ():
    made = {make_reference() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(one) == 11 and not set(one) & set("IO01") for one in made)
