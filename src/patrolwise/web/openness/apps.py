"""The app's name."""

from django.apps import AppConfig


class OpennessConfig(AppConfig):
    """Public pages and the records of processing, made from the code itself."""

    name = "patrolwise.web.openness"
    label = "openness"
