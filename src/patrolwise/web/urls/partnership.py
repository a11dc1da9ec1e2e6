"""The addresses of the commissioning partnership's site."""

from django.urls import include, path

urlpatterns = [
    path("", include("patrolwise.web.accounts.urls")),
    path("", include("patrolwise.web.commons.urls")),
    path("", include("patrolwise.web.agencies.urls")),
    path("", include("patrolwise.web.schools.urls")),
    path("", include("patrolwise.web.grants.urls")),
    path("", include("patrolwise.web.learning.urls")),
    path("", include("patrolwise.web.sources.urls")),
    path("", include("patrolwise.web.returns.urls")),
]
handler400 = "patrolwise.web.accounts.lacks.answer_bad_request"
handler500 = "patrolwise.web.accounts.lacks.answer_fault"
