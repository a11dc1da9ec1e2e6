"""The addresses of the anti-social behaviour partnership's site."""

from django.urls import include, path

urlpatterns = [
    path("", include("patrolwise.web.accounts.urls")),
    path("", include("patrolwise.web.commons.urls")),
    path("", include("patrolwise.web.asb.urls")),
    path("", include("patrolwise.web.casereviews.urls")),
]
handler400 = "patrolwise.web.accounts.lacks.answer_bad_request"
handler500 = "patrolwise.web.accounts.lacks.answer_fault"
