"""The app's name."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """What crosses between the sites."""

    name = "patrolwise.web.exchange"
    label = "exchange"
