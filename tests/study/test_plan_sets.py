"""A plan's files take the place of those of the plan before; nothing else is ever taken away."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.study import plan_sets
from patrolwise.study.file_names import name_files
from patrolwise.study.plan_sets import LIST, check_no_set, write_set

FIRST = {"plan.csv": b"one", "cards-a-2024-06-02.pdf": b"first card", "past.csv": b"past"}
NEXT = {"plan.csv": b"two", "cards-a-2024-06-09.pdf": b"next card", "later.csv": b"later"}


def files(out):
    return {path.name: path.read_bytes() for path in out.iterdir() if path.name != LIST}


@pytest.fixture
def out(tmp_path):
    """Return a folder with a first plan, and two files of somebody else."""
    out = tmp_path / "plan"
    write_set(FIRST, out, lasting=("past.csv",))
    (out / "cards-mine.pdf").write_bytes(b"mine")
    (out / "notes").mkdir()
    return out


def test_what_the_next_plan_has_not_is_taken_away_and_the_rest_stays(out):
    (out / "notes").rmdir()
    written = write_set(NEXT, out, lasting=("later.csv",))
    assert [path.name for path in written] == [*NEXT, LIST]
    assert files(out) == {**NEXT, "past.csv": b"past", "cards-mine.pdf": b"mine"}


def test_the_list_is_what_sha256sum_reads(out):
    head, *lines = (out / LIST).read_text(encoding="utf-8").splitlines()
    assert head.startswith("# ")
    assert lines == [
        f"{hashlib.sha256(FIRST[name]).hexdigest()}  {name}"
        for name in ("cards-a-2024-06-02.pdf", "plan.csv")
    ]


def test_a_file_that_was_changed_since_is_left_and_nothing_is_written(out):
    (out / "cards-a-2024-06-02.pdf").write_bytes(b"with notes by hand")
    (out / "notes").rmdir()
    before = files(out)
    with pytest.raises(RefusedError, match=r"cards-a-2024-06-02.pdf is of the plan before"):
        write_set(NEXT, out)
    assert files(out) == before


def test_a_file_that_is_gone_already_or_is_in_both_plans_is_no_matter(out):
    (out / "cards-a-2024-06-02.pdf").unlink()
    (out / "plan.csv").write_bytes(b"edited: the new plan replaces it, as ever")
    (out / "notes").rmdir()
    write_set(NEXT, out)
    assert files(out)["plan.csv"] == b"two"


@pytest.mark.parametrize(
    "text",
    [
        f"{hashlib.sha256(b'mine').hexdigest()}  cards-mine.pdf\n",  # somebody's own list
        "{head}\n" + f"{hashlib.sha256(b'mine').hexdigest()}  ../plan/cards-mine.pdf\nodd\n",
        "",
    ],
)
def test_a_list_that_is_not_ours_takes_nothing_away(out, text):
    head = (out / LIST).read_text(encoding="utf-8").splitlines()[0]
    (out / LIST).write_text(text.replace("{head}", head), encoding="utf-8")
    write_set(NEXT, out)
    (out / "notes").rmdir()
    assert files(out)["cards-mine.pdf"] == b"mine"
    (out / LIST).write_bytes(b"\xff")
    write_set({"plan.csv": b"three"}, out)
    assert files(out)["cards-a-2024-06-09.pdf"] == b"next card"


def test_work_that_stops_half_way_leaves_a_list_of_both_plans(out, monkeypatch):
    def write_and_stop(contents, folder):
        (folder / "cards-a-2024-06-09.pdf").write_bytes(b"next card")
        raise InputError("full")

    (out / "notes").rmdir()
    with monkeypatch.context() as patch:
        patch.setattr(plan_sets, "write_folder", write_and_stop)
        with pytest.raises(InputError, match="full"):
            write_set(NEXT, out)
    write_set({"plan.csv": b"three"}, out)
    assert files(out) == {"plan.csv": b"three", "past.csv": b"past", "cards-mine.pdf": b"mine"}


def test_a_changed_plan_is_not_put_beside_cards(out, tmp_path):
    with pytest.raises(InputError, match="holds a plan with its cards"):
        check_no_set(out)
    check_no_set(tmp_path / "other")


@given(st.lists(st.text("aB-2 /ß", max_size=4), max_size=8))
def test_each_name_has_a_file_name_of_its_own(names):
    found = name_files(names, taken=("coordinator",))
    assert len(set(found)) == len(found) == len(names)
    for name, word in zip(names, found, strict=True):
        assert word == word.lower()
        assert all(letter.isalnum() or letter == "-" for letter in word)
        if [name_files([one]) for one in names].count(name_files([name])) == 1:
            plain = "".join(letter for letter in name.lower() if letter.isalnum())
            assert word.replace("-", "").startswith(plain or "unnamed")


def test_a_name_that_is_taken_is_numbered():
    assert name_files(["Coordinator", "A b", "a-b"], taken=("coordinator",)) == (
        "coordinator-2",
        "a-b",
        "a-b-2",
    )
