"""The page that describes the door for fixes to programs."""

from django.http import HttpRequest, JsonResponse

from patrolwise.web.accounts.needs import open_to_all
from patrolwise.web.field.ingest_openapi import describe_door
from patrolwise.web.field.ingest_rules import IngestRule


@open_to_all("It says how a program sends fixes; nothing of any site, device or person is in it.")
def openapi(request: HttpRequest) -> JsonResponse:
    """Return the OpenAPI document."""
    return JsonResponse(describe_door(IngestRule()))
