"""How a folder of forms becomes a round of grants, with all that is wrong in it told at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.files.forms import read_form
from patrolwise.files.grant_forms import GRANT_FORMS, ROUND
from patrolwise.partnership.grant_awards import Award, BenefitPlace, GrantReport, Instalment
from patrolwise.partnership.grant_payments import Payment
from patrolwise.partnership.grant_rounds import GrantRound, parse_grant_round, to_pence
from patrolwise.partnership.grant_scoring import Assessment
from patrolwise.partnership.grants import Application, GrantState
from patrolwise.partnership.org_ids import Organisation, OrgKind
from patrolwise.partnership.quarters import parse_quarter

_Row = dict[str, Any]
_Made = TypeVar("_Made")
_Word = TypeVar("_Word", bound=StrEnum)
_ENDINGS = (".csv", ".xlsx")


@dataclass(frozen=True, kw_only=True)
class GrantFolder:
    """All that the forms of a round say. It may yet be impossible: see `check_grants`."""

    grant_round: GrantRound
    applications: Mapping[str, Application]
    assessments: Mapping[str, Sequence[Assessment]]  # by application
    moderations: Mapping[str, str]  # by application
    awards: tuple[Award, ...]
    reports: tuple[GrantReport, ...]
    payments: tuple[Payment, ...]


def read_grant_folder(folder: Path) -> GrantFolder:
    """Return the round of grants that a folder holds.

    Parameters
    ----------
    folder : Path
        With round.toml and applications, and what there is of assessments, moderations, awards,
        instalments, reports and payments: each a CSV or a workbook.

    Returns
    -------
    GrantFolder

    Raises
    ------
    InputError
        A file cannot be read or is missing, or a cell is wrong; all files' faults together.
    RefusedError
        A form has a further column, such as one of names.
    """
    faults: list[str] = []
    text = _read_text(folder / ROUND, faults)
    grant_round = _try(lambda: parse_grant_round(text, ROUND), faults) if text else None
    rows = {name: _read_rows(folder, name, faults) for name in GRANT_FORMS}
    check_faults(folder.name, faults)
    applications = _make_all("applications", rows, _application, faults)
    schedules: dict[str, list[Instalment]] = {}
    for award_id, instalment in _make_all("instalments", rows, _instalment, faults):
        schedules.setdefault(award_id, []).append(instalment)
    awards = _make_all("awards", rows, lambda row: _award(row, schedules), faults)
    reports = _make_all("reports", rows, _report, faults)
    payments = _make_all("payments", rows, _payment, faults)
    check_faults(folder.name, [*faults, *_stray_faults(rows)])
    assert grant_round is not None  # else its faults were told
    return GrantFolder(
        grant_round=grant_round,
        applications={one.application_id: one for one in applications},
        assessments=_make_assessments(rows["assessments"]),
        moderations={row["application_id"]: row["note"] for row in rows["moderations"]},
        awards=tuple(awards),
        reports=tuple(reports),
        payments=tuple(payments),
    )


def _try(make: Callable[[], _Made], faults: list[str]) -> _Made | None:
    try:
        return make()
    except InputError as error:
        faults.append(str(error))
        return None


def _read_text(path: Path, faults: list[str]) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        faults.append(f"{path.name} cannot be read: {reason}. Put it into {path.parent}.")
        return ""


def _read_rows(folder: Path, name: str, faults: list[str]) -> list[_Row]:
    paths = [folder / f"{name}{ending}" for ending in _ENDINGS]
    there = [path for path in paths if path.exists()]
    if len(there) > 1:
        faults.append(f"{name} is there as CSV and as workbook. Keep one.")
    if not there:
        if name == "applications":
            faults.append(f"{name}.csv is not there. A round needs one.")
        return []
    frame = _try(lambda: read_form(there[0], GRANT_FORMS[name]), faults)
    return [] if frame is None else list(frame.iter_rows(named=True))


def _make_all(
    name: str,
    rows: Mapping[str, Sequence[_Row]],
    make: Callable[[_Row], _Made],
    faults: list[str],
) -> list[_Made]:
    made = []
    for row in rows[name]:
        try:
            made.append(make(row))
        except InputError as error:
            faults.append(f"{name}, row {row['row']}: {error}")
    return made


def _application(row: _Row) -> Application:
    return Application(
        application_id=row["application_id"],
        organisation=_organisation(row),
        title=row["title"] or "",
        summary=row["summary"] or "",
        asked_pence=to_pence(row["asked"] or 0),
        first=row["first"],
        last=row["last"],
        areas=_parts(row["areas"]),
        young_people=row["young_people"] or 0,
        has_safeguarding_policy=bool(row["safeguarding_policy"]),
        is_designed_with_young_people=bool(row["designed_with_young_people"]),
        state=_word(row, "state", GrantState),
        submitted=row["submitted"],
    )


def _organisation(row: _Row) -> Organisation | None:
    needed = ("organisation_ref", "organisation", "kind")
    given = [name for name in needed if row[name]]
    if not given:
        return None
    if len(given) < len(needed):
        raise InputError(f"It has {', '.join(given)}. Give {', '.join(needed)} together.")
    return Organisation(
        ref=row["organisation_ref"],
        name=row["organisation"],
        kind=_word(row, "kind", OrgKind),
        charity_number=row["charity_number"] or "",
        company_number=row["company_number"] or "",
    )


def _award(row: _Row, schedules: Mapping[str, Sequence[Instalment]]) -> Award:
    return Award(
        award_id=row["award_id"],
        application_id=row["application_id"],
        pence=to_pence(row["pounds"]),
        awarded=row["awarded"],
        first=row["first"],
        last=row["last"],
        schedule=tuple(schedules.get(row["award_id"], ())),
        place=BenefitPlace(
            name=row["place"],
            code=row["place_code"] or "",
            code_type=row["place_code_type"] or "",
        ),
    )


def _instalment(row: _Row) -> tuple[str, Instalment]:
    return row["award_id"], Instalment(row["number"], row["due"], to_pence(row["pounds"]))


def _report(row: _Row) -> GrantReport:
    counts = ("sessions_planned", "sessions_held", "unique_young_people", "attendances")
    referrals = ("referrals_received", "referrals_accepted")
    return GrantReport(
        award_id=row["award_id"],
        quarter=parse_quarter(row["quarter"]),
        received=row["received"],
        spent_pence=to_pence(row["spent"]),
        underspend_pence=to_pence(row["underspend"]),
        areas=_parts(row["areas"]),
        measure=row["measure"] or "",
        asked=row["asked"] or 0,
        answered=row["answered"] or 0,
        mean=row["mean"],
        risks=row["risks"] or "",
        **{name: row[name] for name in (*counts, *referrals)},
    )


def _payment(row: _Row) -> Payment:
    return Payment(
        award_id=row["award_id"],
        number=row["number"],
        paid=row["paid"],
        pence=to_pence(row["pounds"]),
    )


def _make_assessments(rows: Sequence[_Row]) -> dict[str, list[Assessment]]:
    """Return assessments by application; each is of the rows of one assessor."""
    if not rows:
        return {}
    found: dict[str, list[Assessment]] = {}
    by = ["application_id", "assessor"]
    for (application_id, assessor), group in pl.DataFrame(rows, infer_schema_length=None).group_by(
        by, maintain_order=True
    ):
        scores = group.filter(pl.col("criterion").is_not_null())
        is_complete = not group["completed"].has_nulls()
        found.setdefault(str(application_id), []).append(
            Assessment(
                application_id=str(application_id),
                assessor=str(assessor),
                has_conflict=bool(group["conflict"].any()),
                scores=dict(scores.select("criterion", "score").iter_rows()),
                completed=max(group["completed"]) if is_complete else None,
            )
        )
    return found


def _stray_faults(rows: Mapping[str, Sequence[_Row]]) -> list[str]:
    """Return a sentence for each row whose application or award is not there, or is twice."""
    faults = []
    keys = {"applications": "application_id", "moderations": "application_id", "awards": "award_id"}
    for name, key in keys.items():
        given = [row[key] for row in rows[name]]
        faults += [
            f"{name}: {key} {one} is there twice. Keep one."
            for one in sorted(set(given))
            if given.count(one) > 1
        ]
    ids = {
        keys[name]: {row[keys[name]] for row in rows[name]} for name in ("applications", "awards")
    }
    for name, known in (
        *((name, "application_id") for name in ("assessments", "moderations", "awards")),
        *((name, "award_id") for name in ("instalments", "reports", "payments")),
    ):
        faults += [
            f"{name}, row {row['row']}: there is no {known} {row[known]!r}."
            for row in rows[name]
            if row[known] not in ids[known]
        ]
    return faults + _score_row_faults(rows["assessments"])


def _score_row_faults(rows: Sequence[_Row]) -> list[str]:
    faults = []
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        what = (row["application_id"], row["assessor"], row["criterion"] or "")
        where = f"assessments, row {row['row']}"
        if what in seen:
            faults.append(f"{where}: {what[1]} has that line of {what[0]} twice. Keep one.")
        seen.add(what)
        if (row["criterion"] is None) != (row["score"] is None):
            faults.append(f"{where}: a criterion goes with its score. Give both or neither.")
        if row["criterion"] is None and not row["conflict"]:
            faults.append(f"{where}: it has no criterion, and no conflict of interest either.")
    return faults


def _word(row: _Row, name: str, words: type[_Word]) -> _Word:
    try:
        return words(row[name])
    except ValueError as error:
        known = ", ".join(word.value for word in words)
        raise InputError(f"{name} is {row[name]!r}. Write one of {known}.") from error


def _parts(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(";") if part.strip())
