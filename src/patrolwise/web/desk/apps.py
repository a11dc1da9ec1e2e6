"""The app's name."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Requests, decisions, letters, envelopes and receipts."""

    name = "patrolwise.web.desk"
    label = "desk"
