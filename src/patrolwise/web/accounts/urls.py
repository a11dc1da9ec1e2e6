"""The addresses of sign-in, people and the record."""

from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from django.urls import URLPattern, URLResolver, include, path

from patrolwise.web.accounts import record_views, views

# Pages of the sign-in library that we have no use for: addresses are given by administrators,
# and a lost password is answered by a new invitation.
_LEFT_OUT = {
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
}


def _keep(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    return [p for p in patterns if getattr(p, "name", None) not in _LEFT_OUT]


urlpatterns = [
    path("accounts/", include(_keep(account_urls.urlpatterns))),
    path("accounts/second-factor/", include(mfa_urls.urlpatterns)),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/<int:person_id>/", views.person, name="person"),
    path("people/<int:person_id>/end/", views.end, name="end"),
    path("record/", record_views.record, name="record"),
    path("record/check/", record_views.check, name="record-check"),
    path("health/", views.health, name="health"),
]
