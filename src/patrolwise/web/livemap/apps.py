"""The app's name."""

from django.apps import AppConfig


class LivemapConfig(AppConfig):
    """Who is where now, what is owed, what needs a look."""

    name = "patrolwise.web.livemap"
    label = "livemap"

    def ready(self) -> None:
        """Tell the app that takes files in which trackers there are."""
        from patrolwise.web.records.trackers import use_book  # noqa: PLC0415

        use_book("patrolwise.web.livemap.arrivals.Trackers")
