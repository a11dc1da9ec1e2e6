"""An application's answers in words, page by page, for whoever may read them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from patrolwise.partnership.grant_rounds import show_pounds
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.grants.forms.applying import EVIDENCE, PAGES, Page
from patrolwise.web.grants.models import GrantApplication

CONTACT = "contact"  # the page that assessors never see


@dataclass(frozen=True, kw_only=True)
class AnsweredPage:
    """One page of an application."""

    key: str
    title: str
    rows: tuple[tuple[str, str], ...]  # question and answer; empty where there is none
    is_filled: bool
    is_begun: bool


def describe_pages(row: GrantApplication, *, with_contact: bool) -> list[AnsweredPage]:
    """Return all answers in words.

    Parameters
    ----------
    row : GrantApplication
    with_contact : bool
        Whether the contact person is among them: for the applicant and the commissioner alone.

    Returns
    -------
    list of AnsweredPage
    """
    spots = name_spots(row.area_ids)
    return [_describe(page, row, spots) for page in PAGES if with_contact or page.key != CONTACT]


def name_spots(area_ids: list[str]) -> list[str]:
    """Return the names of hot spots, in order; an id whose name is not known stays itself."""
    if not area_ids:
        return []
    rows = AgreedHotSpot.objects.filter(hot_spot_id__in=area_ids).order_by("valid_from")
    names = dict(rows.values_list("hot_spot_id", "name"))
    return sorted(names.get(one, one) for one in area_ids)


def _describe(page: Page, row: GrantApplication, spots: list[str]) -> AnsweredPage:
    fields: dict[str, Any] = page.form.base_fields
    rows = [
        (field.label, ", ".join(spots) if name == "area_ids" else _tell(name, getattr(row, name)))
        for name, field in fields.items()
    ]
    if page.key == "money":
        costs = [(one["what"], show_pounds(one["pence"])) for one in row.budget]
        rows = [*costs, ("All of it: what you ask for", show_pounds(row.asked_pence)), *rows]
    given = [name for name in page.asked if getattr(row, name) not in (None, "", [])]
    return AnsweredPage(
        key=page.key,
        title=page.title,
        rows=tuple(rows),
        is_filled=len(given) == len(page.asked),
        is_begun=bool(given),
    )


def _tell(name: str, value: Any) -> str:
    if isinstance(value, bool):
        told = "Yes" if value else "No"
    elif isinstance(value, date):
        told = f"{value.day} {value:%B %Y}"
    elif name == "evidence":
        told = EVIDENCE.get(value, "")
    elif name == "org_kind":
        told = str(value).capitalize()
    elif name.endswith("_pence") and value is not None:
        told = show_pounds(value)
    else:
        told = "" if value is None else str(value)
    return told
