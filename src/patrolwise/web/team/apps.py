"""The app's name."""

from django.apps import AppConfig


class TeamConfig(AppConfig):
    """The team's safety, rota, briefs, quality, scorecard, proposals and extracts."""

    name = "patrolwise.web.team"
    label = "team"
