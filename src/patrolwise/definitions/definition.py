"""What a definition is, and when it is refused.

"Serious violence" has no single national definition, and open data cannot hold one: its
category "violence and sexual offences" spans common assault to murder. A definition that calls
itself serious and counts categories is therefore refused before it can label a figure.
"""

import re
from dataclasses import dataclass
from datetime import date

from patrolwise.definitions.categories import OPEN_DATA_CATEGORIES
from patrolwise.definitions.offence_codes import known_offence_codes
from patrolwise.errors import RefusedError, check_faults

FLAGS: tuple[str, ...] = ("knife", "domestic")
PLACE_TYPES: tuple[str, ...] = ("public",)
ANY_CODE = "*"

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What one kind of figure counts.

    A crime belongs when its category or its offence code is listed, when it carries every
    required flag and no excluded one, and, if place types are given, when it happened there.

    `offence_codes` are Home Office codes; `("*",)` means any. `unlisted_codes` are codes newer
    than the shipped list: they count too, and are apart so that a slip of the pen is noticed.
    """

    id: str
    version: int
    valid_from: date
    title: str
    source: str
    offence_codes: tuple[str, ...] = ()
    unlisted_codes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    required_flags: tuple[str, ...] = ()
    excluded_flags: tuple[str, ...] = ()
    place_types: tuple[str, ...] = ()
    counting_rule_notes: str = ""

    def __post_init__(self) -> None:
        check_faults(f"Definition {self.id}", _faults(self))
        if self.categories and "serious" in f"{self.id} {self.title}".casefold():
            raise RefusedError(
                f"Definition {self.id} is called serious but counts open data categories "
                f"({', '.join(self.categories)}). A category spans the trivial and the grave: "
                "violence and sexual offences runs from common assault to murder. "
                "Define it by offence_codes, or give it another id and title."
            )

    @property
    def key(self) -> str:
        """The name that is printed with every figure: id@version."""
        return f"{self.id}@{self.version}"

    @property
    def needs_offence_codes(self) -> bool:
        """Whether it cannot be counted on open data, which has no offence codes or flags."""
        return not self.categories or bool(self.needed_columns)

    @property
    def takes_any_code(self) -> bool:
        """Whether every offence code counts."""
        return ANY_CODE in self.offence_codes

    @property
    def codes(self) -> tuple[str, ...]:
        """All offence codes that count, the unlisted ones too."""
        return self.offence_codes + self.unlisted_codes

    @property
    def needed_columns(self) -> tuple[str, ...]:
        """The columns of CRIMES whose flags it reads."""
        place = ("public_place",) if self.place_types else ()
        return self.required_flags + self.excluded_flags + place


def _faults(definition: Definition) -> list[str]:
    faults = []
    if not _SLUG.fullmatch(definition.id):
        faults.append(f"Its id must be lower-case words joined by hyphens, got {definition.id!r}.")
    if definition.version < 1:
        faults.append(f"Its version must be 1 or more, got {definition.version}.")
    faults += [
        f"Its {name} is empty; write one."
        for name in ("title", "source")
        if not getattr(definition, name).strip()
    ]
    if not definition.codes and not definition.categories:
        faults.append("It has neither offence_codes nor categories, so it would count nothing.")
    listed = set(known_offence_codes())
    known = {
        "offence_codes": {*listed, ANY_CODE},
        "categories": set(OPEN_DATA_CATEGORIES),
        "required_flags": set(FLAGS),
        "excluded_flags": set(FLAGS),
        "place_types": set(PLACE_TYPES),
    }
    for name, allowed in known.items():
        unknown = [value for value in getattr(definition, name) if value not in allowed]
        if unknown:
            faults.append(f"Its {name} hold {', '.join(unknown)}; {_remedy(name, allowed)}")
    if both := set(definition.required_flags) & set(definition.excluded_flags):
        faults.append(f"It both requires and excludes {', '.join(sorted(both))}; choose one.")
    if twice := [code for code in definition.unlisted_codes if code in listed]:
        faults.append(f"Its unlisted_codes hold {', '.join(twice)}, listed: use offence_codes.")
    return faults


def _remedy(name: str, allowed: set[str]) -> str:
    if name == "offence_codes":
        return "write them as the Home Office does (8N, 34B), or put new ones in unlisted_codes."
    return f"known are {', '.join(sorted(allowed))}."
