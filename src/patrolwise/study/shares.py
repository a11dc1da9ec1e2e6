"""How a force's own counts become a signed share, and how several are put together."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from patrolwise.benchmarking.forces import find_force, territorial_forces
from patrolwise.benchmarking.spans import parse_period
from patrolwise.errors import InputError, check_faults
from patrolwise.files.benchmark_shares import (
    Share,
    check_shares,
    find_earlier,
    read_shares,
    write_share,
)
from patrolwise.files.share_counts import read_share_counts
from patrolwise.files.share_keys import read_key, read_public_keys
from patrolwise.reporting.share_guard import HiddenShares, hide_shares
from patrolwise.reporting.shares import SHARES, OwnCount, SharedCount, SharedMeasure
from patrolwise.study.toml_reader import TomlReader
from patrolwise.tables import make_table


@dataclass(frozen=True, kw_only=True)
class ShareRequest:
    """What a force asks to share."""

    files: Sequence[Path]  # its own counts
    force: str
    definitions: Path  # TOML of measures
    measures: Sequence[str] = ()  # ids; none: all that the files hold
    periods: Sequence[str] = ()  # likewise
    until: date  # last day of the data
    signed_by: str
    key: Path
    earlier: Path  # folder of every share that the force has made
    out: Path


def make_share(request: ShareRequest) -> tuple[Share, HiddenShares]:
    """Hide what must be hidden, sign what may be told, and write it.

    Parameters
    ----------
    request : ShareRequest

    Returns
    -------
    share : Share
        As it was written.
    hidden : HiddenShares
        What was kept back and why: for the force alone.

    Raises
    ------
    InputError
        A file is wrong, or what is asked is not in it; all faults of a kind are named.
    RefusedError
        The share is there already, or others can read the key.
    MissingExtraError
        The web extra is not installed.
    """
    force = name_force(request.force)
    key = read_key(request.key)
    measures = read_share_measures(request.definitions)
    counts = read_share_counts(request.files)
    asked = _choose(request, counts, measures)
    earlier = find_earlier(request.earlier, {key.public: force}, force)
    _check_definitions(earlier, measures)
    before = _put_together(earlier)
    hidden = hide_shares(counts, asked, measures, before)
    used = [one for one in measures.values() if one.id in {key[0] for key in asked}]
    share = Share(
        force=force,
        until=request.until,
        signed_by=request.signed_by,
        measures=tuple(used),
        counts=hidden.told,
        public=key.public,
        file=request.out.name,
    )
    write_share(request.out, share, key)
    return share, hidden


def merge_shares(paths: Sequence[Path], keys: Path) -> tuple[Share, ...]:
    """Return the shares of files, each verified, that can be put together.

    Parameters
    ----------
    paths : sequence of Path
    keys : Path
        Folder of the forces' public keys.

    Returns
    -------
    tuple of Share

    Raises
    ------
    InputError
        As `read_public_keys`, `read_shares` and `check_shares`.
    MissingExtraError
        The web extra is not installed.
    """
    shares = read_shares(paths, read_public_keys(keys))
    check_shares(shares)
    return shares


def list_shares(shares: Sequence[Share]) -> pl.DataFrame:
    """Return what shares tell as one table.

    Parameters
    ----------
    shares : sequence of Share

    Returns
    -------
    (n, 6) SHARES, by measure, period, force
    """
    rows = [
        (share.force, one.measure, one.period, one.observed, one.expected, one.exposure)
        for share in shares
        for one in share.counts
    ]
    frame = pl.DataFrame(rows, schema=SHARES.schema, orient="row")
    return make_table(SHARES, frame.sort("measure", "period", "force"))


def read_share_measures(path: Path) -> dict[str, SharedMeasure]:
    """Return the measures that forces agreed on.

    Parameters
    ----------
    path : Path
        TOML: tables `[[measure]]` with id, title, counted, exposure, direction_good and
        min_count, and, where there are such, expected and within.

    Returns
    -------
    dict of id to SharedMeasure

    Raises
    ------
    InputError
        The file is not as it should be; all faults are named.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path.name} cannot be read as TOML: {error}. Mend it.") from error
    faults: list[str] = []
    top = TomlReader(given, "", path.parent, faults)
    found: dict[str, SharedMeasure] = {}
    for table in top.tables("measure"):
        own = {
            name: table.text(name)
            for name in ("id", "title", "counted", "exposure", "direction_good")
        }
        own |= {name: table.text(name, "") for name in ("expected", "within")}
        min_count = table.whole("min_count", None)
        table.finish()
        try:
            measure = SharedMeasure(**own, min_count=min_count)
        except InputError as error:
            faults.append(str(error))
            continue
        if found.setdefault(measure.id, measure) is not measure:
            faults.append(f"{measure.id} is defined twice. Keep one.")
    top.finish()
    if not found and not faults:
        faults.append("There is no [[measure]] in it. Define what is counted.")
    check_faults(path.name, faults)
    return found


def name_force(text: str) -> str:
    """Return the one name of a police force.

    Parameters
    ----------
    text : str
        Any common spelling.

    Returns
    -------
    str

    Raises
    ------
    InputError
        There is none.
    """
    force = find_force(text)
    if force is None or force not in territorial_forces():
        some = ", ".join(territorial_forces()[:3])
        raise InputError(f"There is no force {text!r}: name it as {some} …")
    return force


def _choose(
    request: ShareRequest, counts: Sequence[OwnCount], measures: Mapping[str, SharedMeasure]
) -> list[tuple[str, str]]:
    """Return which counts are asked for; raise with all that is asked and not there."""
    faults = []
    periods = set()
    for text in request.periods:
        try:
            periods.add(parse_period(text).label)
        except InputError as error:
            faults.append(str(error))
    held = {one.key for one in counts}
    faults += [
        f"{measure} is counted and not defined in {request.definitions.name}. Define it."
        for measure in dict.fromkeys(measure for measure, _ in held)
        if measure not in measures
    ]
    for what, names, there in (
        ("measure", request.measures, {measure for measure, _ in held}),
        ("period", sorted(periods), {period for _, period in held}),
    ):
        faults += [
            f"There is no count of the {what} {name} in the files. Add it, or ask for others."
            for name in names
            if name not in there
        ]
    if not request.signed_by.strip():
        faults.append("Nobody is named who answers for the share. Say who signs it.")
    if not request.earlier.is_dir():
        faults.append(
            f"There is no folder {request.earlier}, where earlier shares are kept. Make it, empty "
            "for the first one."
        )
    check_faults("shares", faults)
    return [
        one.key
        for one in counts
        if (not request.measures or one.measure in request.measures)
        and (not periods or one.period.label in periods)
    ]


def _check_definitions(earlier: Sequence[Share], measures: Mapping[str, SharedMeasure]) -> None:
    """Raise where a measure was shared by another definition: what was told cannot be weighed."""
    check_faults(
        "shares",
        list(
            dict.fromkeys(
                f"{one.id} was shared in {share.file} by another definition, or is not defined any "
                "more. Keep that one, or give what is counted now a new id."
                for share in earlier
                for one in share.measures
                if one.id not in measures or measures[one.id].sha256 != one.sha256
            )
        ),
    )


def _put_together(earlier: Sequence[Share]) -> tuple[SharedCount, ...]:
    """Return what was told in any share; a figure before hidden, should there be both."""
    found: dict[tuple[str, str], SharedCount] = {}
    for share in earlier:
        for one in share.counts:
            if one.key not in found or found[one.key].observed is None:
                found[one.key] = one
    return tuple(found.values())
