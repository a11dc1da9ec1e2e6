"""`make_exchange_keys`: the keys that a site signs with, where there are none."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from patrolwise.web.exchange.signing import make_keys


class Command(BaseCommand):
    """Make them."""

    help = "Make the keys that this site signs its parcels with, where there are none."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        make_keys(settings.DATA_FOLDER)
