"""The app's name."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """The officer's phone and the trackers: cards, checking in and out, fixes as they come."""

    name = "patrolwise.web.field"
    label = "field"

    def ready(self) -> None:
        """Listen for sign-outs, so that no phone sends its place after one."""
        from patrolwise.web.field import signals_phone  # noqa: F401, PLC0415
