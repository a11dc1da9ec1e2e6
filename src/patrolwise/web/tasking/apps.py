"""The app's name."""

from django.apps import AppConfig


class TaskingConfig(AppConfig):
    """Plans, rotas, cards, briefs, debriefs and proposed changes."""

    name = "patrolwise.web.tasking"
    label = "tasking"
