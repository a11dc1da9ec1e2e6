"""What the door for fixes asks of the database."""

from patrolwise.web.field.models import LastFix


def last_place(device_id: int) -> tuple[float, float] | None:
    """Return where a device was last; None when it was never heard.

    Parameters
    ----------
    device_id : int

    Returns
    -------
    tuple of float or None
        Longitude and latitude, degrees.
    """
    found = LastFix.objects.filter(device_id=device_id)
    return found.values_list("longitude", "latitude").first()
