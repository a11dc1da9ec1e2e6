"""The app's name."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    """Rounds of grants from the call to the last payment."""

    name = "patrolwise.web.grants"
    label = "grants"
