"""The tests are run in parts, two at a time: none is left out, and none is run twice."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "tests").rglob("test_*.py"))
POSTGRES = "-postgres"


def list_parts():
    """Return the parts: name → the folders that are run, and those of them that are left out."""
    told = subprocess.run(
        [ROOT / "run", "test-paths"], capture_output=True, text=True, check=True
    ).stdout
    parts = {}
    for line in told.splitlines():
        name, *words = line.split()
        run = [ROOT / word for word in words if not word.startswith("-")]
        left_out = [ROOT / word.removeprefix("--ignore=") for word in words if "=" in word]
        parts[name] = run, left_out
    return parts


def find_parts(file, parts):
    return [
        name
        for name, (run, left_out) in parts.items()
        if any(file.is_relative_to(folder) for folder in run)
        and not any(file.is_relative_to(folder) for folder in left_out)
    ]


def test_each_file_of_tests_is_in_one_part_and_those_of_sites_in_one_for_each_database():
    parts = list_parts()
    assert len(FILES) > 400
    for file in FILES:
        found = find_parts(file, parts)
        if file.is_relative_to(ROOT / "tests/web"):
            site = file.relative_to(ROOT / "tests/web").parts[0]
            assert sorted(found) == [site, site + POSTGRES], file
        else:
            assert len(found) == 1, (file, found)
            assert POSTGRES not in found[0]


def test_a_file_that_no_part_or_that_two_parts_run_would_be_found():
    parts = {"one": ([ROOT / "tests"], [ROOT / "tests/web"]), "two": ([ROOT / "tests/study"], [])}
    assert find_parts(ROOT / "tests/web/police/test_x.py", parts) == []
    assert find_parts(ROOT / "tests/study/test_x.py", parts) == ["one", "two"]


def test_what_takes_longest_is_named_as_a_part_there_is():
    named = re.search(r'^LONGEST="(.+)"$', (ROOT / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named[1].split()) <= set(list_parts())


def test_ci_leaves_out_the_part_that_its_check_has_run_and_no_other():
    text = (ROOT / ".ci/run").read_text(encoding="utf-8")
    check, test = text.index("./run check"), text.index("PATROLWISE_CHECKED=yes ./run test")
    assert check < test
    run = (ROOT / "run").read_text(encoding="utf-8")
    assert "pytest tests/project" in run.split("\ncheck() {")[1].split("\n}")[0]
    assert re.findall(r"left_out=(\w+)", run) == ["none", "project"]
