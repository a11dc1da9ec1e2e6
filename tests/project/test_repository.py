"""What must be in the repository, and what must never be."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = [
    "README.md",
    "CHANGELOG.md",
    "GLOSSARY.md",
    "DEVELOPERS.md",
    "CITATION.cff",
    "LICENSE",
    "NOTICE",
    "run",
    ".ci/run",
]
# written in parts, so that this file does not hold what it looks for
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "deb.deb" + "ian.org"]
PATHS = re.compile(r"(?<![\w.])/(?:work|home|root|tmp)/\w+")
LOCK_URL = re.compile(r"https?://|--index|--find-links|--extra")


def tracked():
    if shutil.which("git") is None:
        pytest.skip("git is not installed, so there is no list of files")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout, so there is no list of files")
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def texts():
    for path in tracked():
        if path.suffix not in (".gz", ".png", ".parquet", ".pdf", ".xlsx", ".zip"):
            yield path, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NEEDED)
def test_the_files_that_readers_look_for_are_there(name):
    assert (ROOT / name).stat().st_size > 0


def test_no_registry_host_and_no_path_of_a_machine_is_in_any_file():
    for path, text in texts():
        for host in HOSTS:
            assert host not in text, f"{path.name} names {host}"
        found = PATHS.search(text)
        assert found is None, f"{path.name} holds the path {found.group()}"


def test_locks_hold_hashes_and_no_addresses():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert LOCK_URL.search(text) is None, path.name


def test_no_file_is_large():
    for path in tracked():
        assert path.stat().st_size < 1_500_000, path.name


def test_the_changelog_says_what_a_user_gains_one_line_a_change():
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    changes = [line for line in lines if line.startswith("- ")]
    assert changes
    assert all(len(line) <= 160 for line in changes)


def test_the_sample_is_at_most_three_megabytes_and_says_its_licence():
    folder = ROOT / "src" / "patrolwise" / "demo"
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert size <= 3_000_000
    assert "Open Government Licence v3.0" in (folder / "README.md").read_text(encoding="utf-8")
