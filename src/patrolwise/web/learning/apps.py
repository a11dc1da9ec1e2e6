"""The app's name."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """Recommendations, lessons and stage gates."""

    name = "patrolwise.web.learning"
    label = "learning"
