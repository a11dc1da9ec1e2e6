"""What happens when it goes wrong: exit codes, where it is said, and nothing left behind."""

import io
import os
import re
import subprocess
import sys
from datetime import date

import pytest

from patrolwise.cli import output
from patrolwise.cli.__main__ import main


def failing(capsys, *arguments):
    """Return exit code and standard error; nothing may stand on standard output."""
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return code, said.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["unknown"],
        ["evaluate", "--counts", "1"],
        ["evaluate", "--counts", "one", "two"],
        ["crimes"],
        ["hot-spots", "x.csv", "--count", "few"],
        ["hot-spots", "x.csv", "--study-area", "a", "--first", "May", "--last", "2020-01-01"],
        ["hot-spots", "x.csv", "--shape", "circle"],
        ["harm", "x.csv", "--wieghts", "y"],
    ],
)
def test_a_wrong_command_line_is_exit_code_2(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: patrolwise" in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate"], "either a programme file or --counts"),
        (["evaluate", "p.toml", "--counts", "1", "2"], "either a programme file or --counts"),
        (["evaluate", "p.toml"], "Give --out FOLDER"),
        (["evaluate", "p.toml", "--out", "x", "--harm", "1", "2"], "--counts only"),
        (["evaluate", "p.toml", "--out", "x", "--days", "1", "2"], "--counts only"),
        (["evaluate", "--counts", "1", "2", "--out", "x"], "--counts only prints"),
        (["evaluate", "--counts", "-1", "2"], "counts must be 0 or more"),
        (["evaluate", "--counts", "1", "2", "--days", "0", "1"], "times must be above 0"),
        (["evaluate", "--counts", "0", "2", "--harm", "5", "1"], "no crimes"),
        (["evaluate", "nowhere.toml", "--out", "x"], "nowhere.toml cannot be read"),
        (["crimes", "nowhere.csv"], "There is no such file or folder"),
        (["crimes", "nowhere.csv", "--out", "x.xlsx"], "must end in .parquet or .csv"),
        (["crimes", "nowhere.csv", "--out", "no/folder/x.csv"], "does not exist"),
        (["crimes", "nowhere.csv", "--mapping", "none.toml"], "none.toml cannot be read"),
        (["crimes", "nowhere.csv", "--area", "none.geojson"], "none.geojson cannot be read"),
        (["harm", "nowhere.csv"], "There is no such file or folder"),
    ],
)
def test_wrong_input_is_exit_code_10_and_says_what_to_mend(
    arguments, said, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    code, err = failing(capsys, *arguments)
    assert code == 10
    assert said in err
    assert err.startswith(f"patrolwise {arguments[0]}: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "faults"),
    [
        (["evaluate", "--harm", "1", "2"], 2),
        (["hot-spots"], 4),
        (["hot-spots", "x.csv"], 3),
        (["hot-spots", "x.csv", "--edited", "set.geojson"], 3),
    ],
)
def test_all_faults_of_the_arguments_come_at_once(arguments, faults, capsys):
    code, err = failing(capsys, *arguments)
    assert code == 10
    assert f"{faults} faults" in err


def spots(world, first="2019-01-01", last="2019-12-31", **options):
    given = {"--study-area": world.folder / "study-area.geojson", "--count": "4", **options}
    pairs = [str(part) for pair in given.items() for part in pair]
    return ["hot-spots", str(world.folder / "street"), "--first", first, "--last", last, *pairs]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"last": "2018-12-31"}, "Swap the two dates"),
        ({"--count": "0"}, "1 "),
        ({"--size": "-5"}, "above 0 metres"),
        ({"--id": "Bad Id"}, "got 'Bad Id'"),
        ({"--definition": "violence"}, "violence"),
        ({"--apart": "-1"}, "0 or more"),
    ],
)
def test_a_wrong_choice_of_hot_spots_is_told(options, said, calm, capsys):
    code, err = failing(capsys, *spots(calm, **options))
    assert code == 10
    assert said in err


def test_a_set_that_cannot_be_written_is_told_before_anything_is_said(calm, capsys, tmp_path):
    code, err = failing(capsys, *spots(calm, **{"--out": tmp_path / "none" / "set.geojson"}))
    assert code == 10
    assert "cannot be written" in err


def test_what_analysis_forbids_is_exit_code_11(calm, capsys, tmp_path):
    path = calm.declare("refused.toml", outcomes='definitions = ["serious-violence"]')
    code, err = failing(capsys, "evaluate", path, "--out", tmp_path / "r")
    assert code == 11
    assert "cannot stand in for them" in err
    assert list(tmp_path.iterdir()) == []


def test_an_extra_that_is_missing_is_exit_code_12(calm, capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    code, err = failing(capsys, "evaluate", calm.declare(), "--out", tmp_path / "r")
    assert code == 12
    assert "report" in err
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_the_program_itself_is_not_hidden(monkeypatch):
    monkeypatch.setattr("patrolwise.study.two_numbers.evaluate_two_numbers", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["evaluate", "--counts", "30", "20"])


def test_an_interrupt_is_told_in_one_line(monkeypatch, capsys):
    def interrupted(*arguments, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr("patrolwise.study.two_numbers.evaluate_two_numbers", interrupted)
    code, err = failing(capsys, "evaluate", "--counts", "30", "20")
    assert code == 130
    assert err == "patrolwise evaluate: stopped; nothing half written is left.\n"


def test_a_reader_that_has_gone_is_no_error(monkeypatch, tmp_path):
    class Gone(io.TextIOWrapper):
        def write(self, text):
            raise BrokenPipeError

    with (tmp_path / "pipe").open("wb") as pipe:
        monkeypatch.setattr(sys, "stdout", Gone(pipe, encoding="utf-8"))
        assert main(["evaluate", "--counts", "30", "20"]) == 0
        os.write(pipe.fileno(), b"what Python still holds at its end")
    assert (tmp_path / "pipe").read_bytes() == b""


def test_a_disk_that_is_full_is_named_and_no_fault_of_ours(monkeypatch, tmp_path, capsys):
    class Full(io.TextIOWrapper):
        def write(self, text):
            raise OSError(28, "No space left on device")

    with (tmp_path / "disk").open("wb") as disk:
        monkeypatch.setattr(sys, "stdout", Full(disk, encoding="utf-8"))
        assert main(["evaluate", "--counts", "30", "20"]) == 1
    said = capsys.readouterr().err
    assert said == "patrolwise evaluate: standard output: No space left on device.\n"


def test_a_closed_pipe_leaves_no_complaint_and_no_exit_code():
    command = [sys.executable, "-m", "patrolwise.cli", "evaluate", "--counts", "30", "20"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()  # long before anything is written
        complaint = process.stderr.read()
        assert (process.wait(), complaint) == (0, b"")


def test_progress_is_quiet_where_standard_error_is_no_terminal(calm, capsys):
    assert main(["crimes", str(calm.folder / "street")]) == 0
    assert capsys.readouterr().err == ""


def test_progress_is_shown_on_a_terminal_and_cleared(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with output.steps(2) as step:
        step("Reading crimes")
        step("Writing")
    assert "Reading crimes" in terminal.getvalue()
    assert terminal.getvalue().rstrip(" ").endswith("\r")


def test_only_dates_are_told_to_json(capsys):
    output.say_json({"day": date(2020, 1, 2)})
    assert '"2020-01-02"' in capsys.readouterr().out
    with pytest.raises(TypeError, match="set cannot be written as JSON"):
        output.say_json({"odd": set()})


def test_the_file_itself_can_be_run(monkeypatch, capsys):
    import runpy

    from patrolwise.cli import __main__ as program

    monkeypatch.setattr(sys, "argv", ["patrolwise", "evaluate", "--counts", "30", "20"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(program.__file__, run_name="__main__")
    assert stopped.value.code == 0
    assert "Crimes 30 → 20" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["hot-spots", "s", "--first", "31/12/2021"], "write 2021-12-31"),
        (["hot-spots", "s", "--seed", "-1"], "no whole number|expected one argument"),
        (["hot-spots", "s", "--count", "many"], "no whole number"),
        (["evaluate", "p.toml", "--out", ""], "an empty path"),
    ],
)
def test_words_that_cannot_be_values_say_what_to_write(words, told, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert re.search(told, capsys.readouterr().err)


def test_a_full_disk_behind_standard_output_is_said_without_a_traceback():
    import subprocess
    import sys

    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "patrolwise.cli", "evaluate", "--counts", "416", "252"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "patrolwise evaluate: standard output: No space left on device.\n"
