"""The app's name."""

from django.apps import AppConfig


class AsbConfig(AppConfig):
    """Cases of anti-social behaviour."""

    name = "patrolwise.web.asb"
    label = "asb"
