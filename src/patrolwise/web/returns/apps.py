"""The app's name."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Returns, updates and releases."""

    name = "patrolwise.web.returns"
    label = "returns"
