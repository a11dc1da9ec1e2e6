"""The app's name."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Records of other agencies."""

    name = "patrolwise.web.sources"
    label = "sources"
