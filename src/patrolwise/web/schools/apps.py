"""The app's name."""

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    """The schools register, the teacher's form and weeks of action."""

    name = "patrolwise.web.schools"
    label = "schools"
