"""How merged shares are written and told: tables, JSON, and lines for the terminal."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import polars as pl

from patrolwise import __version__
from patrolwise.files.benchmark_shares import Share
from patrolwise.files.table_workbooks import make_workbook
from patrolwise.reporting.pdf import PRINT_WIDTH, lay_out_pdf
from patrolwise.reporting.share_document import PACK_TITLE, Merged, build_share_document
from patrolwise.reporting.share_guard import HiddenShares
from patrolwise.reporting.share_records import SharedComparison, SharedForce, ShareTold
from patrolwise.reporting.web_page import NARROW, WIDE, lay_out_html
from patrolwise.study.share_judging import LEAST_FORCES
from patrolwise.study.shares import list_shares
from patrolwise.study.writing import write_folder

MERGED_SCHEMA = "patrolwise.shares-merged/1"
_KEYS = ("measure", "kind", "period", "baseline", "beside")
_TYPES = {
    "force": pl.String,
    "observed": pl.Int64,
    "agreeing": pl.Int64,
    "methods": pl.Int64,
    "flag": pl.String,
}


def describe_merged(
    shares: Sequence[Share], comparisons: Sequence[SharedComparison]
) -> dict[str, Any]:
    """Return merged shares as plain lists and dicts, ready for JSON.

    Parameters
    ----------
    shares : sequence of Share
    comparisons : sequence of SharedComparison

    Returns
    -------
    dict
    """
    measures = {one.id: one for share in shares for one in share.measures}
    return {
        "schema": MERGED_SCHEMA,
        "shares": [
            {
                "force": share.force,
                "file": share.file,
                "until": share.until.isoformat(),
                "signed_by": share.signed_by,
                "public_key": share.public,
            }
            for share in shares
        ],
        "measures": [{**asdict(one), "sha256": one.sha256} for one in measures.values()],
        "comparisons": [asdict(one) for one in comparisons],
    }


def write_merged(
    shares: Sequence[Share], comparisons: Sequence[SharedComparison], out: Path
) -> tuple[Path, ...]:
    """Write the pack, shares.csv, forces.csv, merged.xlsx and merged.json into a folder.

    All are made first: what stood there before is replaced only by a whole set.

    Parameters
    ----------
    shares : sequence of Share
    comparisons : sequence of SharedComparison
    out : Path
        Made when absent.

    Returns
    -------
    tuple of Path

    Raises
    ------
    InputError
        The folder cannot be written to.
    MissingExtraError
        The report extra, or the plan extra, is not installed.
    """
    text = json.dumps(describe_merged(shares, comparisons), indent=1, ensure_ascii=False)
    told, compared = list_shares(shares), list_compared(comparisons)
    measures = {one.id: one for share in shares for one in share.measures}
    merged = Merged(
        shares=tuple(map(_describe, shares)),
        measures=measures,
        comparisons=tuple(comparisons),
        version=__version__,
    )
    contents = {
        "pack.html": lay_out_html(build_share_document(merged, (WIDE, NARROW))).encode(),
        "pack.pdf": lay_out_pdf(build_share_document(merged, (PRINT_WIDTH,))),
        "shares.csv": _as_csv(told),
        "forces.csv": _as_csv(compared),
        "merged.xlsx": make_workbook(PACK_TITLE, {"Forces": compared, "Shares": told}),
        "merged.json": f"{text}\n".encode(),
    }
    return write_folder(contents, out)


def _describe(share: Share) -> ShareTold:
    hidden = sum(one.observed is None for one in share.counts)
    return ShareTold(
        force=share.force,
        file=share.file,
        until=share.until.isoformat(),
        signed_by=share.signed_by,
        public_key=share.public,
        told=len(share.counts) - hidden,
        hidden=hidden,
    )


def list_compared(comparisons: Sequence[SharedComparison]) -> pl.DataFrame:
    """Return every force in every comparison, one a row.

    Parameters
    ----------
    comparisons : sequence of SharedComparison

    Returns
    -------
    (n, 16) frame
        The measure, kind, period, baseline and what is expected stands on; then what SharedForce
        tells.
    """
    names = [one.name for one in fields(SharedForce)]
    rows = [
        (*(getattr(comparison, key) for key in _KEYS), *(getattr(one, name) for name in names))
        for comparison in comparisons
        for one in comparison.forces
    ]
    schema = dict.fromkeys(_KEYS, pl.String) | {
        name: _TYPES.get(name, pl.Float64) for name in names
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def tell_made(share: Share, hidden: HiddenShares) -> str:
    """Return what a share tells and what was kept back, for the force itself.

    Parameters
    ----------
    share : Share
    hidden : HiddenShares

    Returns
    -------
    str
    """
    shown = sum(one.observed is not None for one in share.counts)
    lines = [f"{share.force}: {shown} of {len(share.counts)} counts are told, to the nearest 5."]
    if hidden.hidden:
        lines.append("Why others are not, or not as they are now (for yourselves; not sent):")
        lines += [f"  {one.measure} {one.period}: {one.why}" for one in hidden.hidden]
    lines.append(f"Signed by {share.signed_by} with the key {share.public[:16]}…")
    return "\n".join(lines)


def tell_merged(shares: Sequence[Share], comparisons: Sequence[SharedComparison]) -> str:
    """Return how forces compare, in a few lines.

    Parameters
    ----------
    shares : sequence of Share
    comparisons : sequence of SharedComparison

    Returns
    -------
    str
    """
    return "\n".join(_lines(shares, comparisons))


def _lines(shares: Sequence[Share], comparisons: Sequence[SharedComparison]) -> Iterator[str]:
    forces = {share.force for share in shares}
    yield f"{len(shares)} shares of {len(forces)} forces, each signed by its force."
    for one in comparisons:
        since = f" since {one.baseline}" if one.baseline else ""
        yield f"{one.measure}, {one.kind}, {one.period}{since}: {one.judged} forces judged"
        if not one.judged:
            yield f"  Fewer than {LEAST_FORCES} forces can be judged: nothing is compared."
            continue
        for force in one.forces:
            figures = ""
            if force.ratio is not None:
                figures = f"{100.0 * force.ratio:.0f} % of expected, z {force.z:+.2f}; "
            yield f"  {force.force}: {figures}{force.flag}"


def _as_csv(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.write_csv(file)
    return file.getvalue()
