"""The app's name."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Engagements, needs, consents, referrals, concerns and reachable moments."""

    name = "patrolwise.web.casework"
    label = "casework"
