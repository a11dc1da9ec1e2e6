"""The app's name."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Partner agencies, their patrols and the hours ledger."""

    name = "patrolwise.web.agencies"
    label = "agencies"
