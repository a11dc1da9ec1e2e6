"""The page on programme.toml has each key that is read, with type and default, and no other."""

import inspect
import re
import tomllib
from pathlib import Path

import pytest

from patrolwise.demo import demo_programme
from patrolwise.errors import InputError
from patrolwise.study.reading import read_programme
from patrolwise.study.toml_reader import TomlReader

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/programme.md").read_text(encoding="utf-8")
TOP = "Tables"  # the heading of the page's table of tables
EVERY_TABLE = """
windows = {}
crimes = { files = ["."] }
hot_spots = { select = {}, chosen_on = { first = 2022-01-01, last = 2022-12-31 } }
outcomes = {}
comparison = {}
harm = {}
services = [{}]
programme = {}
protocol = { change = [{}] }
displacement = { patrol_hours = [14, 20], near_repeats_m = [], near_repeats_days = [] }
wider_trend = [{ breaks = [{}] }]
recording = { changes = [{}] }
robustness = { without = [{}], hours = [14, 20] }
campaigns = [{}]
costs = { services = [{ window = {} }] }
report = { harms = [{}] }
returns = { quarters = [{}] }
patrol_days = [{ hours = [14, 20], window = {} }]
tracking = { visit_rule = {}, cost_kinds = {}, dose_rules = [{ weekdays = [], areas = [] }] }

[planning]
services = [{}]
shifts = [{ weekdays = [] }]
breaks = [{}]
arms = {}
worst_spots = {}
rota_weights = {}
power = {}
dose_rules = [{ weekdays = [], areas = [] }]
experiment = { arms = [{}], loads = [{}], weekdays = [] }
"""
TYPES = {
    "text": "text",
    "texts": "list of texts",
    "whole": "whole number",
    "number": "number",
    "numbers": "list of numbers",
    "flag": "true or false",
    "day": "date",
    "clock": "time of day",
    "path": "path",
    "window": "window",
    "table": "table",
    "tables": "tables",
}
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \| `(.*?)` \|$", re.MULTILINE)


def heading_of(where):
    return re.sub(r"\[\d+\]", "", where) or TOP


def rows_of_the_page():
    """Return (heading, key) → (type, default, meaning, example), as the page has them."""
    rows = {}
    for part in PAGE.split("\n## ")[1:]:
        heading = part.partition("\n")[0].strip("[]")
        for key, *cells in ROW.findall(part):
            rows[heading, key] = tuple(cells)
    return rows


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Return (heading, key) → (method, default) for all that the code asks a programme for."""
    found = {}

    def watch(name):
        plain = getattr(TomlReader, name)
        signature = inspect.signature(plain)

        def watched(self, *args, **kwargs):
            given = signature.bind(self, *args, **kwargs).arguments
            place = heading_of(self._where), given["key"]
            # a path is read as a text, and a table looked for before it is read: keep the first
            # that says the type
            if found.get(place, ("has",))[0] == "has":
                found[place] = name, given.get("default"), given.get("needed")
            return plain(self, *args, **kwargs)

        monkeypatch.setattr(TomlReader, name, watched)

    for name in [*TYPES, "has"]:
        watch(name)
    path = tmp_path / "programme.toml"
    path.write_text(EVERY_TABLE, encoding="utf-8")
    with pytest.raises(InputError):
        read_programme(path)
    windows = {f"{h}.{k}".removeprefix(f"{TOP}.") for h, k in found if found[h, k][0] == "window"}
    return {place: how for place, how in found.items() if place[0] not in windows}


def test_the_page_has_every_key_that_is_read_and_no_other(asked):
    assert set(rows_of_the_page()) == set(asked)
    assert len(asked) > 40, "the test no longer sees what is read"


def test_the_page_has_the_type_of_every_key(asked):
    rows = rows_of_the_page()
    wrong = {
        place: (rows[place][0], TYPES[how[0]])
        for place, how in asked.items()
        if rows[place][0] != TYPES[how[0]]
    }
    assert not wrong


def test_the_page_has_the_default_of_every_text_and_number(asked):
    rows = rows_of_the_page()
    for place, (method, default, _) in asked.items():
        if method in ("text", "whole", "number"):
            told = rows[place][1]
            if default is None:
                assert told == "required", place
            else:
                assert tomllib.loads(f"x = {told.strip('`')}")["x"] == default, place


def test_the_page_says_which_lists_and_paths_are_required(asked):
    rows = rows_of_the_page()
    for place, (method, _, needed) in asked.items():
        if method in ("texts", "path"):
            assert (rows[place][1] == "required") == bool(needed), place


@pytest.mark.parametrize("place", rows_of_the_page(), ids=".".join)
def test_an_example_is_toml_for_its_key(place):
    assert list(tomllib.loads(rows_of_the_page()[place][3])) == [place[1]]


def test_the_whole_example_is_the_one_that_the_demonstration_runs():
    shown = PAGE.split("```toml\n")[1].split("```")[0]
    assert shown == demo_programme().read_text(encoding="utf-8")
