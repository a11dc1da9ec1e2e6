"""The interface that evaluators' programs read, and its description as OpenAPI."""

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Query, Schema, Status
from ninja.responses import NinjaJSONEncoder
from pydantic import Field

from patrolwise import __version__
from patrolwise.web.accounts.needs import person_of
from patrolwise.web.insight import api_tables as tables

Offset = Annotated[int, Query(ge=0, le=100_000_000, description="rows to pass over")]
# one each: a default is kept in the description itself, so that one for both would be the later's
First = Annotated[date, Query(description="from this day on")]
Last = Annotated[date, Query(description="to this day, which is included")]

api = NinjaAPI(
    title="Patrolwise tables",
    version=__version__,
    docs_url=None,
    openapi_url=None,
    urls_namespace="tables",
    description="For evaluators: hot spot sets, doses, crimes and allocation, as JSON. Make a "
    "token on the page Tables for programs and send it as a bearer token. Cells of the access "
    "matrix that are suppressed for a role are not served here at all.",
)


class Refused(Schema):
    """Why there is no answer."""

    detail: str


class Polygons(Schema):
    """A hot spot set as GeoJSON, with the member patrolwise that the library reads."""

    type: str
    features: list[dict[str, Any]]
    patrolwise: dict[str, Any] = Field(default_factory=dict)


@api.get("/hot-spot-sets/", response=list[tables.SetRow], url_name="api-sets")
def sets(request: HttpRequest) -> Any:
    """Return the hot spot sets that are or were in force."""
    return tables.list_sets()


@api.get(
    "/hot-spot-sets/{set_id}/{version}/",
    response={200: Polygons, 404: Refused},
    url_name="api-set",
)
def one_set(
    request: HttpRequest,
    set_id: Annotated[str, Path(pattern="^[a-z0-9-]{1,80}$")],
    version: Annotated[int, Path(ge=1, le=1_000_000)],
) -> Any:
    """Return one set as GeoJSON, as QGIS and the library read it."""
    found = tables.find_set(set_id, version)
    if found is None:
        return Status(404, {"detail": "There is no such set in force, now or before."})
    return Status(200, found.document)


@api.get("/doses/", response=tables.DosePage, url_name="api-doses")
def doses(
    request: HttpRequest, first: First = date.min, last: Last = date.max, offset: Offset = 0
) -> Any:
    """Return minutes by hot spot, patrol day and service, held against the rule."""
    return tables.page_doses(first, last, offset)


@api.get("/day-counts/", response=tables.CountPage, url_name="api-counts")
def counts(
    request: HttpRequest,
    first: First = date.min,
    last: Last = date.max,
    definition: Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")] = "",
    offset: Offset = 0,
) -> Any:
    """Return crimes and harm by hot spot and day."""
    return tables.page_counts(first, last, definition, offset)


@api.get("/planned-visits/", response=tables.VisitPage, url_name="api-visits")
def visits(
    request: HttpRequest, first: First = date.min, last: Last = date.max, offset: Offset = 0
) -> Any:
    """Return visits of published plans; days that are concealed from you are left out."""
    return tables.page_visits(person_of(request), first, last, offset, now=datetime.now(UTC))


def describe(request: HttpRequest) -> HttpResponse:
    """Return the description of this interface, OpenAPI 3.1."""
    schema = api.get_openapi_schema(path_prefix="/api/")
    schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    schema["security"] = [{"token": []}]
    for path in schema["paths"].values():
        for operation in path.values():
            for status, told in _REFUSALS.items():
                operation["responses"].setdefault(status, {"description": told})
    text = json.dumps(schema, cls=NinjaJSONEncoder)
    return HttpResponse(text, content_type="application/vnd.oai.openapi+json;version=3.1")


_REFUSALS = {
    "302": "No token and nobody signed in: to the sign-in page.",
    "401": "The token is not known, or has ended.",
    "404": "Not there, or not for you.",
    "422": "A value in the address is not as described.",
}
