"""Selection: a definition takes its crimes, or says why the table cannot give them."""

from datetime import date

import polars as pl
import pytest

from patrolwise.crimes import select_crimes
from patrolwise.definitions import Definition, find_definition
from patrolwise.errors import InputError, RefusedError
from patrolwise.tables import CRIMES, make_table


def table(**columns):
    size = len(next(iter(columns.values())))
    fixed = {"force": ["A"] * size, "month": [date(2022, 1, 1)] * size}
    fixed |= {"source": ["f"] * size, "row": list(range(2, size + 2))}
    return make_table(CRIMES, fixed | columns)


def definition(**changes):
    given = {
        "id": "a",
        "version": 1,
        "valid_from": date(2022, 1, 1),
        "title": "A",
        "source": "a law",
        "offence_codes": ("8N",),
    }
    return Definition(**(given | changes))


OPEN_DATA = table(category=["robbery", "violence-and-sexual-offences", "anti-social-behaviour"])


def rows_of(crimes):
    return crimes["row"].to_list()


def test_categories_select_open_data():
    assert rows_of(select_crimes(OPEN_DATA, find_definition("robbery"))) == [2]
    assert rows_of(select_crimes(OPEN_DATA, find_definition("all-crime"))) == [2, 3]


def test_codes_select_a_force_export():
    export = table(offence_code=["34B", "8N", None, "104"])
    assert rows_of(select_crimes(export, find_definition("robbery"))) == [2]
    assert rows_of(select_crimes(export, find_definition("all-crime"))) == [2, 3, 5]
    assert rows_of(select_crimes(export, find_definition("violence-and-sexual-offences"))) == [3, 5]


def test_codes_not_yet_listed_select_too():
    export = table(offence_code=["8N", "8Z", "34B"])
    assert rows_of(select_crimes(export, definition(unlisted_codes=("8Z",)))) == [2, 3]


@pytest.mark.parametrize("name", ["serious-violence", "knife-enabled", "neighbourhood-crime"])
def test_open_data_is_refused_the_name_of_what_needs_codes(name):
    with pytest.raises(RefusedError, match="common assault to murder") as caught:
        select_crimes(OPEN_DATA, find_definition(name))
    assert f"{name}@1" in str(caught.value)
    assert "no row of the 3 has any" in str(caught.value)


def test_codes_without_the_flag_are_refused_too():
    with pytest.raises(RefusedError, match="counts by public_place,"):
        select_crimes(table(offence_code=["8N"]), find_definition("serious-violence"))


def test_a_category_is_not_made_up_for_an_export():
    with pytest.raises(RefusedError, match="Map category in the mapping file"):
        select_crimes(table(offence_code=["8N"]), find_definition("anti-social-behaviour"))


def test_a_required_flag_takes_only_rows_that_carry_it():
    export = table(offence_code=["8N"] * 3, knife=[True, False, None])
    assert rows_of(select_crimes(export, definition(required_flags=("knife",)))) == [2]


def test_an_excluded_flag_keeps_rows_that_do_not_say():
    export = table(offence_code=["8N"] * 3, domestic=[True, False, None])
    assert rows_of(select_crimes(export, definition(excluded_flags=("domestic",)))) == [3, 4]


def test_public_place_takes_only_rows_said_to_be_public():
    export = table(offence_code=["8N"] * 3, public_place=[True, False, None])
    assert rows_of(select_crimes(export, find_definition("serious-violence"))) == [2]


def test_an_empty_table_gives_an_empty_table():
    assert select_crimes(make_table(CRIMES), find_definition("serious-violence")).is_empty()


def test_no_crime_of_the_kind_is_no_rows_and_no_refusal():
    assert select_crimes(table(offence_code=["34B"]), definition()).is_empty()


def test_the_table_given_is_not_changed():
    before = OPEN_DATA.clone()
    select_crimes(OPEN_DATA, find_definition("robbery"))
    assert before.equals(OPEN_DATA)


def test_a_frame_that_is_no_crimes_table_is_an_input_error():
    with pytest.raises(InputError, match="crimes lacks"):
        select_crimes(pl.DataFrame({"a": [1]}), definition())
