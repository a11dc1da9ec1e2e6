"""The app's name."""

from django.apps import AppConfig


class StreetConfig(AppConfig):
    """Shifts, contacts, debriefs, the outreach brief and the phone."""

    name = "patrolwise.web.street"
    label = "street"
