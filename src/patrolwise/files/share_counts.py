"""A force's own counts that it means to share, as a form, or all that is wrong in it."""

from collections.abc import Sequence
from pathlib import Path

from patrolwise.benchmarking.spans import parse_period
from patrolwise.errors import InputError, check_faults
from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.reporting.shares import LEAST_EXPOSURE, OwnCount

SHARE_FORM = Form(
    columns=(
        FormColumn(name="measure"),
        FormColumn(name="period"),
        FormColumn(name="observed", kind="whole"),
        FormColumn(name="expected", kind="number", may_be_blank=True),
        FormColumn(name="exposure", kind="number"),
    ),
    why_no_others="A share is made of sums alone; other columns could tell of persons or places.",
)


def read_share_counts(paths: Sequence[Path]) -> tuple[OwnCount, ...]:
    r"""Return a force's own counts, exact: for its own machine, and never to be sent.

    Parameters
    ----------
    paths : sequence of Path
        CSV or workbook with the columns measure, period, observed, expected (may be blank or
        missing) and exposure.

    Returns
    -------
    tuple of OwnCount
        In the order of the files and rows.

    Raises
    ------
    InputError
        As `read_form`; or a period is none, a count is below 0, an exposure below 1,000, or a
        measure and period come twice. All are told.
    RefusedError
        There is a further column.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "counts.csv"
    ...     _ = path.write_text("measure,period,observed,exposure\nknife,2023/24,31,1100000\n")
    ...     read_share_counts([path])[0].observed
    31
    """
    found: dict[tuple[str, str], OwnCount] = {}
    faults = []
    for path in paths:
        columns = ("row", "measure", "period", "observed", "expected", "exposure")
        for row, measure, period, observed, expected, exposure in (
            read_form(path, SHARE_FORM).select(columns).iter_rows()
        ):
            where = f"{path.name}, row {row}"
            if observed < 0 or (expected or 0.0) < 0.0:
                faults.append(f"{where}: a count is below 0. Give 0 or more.")
                continue
            if exposure < LEAST_EXPOSURE:
                faults.append(
                    f"{where}: the exposure is {exposure:g}, below {LEAST_EXPOSURE:,.0f}: counts "
                    "of so few could single people out. Give a wider one."
                )
            try:
                own = OwnCount(
                    measure=measure,
                    period=parse_period(period),
                    observed=observed,
                    expected=expected,
                    exposure=exposure,
                )
            except InputError as error:
                faults.append(f"{where}: {error}")
                continue
            if found.setdefault(own.key, own) is not own:
                faults.append(f"{where}: {measure} {own.period.label} comes twice. Keep one.")
    check_faults("Counts to share", faults)
    return tuple(found.values())
