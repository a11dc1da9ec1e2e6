"""A frozen protocol in its file: written once, read back whole, and no digit of it changed."""

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
