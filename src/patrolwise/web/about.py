"""What a number is: shown beside it on every page, by the template `about.html`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class About:
    """What a number counts, of which days, from what, and what of it is missing."""

    definition: str
    window: str
    source: str
    completeness: str
