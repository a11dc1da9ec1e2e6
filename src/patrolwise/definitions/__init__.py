"""What each figure counts: versioned definitions, printed beside every number as id@version."""

from patrolwise.definitions.categories import OPEN_DATA_CATEGORIES
from patrolwise.definitions.definition import FLAGS, Definition
from patrolwise.definitions.offence_codes import known_offence_codes
from patrolwise.definitions.reading import find_definition, load_definitions, read_definition

__all__ = [
    "FLAGS",
    "OPEN_DATA_CATEGORIES",
    "Definition",
    "find_definition",
    "known_offence_codes",
    "load_definitions",
    "read_definition",
]
