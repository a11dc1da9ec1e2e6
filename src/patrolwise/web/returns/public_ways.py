"""Which pages of returns the public finds from the sign-in page."""

from patrolwise.web.returns.queries import list_public_updates

Way = tuple[str, str]  # title, name of the address


def list_public_ways() -> list[Way]:
    """Return the page of public updates, once one is out.

    Returns
    -------
    list of (str, str)
        Titles and names of addresses.
    """
    is_any_out = list_public_updates().exists()
    return [("See how the patrols are doing", "public-updates")] if is_any_out else []
