"""Pages for everybody, and the records of processing for those who answer for them."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from patrolwise.outreach.gateways import load_gateways
from patrolwise.outreach.retention import load_retention
from patrolwise.reporting.suppression import suppress
from patrolwise.web.accounts.needs import needs, open_to_all
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework import clock
from patrolwise.web.desk.models import Disclosure
from patrolwise.web.exchange.kinds import KINDS, OUTREACH
from patrolwise.web.openness.register import list_entries

_PUBLIC = "It tells the public what this service keeps and passes on; nothing about anybody."
_YEARS = 3


@open_to_all(_PUBLIC)
def police_see(request: HttpRequest) -> HttpResponse:
    """Say what the police can see: read off the table of what may cross, and counted."""
    titles = {key: one.title for key, one in load_gateways().items()}
    this_year = clock.now().year
    years = []
    for year in range(this_year, this_year - _YEARS, -1):
        made = Disclosure.objects.filter(decided_at__year=year, to_controller="police").values_list(
            "decision", "gateway"
        )
        told = Counter(gateway for decision, gateway in made if decision != "refuse")
        refused = sum(decision == "refuse" for decision, _ in made)
        rows = [(titles.get(key, key), suppress(number)) for key, number in sorted(told.items())]
        years.append((year, rows, suppress(sum(told.values())), suppress(refused)))
    sent = [kind for kind in KINDS.values() if kind.sender == OUTREACH]
    got = [kind for kind in KINDS.values() if kind.sender != OUTREACH]
    told_page = {"sent": sent, "got": got, "years": years}
    return render(request, "openness/police_see.html", told_page)


@open_to_all(_PUBLIC)
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, why, for how long, and what people can ask for."""
    return render(request, "openness/privacy.html")


@open_to_all(_PUBLIC)
def how_long(request: HttpRequest) -> HttpResponse:
    """Show the retention schedule."""
    return render(request, "openness/how_long.html", {"rows": load_retention().values()})


@needs(Permission.SEE_GOVERNANCE)
def processing(request: HttpRequest) -> HttpResponse:
    """Show the record of processing, made from the tables."""
    return render(request, "openness/processing.html", {"entries": list_entries()})
