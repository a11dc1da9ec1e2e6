"""Plans that the police tell in a file: a round trip, what is refused, and what becomes of rows."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.return_files import JSON_NAME, list_return_files, read_kept_return
from patrolwise.partnership.plans_told import (
    PlansEvent,
    hash_plans,
    list_plan_rows,
    pick_plans,
    read_plans,
    write_plans,
)
from patrolwise.partnership.sealed_tables import SealedTable, is_sealed, read_sealed, write_sealed
from patrolwise.reporting.return_compiling import compile_return
from patrolwise.study.return_checking import check_return
from patrolwise.study.return_figures import _tell_plans

from .plan_worlds import AS_OF, BEGUN, CLOSED, JUDGED, QUARTER
from .return_worlds import declaration, sources, table

PLANS = (JUDGED, BEGUN)
DATA = write_plans(QUARTER, AS_OF, PLANS)
CUT = date(2024, 10, 14)


def test_what_one_site_writes_the_other_reads_and_the_same_plans_give_the_same_bytes():
    told = read_plans(DATA)
    assert (told.plans, told.quarter, told.as_of) == (PLANS, QUARTER, AS_OF)
    assert write_plans(QUARTER, AS_OF, PLANS) == DATA
    assert is_sealed(DATA)
    assert not is_sealed(b"plan,hot_spots\n")
    assert DATA.count(b"'-30 %") == 1  # no formula in a spreadsheet
    # how lines end and cells are quoted is not what the file says
    assert read_plans(DATA.replace(b"\r\n", b"\n")).sha256 == told.sha256


def test_any_cell_that_is_altered_on_the_way_is_found():
    lines = DATA.decode("utf-8-sig").split("\r\n")
    for number in (2, 3):
        cells = lines[number].split(",")
        for at in range(len(cells)):
            other = [*cells[:at], cells[at] + "1", *cells[at + 1 :]]
            altered = [*lines[:number], ",".join(other), *lines[number + 1 :]]
            with pytest.raises(InputError, match="was altered since"):
                read_plans("\r\n".join(altered).encode())
    with pytest.raises(InputError, match=r"says that it has 2 rows, and has 1"):
        read_plans("\r\n".join([*lines[:3], ""]).encode())
    with pytest.raises(InputError, match="was altered since"):
        read_plans(DATA.replace(b"as_of=2024-10-07", b"as_of=2024-10-08"))


def test_what_is_no_such_file_is_refused_with_what_to_send():
    columns = ("plan",)
    for data, told in (
        (b"", "does not begin with"), (b"plan_id,stage\nP1,closed\n", "does not begin with"),
        (DATA.replace(b"plans-for-the-return/1", b"hours/1"), "of the kind 'hours/1'"),
        (DATA.replace(b"stage,partners", b"stage,who"), "Its columns are"),
        (b"\xff\xfe\x00", "no CSV in UTF-8"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=told):
            read_plans(data)
    long = SealedTable(kind="k/1", told={"a": "b"}, columns=columns, rows=(("x",),) * 50_001)
    with pytest.raises(InputError, match="50,000 are the most"):
        read_sealed(write_sealed(long), "k/1", ("a",), columns)
    with pytest.raises(InputError, match="does not say quarter"):
        read_sealed(write_sealed(long), "k/1", ("quarter",), columns)


def test_a_name_or_a_note_has_no_cell_to_hide_in_and_all_rows_are_told_at_once():
    table_ = read_sealed(DATA, "plans-for-the-return/1", ("quarter", "first", "last", "as_of"),
                         tuple(JUDGED.__dataclass_fields__))  # fmt: skip
    at = table_.columns.index
    for column, words in (
        ("plan", "John Smith's plan"), ("stage", "John"), ("measure", "what John did"),
        ("compared", "John Smith did it"), ("verdict", "fall, thanks to John"),
        ("hot_spots", "x" * 81), ("partners", "a\u0007b"),
    ):  # fmt: skip
        rows = tuple(
            tuple(words if n == at(column) else cell for n, cell in enumerate(row))
            for row in table_.rows
        )
        with pytest.raises(InputError) as refused:
            read_plans(write_sealed(replace(table_, rows=rows)))
        assert "Row 3" in str(refused.value)
        assert "Row 4" in str(refused.value)
    wrong = dict(table_.told) | {"first": "2024-07-02"}
    with pytest.raises(InputError, match="is 2024-07-01 to 2024-09-30, not"):
        read_plans(write_sealed(replace(table_, told=wrong)))
    with pytest.raises(InputError, match="PSP7 is there twice"):
        read_plans(write_plans(QUARTER, AS_OF, (JUDGED, JUDGED)))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"after": None}, "told together"), ({"before": -1}, "0 or more"),
        ({"stage": "closed"}, "of a closed plan"), ({"window_last": None}, "with its window"),
        ({"opened": None}, "are told of every plan"), ({"measure": None}, "with its window"),
        ({"stage": "closed", "closed": date(2024, 1, 1)}, "not before opened"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(given, told):
    with pytest.raises(InputError, match=told):
        replace(JUDGED, **given)


def test_a_quarter_has_the_plans_that_one_of_its_figures_counts():
    long_closed = replace(CLOSED, plan="PSP1", closed=date(2023, 6, 30))
    later = replace(BEGUN, plan="PSP30", opened=date(2024, 10, 1))
    picked = pick_plans([BEGUN, later, long_closed, JUDGED, CLOSED], QUARTER)
    assert [one.plan for one in picked] == ["PSP2", "PSP7", "PSP12"]


def happen(day, *plans, is_undone=False):
    file = read_plans(write_plans(QUARTER, AS_OF, plans))
    assert file.sha256 == hash_plans(QUARTER, AS_OF, plans)
    return PlansEvent(day=day, name=f"{day}.csv", file=file, is_undone=is_undone)


def test_a_row_is_never_changed_but_withdrawn_and_another_stands():
    moved = replace(BEGUN, stage="analysis")
    days = [date(2024, 10, day) for day in (8, 15, 22)]
    first, second = happen(days[0], JUDGED, BEGUN), happen(days[1], JUDGED, moved)
    undone = replace(second, day=days[2], is_undone=True)
    rows = [(r["plan_id"], r["stage"], r["recorded"], r["withdrawn"], r["source_row"])
            for r in list_plan_rows([first, second, undone])]  # fmt: skip
    assert rows == [
        ("PSP7", "assessment", days[0], None, 3), ("PSP12", "scanning", days[0], days[1], 4),
        ("PSP12", "analysis", days[1], days[2], 4), ("PSP12", "scanning", days[2], None, 4),
    ]  # fmt: skip
    # a plan that a later file leaves out is taken back; with no file left, all are
    gone = list_plan_rows([first, happen(days[1], BEGUN)])
    assert [one["plan_id"] for one in gone if one["withdrawn"]] == ["PSP7"]
    assert all(one["withdrawn"] for one in list_plan_rows([first, replace(first, is_undone=True)]))


def filed(*plans, day=date(2024, 10, 8)):
    rows = list_plan_rows([happen(day, *plans)])
    return [{**one, "row_id": f"{one['quarter']}/{one['plan_id']}"} for one in rows]


def typed(plan_id="T1"):
    return {
        "row_id": plan_id, "area_id": "A", "plan_id": plan_id, "stage": "response",
        "partners": "Police; council", "actions_open": 3, "actions_closed": 0,
        "measure": "crimes by month", "recorded": date(2023, 6, 1),
    }  # fmt: skip


def test_sheet_6_tells_both_kinds_and_each_cell_leads_to_its_row_of_its_file(tmp_path):
    given = sources(plans=[typed()], police_plans=filed(CLOSED, JUDGED, BEGUN))
    made = compile_return(declaration(), given)
    sheet = made.sheet(6)
    assert [key for key, _ in sheet.rows] == [("T1", "A"), ("PSP7", "A; B"), ("PSP12", "B")]
    cells = dict(sheet.cells())
    assert cells["6/PSP7/A; B/verdict"].value == "fall"
    assert cells["6/PSP7/A; B/before"].row_ids == ("2024-Q2/PSP7",)
    assert cells["6/T1/A/before"].value is None
    files = list_return_files(made)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert check_return(tmp_path) == ()
    kept = read_kept_return(tmp_path / JSON_NAME)
    row = kept.sources["police_plans"].filter(pl.col("plan_id") == "PSP12").row(0, named=True)
    assert (row["source_file"], row["source_row"]) == ("2024-10-08.csv", 5)
    assert list_return_files(compile_return(kept.declaration, kept.sources)) == files


def test_a_return_without_such_a_file_is_the_bytes_that_it_was_before_there_were_any():
    files = list_return_files(compile_return(declaration(), sources(plans=[typed()])))
    assert b"police_plans" not in files[JSON_NAME]
    assert files["6-problem-solving.csv"].decode("utf-8-sig").splitlines()[0] == (
        "plan,hot_spot,stage,partners,actions_open,actions_closed,measure,next_review"
    )


def test_a_plan_that_is_typed_too_or_of_no_hot_spot_of_the_return_is_refused():
    twice = sources(plans=[typed("PSP7")], police_plans=filed(JUDGED))
    with pytest.raises(InputError, match="PSP7 is in the form of plans and in the police's file"):
        compile_return(declaration(), twice)
    strange = sources(police_plans=filed(replace(JUDGED, hot_spots=("A", "Z"))))
    with pytest.raises(InputError, match="Add it to hot-spots"):
        compile_return(declaration(), strange)


def test_plans_in_operation_are_counted_once_by_their_own_days():
    open_then = replace(JUDGED, plan="PSP3", opened=date(2023, 5, 1))
    told = table("police_plans", filed(CLOSED, open_then, BEGUN))
    form = table("plans", [typed()])
    figure = _tell_plans(form, told, QUARTER, CUT)
    assert (figure.then, figure.now) == (3, 3)  # T1, PSP2 and PSP3; T1, PSP3 and PSP12
    assert _tell_plans(form, told.clear(), QUARTER, CUT).then == 1
