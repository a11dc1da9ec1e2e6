"""The addresses of the police and partners' site."""

from django.urls import include, path

from patrolwise.web.accounts import record_views

urlpatterns = [
    path("", include("patrolwise.web.accounts.urls")),
    path("", record_views.record, name="home"),
]
