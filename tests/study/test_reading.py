"""Programme files: every kind of fault, all at once, each with what to do."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from patrolwise.demo import demo_programme
from patrolwise.errors import InputError
from patrolwise.places import GridShape
from patrolwise.study.programme import Service, SpotSource
from patrolwise.study.reading import read_programme


def faults_of(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_programme(path)
    return str(caught.value)


@pytest.fixture
def world(calm, own_copy, tmp_path):
    return own_copy(calm, tmp_path)


def test_the_programme_of_the_demonstration_is_valid():
    programme = read_programme(demo_programme())
    assert programme.hot_spots.expected == 7
    assert programme.comparison.match == 14
    assert programme.rings_m == (0, 100, 200)


def test_what_is_not_said_has_the_documented_default(world):
    minimal = {
        "programme": 'title = "T"',
        "comparison": None,
        "outcomes": 'definitions = ["robbery"]',
        "harm": None,
        "hot_spots": None,
    }
    programme = read_programme(world.declare(**minimal))
    assert (programme.question, programme.notice, programme.seed) == ("", "", 1)
    assert programme.services == ()
    assert programme.comparison.match == 0
    assert programme.comparison.file is None
    assert programme.harm is None
    assert programme.rings_m == ()
    assert programme.hot_spots.id == "hot-spots"
    assert programme.hot_spots.select.shape is GridShape.SQUARE
    assert programme.hot_spots.select.size_m == 200
    assert programme.window_override == ""


def test_paths_are_relative_to_the_programme_file(world, monkeypatch, tmp_path):
    path = world.declare()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    programme = read_programme(path)
    assert programme.crimes.files == ((world.folder / "street").resolve(),)
    assert programme.harm.offence_mix == (world.folder / "mix.csv").resolve()


def test_the_hash_is_that_of_the_files_bytes(world):
    path = world.declare()
    programme = read_programme(path)
    assert programme.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert programme.file_name == "programme.toml"


def test_services_carry_their_dates(world):
    services = '[[services]]\nname = "Outreach"\nprovider = "A charity"\nbegan = 2021-01-01\n'
    assert read_programme(world.declare(services=services)).services == (
        Service(name="Outreach", provider="A charity", began=date(2021, 1, 1)),
    )


def test_one_definition_named_twice_is_assessed_once(world):
    text = 'definitions = ["robbery", "robbery@1", "all-crime"]'
    assert read_programme(world.declare(outcomes=text)).definitions == ("robbery@1", "all-crime@1")


@pytest.mark.parametrize(
    ("section", "text", "said"),
    [
        ("programme", None, "[programme] is missing."),
        ("programme", "seed = 1", "programme.title is missing. Give text in quotes."),
        ("programme", "title = 3", "programme.title is 3. Give text in quotes."),
        ("programme", 'title = "T"\nseed = -1', "programme.seed is -1. Give a whole number"),
        ("programme", 'title = "T"\nseed = true', "programme.seed is True. Give a whole number"),
        ("programme", 'title = "T"\nseed = 1.5', "programme.seed is 1.5. Give a whole number"),
        ("programme", 'title = "T"\ntitel = "x"', "programme.titel is not known. Known here:"),
        ("windows", None, "[windows] is missing."),
        ("windows", None, "windows.before is missing. Undated windows are refused"),
        ("windows", 'before = "2020"', "windows.before is '2020'. Give { first ="),
        (
            "windows",
            "before = { first = 2020-01-01 }",
            "windows.before lacks last. Undated windows are refused.",
        ),
        (
            "windows",
            'before = { first = "2020-01-01", last = 2020-12-31 }',
            "windows.before.first is '2020-01-01'. Give a date such as 2023-02-01, without quotes.",
        ),
        (
            "windows",
            "before = { first = 2020-01-01T00:00:00, last = 2020-12-31 }",
            "without quotes or a time of day.",
        ),
        (
            "windows",
            "before = { first = 2020-12-31, last = 2020-01-01 }",
            "windows.before ends on 2020-01-01, before it begins on 2020-12-31. Swap the two",
        ),
        (
            "windows",
            "before = { first = 2020-01-01, last = 2020-12-31, days = 366 }",
            "windows.before.days is not known.",
        ),
        ("crimes", None, "[crimes] is missing."),
        ("crimes", "files = []", "crimes.files is []. Give a list with at least one entry."),
        ("crimes", 'files = "street"', "crimes.files is 'street'. Give a list of texts."),
        ("crimes", "files = [1]", "crimes.files is [1]. Give a list of texts."),
        (
            "crimes",
            'files = ["nowhere"]',
            'crimes.files is "nowhere", but there is no such file or folder in',
        ),
        ("crimes", 'files = ["street"]\nmapping = ""', "crimes.mapping is ''. Give a path."),
        ("hot_spots", "expected = -4", "hot_spots.expected is -4. Give a whole number"),
        (
            "hot_spots",
            'definition = "theft"',
            "hot_spots.definition:",
        ),
        ("hot_spots", 'file = "mix.csv"', "either file or [hot_spots.select], and not both."),
        ("hot_spots__select", None, "either file or [hot_spots.select], and not both."),
        ("hot_spots__select", "count = 4", "hot_spots.select.window is missing. Undated windows"),
        (
            "hot_spots__select",
            "count = 0",
            "hot_spots.select.count is 0. Give 1 or more.",
        ),
        (
            "hot_spots__select",
            'definition = "violence"\nnudge = 1\nshape = "circle"\nmethod = "best"',
            "hot_spots.select.definition:",
        ),
        ("hot_spots__select", 'shape = "circle"', "hot_spots.select.shape is 'circle'. Give"),
        ("hot_spots__select", 'method = "best"', "method is 'best'. Give shrunken or count."),
        ("hot_spots__select", "nudge = 1", "hot_spots.select.nudge is 1. Give true or false."),
        ("hot_spots__select", "size_m = -1", "size_m is -1. Give a number, 0 or more."),
        ("hot_spots__select", "size_m = nan", "size_m is nan. Give a number, 0 or more."),
        ("hot_spots__select", 'size_m = "big"', "size_m is 'big'. Give a number."),
        ("hot_spots__select", "size_m = true", "size_m is True. Give a number, 0 or more."),
        ("hot_spots__select", "count = 4", "hot_spots.select.study_area is missing."),
        ("comparison", 'file = "mix.csv"\nmatch = 3', "comparison needs either file or match"),
        ("comparison", 'declared = "2020"', "comparison.declared is '2020'. Give a date"),
        ("comparison", "macth = 3", "comparison.macth is not known."),
        ("outcomes", "rings_m = [0, 100]", "outcomes.definitions is missing."),
        ("outcomes", 'definitions = ["violence"]', "outcomes.definitions:"),
        ("outcomes", 'definitions = ["robbery"]\nrings_m = [100, 0]', "rings_m must rise"),
        ("outcomes", 'definitions = ["robbery"]\nrings_m = [0, 0]', "rings_m must rise"),
        ("outcomes", 'definitions = ["robbery"]\nrings_m = [100]', "two edges or more"),
        ("outcomes", 'definitions = ["robbery"]\nrings_m = [-100, 0]', "from 0 or more"),
        ("outcomes", 'definitions = ["robbery"]\nrings_m = ["a"]', "Give a list of numbers."),
        ("outcomes", 'definitions = ["robbery"]\nrings_m = [0, inf]', "Give a list of numbers."),
        ("outcomes", 'definitions = ["robbery"]\nrings_m = 100', "Give a list of numbers."),
        ("harm", 'weights = "mix.csv"', "harm.version: A harm workbook needs its version"),
        ("harm", 'weights = "none.xlsx"\nversion = "2020-10"', 'harm.weights is "none.xlsx"'),
        ("harm", "mix_years = [2020]", "harm.mix_years is [2020]. Give a list of texts."),
        ("extra", "x = 1", "extra is not known. Known here: campaigns, comparison, costs, crimes,"),
        ("services", 'services = "Outreach"', "services must be written as [[services]]"),
        ("services", "[[services]]\nbegan = 2021-01-01", "services[1].name is missing."),
        ("services", '[[services]]\nname = "A"\nbegun = 2021-01-01', "services[1].begun is not"),
        (
            "services",
            '[[services]]\nname = "A"\nbegan = 2021-01-01\nended = 2020-01-01',
            "Service A ended on 2020-01-01, but it began on 2021-01-01. Mend them.",
        ),
        (
            "services",
            '[[services]]\nname = "A"\nended = 2020-01-01',
            "Service A ended on 2020-01-01, but began is missing. Mend them.",
        ),
        (
            "services",
            '[[services]]\nname = "A"\nkind = "charity"',
            "Service A is of the kind 'charity'. Give police, outreach or partner",
        ),
    ],
)
def test_each_fault_is_told_with_its_key_and_what_to_give(world, section, text, said):
    if section == "services" and not text.startswith("[["):
        # a key of the top table must stand before the first section
        path = world.declare()
        path.write_text(f"{text}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    else:
        path = world.declare(**{section: text})
    assert said in faults_of(path)


def test_a_section_that_is_no_table_is_a_fault(world):
    path = world.declare(harm=None)
    path.write_text("harm = 3\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert "harm must be a table: [harm]." in faults_of(path)


def test_all_faults_come_in_one_error_and_each_once(world):
    path = world.declare(
        programme='titel = "x"',
        windows="before = { first = 2020-12-31, last = 2020-01-01 }",
        crimes='files = ["nowhere"]',
        hot_spots='file = "mix.csv"',
        comparison='file = "mix.csv"\nmatch = 2',
        outcomes='definitions = ["violence"]\nrings_m = [2, 1]',
        harm='weights = "mix.csv"',
    )
    said = faults_of(path)
    wanted = [
        "programme.title is missing",
        "programme.titel is not known",
        "windows.before ends on",
        "windows.after is missing",
        'crimes.files is "nowhere"',
        "hot_spots needs either file or [hot_spots.select]",
        "comparison needs either file or match",
        "outcomes.definitions:",
        "outcomes.rings_m must rise",
        "harm.version:",
    ]
    assert said.startswith(f"programme.toml: {len(wanted)} faults.")
    assert [said.count(fault) for fault in wanted] == [1] * len(wanted)


def test_an_unknown_definition_is_not_told_as_missing_when_it_is_missing(world):
    select = 'window = { first = 2019-01-01, last = 2019-12-31 }\nstudy_area = "study-area.geojson"'
    said = faults_of(world.declare(hot_spots__select=select))
    assert said == "programme.toml: hot_spots.select.definition is missing. Give text in quotes."


def test_a_file_that_is_not_there_is_told_with_its_path(tmp_path):
    said = faults_of(tmp_path / "programme.toml")
    assert "cannot be read: No such file or directory" in said


@pytest.mark.parametrize("content", [b"[programme", b"title = '\xff'"])
def test_a_file_that_is_not_toml_is_told_as_such(tmp_path, content):
    path = tmp_path / "programme.toml"
    path.write_bytes(content)
    assert faults_of(path).startswith("programme.toml is not TOML:")


def test_hot_spots_without_a_source_cannot_be_built_in_code_either():
    with pytest.raises(InputError, match="either file or"):
        SpotSource()


def test_how_a_file_was_chosen_does_not_go_with_a_rule_to_choose():
    from datetime import date
    from pathlib import Path

    from patrolwise.study.programme import SpotSelection, SpotSource
    from patrolwise.times import Window

    window = Window("w", date(2022, 1, 1), date(2022, 12, 31))
    rule = SpotSelection(window=window, definition="all-crime@1", study_area=Path("a.geojson"))
    with pytest.raises(InputError, match="describe the areas of a file"):
        SpotSource(select=rule, method="drawn")
