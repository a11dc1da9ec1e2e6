"""`patrolwise protocol` and `patrolwise reproduce`, as they are typed."""

import json

import pytest

from patrolwise.cli.__main__ import main


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def world(fallen, own_copy, tmp_path):
    return own_copy(fallen, tmp_path)


@pytest.fixture
def frozen(world, run):
    path = world.folder / "protocol.json"
    code, out, err = run("protocol", "freeze", world.declare(), "--out", path, "--by", "A. Analyst")
    assert (code, err) == (0, "")
    assert out.endswith(f"Written: {path}\n")
    return path


def test_freeze_prints_the_hash_that_is_in_the_file(world, run, frozen):
    sha256 = json.loads(frozen.read_text(encoding="utf-8"))["sha256"]
    other = world.folder / "other.json"
    code, out, _ = run(
        "protocol", "freeze", world.declare(), "--out", other, "--by", "A. Analyst", "--json"
    )
    assert code == 0
    assert json.loads(out) == json.loads(other.read_text(encoding="utf-8"))
    assert len(sha256) == 64


def test_freeze_never_overwrites(world, run, frozen):
    before = frozen.read_bytes()
    code, _, err = run("protocol", "freeze", world.declare(), "--out", frozen, "--by", "B. Other")
    assert code == 11
    assert "never overwritten" in err
    assert frozen.read_bytes() == before


def test_check_lists_what_changed_and_its_code_tells_what_nobody_declared(world, run, frozen):
    assert run("protocol", "check", frozen, world.declare())[0] == 0
    rings = 'definitions = ["violence-and-sexual-offences", "all-crime"]\nrings_m = [0, 150]'
    code, out, _ = run("protocol", "check", frozen, world.declare(outcomes=rings))
    assert code == 1
    assert "rings_m: 0, 100, 200 then, 0, 150 now" in out
    declared = """file = "protocol.json"
[[protocol.change]]
date = 2021-01-01
what = "rings_m"
reason = "A river"
"""
    programme = world.declare(outcomes=rings, protocol=declared)
    code, out, _ = run("protocol", "check", frozen, programme, "--json")
    assert code == 0
    assert json.loads(out)["changes"][0]["reason"] == "A river"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("freeze", "a", "b"), "3 faults"),
        (("freeze", "a", "--out", "x", "--by", " "), "needs --by"),
        (("check", "a"), "takes two files"),
        (("check", "a", "b", "--out", "x"), "go with freeze only"),
    ],
)
def test_wrong_arguments_are_told_at_once(run, arguments, told):
    code, out, err = run("protocol", *arguments)
    assert (code, out) == (10, "")
    assert told in err


def test_reproduce_finds_the_same_bytes_and_then_an_altered_digit(world, run, quick_reports):
    out = world.folder / "report"
    assert run("evaluate", world.declare(), "--out", out)[0] == 0
    path = out / "results.json"
    code, said, err = run("reproduce", path)
    assert (code, err) == (0, "")
    assert "the same, byte for byte" in said
    assert run("reproduce", path, "--quick")[0] == 0
    text = path.read_text(encoding="utf-8")
    before = json.loads(text)["outcomes"][0]["before"]
    altered = text.replace(f'"before": {before}', f'"before": {before + 1}', 1)
    path.write_text(altered, encoding="utf-8")
    code, said, _ = run("reproduce", path, "--programme", world.folder / "programme.toml")
    assert code == 1
    assert f".before: {before + 1} then, {before} now" in said
    code, said, _ = run("reproduce", path, "--quick", "--json")
    assert code == 1
    assert json.loads(said)["intact"] is False


def test_a_quick_look_takes_no_programme(run, tmp_path):
    code, _, err = run("reproduce", tmp_path / "r.json", "--quick", "--programme", tmp_path / "p")
    assert code == 10
    assert "--quick runs nothing" in err
