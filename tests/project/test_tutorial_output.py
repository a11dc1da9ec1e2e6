"""What the tutorial of a tracked shift shows is what its commands print, one after the other."""

import re
import shlex
from pathlib import Path

import pytest

from patrolwise.cli.__main__ import main
from patrolwise.study import patrol_writing

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/tutorials/a-tracked-shift.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^```text\n\$ patrolwise (.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)
PYTHON = re.compile(
    r"^```python\n((?:(?!```).*\n)*)```\n\n```text\n((?:(?!```).*\n)*)```$", re.MULTILINE
)
LEFT_OUT = "...\n"


def is_shown(shown, printed):
    """Return whether that was printed, but for the lines that are left out."""
    parts = (re.escape(part) for part in shown.split(LEFT_OUT))
    return re.fullmatch(r"(?:.*\n)*".join(parts), printed) is not None


@pytest.mark.parametrize(
    ("shown", "is_so"),
    [("a\nb\n", True), ("a\n", False), ("a\n...\n", True), ("...\nb\n", True), ("c\n...\n", False)],
)
def test_lines_may_be_left_out_only_where_that_is_said(shown, is_so):
    assert is_shown(shown, "a\nb\n") is is_so


def test_each_command_and_the_script_print_what_is_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(patrol_writing, "lay_out_html", lambda document: "<p>report</p>")
    monkeypatch.setattr(patrol_writing, "lay_out_pdf", lambda document: b"%PDF")
    commands = COMMAND.findall(PAGE)
    assert [line.split()[0] for line, _ in commands] == [
        "simulate", "fixes", "visits", "dose", "dose", "cost",
    ]  # fmt: skip
    for line, shown in commands:
        assert main(shlex.split(line)) == 0
        printed = capsys.readouterr().out
        assert is_shown(shown, printed), f"{line} prints now:\n{printed}"
    ((script, shown),) = PYTHON.findall(PAGE)
    exec(script, {})
    assert capsys.readouterr().out == shown
