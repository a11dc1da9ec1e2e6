"""Which pages of case reviews the public finds from the sign-in page."""

from patrolwise.web.casereviews.counts import list_published

Way = tuple[str, str]  # title, name of the address


def list_public_ways() -> list[Way]:
    """Return the page on which a review is asked for, and that of counts once some are public.

    Returns
    -------
    list of (str, str)
        Titles and names of addresses.
    """
    ways = [("Ask for a case review", "case-review")]
    if list_published():
        ways.append(("See how many were asked for", "case-review-counts"))
    return ways
