"""How the data-quality report of anti-social behaviour reads: counts and line numbers, no value."""

from collections.abc import Mapping

from patrolwise.files.asb_incidents import AsbRead
from patrolwise.files.asb_rows import Lines
from patrolwise.partnership.asb_quality import measure_asb_quality
from patrolwise.reporting.results import QualityLine


def describe_asb_quality(read: AsbRead) -> tuple[QualityLine, ...]:
    """Return the data-quality report of an export as lines for a table.

    Parameters
    ----------
    read : AsbRead

    Returns
    -------
    tuple of QualityLine
        Rows read equals rows kept and rows dropped together. No reference, no name and no word of
        the file is in any line; heads of columns that nothing maps are.
    """
    quality, tally = measure_asb_quality(read.incidents), read.tally
    span = f"{quality.first_day} to {quality.last_day}" if quality.first_day else ""
    counts = {
        "Without a category": quality.without_category,
        "Without a qualifier (personal, nuisance, environmental)": quality.without_qualifier,
        "Without a place": quality.without_place,
        "Without a time of the behaviour": quality.without_happening,
        "Reported more than a month after": quality.reported_late,
        "Without a victim's code": quality.without_victim,
        "Repeats": quality.repeats,
        "Hostility perceived": quality.hate,
        "A child involved": quality.with_child,
    }
    notes = {
        "Without a time of the behaviour": "no case review can count them",
        "Reported more than a month after": "a case review does not count them",
        "Repeats": "second or later report of a victim in 12 months; by codes alone",
    }
    return (
        QualityLine(what="Rows read", count=tally.rows_read, note=span),
        QualityLine(what="Rows kept", count=quality.incidents),
        *(_tell(f"Rows dropped: {why}", lines) for why, lines in tally.dropped.items()),
        *(_tell(f"In rows kept, {what}", lines) for what, lines in tally.remarks.items()),
        *(
            QualityLine(what=what, count=count, note=notes.get(what, ""))
            for what, count in counts.items()
        ),
        *_tell_kinds("Qualifier", quality.by_qualifier),
        *_tell_kinds("Category", quality.by_category),
        QualityLine(what="Victims, by code", count=read.victims["victim_id"].n_unique()),
        QualityLine(what="Subjects, by code", count=read.subjects["subject_id"].n_unique()),
        *(QualityLine(what="Column not read", note=head) for head in read.not_read),
    )


def _tell(what: str, lines: Lines) -> QualityLine:
    told = ", ".join(str(row) for row in lines.first)
    more = " …" if lines.count > len(lines.first) else ""
    return QualityLine(what=what, count=lines.count, note=f"line {told}{more}")


def _tell_kinds(what: str, counts: Mapping[str, int]) -> tuple[QualityLine, ...]:
    return tuple(
        QualityLine(what=f"{what}: {kind}", count=count) for kind, count in counts.items() if count
    )
