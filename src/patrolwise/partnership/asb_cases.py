"""Which tables hold anti-social behaviour cases, in which words, and what is wrong with incidents.

Victims and subjects are two tables and never one list: a matrix of people that mixed both is what
the Gangs Matrix was. Who is both has a record in each, and only a lead sees the link
(`asb_subjects`).
"""

from enum import StrEnum

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.tables import UTC_TIME, Column, Table, check_columns

MOST_TOLD = 5  # rows that a message names before it counts the rest


class Category(StrEnum):
    """What the behaviour was: the 13 headings that incidents are recorded under."""

    ABANDONED_VEHICLE = "abandoned vehicle"
    VEHICLE_NUISANCE = "vehicle nuisance"
    ROWDY = "rowdy or inconsiderate"
    NEIGHBOURS = "nuisance neighbours"
    LITTER = "littering or drug paraphernalia"
    ANIMALS = "animals"
    TRESPASS = "trespass"
    MALICIOUS_COMMUNICATIONS = "malicious communications"
    STREET_DRINKING = "street drinking"
    PROSTITUTION = "prostitution-related"
    NOISE = "noise"
    BEGGING = "begging or vagrancy"
    FIREWORKS = "fireworks"


class Qualifier(StrEnum):
    """Whom it was aimed at, by the National Standard for Incident Recording; no category tells."""

    PERSONAL = "personal"  # a person or a group
    NUISANCE = "nuisance"  # the community at large
    ENVIRONMENTAL = "environmental"  # the place


class Basis(StrEnum):
    """On what a person is held to be a subject, from weak to strong."""

    ALLEGED = "alleged"
    EVIDENCED = "evidenced"
    ADMITTED = "admitted"
    COURT_FINDING = "court finding"


class HateStrand(StrEnum):
    """Which hostility somebody perceived, by the nationally monitored strands."""

    RACE = "race"
    RELIGION = "religion"
    DISABILITY = "disability"
    SEXUAL_ORIENTATION = "sexual orientation"
    TRANSGENDER = "transgender identity"


ASB_INCIDENTS = Table(
    "ASB_INCIDENTS",
    "one reported incident of anti-social behaviour; it names nobody",
    (
        Column("incident_id", pl.String, "the reporting system's reference"),
        Column("case_id", pl.String, "the case it is part of; null before one is opened", True),
        Column("reported_at", UTC_TIME, "when it was reported, UTC"),
        Column("happened_from", UTC_TIME, "earliest time it can have happened, UTC", True),
        Column("happened_to", UTC_TIME, "latest time it can have happened, UTC", True),
        Column("category", pl.String, "one of the 13 headings; never inferred", True),
        Column("qualifier", pl.String, "personal, nuisance or environmental; never inferred", True),
        Column("channel", pl.String, "how it was reported", True),
        Column("victim_id", pl.String, "code of the victim who reported or was harmed", True),
        Column("hate_strand", pl.String, "which hostility somebody perceived; null: none", True),
        Column("child_involved", pl.Boolean, "a child was harmed or took part", True),
        Column("x", pl.Float64, "easting, metres, British National Grid (EPSG:27700)", True),
        Column("y", pl.Float64, "northing, metres, British National Grid (EPSG:27700)", True),
        Column("source", pl.String, "name of the file it came from"),
        Column("row", pl.UInt32, "line in that file; the header is line 1"),
    ),
)

ASB_CASES = Table(
    "ASB_CASES",
    "one case: what a lead agency does about incidents that belong together",
    (
        Column("case_id", pl.String, "unique within the table"),
        Column("opened_on", pl.Date, "first day"),
        Column("lead_agency", pl.String, "who answers for it"),
        Column("lead_officer", pl.String, "code of staff"),
        Column("stage", pl.String, "stage of the partnership's own approach"),
        Column("risk_band", pl.String, "standard, medium or high; null before assessment", True),
        Column("closed_on", pl.Date, "null while it is open", True),
        Column("close_reason", pl.String, "why it was closed", True),
        Column("is_substantiated", pl.Boolean, "whether it was borne out, once closed", True),
        Column("is_victim_satisfied", pl.Boolean, "by the victim's own word", True),
    ),
)

ASB_VICTIMS = Table(
    "ASB_VICTIMS",
    "one victim in one case; kept apart from subjects, sealed by the site that stores it",
    (
        Column("victim_id", pl.String, "a code; no code is both a victim's and a subject's"),
        Column("case_id", pl.String, "the case; null before one is opened", True),
        Column("name", pl.String, "as the file gave it, to be sealed at once; in no report", True),
        Column("is_under_18", pl.Boolean, "null when not known", True),
        Column("last_contact_on", pl.Date, "when somebody of the case last spoke to them", True),
    ),
)

ASB_SUBJECTS = Table(
    "ASB_SUBJECTS",
    "one person held to behave so, in one case; kept apart from victims",
    (
        Column("subject_id", pl.String, "a code; no code is both a victim's and a subject's"),
        Column("case_id", pl.String, "the case; null before one is opened", True),
        Column("name", pl.String, "as the file gave it, to be sealed at once; in no report", True),
        Column("basis", pl.String, "alleged, evidenced, admitted or court finding"),
        Column("evidence_ref", pl.String, "where the evidence is; null for an allegation", True),
        Column("evidenced_on", pl.Date, "day of the newest evidence, or of the allegation"),
        Column("review_due", pl.Date, "lapses after this day, unless evidenced anew"),
        Column("is_under_18", pl.Boolean, "null when not known", True),
        Column("youth_justice_on", pl.Date, "when youth justice was consulted", True),
        Column("needs_offered_on", pl.Date, "when a screening of needs was offered", True),
    ),
)


def check_incidents(incidents: pl.DataFrame) -> None:
    """Raise when incidents contradict themselves; silent when they do not.

    Parameters
    ----------
    incidents : (n, 15) ASB_INCIDENTS
        Any order.

    Raises
    ------
    InputError
        A column is missing, an id comes twice, a category, qualifier or strand is not known, or an
        incident ends before it begins or was reported before it happened. Rows are named, and
        nothing that they hold.

    References
    ----------
    National Standard for Incident Recording: personal, nuisance and environmental beside the
    category; the Metropolitan Police's open data for the 13 headings. Two fields: neither is
    inferred from the other.

    Examples
    --------
    >>> from patrolwise.tables import make_table
    >>> check_incidents(make_table(ASB_INCIDENTS))
    """
    check_columns(incidents, ASB_INCIDENTS, name="incidents")
    known = {"category": Category, "qualifier": Qualifier, "hate_strand": HateStrand}
    wrong = {
        "has an id that another has too": pl.col("incident_id").is_duplicated(),
        "ends before it begins": pl.col("happened_to") < pl.col("happened_from"),
        "was reported before it happened": pl.col("reported_at") < pl.col("happened_from"),
    } | {
        f"has a {name} that is none of {', '.join(words)}": ~pl.col(name).is_in(list(words))
        for name, words in known.items()
    }
    faults = []
    for told, is_wrong in wrong.items():
        rows = incidents.filter(is_wrong.fill_null(False))["row"].to_list()
        if rows:
            faults.append(f"{name_lines(rows)} {told}.")
    check_faults("Incidents", faults)


def name_lines(rows: list[int]) -> str:
    """Return lines of a file in words, without what they hold.

    Parameters
    ----------
    rows : list of int

    Returns
    -------
    str
        Some of them by number, the rest as a count.

    Examples
    --------
    >>> name_lines([2]), name_lines([2, 3, 4, 5, 6, 7, 8])
    ('Line 2', 'Line 2, 3, 4, 5, 6 and 2 more: each')
    """
    told = ", ".join(str(row) for row in rows[:MOST_TOLD])
    more = len(rows) - MOST_TOLD
    return f"Line {told}" + (f" and {more} more: each" if more > 0 else "")
