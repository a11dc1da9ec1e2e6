"""The app's name."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, teams, roles and sign-in."""

    name = "patrolwise.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen for sign-ins, so that the record has them."""
        from patrolwise.web.accounts import signals  # noqa: F401, PLC0415
