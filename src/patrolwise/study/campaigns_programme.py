"""What a programme declares of campaigns: days on which more was done than usual."""

from dataclasses import dataclass
from datetime import date

from patrolwise.errors import check_faults
from patrolwise.times import Window

PROGRAMME, SITE = "programme", "site"  # who declared a campaign
_LONGEST_NAME = 120
_LONGEST_ADDRESS = 300
_WEB = ("https://", "http://")


@dataclass(frozen=True, kw_only=True)
class DeclaredCampaign:
    """A week of action or another campaign, so that counts on its days may differ because of it."""

    name: str
    first: date
    last: date
    areas: tuple[str, ...] = ()  # ids of hot spots or comparison areas; empty: everywhere
    url: str = ""
    declared_in: str = PROGRAMME  # or SITE: recorded there, and not in the file

    def __post_init__(self) -> None:
        check_faults(f"Campaign {self.name!r}", _list_faults(self))

    @property
    def window(self) -> Window:
        """Its days."""
        return Window(self.name, self.first, self.last)


def _list_faults(one: DeclaredCampaign) -> list[str]:
    faults = []
    if not one.name.strip() or len(one.name) > _LONGEST_NAME or "\n" in one.name:
        faults.append(f"Its name has {len(one.name)} letters. Give one line of 1 to 120.")
    if one.last < one.first:
        faults.append(f"It ends on {one.last}, before it begins on {one.first}. Swap them.")
    twice = sorted({area for area in one.areas if one.areas.count(area) > 1})
    if twice:
        faults.append(f"It names {', '.join(twice)} twice. Name each area once.")
    if one.url and not _is_address(one.url):
        faults.append(
            f"Its url is {one.url!r}. Give an address that begins with https:// and has no space, "
            "or leave it out."
        )
    return faults


def _is_address(url: str) -> bool:
    """Return whether a text is a plain address of the web: readers may follow it."""
    given = url.lower()
    start = next((one for one in _WEB if given.startswith(one)), "")
    plain = not any(letter.isspace() or letter in "<>\"'" for letter in url)
    return bool(start) and len(start) < len(url) <= _LONGEST_ADDRESS and plain
