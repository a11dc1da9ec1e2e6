"""The interface that evaluators' programs read."""

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Query, Schema, Status
from ninja.errors import ValidationError
from ninja.responses import NinjaJSONEncoder
from pydantic import Field

from patrolwise import __version__
from patrolwise.web.accounts.needs import person_of
from patrolwise.web.insight import api_tables as tables
from patrolwise.web.insight.api_description import TOLD, complete
from patrolwise.web.insight.api_values import Day, Whole

# the default is here too: one in the signature alone is lost where a value has its own check
Offset = Annotated[Whole, Query(default=0, ge=0, le=100_000_000, description="rows to pass over")]
First = Annotated[Day, Query(default=date.min, description="from this day on")]
Last = Annotated[
    Day, Query(default=date.max, description="to this day, which is included; not before first")
]

api = NinjaAPI(
    title="Patrolwise tables",
    version=__version__,
    docs_url=None,
    openapi_url=None,
    urls_namespace="tables",
    description=TOLD,
)


class Refused(Schema):
    """Why there is no answer."""

    detail: str


class Fault(Schema):
    """One value of the address that is not as described."""

    type: str
    loc: list[str] = Field(description="query or path, then the name")
    msg: str = Field(description="what is wrong, as a sentence")


class Faults(Schema):
    """All values of the address that are not as described."""

    detail: list[Fault]


class Polygons(Schema):
    """A hot spot set as GeoJSON, with the member patrolwise that the library reads."""

    type: str
    features: list[dict[str, Any]]
    patrolwise: dict[str, Any] = Field(default_factory=dict)


REFUSALS = {401: Refused, 404: Refused, 422: Faults, 429: Refused}


@api.get("/hot-spot-sets/", response={200: list[tables.SetRow], **REFUSALS}, url_name="api-sets")
def sets(request: HttpRequest) -> Any:
    """Return the hot spot sets that are or were in force."""
    return tables.list_sets()


@api.get(
    "/hot-spot-sets/{set_id}/{version}/",
    response={200: Polygons, **REFUSALS},
    url_name="api-set",
)
def one_set(
    request: HttpRequest,
    set_id: Annotated[str, Path(pattern="^[a-z0-9-]{1,80}$")],
    version: Annotated[Whole, Path(ge=1, le=1_000_000)],
) -> Any:
    """Return one set as GeoJSON, as QGIS and the library read it."""
    found = tables.find_set(set_id, version)
    if found is None:
        return Status(404, {"detail": "There is no such set in force, now or before."})
    return Status(200, found.document)


@api.get("/doses/", response={200: tables.DosePage, **REFUSALS}, url_name="api-doses")
def doses(
    request: HttpRequest, first: First = date.min, last: Last = date.max, offset: Offset = 0
) -> Any:
    """Return minutes by hot spot, patrol day and service, held against the rule."""
    _check_order(first, last)
    return tables.page_doses(first, last, offset)


@api.get("/day-counts/", response={200: tables.CountPage, **REFUSALS}, url_name="api-counts")
def counts(
    request: HttpRequest,
    first: First = date.min,
    last: Last = date.max,
    definition: Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")] = "",
    offset: Offset = 0,
) -> Any:
    """Return crimes and harm by hot spot and day."""
    _check_order(first, last)
    return tables.page_counts(first, last, definition, offset)


@api.get("/planned-visits/", response={200: tables.VisitPage, **REFUSALS}, url_name="api-visits")
def visits(
    request: HttpRequest, first: First = date.min, last: Last = date.max, offset: Offset = 0
) -> Any:
    """Return visits of published plans; days that are concealed from you are left out."""
    _check_order(first, last)
    return tables.page_visits(person_of(request), first, last, offset, now=datetime.now(UTC))


def describe(request: HttpRequest) -> HttpResponse:
    """Return the description of this interface, OpenAPI 3.1."""
    text = json.dumps(describe_tables(), cls=NinjaJSONEncoder)
    return HttpResponse(text, content_type="application/vnd.oai.openapi+json;version=3.1")


def describe_tables() -> dict[str, Any]:
    """Return the description, to be written as JSON.

    Returns
    -------
    dict
    """
    return complete(api.get_openapi_schema(path_prefix="/api/"))


def list_names(path: str) -> frozenset[str]:
    """Return the names that the query of an address may have: those that are described.

    Parameters
    ----------
    path : str
        As Django writes it, with /api/ before it.

    Returns
    -------
    frozenset of str
    """
    described = path.replace("<", "{").replace(">", "}")
    parameters = describe_tables()["paths"][described]["get"]["parameters"]
    return frozenset(one["name"] for one in parameters if one["in"] == "query")


def _check_order(first: date, last: date) -> None:
    """Refuse days between which no row could be."""
    if first > last:
        told = f"first is {first}, which is after last, {last}. Change one of them."
        raise ValidationError(
            [{"type": "days_out_of_order", "loc": ["query", "first"], "msg": told}]
        )
