"""Risk instruments in files: signed by a key, believed by another, refused when changed."""

from importlib.resources import files

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.asb_instruments import (
    read_instrument,
    read_signed_instrument,
    sign_instrument,
)

DEMO = (files("patrolwise.partnership") / "data" / "risk-demo-1.toml").read_text("utf-8")
OWN = DEMO.replace('id = "demo"', 'id = "city"').replace("is_demo = true", "is_demo = false")


@pytest.fixture
def signed(tmp_path):
    """A folder with an instrument, the key that signed it, and keys that are trusted."""
    key = Ed25519PrivateKey.generate()
    private, keys = tmp_path / "own.key", tmp_path / "keys"
    private.write_text(key.private_bytes_raw().hex(), encoding="ascii")
    private.chmod(0o600)
    keys.mkdir()
    (keys / "city.pub").write_text(key.public_key().public_bytes_raw().hex(), encoding="ascii")
    path = tmp_path / "city-1.toml"
    path.write_text(OWN, encoding="utf-8")
    sign_instrument(path, private)
    return path, private, keys


def test_what_was_signed_is_believed_however_it_is_laid_out(signed):
    path, _, keys = signed
    found = read_signed_instrument(path, keys)
    assert (found.signed_by, found.instrument.key) == ("city", "city@1")
    path.write_text(f"# a remark changes nothing\n{OWN}", encoding="utf-8")
    assert read_signed_instrument(path, keys) == found


def test_a_weight_that_was_changed_after_signing_is_refused(signed):
    path, private, keys = signed
    path.write_text(OWN.replace("weight = 5", "weight = 4", 1), encoding="utf-8")
    with pytest.raises(RefusedError, match="changed after signing"):
        read_signed_instrument(path, keys)
    with pytest.raises(RefusedError, match="not signed anew: raise its version"):
        sign_instrument(path, private)


def test_a_key_that_is_not_trusted_and_a_file_without_a_signature_are_refused(signed, tmp_path):
    path, _, keys = signed
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    (keys / "city.pub").write_text(other, encoding="ascii")
    with pytest.raises(RefusedError, match="no partnership that is trusted"):
        read_signed_instrument(path, keys)
    beside = path.with_name("city-1.toml.sig")
    beside.write_text("{}", encoding="ascii")
    with pytest.raises(InputError, match="is no signature"):
        read_signed_instrument(path, keys)
    beside.unlink()
    with pytest.raises(RefusedError, match="is not signed"):
        read_signed_instrument(path, keys)


def test_the_demonstration_is_never_signed(signed):
    path, private, _ = signed
    demo = path.with_name("demo.toml")
    demo.write_text(DEMO, encoding="utf-8")
    with pytest.raises(RefusedError, match="is a demonstration"):
        sign_instrument(demo, private)
    assert not demo.with_name("demo.toml.sig").exists()


def test_files_that_are_none_are_told(signed, tmp_path):
    path, private, keys = signed
    (tmp_path / "bad.toml").write_text("a = ", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.toml is not TOML"):
        read_instrument(tmp_path / "bad.toml")
    with pytest.raises(InputError, match=r"none\.toml cannot be read"):
        read_instrument(tmp_path / "none.toml")
    (keys / "town.pub").write_text("x", encoding="ascii")
    with pytest.raises(InputError, match=r"town\.pub is no public key"):
        read_signed_instrument(path, keys)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="No key is in it"):
        read_signed_instrument(path, tmp_path / "empty")
    own = tmp_path / f"{'x' * 247}.toml"  # with .sig, longer than a file may be called
    own.write_text(OWN, encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        sign_instrument(own, private)
