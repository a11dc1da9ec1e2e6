"""Make the generated pages of docs/reference from the code; with --check, fail where one is stale.

Pages: tables, cli, definitions, results, patrols and claims (each with its JSON Schema), outreach,
api.
"""

import argparse
import ast
import dataclasses
import importlib
import inspect
import io
import json
import os
import pkgutil
import sys
import tokenize
import typing
from enum import StrEnum
from pathlib import Path
from typing import Any

from outreach_reference import outreach_page

import patrolwise
from patrolwise.claims import claim_records
from patrolwise.cli.__main__ import COMMANDS, make_parser
from patrolwise.definitions import load_definitions
from patrolwise.reporting import patrol_results, results
from patrolwise.study.claim_check import claims_schema
from patrolwise.study.schema import patrols_schema, results_schema
from patrolwise.tables import ALL_TABLES, Table

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
NOT_LIBRARY = ("patrolwise.cli", "patrolwise.demo", "patrolwise.web")  # web needs its settings
MADE = "<!-- Made by scripts/make_reference.py from the code: do not edit. -->\n\n"


def tables_page() -> str:
    """Return the page of declared tables."""
    parts = ["# Tables\n\nA table is a polars frame with these columns, in this order.\n"]
    for table in declared_tables():
        parts.append(f"\n## {table.name}\n\nOne row is {table.row_is}.\n")
        parts.append("\n| column | type | may be null | holds |\n|---|---|---|---|\n")
        for column in table.columns:
            null = "yes" if column.may_be_null else "no"
            parts.append(f"| `{column.name}` | {column.dtype} | {null} | {column.holds} |\n")
    return MADE + "".join(parts)


def declared_tables() -> list[Table]:
    """Return the tables that cross boundaries, then those of single modules, by name."""
    own = {
        thing.name: thing
        for name in module_names()
        if not name.startswith("patrolwise.web")
        for thing in vars(importlib.import_module(name)).values()
        if isinstance(thing, Table)
    }
    shared = {table.name for table in ALL_TABLES}
    return [*ALL_TABLES, *(own[name] for name in sorted(own) if name not in shared)]


def module_names() -> list[str]:
    """Return the modules and folders of the package, two deep: the sites' own need settings."""
    names = [found.name for found in pkgutil.iter_modules(patrolwise.__path__, "patrolwise.")]
    folders = [
        Path(folder) / name.split(".")[1] for folder in patrolwise.__path__ for name in names
    ]
    return names + [
        f"patrolwise.{folder.name}.{found.name}"
        for folder in folders
        for found in pkgutil.iter_modules([str(folder)])
    ]


def cli_page() -> str:
    """Return the page of commands, as --help prints them."""
    os.environ["COLUMNS"] = "96"
    parts = ["# Command line\n\n```text\n", make_parser().format_help(), "```\n"]
    for command in COMMANDS:
        parser = make_parser(command)
        sub = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
        parts += [
            f"\n## patrolwise {command}\n\n```text\n",
            sub.choices[command].format_help(),
            "```\n",
        ]
    return MADE + "".join(parts)


def definitions_page() -> str:
    """Return the page of shipped definitions."""
    parts = ["# Definitions\n\nEvery figure prints the id and version of its definition.\n"]
    for key, definition in sorted(load_definitions().items()):
        parts.append(f"\n## `{key}`\n\n**{definition.title}**\n\n")
        for field in dataclasses.fields(definition):
            value = getattr(definition, field.name)
            if field.name in ("id", "version", "title") or value in (None, "", (), {}, frozenset()):
                continue
            told = ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else value
            parts.append(f"- {field.name.replace('_', ' ')}: {told}\n")
    return MADE + "".join(parts)


def results_page() -> str:
    """Return the page of results.json, field by field."""
    return records_page("results", results.SCHEMA, results.Results)


def patrols_page() -> str:
    """Return the page of patrols.json, field by field."""
    return records_page("patrols", patrol_results.PATROL_SCHEMA, patrol_results.PatrolResults)


def claims_page() -> str:
    """Return the page of what `patrolwise claims --json` prints, field by field."""
    return records_page("claims", claim_records.CLAIMS_SCHEMA, claim_records.ClaimReport)


def records_page(name: str, schema: str, document: type) -> str:
    """Return the page of a document, record by record."""
    parts = [
        f"# {name}.json\n\n",
        f"Schema `{schema}`; as JSON Schema in [{name}.schema.json]({name}.schema.json). "
        "Same inputs, same bytes: the file holds no time of making.\n",
    ]
    for record in records_of(document):
        comments = field_comments(Path(str(inspect.getsourcefile(record))))
        hints = typing.get_type_hints(record)
        parts.append(f"\n## {record.__name__}\n\n{str(record.__doc__).splitlines()[0]}\n\n")
        parts.append("| field | type | holds |\n|---|---|---|\n")
        for field in dataclasses.fields(record):
            held = comments.get((record.__name__, field.name), "")
            parts.append(f"| `{field.name}` | {tell_type(hints[field.name])} | {held} |\n")
    return MADE + "".join(parts)


def records_of(document: type) -> list[Any]:
    """Return a document's record, then all records that it holds at any depth, by name."""
    found: dict[str, Any] = {}
    waiting: list[Any] = [document]
    while waiting:
        kind = waiting.pop()
        waiting += typing.get_args(kind)
        if not dataclasses.is_dataclass(kind):
            continue
        record: Any = kind
        name = record.__name__
        assert found.get(name, record) is record, f"two records are called {name}"
        if name not in found:
            found[name] = record
            waiting += typing.get_type_hints(record).values()
    others = sorted(name for name in found if name != document.__name__)
    return [document, *(found[name] for name in others)]


def tell_type(kind: Any) -> str:
    """Return a type in words."""
    inner = typing.get_args(kind)
    if typing.get_origin(kind) is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return f"list of {tell_type(inner[0])}"
        return f"({', '.join(map(tell_type, inner))})"
    if inner:
        return " or ".join("none" if one is type(None) else tell_type(one) for one in inner)
    if issubclass(kind, StrEnum):
        return " or ".join(f'"{one.value}"' for one in kind)
    return str(kind.__name__)


def field_comments(path: Path) -> dict[tuple[str, str], str]:
    """Return the comment behind each field of each class in a module."""
    source = path.read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    by_line = {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                    found[node.name, item.target.id] = by_line.get(item.lineno, "")
    return found


def api_page() -> str:
    """Return the page of the library's public functions and classes, a line each."""
    parts = ["# Library\n\nPublic names by module; `help(name)` has shapes, units and examples.\n"]
    for module_name in sorted(module_names()):
        if module_name.startswith(NOT_LIBRARY):
            continue
        module = importlib.import_module(module_name)
        if hasattr(module, "__path__"):
            continue
        lines = []
        for name, thing in sorted(vars(module).items()):
            own = getattr(thing, "__module__", None) == module_name and callable(thing)
            if own and not name.startswith("_"):
                lines.append(f"- `{name}`: {(thing.__doc__ or '').strip().splitlines()[0]}\n")
        if lines:
            first = (module.__doc__ or "").strip().splitlines()[0]
            parts += [f"\n## {module_name}\n\n{first}\n\n", *lines]
    return MADE + "".join(parts)


def pages() -> dict[str, str]:
    """Return every generated page by file name."""
    return {
        "tables.md": tables_page(),
        "cli.md": cli_page(),
        "definitions.md": definitions_page(),
        "results.md": results_page(),
        "results.schema.json": json.dumps(results_schema(), indent=1) + "\n",
        "patrols.md": patrols_page(),
        "patrols.schema.json": json.dumps(patrols_schema(), indent=1) + "\n",
        "claims.md": claims_page(),
        "claims.schema.json": json.dumps(claims_schema(), indent=1) + "\n",
        "outreach.md": MADE + outreach_page(),
        "api.md": api_page(),
    }


def main() -> int:
    """Write or check the pages; return the exit code."""
    check = "--check" in sys.argv[1:]
    stale = []
    for name, text in pages().items():
        path = FOLDER / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if stale:
        done = "stale, run ./run fix" if check else "written"
        sys.stdout.write(f"docs/reference: {', '.join(stale)}: {done}\n")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
