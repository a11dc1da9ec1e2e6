"""The app's name, and what `check` asks of it."""

from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import import_string


class OpennessConfig(AppConfig):
    """Public pages and the records of processing, made from the code itself."""

    name = "patrolwise.web.openness"
    label = "openness"

    def ready(self) -> None:
        """Have `check` look for a signed impact assessment."""
        check = import_string("patrolwise.web.openness.checking.check_assessment")
        checks.register(check, deploy=True)  # its tables can be asked for only now
