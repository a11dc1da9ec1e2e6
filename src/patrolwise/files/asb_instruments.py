"""How a risk instrument is read, signed and believed (Ed25519, RFC 8032)."""

import json
import tomllib
from pathlib import Path

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.files.share_keys import is_signed, read_key
from patrolwise.partnership.asb_instruments import (
    RiskInstrument,
    SignedInstrument,
    admit_instrument,
    make_instrument,
)

_KEY_DIGITS = 64


def read_instrument(path: str | Path) -> RiskInstrument:
    """Return the risk instrument that a TOML file holds, signed or not.

    Parameters
    ----------
    path : str or Path
        As `partnership/data/risk-demo-1.toml`.

    Returns
    -------
    RiskInstrument

    Raises
    ------
    InputError
        The file cannot be read, or the instrument is wrong; all is named.
    """
    path = Path(path)
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}. Check its path."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path.name} is not TOML: {error}. Mend that line.") from error
    return make_instrument(given, path.name)


def sign_instrument(path: str | Path, key: str | Path) -> Path:
    """Write a partnership's signature beside its instrument.

    Parameters
    ----------
    path : str or Path
        The instrument.
    key : str or Path
        The private key of whoever answers for it: 64 hexadecimal digits, or PEM.

    Returns
    -------
    Path
        Of the signature: the instrument's name and .sig.

    Raises
    ------
    InputError
        As `read_instrument`; or the key cannot be read, or the file cannot be written.
    RefusedError
        It is a demonstration; it is signed already, so that a published version is never signed
        anew; or others may read the key.
    MissingExtraError
        The web extra is not installed.
    """
    path = Path(path)
    instrument, pair = read_instrument(path), read_key(Path(key))
    beside = path.with_name(f"{path.name}.sig")
    if instrument.is_demo:
        raise RefusedError(
            f"{path.name} is a demonstration: its weights are made up. Write your partnership's "
            "own, with is_demo = false."
        )
    told = {
        "instrument": instrument.key,
        "public": pair.public,
        "signature": pair.sign(instrument.as_bytes()),
    }
    try:
        with beside.open("x", encoding="ascii") as file:
            file.write(f"{json.dumps(told, indent=1)}\n")
    except FileExistsError:
        raise RefusedError(
            f"{beside.name} is there already. A version that was signed is not signed anew: raise "
            "its version."
        ) from None
    except OSError as error:
        raise InputError(f"{beside} cannot be written: {error.strerror}.") from error
    return beside


def read_signed_instrument(path: str | Path, keys: str | Path) -> SignedInstrument:
    """Return an instrument for live use: the file, its signature beside it, and a trusted key.

    Parameters
    ----------
    path : str or Path
        The instrument; its signature has the same name and .sig.
    keys : str or Path
        Folder of the partnerships' public keys, each named after its partnership: city.pub.

    Returns
    -------
    SignedInstrument

    Raises
    ------
    InputError
        A file cannot be read, or is no signature or no key; all are named.
    RefusedError
        It is a demonstration, not signed by a trusted key, or was changed after signing.
    MissingExtraError
        The web extra is not installed.
    """
    path = Path(path)
    instrument = read_instrument(path)
    beside = path.with_name(f"{path.name}.sig")
    if not beside.exists():
        raise RefusedError(
            f"{path.name} is not signed: there is no {beside.name} beside it. Get the "
            "signed version."
        )
    try:
        given = json.loads(beside.read_text("ascii"))
        public, signature = str(given["public"]), str(given["signature"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{beside.name} is no signature. Get it again.") from error
    return admit_instrument(instrument, public, signature, read_trusted_keys(Path(keys)), is_signed)


def read_trusted_keys(folder: Path) -> dict[str, str]:
    """Return the public keys of partnerships in a folder, and whose each is.

    Parameters
    ----------
    folder : Path
        Of files that are named after their partnership: city.pub.

    Returns
    -------
    dict of key, 64 hexadecimal digits, to partnership

    Raises
    ------
    InputError
        There is no key, or a file is none; all are named.
    """
    found, faults = {}, []
    for file in sorted(folder.glob("*.pub")):
        digits = file.read_bytes().decode("ascii", "replace").strip().casefold()
        if len(digits) == _KEY_DIGITS and set(digits) <= set("0123456789abcdef"):
            found[digits] = file.stem
        else:
            faults.append(f"{file.name} is no public key of 64 hexadecimal digits.")
    if not found and not faults:
        faults.append("No key is in it. Put the partnerships' .pub files there.")
    check_faults(str(folder), faults)
    return found
