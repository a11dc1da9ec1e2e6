"""The app's name."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Dose, crimes, harm, cost, separation and evaluations; it only reads and runs."""

    name = "patrolwise.web.insight"
    label = "insight"
