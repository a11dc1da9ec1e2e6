"""The app's name."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """The officer's phone and the trackers: cards, checking in and out, fixes as they come."""

    name = "patrolwise.web.field"
    label = "field"
