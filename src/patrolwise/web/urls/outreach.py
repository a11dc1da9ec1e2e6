"""The addresses of the outreach service's site."""

from django.urls import include, path

urlpatterns = [
    path("", include("patrolwise.web.accounts.urls")),
    path("", include("patrolwise.web.casework.urls")),
    path("", include("patrolwise.web.street.urls")),
    path("", include("patrolwise.web.desk.urls")),
    path("", include("patrolwise.web.team.urls")),
    path("", include("patrolwise.web.yourrecord.urls")),
    path("", include("patrolwise.web.keeping.urls")),
    path("", include("patrolwise.web.openness.urls")),
]
handler400 = "patrolwise.web.accounts.lacks.answer_bad_request"
handler500 = "patrolwise.web.accounts.lacks.answer_fault"
