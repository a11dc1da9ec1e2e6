"""The app's name."""

from django.apps import AppConfig


class ReceivedConfig(AppConfig):
    """Outreach's minutes, counts, place issues, proposals and closed envelopes."""

    name = "patrolwise.web.received"
    label = "received"
