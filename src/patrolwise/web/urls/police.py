"""The addresses of the police and partners' site."""

from django.urls import include, path

urlpatterns = [
    path("", include("patrolwise.web.accounts.urls")),
    path("", include("patrolwise.web.records.urls")),
    path("", include("patrolwise.web.tasking.urls")),
    path("", include("patrolwise.web.problems.urls")),
    path("", include("patrolwise.web.received.urls")),
    path("", include("patrolwise.web.livemap.urls")),
    path("", include("patrolwise.web.insight.urls")),
    path("", include("patrolwise.web.field.devices_urls")),
    path("", include("patrolwise.web.field.urls_phone")),
]
handler400 = "patrolwise.web.accounts.lacks.answer_bad_request"
handler500 = "patrolwise.web.accounts.lacks.answer_fault"
