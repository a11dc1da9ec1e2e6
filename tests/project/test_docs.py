"""Docs cannot rot: commands, definitions, tables and links are checked against the code."""

import re
from pathlib import Path

import pytest

from patrolwise.cli.__main__ import COMMANDS
from patrolwise.definitions import load_definitions

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target


def test_every_command_is_in_the_readme_and_the_reference():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    reference = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"patrolwise {command}" in readme, command
        assert f"## patrolwise {command}" in reference, command


def test_every_recipe_of_run_is_in_its_help():
    script = (ROOT / "run").read_text(encoding="utf-8")
    for recipe in ("demo", "test", "check", "fix", "bench", "help"):
        assert f"./run {recipe}" in script
        assert re.search(rf"^{recipe}\b.*\)", script, re.MULTILINE), recipe


def test_every_definition_is_in_the_reference():
    page = (ROOT / "docs/reference/definitions.md").read_text(encoding="utf-8")
    for key in load_definitions():
        assert f"`{key}`" in page


def test_docs_that_code_points_to_exist():
    for path in (ROOT / "src").rglob("*.py"):
        for target in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{path.name} points to {target}"
