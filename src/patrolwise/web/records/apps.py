"""The app's name."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Crimes, fixes, areas and programmes as they were read in, and hot spot sets."""

    name = "patrolwise.web.records"
    label = "records"
