"""Recorded crimes: which belong to a definition, and how many fall in each area and period."""

from patrolwise.crimes.cleaning import (
    RepeatedIds,
    clean_categories,
    clean_offence_codes,
    count_identical_asb,
    find_repeated_ids,
)
from patrolwise.crimes.counts import count_by_month, count_crimes, local_day
from patrolwise.crimes.quality import FileFault, FileRead, QualityReport
from patrolwise.crimes.selection import is_open_data, select_crimes

__all__ = [
    "FileFault",
    "FileRead",
    "QualityReport",
    "RepeatedIds",
    "clean_categories",
    "clean_offence_codes",
    "count_by_month",
    "count_crimes",
    "count_identical_asb",
    "find_repeated_ids",
    "is_open_data",
    "local_day",
    "select_crimes",
]
