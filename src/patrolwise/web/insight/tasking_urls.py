"""The addresses of the day's page and of weekly tasking packs."""

from django.urls import path

from patrolwise.web.insight import briefing_views, pack_views

_PACK = "insight/tasking/<int:pack_id>/"

TASKING = [
    path("briefing/", briefing_views.briefing, name="briefing"),
    path("insight/tasking/", pack_views.packs, name="tasking-packs"),
    path(_PACK, pack_views.pack, name="tasking-pack"),
    path(f"{_PACK}decide/", pack_views.decide, name="tasking-decide"),
    path(
        f"{_PACK}decisions/<int:decision_id>/done/",
        pack_views.decision_done,
        name="tasking-decision-done",
    ),
]
