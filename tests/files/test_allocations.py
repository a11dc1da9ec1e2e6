"""Allocations, drawn sets, seals and what is published come back from files, or are refused."""

import gzip
import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.files import whole_files
from patrolwise.files.allocations import (
    read_allocation,
    read_drawn_set,
    read_published,
    read_seal,
    write_allocation,
    write_drawn_set,
    write_published,
    write_seal,
)
from patrolwise.planning.allocation import draw_allocation, draw_allocations
from patrolwise.planning.design import FOUR_ARMS, DesignRule, ServiceLoad
from patrolwise.planning.design_days import UNAVAILABLE, lay_out_design
from patrolwise.planning.sealing import (
    publish_seal,
    seal_allocation,
    verify_drawn_set,
    verify_seal,
)
from patrolwise.tables import make_table
from patrolwise.times import Window

AWAY = make_table(
    UNAVAILABLE,
    {
        "area_id": ["market, north", None],
        "day": [date(2024, 6, 4), date(2024, 6, 20)],
        "service": [None, "outreach"],
        "reason": ['the "fair"', "leave"],
    },
)
DESIGN = lay_out_design(
    DesignRule(
        arms=FOUR_ARMS,
        window=Window("trial", date(2024, 6, 2), date(2024, 7, 27)),
        weekdays=(7, 1, 2, 3, 4),
        loads=(ServiceLoad("police", most=9), ServiceLoad("outreach", most=9, dose_min=40)),
        washout_days=2,
    ),
    ["market, north", "Straße", "c"],
    AWAY,
)
ALLOCATION = draw_allocation(DESIGN, 5)
DRAWN = draw_allocations(DESIGN, 40, 2**200 + 1)
SEAL = seal_allocation(DESIGN, 2**120 + 7, "0f" * 32)


@pytest.fixture
def folder(tmp_path):
    write_allocation(tmp_path / "days.csv", ALLOCATION)
    write_drawn_set(tmp_path / "set.csv.gz", DRAWN)
    write_seal(tmp_path / "seal.json", SEAL)
    write_published(tmp_path / "published.json", publish_seal(SEAL, 40))
    return tmp_path


def test_an_allocation_comes_back_whole(folder):
    again = read_allocation(str(folder / "days.csv"))
    np.testing.assert_array_equal(again.codes, ALLOCATION.codes)
    assert again.sha256 == ALLOCATION.sha256
    assert again.design.rule == DESIGN.rule
    assert again.design.left_out.equals(DESIGN.left_out)


def test_a_drawn_set_comes_back_whole(folder):
    again = read_drawn_set(str(folder / "set.csv.gz"))
    np.testing.assert_array_equal(again.codes, DRAWN.codes)
    assert (again.seed, again.count, again.codes.dtype) == (DRAWN.seed, 40, np.int8)


def test_a_seal_and_what_is_published_come_back_and_fit_together(folder):
    published = read_published(folder / "published.json")
    assert published == publish_seal(SEAL, 40)
    seal = read_seal(folder / "seal.json")
    assert verify_seal(seal, published.sha256).sha256 == SEAL.allocation
    verify_drawn_set(draw_allocations(DESIGN, 40, published.set_seed), published)


def test_the_seal_can_be_read_by_its_owner_alone(folder):
    assert (folder / "seal.json").stat().st_mode & 0o777 == 0o600


def test_a_seal_is_at_no_moment_open_to_others(tmp_path, monkeypatch):
    seen, move = [], Path.replace

    def watched(self, target):
        seen.append(self.stat().st_mode & 0o777)
        return move(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    write_seal(tmp_path / "seal.json", SEAL)
    assert seen == [0o600]


def test_the_files_open_in_any_program(folder):
    rows = pl.read_csv(folder / "days.csv", comment_prefix="#")
    assert rows.columns == ["area_id", "day", "block", "arm", "is_washout"]
    wide = pl.read_csv(
        folder / "set.csv.gz", comment_prefix="#", schema_overrides=dict.fromkeys("abc", pl.String)
    )
    assert wide.columns == ["draw", *DESIGN.area_ids]
    assert wide.height == 40
    signs = wide["market, north"].cast(pl.String)[3]
    codes = DRAWN.codes[3, 0]
    assert signs == "".join("." if code < 0 else str(code) for code in codes)


def test_the_same_set_gives_the_same_bytes(folder):
    first = (folder / "set.csv.gz").read_bytes()
    write_drawn_set(folder / "set.csv.gz", DRAWN)
    assert (folder / "set.csv.gz").read_bytes() == first


READERS = {
    "days.csv": read_allocation,
    "set.csv.gz": read_drawn_set,
    "seal.json": read_seal,
    "published.json": read_published,
}


def text_of(folder, name):
    data = (folder / name).read_bytes()
    return (gzip.decompress(data) if name.endswith(".gz") else data).decode()


def put(folder, name, text):
    data = text.encode()
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.sampled_from(["days.csv", "set.csv.gz"]), st.data())
def test_a_row_with_one_changed_sign_is_refused(folder, name, data):
    text = text_of(folder, name)
    place = data.draw(st.integers(text.index("\n") + 1, len(text) - 1))
    sign = data.draw(st.sampled_from("0123.,\nx ").filter(lambda other: other != text[place]))
    put(folder, "changed-" + name, text[:place] + sign + text[place + 1 :])
    with pytest.raises(InputError, match=r"do not belong together|does not begin"):
        READERS[name](folder / ("changed-" + name))


@pytest.mark.parametrize("name", ["days.csv", "set.csv.gz"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"sha256": "', '"sha256": "0'),
        ('"washout_days": 2', '"washout_days": 3'),
        ('"dose_min": 40.0', '"dose_min": 41.0'),
        ('"the \\"fair\\""', '"a \\"fair\\""'),
        ('"most": 9', '"most": 8'),
        ('"reason": "leave"', '"reason": "leave", "by": "me"'),
    ],
)
def test_a_changed_design_or_hash_is_refused(folder, name, old, new):
    text = text_of(folder, name)
    assert old in text
    put(folder, name, text.replace(old, new))
    with pytest.raises(InputError):
        READERS[name](folder / name)


@pytest.mark.parametrize("name", ["days.csv", "set.csv.gz"])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("patrolwise.", "somebody.", 1),
        lambda text: text.partition("\n")[2],
        lambda text: "# [1]\n" + text.partition("\n")[2],
        lambda text: '# {"schema": "' + text.split('"')[3] + '"}\n',
        lambda text: text.replace('"design": {', '"design": [{}], "x": {', 1),
        lambda text: "",
    ],
)
def test_a_file_that_does_not_begin_as_one_is_refused(folder, name, change):
    put(folder, name, change(text_of(folder, name)))
    with pytest.raises(InputError, match=r"does not begin with the line of patrolwise\."):
        READERS[name](folder / name)


@pytest.mark.parametrize("name", ["days.csv", "set.csv.gz"])
@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[:-1],
        lambda lines: [*lines, lines[-1]],
        lambda lines: lines[:2],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [*lines[:2], *lines[3:], lines[2]],
    ],
    ids=["one less", "one twice", "none", "no columns", "another order"],
)
def test_rows_that_are_missing_repeated_or_moved_are_refused(folder, name, change):
    lines = text_of(folder, name).splitlines()
    put(folder, name, "\n".join(change(lines)) + "\n")
    with pytest.raises(InputError, match="do not belong together"):
        READERS[name](folder / name)


def test_a_seed_that_is_no_number_is_refused(folder):
    put(folder, "set.csv.gz", text_of(folder, "set.csv.gz").replace('"seed": "', '"seed": "x', 1))
    with pytest.raises(InputError, match="does not begin"):
        read_drawn_set(folder / "set.csv.gz")


@pytest.mark.parametrize("cut", [0, 5, 100])
def test_a_compressed_file_that_is_cut_or_none_is_refused(folder, cut):
    data = (folder / "set.csv.gz").read_bytes()
    (folder / "set.csv.gz").write_bytes(data[:cut] or b"plain text")
    with pytest.raises(InputError, match="no whole gzip file"):
        read_drawn_set(folder / "set.csv.gz")


@pytest.mark.parametrize("name", ["seal.json", "published.json"])
@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00"])
def test_a_record_that_is_none_is_refused(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"is not JSON|holds no record"):
        READERS[name](folder / name)


def test_parts_of_what_is_published_that_are_missing_or_wrong_are_all_named(folder):
    record = json.loads(text_of(folder, "published.json"))
    del record["areas"], record["days"]
    (folder / "published.json").write_text(
        json.dumps({**record, "schema": "x", "set_seed": "many"}), encoding="utf-8"
    )
    with pytest.raises(InputError, match="4 faults"):
        read_published(folder / "published.json")


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path, name):
    with pytest.raises(InputError, match=r"cannot be read: .* Check the path"):
        READERS[name](tmp_path / name)


def test_a_set_needs_its_ending(tmp_path):
    with pytest.raises(InputError, match=r"must end in \.csv\.gz"):
        write_drawn_set(tmp_path / "set.csv", DRAWN)


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: write_allocation(folder / "days.csv", draw_allocation(DESIGN, 6)),
        lambda folder: write_drawn_set(folder / "set.csv.gz", draw_allocations(DESIGN, 3, 1)),
        lambda folder: write_seal(folder / "seal.json", seal_allocation(DESIGN, 1, "aa" * 32)),
        lambda folder: write_published(folder / "published.json", publish_seal(SEAL, 1)),
    ],
)
def test_a_disk_that_fills_up_leaves_the_old_files_whole(folder, monkeypatch, write):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fill_up(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files.Path, "replace", fill_up)
    with pytest.raises(InputError, match="No space left"):
        write(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
