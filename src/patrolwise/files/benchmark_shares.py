"""How a force's share of counts is kept in a file: signed by the force, and believed only then.

The file is JSON: what is told, its SHA-256, and an Ed25519 signature (RFC 8032) of the same
bytes. A public key stands for one force: its file is named after it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from patrolwise.benchmarking.forces import find_force
from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.files.share_keys import KeyPair, is_signed
from patrolwise.files.whole_files import write_whole
from patrolwise.reporting.shares import (
    LEAST_EXPOSURE,
    SHARES_SCHEMA,
    SharedCount,
    SharedMeasure,
)
from patrolwise.reporting.suppression import LARGEST_HIDDEN, ROUNDED_TO

_PARTS = {"schema", "force", "until", "signed_by", "measures", "counts"}
_MOST_EXPOSURE = 1e15
_COUNT_PARTS = {"measure", "period", "observed", "expected", "exposure"}


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one force tells the others in one file."""

    force: str
    until: date  # last day of the data that it was made of
    signed_by: str  # the name of who answers for it
    measures: tuple[SharedMeasure, ...]
    counts: tuple[SharedCount, ...]
    public: str = ""  # the key that it was signed with, hexadecimal; empty: not signed yet
    file: str = ""  # that it was read from

    def as_bytes(self) -> bytes:
        """Return the one form in which it is signed and hashed."""
        told = {
            "schema": SHARES_SCHEMA,
            "force": self.force,
            "until": self.until.isoformat(),
            "signed_by": self.signed_by,
            "measures": [{**asdict(one), "sha256": one.sha256} for one in self.measures],
            "counts": [asdict(one) for one in self.counts],
        }
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def write_share(path: Path, share: Share, key: KeyPair) -> None:
    """Write a share, signed; never over a file that is there.

    Parameters
    ----------
    path : Path
    share : Share
    key : KeyPair

    Raises
    ------
    RefusedError
        The file is there already: what was shared is what the next share is held against.
    InputError
        The folder does not exist, or the disk refuses.
    """
    if path.exists():
        raise RefusedError(
            f"{path} is there already, and a share that was made is never overwritten: the next "
            "one is held against it. Name another file."
        )
    told = share.as_bytes()
    document = {
        "share": json.loads(told),
        "sha256": hashlib.sha256(told).hexdigest(),
        "public_key": key.public,
        "signature": key.sign(told),
    }
    write_whole(path, f"{json.dumps(document, indent=1, ensure_ascii=True)}\n".encode())


def read_shares(paths: Iterable[Path], keys: Mapping[str, str]) -> tuple[Share, ...]:
    """Return the shares that files hold, each signed by its force.

    Parameters
    ----------
    paths : iterable of Path
    keys : mapping of public key to force
        Whose signatures are believed.

    Returns
    -------
    tuple of Share
        In the order of the files.

    Raises
    ------
    InputError
        A file cannot be read, is no share, was changed since it was signed, or is signed by
        somebody unknown or by another force. All are named; nothing of such a file is used.
    MissingExtraError
        The web extra, which has the cryptography package, is not installed.
    """
    found, faults = [], []
    for path in paths:
        try:
            found.append(_read_one(path, keys))
        except InputError as error:
            faults.append(f"{path.name}: {error}")
    check_faults("Shares", faults)
    return tuple(found)


def check_shares(shares: Sequence[Share]) -> None:
    """Raise unless shares can be put together.

    Parameters
    ----------
    shares : sequence of Share

    Raises
    ------
    InputError
        A force tells the same measure and period twice, or forces define a measure otherwise.
        All are named.
    """
    faults, first, told = [], dict[str, tuple[str, Share]](), dict[tuple[str, str, str], Share]()
    for share in shares:
        for measure in share.measures:
            digest, other = first.setdefault(measure.id, (measure.sha256, share))
            if digest != measure.sha256:
                faults.append(
                    f"{measure.id} is defined otherwise in {share.file} ({measure.sha256[:12]}) "
                    f"than in {other.file} ({digest[:12]}). Agree on one definition; both forces "
                    "share by it again."
                )
        for count in share.counts:
            one = told.setdefault((share.force, *count.key), share)
            if one is not share:
                faults.append(
                    f"{share.force} tells {count.measure} {count.period} in {one.file} and in "
                    f"{share.file}. Give one of them: the newer."
                )
    check_faults("Shares", faults)


def _read_one(path: Path, keys: Mapping[str, str]) -> Share:
    try:
        document = json.loads(path.read_bytes())
        told, public, signature = (document[one] for one in ("share", "public_key", "signature"))
        data = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
        digest = str(document["sha256"])
    except OSError as error:
        raise InputError(f"It cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("It is no share. Ask for one of patrolwise shares make.") from None
    if public not in keys:
        raise InputError(
            f"It is signed with a key that is not known ({str(public)[:12]}…). Ask the force for "
            "its public key by another way than this file, and put it among the keys."
        )
    if not is_signed(data, str(signature), public):
        raise InputError("It was changed since it was signed, or never signed. Ask for it again.")
    if hashlib.sha256(data).hexdigest() != digest:
        raise InputError("Its hash is not that of what it tells. Ask for it again.")
    return _take(told, public, keys[public], path.name)


def _take(told: Any, public: str, force: str, file: str) -> Share:
    """Return what a signed file tells: its signer is known, and may still have made a mistake."""
    if not isinstance(told, dict) or told.get("schema") != SHARES_SCHEMA:
        schema = told.get("schema") if isinstance(told, dict) else None
        raise InputError(f"Its schema is {schema!r}, not {SHARES_SCHEMA}. Ask for one of those.")
    if told.get("force") != force:
        raise InputError(f"It tells of {told.get('force')!r} with the key of {force}.")
    try:
        if set(told) != _PARTS:
            raise ValueError
        measures = tuple(_take_measure(one) for one in told["measures"])
        share = Share(
            force=force,
            until=date.fromisoformat(told["until"]),
            signed_by=str(told["signed_by"]),
            measures=measures,
            counts=tuple(_take_count(one) for one in told["counts"]),
            public=public,
            file=file,
        )
        known = {one.id for one in measures}
        keys = [one.key for one in share.counts]
        if len(set(keys)) < len(keys) or {one.measure for one in share.counts} - known:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            "It is signed, but holds something that no share does: another column, a count that "
            "is not hidden or rounded as agreed, or a measure without its definition."
        ) from None
    return share


def _take_measure(given: dict[str, Any]) -> SharedMeasure:
    measure = SharedMeasure(**{key: value for key, value in given.items() if key != "sha256"})
    if given["sha256"] != measure.sha256:
        raise ValueError
    return measure


def _take_count(given: dict[str, Any]) -> SharedCount:
    exposure = given["exposure"]
    if set(given) != _COUNT_PARTS or isinstance(exposure, bool | str):
        raise ValueError
    if not LEAST_EXPOSURE <= exposure < _MOST_EXPOSURE:
        raise ValueError
    count = SharedCount(**given)
    if count.span.label != count.period:  # InputError, where it is none
        raise ValueError
    for shown in (count.observed, count.expected):
        if shown is not None and (
            type(shown) is not int or shown % ROUNDED_TO or shown < 0 or 0 < shown <= LARGEST_HIDDEN
        ):
            raise ValueError
    return count


def find_earlier(folder: Path, keys: Mapping[str, str], force: str) -> tuple[Share, ...]:
    """Return every share of one force that is in a folder.

    Parameters
    ----------
    folder : Path
        Shares of other forces in it are passed over; every other JSON file is a fault.
    keys : mapping of public key to force
    force : str

    Returns
    -------
    tuple of Share
        By name of file; nothing when there is no such folder.

    Raises
    ------
    InputError
        As `read_shares`: a share of the force that cannot be believed cannot be left out either.
    """
    own = [path for path in sorted(folder.glob("*.json")) if not _is_of_another(path, force)]
    return read_shares(own, keys)


def _is_of_another(path: Path, force: str) -> bool:
    try:
        named = find_force(str(json.loads(path.read_bytes())["share"]["force"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False  # it may be a damaged one of this force
    return named is not None and named != force
