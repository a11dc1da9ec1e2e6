"""How far patrol minutes can be trusted, from which data they come, and how to make them again."""

from collections.abc import Sequence

from patrolwise.reporting.blocks import (
    Block,
    Bullets,
    Grid,
    Paragraph,
    Section,
    Subheading,
    Terms,
)
from patrolwise.reporting.glossary import patrol_terms
from patrolwise.reporting.patrol_results import PatrolResults, TrustRecord
from patrolwise.reporting.wording import NONE, format_count, format_percent


def trust_section(results: PatrolResults) -> Section:
    """Return what the trackers could and could not see, and what somebody must be asked.

    Parameters
    ----------
    results : PatrolResults

    Returns
    -------
    Section
    """
    blocks: list[Block] = [
        Paragraph(
            text="Each minute is credited from one fix to the next. Where a tracker was silent "
            "nobody is credited. The slower the fixes come, the wider the interval, and the more "
            "short visits go unseen."
        )
    ]
    if results.trust:
        blocks.append(_trust_grid(results.trust))
        blocks.append(_grades_grid(results.trust))
        sentences = tuple(f"{one.service}: {one.sentence}" for one in results.trust)
        blocks += [Subheading(text="Which visits can be seen"), Bullets(items=sentences)]
    else:
        blocks.append(Paragraph(text="No tracker's day was graded."))
    blocks.append(Subheading(text="Questions to ask"))
    if results.questions:
        blocks.append(Bullets(items=results.questions))
    else:
        blocks.append(Paragraph(text="Nothing in the tracks calls for a question."))
    return Section(id="trust", title="How far these minutes can be trusted", blocks=tuple(blocks))


def quality_section(results: PatrolResults) -> Section:
    """Return what was read, kept and dropped.

    Parameters
    ----------
    results : PatrolResults

    Returns
    -------
    Section
    """
    blocks: tuple[Block, ...] = (Paragraph(text="No data-quality lines came with the results."),)
    if results.quality:
        rows = tuple((line.what, format_count(line.count), line.note) for line in results.quality)
        blocks = (
            Grid(
                caption="What was read, kept and dropped",
                columns=("What", "Count", "Note"),
                rows=rows,
                numeric=(1,),
            ),
        )
    return Section(id="quality", title="The data", blocks=blocks)


def limits_section(results: PatrolResults) -> Section:
    """Return what these minutes cannot say.

    Parameters
    ----------
    results : PatrolResults

    Returns
    -------
    Section
    """
    blocks: tuple[Block, ...] = (Paragraph(text="No limits were recorded with the results."),)
    if results.limits:
        blocks = (Bullets(items=results.limits),)
    return Section(id="limits", title="What these minutes cannot say", blocks=blocks)


def words_section(results: PatrolResults) -> Section:
    """Return the words that the report uses, by the alphabet.

    Parameters
    ----------
    results : PatrolResults

    Returns
    -------
    Section
    """
    return Section(id="words", title="Words used", blocks=(Terms(items=patrol_terms(results)),))


def made_section(results: PatrolResults) -> Section:
    """Return by which rule, from which files and with which programme the figures were made.

    Parameters
    ----------
    results : PatrolResults

    Returns
    -------
    Section
    """
    made, record = results.made, results.record
    rule = "; ".join(f"{name} {value:g}" for name, value in record.rule)
    facts = (
        ("Patrolwise version", made.version),
        ("Results schema", results.schema),
        ("Random seed", str(made.seed)),
        ("Visit rule", rule or "none"),
        ("Visit kernel", str(record.kernel)),
        ("Fixes", format_count(record.fixes)),
        ("Device-days", format_count(record.device_days)),
        ("Fixes, fingerprint", record.fixes_fingerprint),
        ("Areas, SHA-256", record.areas_sha256),
        ("Hot spot set", results.hot_spot_set),
        ("Hot spot set, SHA-256", results.hot_spot_hash),
        ("Programme file, SHA-256", made.programme_sha256),
    )
    again = "The same files, programme and version give the same figures, to the byte."
    blocks: tuple[Block, ...] = (Paragraph(text=again), Terms(items=facts))
    if made.inputs:
        files = Grid(
            caption="Files read",
            columns=("File", "Rows", "SHA-256"),
            rows=tuple((f.name, format_count(f.rows), f.sha256) for f in made.inputs),
            numeric=(1,),
            code=(2,),
        )
        blocks = (*blocks, files)
    return Section(id="made", title="How this was made", blocks=blocks)


def _trust_grid(trust: Sequence[TrustRecord]) -> Grid:
    return Grid(
        caption="What the trackers of each service could see",
        columns=(
            "Service",
            "Device-days",
            "Refresh, s",
            "Slowest, s",
            "Accuracy, m",
            "Silent",
        ),
        rows=tuple(
            (
                one.service,
                format_count(one.device_days),
                format_count(one.refresh_s),
                format_count(one.slowest_s),
                format_count(one.accuracy_m, 1),
                NONE if one.silent_share is None else format_percent(one.silent_share),
            )
            for one in trust
        ),
        numeric=(1, 2, 3, 4, 5),
        note="Refresh: the median of the seconds from fix to fix. "
        "Accuracy: the radius that trackers report for themselves. Silent: share of the time "
        "between a tracker's first and last fix of the day.",
    )


def _grades_grid(trust: Sequence[TrustRecord]) -> Grid:
    grades = sorted({grade for one in trust for grade, _ in one.grades})
    return Grid(
        caption="Device-days by grade, A the best",
        columns=("Service", *grades),
        rows=tuple(
            (one.service, *(format_count(dict(one.grades).get(grade, 0)) for grade in grades))
            for one in trust
        ),
        numeric=tuple(range(1, len(grades) + 1)),
    )
