"""`rotate_keys`: a new key for everything that is sealed, and the old ones taken off the ring."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from patrolwise.errors import RefusedError
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.vault.keyring import add_key, drop_keys, read_keyring, write_keyring
from patrolwise.web.vault.rotation import count_under, seal_anew


class Command(BaseCommand):
    """Rotate: add a key, seal everything under it, and drop what seals nothing any more."""

    help = (
        "Add a key and seal everything anew under it. With --drop, take the old keys off the ring: "
        "backups that were made before can then be read only with the old copy of the keyring."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's arguments."""
        parser.add_argument("--go-on", action="store_true", help="after a stop: no new key is made")
        parser.add_argument("--drop", action="store_true", help="take old keys off the ring")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps; each can be repeated."""
        path = Path(settings.KEYRING)
        ring = read_keyring(path)
        controllers = sorted({key.controller for key in ring.keys})
        if not options["go_on"]:
            for controller in controllers:
                ring = add_key(ring, controller, datetime.now(UTC).date().isoformat())
            write_keyring(ring, path)
            record_event(NewEvent(action="key added", detail={"controllers": controllers}))
        done = seal_anew()
        self.stdout.write(f"Sealed anew: {done.values} values of {done.records} records.")
        if options["drop"]:
            for controller in controllers:
                newest = ring.newest(controller).number
                if set(count_under(controller)) - {newest}:
                    raise RefusedError(
                        f"Older keys of {controller} still seal values, which were written "
                        "meanwhile. Run rotate_keys --go-on --drop again."
                    )
                ring = drop_keys(ring, controller)
            write_keyring(ring, path)
            record_event(NewEvent(action="old keys dropped", detail={"controllers": controllers}))
