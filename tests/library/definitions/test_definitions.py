"""Definitions: what is shipped is sound, and what is not is refused before it labels a figure."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from patrolwise.definitions import (
    OPEN_DATA_CATEGORIES,
    Definition,
    find_definition,
    known_offence_codes,
    load_definitions,
    read_definition,
)
from patrolwise.errors import InputError, RefusedError

REPO = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data"))

GOOD = """
id = "robbery-of-persons"
version = 2
valid_from = 2022-04-01
title = "Robbery of personal property"
source = "Home Office"
offence_codes = ["34B"]
"""


def made(**changes):
    given = {
        "id": "a",
        "version": 1,
        "valid_from": date(2022, 1, 1),
        "title": "A",
        "source": "a law",
        "offence_codes": ("8N",),
    }
    return Definition(**(given | changes))


def written(folder, text):
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_definitions_the_programme_needs_are_shipped():
    assert set(load_definitions()) >= {
        "all-crime@1",
        "anti-social-behaviour@1",
        "violence-and-sexual-offences@1",
        "serious-violence@1",
        "knife-enabled@1",
        "neighbourhood-crime@1",
        "robbery@1",
        "possession-of-weapons@1",
        "public-order@1",
    }


def test_every_shipped_definition_names_its_source_and_its_notes():
    for definition in load_definitions().values():
        assert len(definition.source.strip()) > 40
        assert definition.counting_rule_notes.strip()
        assert definition.key == f"{definition.id}@{definition.version}"


def test_all_crime_is_every_category_but_asb():
    all_crime = load_definitions()["all-crime@1"]
    assert set(OPEN_DATA_CATEGORIES) - set(all_crime.categories) == {"anti-social-behaviour"}
    assert all_crime.takes_any_code


def test_only_the_definitions_by_offence_code_need_offence_codes():
    needing = {d.id for d in load_definitions().values() if d.needs_offence_codes}
    assert needing == {"serious-violence", "knife-enabled", "neighbourhood-crime"}


def test_the_open_data_violence_definition_says_that_it_is_not_serious_violence():
    definition = find_definition("violence-and-sexual-offences")
    assert "NOT serious violence" in definition.counting_rule_notes
    assert "serious" not in definition.title.casefold()


def test_serious_violence_needs_the_public_place_flag():
    assert find_definition("serious-violence").needed_columns == ("public_place",)


def test_changing_what_load_returns_changes_nothing_shipped():
    load_definitions().clear()
    assert load_definitions()


def test_the_code_list_is_the_home_office_tables():
    table = SHARED / "reference" / "home_office_offence_codes.csv"
    if not table.exists():
        pytest.skip("needs the shared reference tables")
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(known_offence_codes()) == {row["offence_code"] for row in rows}
    for code in known_offence_codes().values():
        latest = max(r["last_fy"] for r in rows if r["offence_code"] == code.code)
        assert code.description in {
            r["offence_description"].strip()
            for r in rows
            if r["offence_code"] == code.code and r["last_fy"] == latest
        }


def test_a_name_without_version_finds_the_latest():
    both = {d.key: d for d in (made(version=2), made(version=10))}
    assert find_definition("a", both).version == 10
    assert find_definition("a@2", both).version == 2


def test_an_unknown_name_lists_the_known():
    with pytest.raises(InputError, match=r"no definition violence\. Known are all-crime@1, .*robb"):
        find_definition("violence")
    with pytest.raises(InputError, match="Known are none"):
        find_definition("violence", {})


@pytest.mark.parametrize(
    "name", [{"id": "serious-assault"}, {"title": "Serious stuff"}, {"title": "Most SERIOUS"}]
)
def test_a_definition_called_serious_on_categories_is_refused(name):
    with pytest.raises(RefusedError, match="common assault to murder"):
        made(**name, categories=("violence-and-sexual-offences",))


def test_a_definition_called_serious_on_offence_codes_is_allowed():
    assert made(id="serious-assault").needs_offence_codes


def test_a_definition_with_a_flag_needs_more_than_open_data_has():
    flagged = made(categories=("robbery",), required_flags=("knife",))
    assert flagged.needs_offence_codes


def test_every_fault_of_a_definition_is_named_at_once():
    with pytest.raises(InputError) as caught:
        made(
            id="No Spaces",
            version=0,
            title=" ",
            offence_codes=("8n",),
            categories=("piracy",),
            required_flags=("knife",),
            excluded_flags=("knife", "gang"),
            place_types=("sea",),
        )
    message = str(caught.value)
    for part in ("joined by hyphens", "got 0", "title is empty", "8n", "piracy", "gang", "sea"):
        assert part in message
    assert "both requires and excludes knife" in message
    assert "8 faults" in message


def test_a_definition_that_counts_nothing_is_refused():
    with pytest.raises(InputError, match="would count nothing"):
        made(offence_codes=())


def test_a_new_code_is_allowed_only_where_it_is_said_to_be_new():
    assert made(unlisted_codes=("8Z",)).codes == ("8N", "8Z")
    with pytest.raises(InputError, match="or put new ones in unlisted_codes"):
        made(offence_codes=("8Z",))
    with pytest.raises(InputError, match="hold 8N, listed"):
        made(offence_codes=("34B",), unlisted_codes=("8N",))


def test_a_users_own_file_is_read(tmp_path):
    definition = read_definition(written(tmp_path, GOOD + 'flags = { knife = "require" }\n'))
    assert definition.key == "robbery-of-persons@2"
    assert definition.offence_codes == ("34B",)
    assert definition.required_flags == ("knife",)
    assert definition.excluded_flags == ()


def test_a_flag_can_be_excluded(tmp_path):
    definition = read_definition(written(tmp_path, GOOD + 'flags = { domestic = "exclude" }\n'))
    assert definition.excluded_flags == ("domestic",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id = ", "is not TOML"),
        ('id = "a"', "It lacks version"),
        (GOOD + "colour = 1\n", "colour, which is no key"),
        (GOOD.replace("2\n", "true\n", 1), "version must be a whole number, got True"),
        (GOOD.replace('["34B"]', "[34]"), "list of quoted words"),
        (GOOD.replace('["34B"]', '"34B"'), "must be a list of quoted words"),
        (GOOD + 'flags = { knife = "yes" }\n', "says require or exclude"),
        (GOOD + 'flags = { gang = "require" }\n', "a flag is one of knife, domestic"),
        (GOOD + 'flags = "knife"\n', "flags must be a table"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, text, says):
    with pytest.raises(InputError, match=says):
        read_definition(written(tmp_path, text))


def test_a_file_that_is_not_there_or_not_text_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_definition(tmp_path / "absent.toml")
    (tmp_path / "b.toml").write_bytes(b'id = "\xff"')
    with pytest.raises(InputError, match="not UTF-8"):
        read_definition(tmp_path / "b.toml")
