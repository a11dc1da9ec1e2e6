"""Which device a forwarded position is of: the tracker that its forwarding server names."""

from collections.abc import Callable

from django.db.models import F

from patrolwise.web.field.ingest_tokens import KnownDevice, KnownForwarder, Remembered
from patrolwise.web.field.models import Device

LONGEST = 128  # characters of a tracker's identifier


class TrackerBook:
    """Trackers that were asked for lately, so that not every position asks the database.

    The writer asks once more, inside the transaction, as for tokens. One that is not registered
    is asked for each time: it may be by now.
    """

    def __init__(self, most: int, seconds: float, *, clock: Callable[[], float]) -> None:
        self._known: Remembered[tuple[str, str], KnownDevice] = Remembered(
            most, seconds, clock=clock
        )

    def find(self, forwarder: KnownForwarder, tracker: str | None) -> KnownDevice | None:
        """Return the device of a tracker; None when it is not registered with that server.

        Parameters
        ----------
        forwarder : KnownForwarder
        tracker : str or None
            As the server names it.

        Returns
        -------
        KnownDevice or None
            Always of the forwarder's own service.
        """
        if tracker is None or len(tracker) > LONGEST or "\x00" in tracker:
            return None
        key = (forwarder.token_sha256, tracker)
        known = self._known.get(key)
        if known is not None:
            return known
        found = Device.objects.filter(
            forwarder_id=forwarder.forwarder_id,
            sent_as=tracker,
            is_active=True,
            service=F("forwarder__service"),
        )
        device_id = found.values_list("pk", flat=True).first()
        if device_id is None:
            return None
        device = KnownDevice(device_id, forwarder.token_sha256, tracker)
        self._known.keep(key, device)
        return device

    def forget(self, device: KnownDevice) -> None:
        """Forget a tracker that the writer found to be registered no longer.

        Parameters
        ----------
        device : KnownDevice
        """
        self._known.forget((device.token_sha256, device.tracker))
