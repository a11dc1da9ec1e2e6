"""How files become tables and tables become files, one pair of functions for each concept."""

from patrolwise.files.areas import AreasRead, read_areas, write_areas
from patrolwise.files.crimes import CrimesRead, ReadRule, read_crimes
from patrolwise.files.mapping import CrimeMapping, read_mapping

__all__ = [
    "AreasRead",
    "CrimeMapping",
    "CrimesRead",
    "ReadRule",
    "read_areas",
    "read_crimes",
    "read_mapping",
    "write_areas",
]
