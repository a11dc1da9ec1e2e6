"""An agency's own tracks, on pages that only its own coordinators have."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.agencies import queries
from patrolwise.web.agencies.track_pictures import WIDTH, show_track
from patrolwise.web.agencies.tracks import TOLERANCE_M, own_tracks
from patrolwise.web.commons import clock

_A_PAGE = 30


@needs(Permission.KEEP_OWN_PATROLS)
@never_cache
def tracks(request: HttpRequest) -> HttpResponse:
    """List the agency's tracks, each with the day on which it goes."""
    agency = queries.agency_of(person_of(request))
    if agency is None:
        return render(request, "agencies/no_agency.html")
    rows = own_tracks(agency, clock.now()).defer("legs")
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "agencies/tracks.html", {"agency": agency, "page": page})


@needs(Permission.KEEP_OWN_PATROLS)
@never_cache
def track(request: HttpRequest, track_id: UUID) -> HttpResponse:
    """Show where a unit went: a table first, then a drawing."""
    agency = queries.agency_of(person_of(request))
    found = own_tracks(agency, clock.now()).filter(pk=track_id).first() if agency else None
    if found is None:
        raise Http404
    told = {
        "found": found,
        "shown": show_track(found),
        "width": WIDTH,
        "tolerance": TOLERANCE_M,
    }
    return render(request, "agencies/track.html", told)
