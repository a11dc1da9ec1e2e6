"""The app's name."""

from django.apps import AppConfig


class KeepingConfig(AppConfig):
    """Retention, holds, deletion by two, certificates, hand-over."""

    name = "patrolwise.web.keeping"
    label = "keeping"
