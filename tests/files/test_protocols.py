"""A frozen protocol in its file: written once, read back whole, and no digit of it changed."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.protocol import (
    Plan,
    PlannedArea,
    PlannedAreas,
    PlannedDays,
    PlannedTest,
    PlannedWindow,
    Protocol,
)
from patrolwise.files.protocols import read_protocol, write_protocol

PLAN = Plan(
    question="Did violence fall in Évora Street?",
    outcomes=("violence@1",),
    before=PlannedWindow(first="2022-01-01", last="2022-12-31"),
    after=PlannedWindow(first="2023-01-01", last="2023-12-31"),
    selection=PlannedWindow(first="2021-01-01", last="2021-12-31"),
    hot_spots=PlannedAreas(rule="drawn", areas=(PlannedArea(area_id="a", sha256="ab" * 32),)),
    comparison=PlannedAreas(rule="", areas=()),
    rings_m=(0.0, 100.0),
    tests=(PlannedTest(id="robust", level=0.95),),
    exclusions=(),
    harm="",
    seed=17,
)
PROTOCOL = Protocol(
    frozen_at=datetime(2022, 12, 1, 9, 30, tzinfo=UTC),
    frozen_by="A. Analyst",
    version="0.1.0",
    programme_sha256="cd" * 32,
    data_until="2022-11-01",
    plan=PLAN,
)


@pytest.fixture
def frozen(tmp_path):
    path = tmp_path / "protocol.json"
    write_protocol(path, PROTOCOL)
    return path


@pytest.mark.parametrize(
    "protocol", [PROTOCOL, replace(PROTOCOL, data_until=None, plan=replace(PLAN, selection=None))]
)
def test_what_is_written_is_read_back(protocol, tmp_path):
    write_protocol(tmp_path / "p.json", protocol)
    assert read_protocol(tmp_path / "p.json") == protocol


def test_a_protocol_is_never_overwritten(frozen):
    before = frozen.read_bytes()
    with pytest.raises(RefusedError, match="never overwritten"):
        write_protocol(frozen, PROTOCOL)
    assert frozen.read_bytes() == before


def test_every_digit_that_is_changed_is_found(frozen):
    text = frozen.read_text(encoding="utf-8")
    digits = [found.start() for found in re.finditer(r"\d", text)]
    assert len(digits) > 100
    for at in digits:
        frozen.write_text(
            text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :], encoding="utf-8"
        )
        with pytest.raises(InputError):
            read_protocol(frozen)


def test_a_member_that_is_added_or_a_word_that_is_changed_is_found(frozen):
    document = json.loads(frozen.read_text(encoding="utf-8"))
    for change in ({"note": "x"}, {"frozen_by": "B. Other"}, {"sha256": None}):
        frozen.write_text(json.dumps({**document, **change}), encoding="utf-8")
        with pytest.raises(InputError, match="changed after it was frozen"):
            read_protocol(frozen)


def test_what_is_no_protocol_is_said_to_be_none(frozen, tmp_path):
    document = json.loads(frozen.read_text(encoding="utf-8"))
    for text, told in (
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "is no protocol of Patrolwise"),
        ('{"schema": "patrolwise.results/1"}', "is no protocol of Patrolwise"),
        (json.dumps({**document, "plan": {}}), "a value is not what it should be"),
        (json.dumps({**document, "frozen_at": "soon"}), "a value is not what it should be"),
    ):
        frozen.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=told):
            read_protocol(frozen)
    with pytest.raises(InputError, match="cannot be read"):
        read_protocol(tmp_path / "nowhere.json")


# --- schemas --------------------------------------------------------------------------------------

DAYS = PlannedDays(
    service="police",
    outcome="violence@1",
    test=PlannedTest(id="lot", level=0.95),
    lot="ef" * 32,
    hours=(14, 20),
    least_min=1.0,
    washout_days=2,
    window=PlannedWindow(first="2023-01-01", last="2023-06-30"),
    events="",
)
SECOND = replace(
    PROTOCOL,
    plan=replace(
        PLAN,
        patrol_days=(DAYS, replace(DAYS, hours=None, window=None)),
        displacement=(PlannedTest(id="ring", level=0.95),),
        comparators=(),
    ),
)


def test_patrol_days_and_what_stands_beside_are_read_back(tmp_path):
    write_protocol(tmp_path / "p.json", SECOND)
    assert read_protocol(tmp_path / "p.json") == SECOND


def test_a_file_of_the_first_schema_is_read_to_the_letter_and_keeps_its_hash(tmp_path):
    """The document and its hash are made here by hand, as the first version made them."""
    plan = {
        "question": "Did violence fall?",
        "outcomes": ["violence@1"],
        "before": {"first": "2022-01-01", "last": "2022-12-31"},
        "after": {"first": "2023-01-01", "last": "2023-12-31"},
        "selection": None,
        "hot_spots": {"rule": "drawn", "areas": [{"area_id": "a", "sha256": "ab" * 32}]},
        "comparison": {"rule": "", "areas": []},
        "rings_m": [0.0, 100.0],
        "tests": [{"id": "ratio-of-ratios-robust", "level": 0.95}],
        "exclusions": [],
        "harm": "",
        "seed": 17,
    }
    document = {
        "schema": "patrolwise.protocol/1",
        "frozen_at": "2022-12-01T09:30:00+00:00",
        "frozen_by": "A. Analyst",
        "version": "0.1.0",
        "programme_sha256": "cd" * 32,
        "data_until": "2022-11-01",
        "plan": plan,
    }
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    sha256 = hashlib.sha256(text.encode("ascii")).hexdigest()
    path = tmp_path / "old.json"
    path.write_text(json.dumps({**document, "sha256": sha256}), encoding="utf-8")
    old = read_protocol(path)
    assert old.sha256 == sha256
    assert old.plan.patrol_days is old.plan.displacement is old.plan.comparators is None
    # a part of the second schema cannot be slipped in
    plan["patrol_days"] = []
    path.write_text(json.dumps({**document, "sha256": sha256}), encoding="utf-8")
    with pytest.raises(InputError, match="was changed after it was frozen"):
        read_protocol(path)


def test_a_schema_that_is_not_known_is_refused(frozen):
    text = frozen.read_text(encoding="utf-8").replace("protocol/2", "protocol/3")
    frozen.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="is no protocol of Patrolwise"):
        read_protocol(frozen)
