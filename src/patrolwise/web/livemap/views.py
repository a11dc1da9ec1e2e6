"""The pages of the day: who is where, and what hot spots are owed."""

from datetime import UTC, datetime

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render

from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.livemap.maps import draw_now, find_base_map
from patrolwise.web.livemap.queries import find_version, look_now
from patrolwise.web.livemap.ranges import answer_range
from patrolwise.web.livemap.streams import STREAMS


@needs(Permission.SEE_LIVE)
def live(request: HttpRequest) -> HttpResponse:
    """Show who is where now, and the map when somebody asks for it."""
    seen = look_now(datetime.now(UTC))
    return render(request, "livemap/live.html", {"live": seen, "base_map": find_base_map()})


@needs(Permission.SEE_LIVE, is_recorded=False)
def table(request: HttpRequest) -> HttpResponse:
    """Show the part of the page that changes."""
    return render(request, "livemap/now.html", {"live": look_now(datetime.now(UTC))})


@needs(Permission.SEE_LIVE, is_recorded=False)
def events(request: HttpRequest) -> HttpResponseBase:
    """Say when the page changed, as server-sent events."""
    stream = STREAMS.open(find_version)
    if stream is None:
        return HttpResponse("Ask again.", status=503, headers={"Retry-After": "15"})
    response = StreamingHttpResponse(stream, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


@needs(Permission.SEE_LIVE, is_recorded=False)
def places(request: HttpRequest) -> JsonResponse:
    """Give hot spots and units as GeoJSON, for the map."""
    return JsonResponse(draw_now(look_now(datetime.now(UTC))))


@needs(Permission.SEE_LIVE, is_recorded=False)
def base_map(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give a part of the force's own base map."""
    path = find_base_map()
    if path is None or path.name != name:
        raise Http404
    return answer_range(path, request.headers.get("Range"))
