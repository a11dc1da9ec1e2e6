"""The addresses of the first page, of Insight, of evaluations and of the tables for programs."""

from typing import Any, cast

from django.urls import URLPattern, path

from patrolwise.web.insight import ledger_views, views, views_runs
from patrolwise.web.insight.api import api, describe, list_names
from patrolwise.web.insight.api_doors import open_to_readers
from patrolwise.web.insight.national_urls import NATIONAL
from patrolwise.web.insight.tasking_urls import TASKING


def _list_tables() -> list[URLPattern]:
    """Return the addresses of the interface, each behind the same door."""
    patterns, _, _ = api.urls
    return [
        path(
            f"api/{one.pattern}",
            open_to_readers(one.callback, list_names(f"/api/{one.pattern}")),
            name=one.name,
        )
        for one in cast("list[Any]", patterns)  # ninja makes no nested ones
        if one.name != "api-root"
    ]


urlpatterns = [
    path("", views.home, name="home"),
    path("insight/", views.insight, name="insight"),
    path("insight/dose/", views.dose, name="insight-dose"),
    path("insight/crimes/", views.crimes, name="insight-crimes"),
    path("insight/separation/", views.separation, name="insight-separation"),
    path("insight/called-away/", views.called_away, name="insight-called-away"),
    path("insight/cost/", views.cost, name="insight-cost"),
    path("insight/debriefs/", views.debriefs, name="insight-debriefs"),
    path("insight/ledger/", ledger_views.ledger_hours, name="ledger-hours"),
    path("insight/maps/<str:name>", views.map_file, name="insight-map"),
    path("insight/runs/", views_runs.runs, name="runs"),
    path("insight/runs/start/", views_runs.start, name="run-start"),
    path("insight/runs/<int:run_id>/", views_runs.run, name="run"),
    path("insight/runs/<int:run_id>/again/", views_runs.again, name="run-again"),
    path("insight/runs/<int:run_id>/with/<int:other_id>/", views_runs.compare, name="run-compare"),
    path("insight/runs/<int:run_id>/<str:name>", views_runs.run_file, name="run-file"),
    *NATIONAL,
    *TASKING,
    path("insight/tokens/", views_runs.tokens, name="tokens"),
    path("insight/tokens/<int:token_id>/end/", views_runs.token_end, name="token-end"),
    path("api/openapi.json", open_to_readers(describe), name="api-description"),
    *_list_tables(),
]
