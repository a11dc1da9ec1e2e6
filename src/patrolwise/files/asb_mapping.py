"""How the columns of a case system's export become those of the tables of anti-social behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from patrolwise.errors import check_faults
from patrolwise.files.mapping_files import (
    find_form_faults,
    find_text_faults,
    find_zone_faults,
    read_mapping_values,
)
from patrolwise.partnership.asb_cases import Category, HateStrand, Qualifier

MAPPED = (
    "incident_id",
    "case_id",
    "reported_at",
    "happened_from",
    "happened_to",
    "category",
    "qualifier",
    "channel",
    "hate_strand",
    "child_involved",
    "x",
    "y",
)
PEOPLE = {"victims": ("victim_id", "name"), "subjects": ("subject_id", "name")}
WORDS: dict[str, type[StrEnum]] = {  # column, and what the file's words lead to
    "category": Category,
    "qualifier": Qualifier,
    "hate_strand": HateStrand,
}
WORD_KEYS = {
    "category": "categories",
    "qualifier": "qualifiers",
    "hate_strand": "hate_strands",
}
_TYPES: dict[str, type] = {
    **dict.fromkeys(("zone", "time_format", "encoding", "separator"), str),
    "crs": int,
    "true_words": list,
    **dict.fromkeys((*PEOPLE, *WORD_KEYS.values()), dict),
}


@dataclass(frozen=True, kw_only=True)
class AsbMapping:
    """What the columns of a Sentinel or ECINS-style export hold.

    `columns` leads from columns of ASB_INCIDENTS to the file's; a time may be two columns, date
    and clock. `victims` and `subjects` lead from a code and a name to the file's columns: only
    there may a column hold somebody's name. `categories`, `qualifiers` and `hate_strands` lead
    from the file's words to ours; a word that is ours needs no line.
    """

    columns: Mapping[str, tuple[str, ...]]
    victims: Mapping[str, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    qualifiers: Mapping[str, str] = field(default_factory=dict)
    hate_strands: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    time_format: str = "%d/%m/%Y %H:%M"
    crs: int = 27700
    encoding: str = "utf-8"
    separator: str = ","
    true_words: tuple[str, ...] = ("y", "yes", "true", "1")
    name: str = field(default="mapping", compare=False)

    def __post_init__(self) -> None:
        faults = [*_column_faults(self), *_people_faults(self), *_word_faults(self)]
        if self.crs not in (4326, 27700):
            faults.append(f"Its crs must be 4326 (degrees) or 27700 (metres), got {self.crs}.")
        faults += find_zone_faults(self.zone) + find_form_faults(self.time_format)
        check_faults(self.name, faults + find_text_faults(self.encoding, self.separator))

    @property
    def people_columns(self) -> list[str]:
        """The file's columns that are mapped to victims or subjects."""
        return [*self.victims.values(), *self.subjects.values()]

    @property
    def source_columns(self) -> list[str]:
        """The file's columns that are read, each once."""
        own = [column for group in self.columns.values() for column in group]
        return list(dict.fromkeys([*own, *self.people_columns]))

    def words_of(self, column: str) -> dict[str, str]:
        """Return which words, in small letters, lead to which of ours."""
        given: Mapping[str, str] = getattr(self, WORD_KEYS[column])
        own = {word.value: word.value for word in WORDS[column]}
        return own | {theirs.strip().casefold(): ours for theirs, ours in given.items()}


def read_asb_mapping(path: str | Path) -> AsbMapping:
    """Return the mapping that a TOML file holds.

    Parameters
    ----------
    path : str or Path
        See docs/explanation/anti-social-behaviour.md for what it may say.

    Returns
    -------
    AsbMapping

    Raises
    ------
    InputError
        The file cannot be read, or a key is unknown, missing or wrong; all are named.
    """
    path = Path(path)
    columns, values = read_mapping_values(path, "mapping of anti-social behaviour", _TYPES)
    check_faults(path.name, _text_faults(values))
    return AsbMapping(columns=columns, name=path.name, **values)


def _text_faults(values: Mapping[str, Any]) -> list[str]:
    return [
        f"Its [{key}] must lead {inner} to quoted text, got {text!r}."
        for key in (*PEOPLE, *WORD_KEYS.values())
        for inner, text in values.get(key, {}).items()
        if not isinstance(text, str)
    ]


def _column_faults(mapping: AsbMapping) -> list[str]:
    given = mapping.columns
    faults = [
        f"Its column {target} is none that incidents have; known are {', '.join(MAPPED)}."
        for target in given
        if target not in MAPPED
    ]
    for target, sources in given.items():
        most = 2 if target in ("reported_at", "happened_from", "happened_to") else 1
        if not 1 <= len(sources) <= most:
            faults.append(f"Its column {target} takes {most} name(s), got {len(sources)}.")
    faults += [
        f"It maps no {needed}; an incident needs one."
        for needed in ("incident_id", "reported_at")
        if needed not in given
    ]
    if ("x" in given) != ("y" in given):
        faults.append("It maps one of x and y; map both, or neither.")
    return faults


def _people_faults(mapping: AsbMapping) -> list[str]:
    faults = []
    for table, known in PEOPLE.items():
        given: Mapping[str, str] = getattr(mapping, table)
        faults += [
            f"Its [{table}] has {key}; known are {', '.join(known)}."
            for key in given
            if key not in known
        ]
        if given and known[0] not in given:
            faults.append(f"Its [{table}] has no {known[0]}: people are told apart by a code.")
    shared = {column for group in mapping.columns.values() for column in group}
    both = set(mapping.victims.values()) & set(mapping.subjects.values())
    faults += [
        f"The column {column} goes to people and to incidents: an incident names nobody."
        for column in sorted(shared & set(mapping.people_columns))
    ]
    return faults + [
        f"The column {column} goes to victims and to subjects: these are never one list."
        for column in sorted(both)
    ]


def _word_faults(mapping: AsbMapping) -> list[str]:
    return [
        f"Its [{key}] leads to {ours!r}; known are {', '.join(WORDS[column])}."
        for column, key in WORD_KEYS.items()
        for ours in getattr(mapping, key).values()
        if ours not in list(WORDS[column])
    ]
