"""Where the public finds a page of the site: what stands in letters has no browser to ask."""

from django.conf import settings
from django.urls import reverse


def tell_address(page: str) -> str:
    """Return the whole public address of a page.

    Parameters
    ----------
    page : str
        Name of its address.

    Returns
    -------
    str
        By `PATROLWISE_ADDRESS`, and not by the name under which whoever writes the letter came:
        that may be one that nobody outside reaches.
    """
    return f"{settings.SITE_ADDRESS}{reverse(page)}"
