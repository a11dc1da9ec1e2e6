"""How the data-quality report reads, line by line."""

from patrolwise.crimes.quality import QualityReport
from patrolwise.reporting.results import QualityLine


def describe_quality(quality: QualityReport) -> tuple[QualityLine, ...]:
    """Return the data-quality report as lines for a table.

    Parameters
    ----------
    quality : QualityReport

    Returns
    -------
    tuple of QualityLine
        Rows read equals rows kept and rows dropped together.
    """
    missing = sum(quality.missing_coordinates.values())
    lines = [
        QualityLine(what="Files read", count=len(quality.files)),
        QualityLine(what="Rows read", count=quality.rows_read, note=_span(quality)),
        QualityLine(what="Rows kept", count=quality.rows_kept),
        *(
            QualityLine(what=f"Rows dropped: {reason}", count=count)
            for reason, count in quality.dropped.items()
        ),
        QualityLine(what="Rows without a place", count=missing, note=_worst_month(quality)),
        QualityLine(
            what="Crime ids that occur again",
            count=quality.repeated_ids,
            note=f"on {quality.repeated_id_rows:,} rows",
        ),
        QualityLine(
            what="Anti-social behaviour rows equal to another",
            count=quality.identical_asb_rows,
            note=f"of {quality.asb_rows:,}; kept: they have no id and may be separate incidents",
        ),
        QualityLine(what="Rows with a blank street", count=quality.blank_places),
    ]
    if quality.out_of_area is not None:
        lines.append(QualityLine(what="Rows outside the force area", count=quality.out_of_area))
    absent = {force: months for force, months in quality.missing_months.items() if months}
    lines += [
        QualityLine(
            what=f"Months missing, {force}",
            count=len(months),
            note=f"{min(months):%Y-%m} to {max(months):%Y-%m}",
        )
        for force, months in absent.items()
    ]
    if quality.snap_point_change:
        note = "open data's anonymised points moved in July 2022"
        lines.append(QualityLine(what="Change of map points inside the data", count=1, note=note))
    # the fault itself may quote a row: it is told on the terminal and goes into no report
    told = "not what it says; the terminal names row, column and value"
    lines += [QualityLine(what=f"Not read: {f.file}", note=told) for f in quality.faults]
    lines += [QualityLine(what="Note", note=note) for note in quality.notes]
    return tuple(lines)


def _span(quality: QualityReport) -> str:
    if quality.first_month is None or quality.last_month is None:
        return ""
    return f"{quality.first_month:%Y-%m} to {quality.last_month:%Y-%m}"


def _worst_month(quality: QualityReport) -> str:
    shares = {
        month: missing / quality.rows_by_month[month]
        for month, missing in quality.missing_coordinates.items()
        if quality.rows_by_month.get(month)
    }
    if not shares:
        return ""
    worst = max(shares, key=lambda month: shares[month])
    return f"{shares[worst]:.1%} at most, in {worst:%Y-%m}"
