"""The two tables that every report ends with: what was read and counted, and from which files."""

from collections.abc import Sequence

from patrolwise.reporting.blocks import Grid
from patrolwise.reporting.results import InputFile, QualityLine
from patrolwise.reporting.wording import format_count


def quality_grid(lines: Sequence[QualityLine]) -> Grid:
    """Return what was read, kept and dropped.

    Parameters
    ----------
    lines : sequence of QualityLine

    Returns
    -------
    Grid
    """
    return Grid(
        caption="What was read, kept and dropped",
        columns=("What", "Count", "Note"),
        rows=tuple((line.what, format_count(line.count), line.note) for line in lines),
        numeric=(1,),
    )


def files_grid(files: Sequence[InputFile]) -> Grid:
    """Return the files that were read, with the hash of each.

    Parameters
    ----------
    files : sequence of InputFile

    Returns
    -------
    Grid
    """
    return Grid(
        caption="Files read",
        columns=("File", "Rows", "SHA-256"),
        rows=tuple((file.name, format_count(file.rows), file.sha256) for file in files),
        numeric=(1,),
        code=(2,),
    )
