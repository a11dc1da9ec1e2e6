"""The app's name."""

from django.apps import AppConfig


class CommonsConfig(AppConfig):
    """First page and agreed hot spots of a partners' site."""

    name = "patrolwise.web.commons"
    label = "commons"
