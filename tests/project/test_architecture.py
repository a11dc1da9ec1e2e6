"""Sizes, names and docstrings, held by a test so that nobody has to remember them."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "patrolwise"
MODULES = sorted(SOURCE.rglob("*.py"))
NOT_LIBRARY = ("cli", "demo", "web")
MODULES = [m for m in MODULES if "migrations" not in m.parts]  # Django writes them
LIBRARY = [m for m in MODULES if m.relative_to(SOURCE).parts[0] not in NOT_LIBRARY]
SECTIONS = re.compile(r"^ *(Parameters|Returns|Yields|Raises|Attributes)\n *-{4,}", re.MULTILINE)
FORBIDDEN_NAMES = {"utils", "misc", "core", "common", "helpers", "manager", "base"}


def where(path):
    return str(path.relative_to(ROOT))


def functions(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length_without_docstring(node):
    body = node.body
    if ast.get_docstring(node) is not None:
        body = body[1:]
    return node.end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=where)
def test_a_module_has_at_most_400_lines_and_says_what_it_answers(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(text)), "a module's first line says what it answers"


@pytest.mark.parametrize("path", MODULES, ids=where)
def test_a_function_has_at_most_50_lines_and_five_parameters(path):
    for node in functions(path):
        assert length_without_docstring(node) <= 50, f"{node.name} is too long"
        arguments = node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        named = [a for a in named if a.arg not in ("self", "cls")]
        assert len(named) <= 5, f"{node.name} takes {len(named)} parameters: use a frozen rule"


@pytest.mark.parametrize("path", LIBRARY, ids=where)
def test_a_public_function_documents_what_it_takes_and_returns(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        found = set(SECTIONS.findall(ast.get_docstring(node) or ""))
        takes = bool(node.args.args or node.args.kwonlyargs)
        assert not takes or "Parameters" in found, f"{node.name} lacks Parameters"
        silent = isinstance(node.returns, ast.Constant) and node.returns.value is None
        assert silent or found & {"Returns", "Yields"}, f"{node.name} lacks Returns"


def test_no_module_has_a_name_that_says_nothing_or_hides_the_standard_library():
    import sys

    for path in MODULES:
        assert path.stem not in FORBIDDEN_NAMES, where(path)
        assert path.stem not in sys.stdlib_module_names or path.stem.startswith("__"), where(path)


def test_the_library_nests_one_folder_deep():
    for path in MODULES:
        if path.relative_to(SOURCE).parts[0] != "web":  # deeper nesting is Django's own
            assert len(path.relative_to(SOURCE).parts) <= 2, where(path)
