"""The app's name."""

from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    """Problem-solving plans, walks of places, and what is mended there."""

    name = "patrolwise.web.problems"
    label = "problems"
