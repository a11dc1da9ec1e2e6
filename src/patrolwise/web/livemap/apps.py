"""The app's name."""

from django.apps import AppConfig


class LivemapConfig(AppConfig):
    """Who is where now, what is owed, what needs a look; it only reads."""

    name = "patrolwise.web.livemap"
    label = "livemap"
