"""What results.json and patrols.json must look like: JSON Schemas, made from the records."""

import dataclasses
import types
import typing
from enum import StrEnum
from typing import Any

from patrolwise.reporting.patrol_results import PATROL_SCHEMA, PatrolResults
from patrolwise.reporting.results import SCHEMA, Results

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def results_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the results document.

    Returns
    -------
    dict

    Examples
    --------
    >>> results_schema()["properties"]["schema"]
    {'const': 'patrolwise.results/1'}
    """
    return schema_of_document(Results, SCHEMA)


def patrols_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document of patrols.

    Returns
    -------
    dict

    Examples
    --------
    >>> patrols_schema()["properties"]["schema"]
    {'const': 'patrolwise.patrols/1'}
    """
    return schema_of_document(PatrolResults, PATROL_SCHEMA)


def schema_of_document(record: Any, name: str) -> dict[str, Any]:
    """Return the JSON schema of a document that a dataclass describes.

    Parameters
    ----------
    record : dataclass type
        With a member called schema.
    name : str
        What that member must say.

    Returns
    -------
    dict
    """
    schema = _of_record(record)
    schema["properties"]["schema"] = {"const": name}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _of_record(record: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(record)
    names = [field.name for field in dataclasses.fields(record)]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": names,
        "properties": {name: _of_type(hints[name]) for name in names},
    }


def _of_type(hint: Any) -> dict[str, Any]:
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if dataclasses.is_dataclass(hint):
        return _of_record(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [member.value for member in hint]}
    parts = typing.get_args(hint)
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return {"anyOf": [_of_type(part) for part in parts]}
    if len(parts) == 2 and parts[1] is Ellipsis:
        return {"type": "array", "items": _of_type(parts[0])}
    return {"type": "array", "prefixItems": [_of_type(part) for part in parts]}
