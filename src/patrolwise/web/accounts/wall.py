"""What the police and partners' site never takes in: where outreach workers are or were.

Young people talk to outreach because it is not the police. Plans name its places and times, which
both services agreed; positions and check-ins of its units stay on its own site.
"""

_OUTREACH = "outreach"
NOT_HERE = (
    "Positions of outreach are not taken in on this site: they stay with the outreach service. "
    "Give a police or partner service."
)


def is_of_outreach(service: str) -> bool:
    """Return whether a service is outreach, by what its name says.

    Parameters
    ----------
    service : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_of_outreach("Street Outreach"), is_of_outreach("police")
    (True, False)
    """
    return _OUTREACH in service.casefold()


def name_kind(service: str, kind: str) -> str:
    """Return what a service is: as it is declared, else as its name says.

    Parameters
    ----------
    service : str
    kind : str
        "police", "outreach" or "partner", as its programme declares; blank where it does not.

    Returns
    -------
    str
        Blank where neither says it.

    Examples
    --------
    >>> name_kind("Turning Point", "outreach"), name_kind("Police overtime", "")
    ('outreach', 'police')
    """
    if kind:
        return kind
    if is_of_outreach(service):
        return _OUTREACH
    return "police" if "police" in service.casefold() else ""
