"""What the README shows as output is what the commands print today."""

import re
import shlex
from pathlib import Path

import pytest

from patrolwise.cli.__main__ import main
from patrolwise.demo import demo_programme
from patrolwise.study import patrol_writing
from patrolwise.study.evaluation import run_evaluation
from patrolwise.study.patrol_simulation import SimulationRule
from patrolwise.study.reading import read_programme
from patrolwise.study.simulated_study import tell_simulated_study, write_simulated_study

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# a command, over more lines where they end in a backslash; then what it printed
BLOCK = re.compile(r"^```text\n\$ patrolwise ((?:.*\\\n)*.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)
BLOCKS = [(shlex.split(line.replace("\\\n", " ")), out) for line, out in BLOCK.findall(README)]
SHOWN = {words[0]: (words, out) for words, out in BLOCKS}
IMAGE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")


def test_the_readme_shows_the_output_of_four_commands():
    assert set(SHOWN) == {"evaluate", "crimes", "hot-spots", "harm"}


@pytest.mark.parametrize("command", SHOWN)
def test_the_output_shown_is_what_the_command_prints(command, capsys, monkeypatch):
    words, shown = SHOWN[command]
    monkeypatch.chdir(ROOT)
    assert main(words) == 0
    assert capsys.readouterr().out == shown


@pytest.fixture(scope="module")
def evaluated():
    return run_evaluation(read_programme(demo_programme()), progress=lambda step: None)


def test_the_findings_shown_are_those_of_the_demonstration(evaluated):
    numbered = re.findall(r"^\d\. (.*(?:\n   .*)*)", README, re.MULTILINE)
    assert [" ".join(item.split()) for item in numbered] == list(evaluated.results.findings)


def test_the_patrols_shown_are_those_that_the_demonstration_makes_up(
    evaluated, tmp_path, monkeypatch
):
    monkeypatch.setattr(patrol_writing, "lay_out_html", lambda document: "<p>report</p>")
    monkeypatch.setattr(patrol_writing, "lay_out_pdf", lambda document: b"%PDF")
    simulated = write_simulated_study(
        tmp_path / "patrols",
        SimulationRule(weeks=1),
        evaluated.spots,
        progress=lambda step: None,
    )
    told = tell_simulated_study(simulated, Path("patrolwise-demo/patrols"))
    assert f"```text\n{told}\n```" in README


def test_the_picture_of_the_readme_is_there_and_small():
    (target,) = IMAGE.findall(README)
    picture = (ROOT / target).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 1280  # pixels wide
    assert len(picture) <= 250_000
