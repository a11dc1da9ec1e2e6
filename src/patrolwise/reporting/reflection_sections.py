"""How what people say of their programme is told, beside what was measured and never mixed with it.

Whatever the programme leaves out is printed as not said.
"""

from collections.abc import Iterator, Sequence

from patrolwise.reporting.blocks import Block, Bullets, Grid, Paragraph, Section, Subheading, Terms
from patrolwise.reporting.design_sections import design_section
from patrolwise.reporting.emmie_section import emmie_section
from patrolwise.reporting.reflection_records import (
    NOT_SAID,
    THEORIES,
    USUAL_HARMS,
    HarmWatch,
    Reflection,
    ReportFacts,
)
from patrolwise.reporting.results import Results


def reflection_sections(
    results: Results, reflection: Reflection, facts: ReportFacts
) -> tuple[Section, ...]:
    """Return all sections on what stands behind the figures, in reading order.

    Parameters
    ----------
    results : Results
    reflection : Reflection
        `NOTHING_SAID` when the programme has no [report].
    facts : ReportFacts
        `NO_FACTS` when no other part of the study ran.

    Returns
    -------
    tuple of Section
    """
    return (
        why_section(reflection),
        emmie_section(results, reflection, facts),
        design_section(results, facts),
        harms_section(reflection),
        people_section(reflection),
    )


def why_section(reflection: Reflection) -> Section:
    """Return why the programme thinks that its patrols might work: a thought, not a finding.

    Parameters
    ----------
    reflection : Reflection

    Returns
    -------
    Section
    """
    theories = [THEORIES[name] for name in reflection.theory]
    if reflection.theory_words:
        theories.append(reflection.theory_words)
    blocks: tuple[Block, ...] = (
        Paragraph(
            text="This is what the programme says. It is what was hoped for, and not what was "
            "found: no figure of this report tests it."
        ),
        Subheading(text="The idea"),
        *listed(theories),
        Subheading(text="Step by step"),
        *listed(reflection.mechanisms, numbered=True),
        Subheading(text="For whom, where and when it may work more or less"),
        *listed(reflection.moderators),
    )
    return Section(id="why", title="Why it might work", blocks=blocks)


def harms_section(reflection: Reflection) -> Section:
    """Return the harms that the patrols themselves could do, and how each was watched for.

    Parameters
    ----------
    reflection : Reflection

    Returns
    -------
    Section
        The usual harms are always there, said or not.
    """
    rows = tuple(_harm_row(harm) for harm in harms_to_tell(reflection))
    text = (
        "Patrols can do harm too. This is what the programme says of its own watch over that; "
        "Patrolwise measured none of it."
    )
    grid = Grid(
        caption="Harms that patrols could do, as the programme tells them",
        columns=("Harm", "How it was watched for", "What was found"),
        rows=rows,
    )
    return Section(
        id="harms-watched",
        title="Harms that were watched for",
        blocks=(Paragraph(text=text), grid),
    )


def harms_to_tell(reflection: Reflection) -> tuple[HarmWatch, ...]:
    """Return the usual harms first, as declared or with nothing said, then those of its own.

    Parameters
    ----------
    reflection : Reflection

    Returns
    -------
    tuple of HarmWatch
    """
    declared = {harm.what: harm for harm in reflection.harms}
    usual = [declared.get(key, HarmWatch(what=key)) for key in USUAL_HARMS]
    return (*usual, *(harm for harm in reflection.harms if harm.what not in USUAL_HARMS))


def people_section(reflection: Reflection) -> Section:
    """Return who stands behind the programme, what people said, and what was changed for it.

    Parameters
    ----------
    reflection : Reflection

    Returns
    -------
    Section
    """
    blocks: tuple[Block, ...] = (
        Subheading(text="Changes made together with those who do the work"),
        *listed(reflection.changes),
        Subheading(text="What people in the hot spots said"),
        *listed(reflection.voices),
        Subheading(text="People put in touch with other services"),
        Paragraph(text=reflection.referrals or f"{NOT_SAID}."),
        Subheading(text="What was learned"),
        *listed(reflection.learning),
        Subheading(text="Who stands behind this"),
        Terms(items=tuple(_people(reflection))),
    )
    return Section(id="people", title="The people behind it", blocks=blocks)


def listed(texts: Sequence[str], *, numbered: bool = False) -> tuple[Block, ...]:
    """Return a list; the sentence that nothing was said when it is empty.

    Parameters
    ----------
    texts : sequence of str
    numbered : bool

    Returns
    -------
    tuple of Block
    """
    if not texts:
        return (Paragraph(text=f"{NOT_SAID}."),)
    return (Bullets(items=tuple(texts), numbered=numbered),)


def _harm_row(harm: HarmWatch) -> tuple[str, str, str]:
    return harm.title, harm.how or NOT_SAID, harm.found or NOT_SAID


def _people(reflection: Reflection) -> Iterator[tuple[str, str]]:
    yield "Organisation", reflection.organisation or NOT_SAID
    yield "Partners", "; ".join(reflection.partners) or NOT_SAID
    yield "Authors", "; ".join(reflection.authors) or NOT_SAID
    yield "Contact", reflection.contact or NOT_SAID
    yield "Ethics", reflection.ethics or NOT_SAID
    yield "Conflicts of interest", reflection.conflicts or NOT_SAID
