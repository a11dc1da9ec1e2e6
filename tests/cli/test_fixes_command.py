"""`patrolwise fixes check` as a person runs it: what it says, and what it writes."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from patrolwise.cli import __main__ as command_line
from patrolwise.cli.__main__ import main
from patrolwise.files.fix_quality import FixDevice, FixFile, FixQuality
from patrolwise.files.fix_store import is_simulated_store, scan_fixes, write_fixes
from patrolwise.files.fixes import read_fixes
from patrolwise.study.fix_lines import MOST_DEVICES, describe_fix_quality

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


def gpx(latitude=52.6369, points=3):
    rows = "".join(
        f'<trkpt lat="{latitude}" lon="-1.1331"><time>2024-06-01T12:00:0{n}Z</time></trkpt>'
        for n in range(points)
    )
    return (
        f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{rows}</trkseg></trk></gpx>'
    )


@pytest.fixture
def walk(tmp_path):
    path = tmp_path / "walk.gpx"
    path.write_text(gpx(), encoding="utf-8")
    return path


@pytest.fixture
def run(capsys, monkeypatch):
    """Return a runner: (exit code, standard output, standard error)."""
    # the line that adds the command; the same once the table has it
    line = ("fixes", "read trackers' files and report on their quality")
    monkeypatch.setitem(command_line.COMMANDS, "fixes", line)

    def run(*arguments):
        code = main(["fixes", "check", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_it_reports_line_by_line(run, walk):
    code, out, err = run(walk)
    assert (code, err) == (0, "")
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "Files read 1",
        "Points read 3",
        "Fixes kept 3 2024-06-01 12:00 to 2024-06-01 12:00 UTC",
        "Devices 1",
        "Device walk 3 every 1 s, longest silence 1 s, radius unknown",
        "Read as GPX 3 walk.gpx",
    ]


def test_json_accounts_for_every_point(run, walk):
    code, out, _ = run(walk, "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, "patrolwise.fix-quality/1")
    assert document["points_read"] == document["points_kept"] + sum(document["dropped"].values())
    assert document["first"] == document["devices"][0]["first"] == "2024-06-01T12:00:00+00:00"
    assert document["simulated"] is False


def test_it_writes_a_store(run, walk, tmp_path):
    path = tmp_path / "store.parquet"
    code, out, _ = run(walk, "--out", path)
    assert code == 0
    assert out.endswith(f"Written: {path}\n")
    assert scan_fixes(path).collect().height == 3
    assert not is_simulated_store(path)


def test_a_copy_of_a_simulated_store_is_marked_too(run, walk, tmp_path):
    made, copy = tmp_path / "made.parquet", tmp_path / "copy.parquet"
    write_fixes(made, read_fixes(walk).fixes, simulated=True)
    _, out, _ = run(made, "--out", copy)
    assert is_simulated_store(copy)
    assert out.startswith("Simulated")
    assert "made up by a program, not measured" in out


def test_a_bad_file_is_named_and_the_exit_code_says_partial(run, walk, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("id,t\n")
    code, out, err = run(walk, bad)
    assert code == 13
    assert err == (
        "patrolwise fixes: bad.csv: A CSV needs a mapping file; see "
        "docs/how-to/read-tracker-files.md.\n"
    )
    assert "Not read: bad.csv" in out


def test_no_good_file_is_an_error(run, tmp_path):
    code, out, err = run(tmp_path / "none.gpx")
    assert (code, out) == (10, "")
    assert "There is no such file" in err


def test_a_store_that_cannot_be_written_is_told_before_any_reading(run, tmp_path):
    code, _, err = run(tmp_path / "none.gpx", "--out", tmp_path / "store.csv")
    assert code == 10
    assert "must end in .parquet" in err


def test_the_date_mapping_and_area_are_used(run, tmp_path, calm):
    log = tmp_path / "log.nmea"
    log.write_text("$GPGGA,120000,5238.0,N,00108.0,W,1,09,0.8,468.7,M,0.0,M,,\r\n")
    table = tmp_path / "radio.csv"
    table.write_text(f"i;t;x;y\nr1;{NOON.isoformat()};8.5;47.3\n")
    mapping = tmp_path / "map.toml"
    mapping.write_text('separator=";"\n[columns]\ndevice_id="i"\ntime="t"\nx="x"\ny="y"\n')
    area = calm.folder / "study-area.geojson"
    options = ("--date", "2024-06-01", "--mapping", mapping, "--area", area)
    code, _, err = run(log, table, *options)
    assert code == 13
    assert "radio.csv: It has 0% of its fixes inside the box round the area" in err
    assert "log.nmea" not in err


def test_fixes_of_tomorrow_and_later_are_left_out(run, tmp_path):
    later = datetime.now(UTC) + timedelta(days=3)
    table = tmp_path / "radio.csv"
    table.write_text(f"i,t,x,y\nr1,{NOON.isoformat()},8.5,47.3\nr1,{later.isoformat()},8.5,47.3\n")
    mapping = tmp_path / "map.toml"
    mapping.write_text('[columns]\ndevice_id="i"\ntime="t"\nx="x"\ny="y"\n')
    _, out, _ = run(table, "--mapping", mapping)
    assert "Points dropped: impossible date" in out


# --- the lines themselves -------------------------------------------------------------------------


def device(name, silence_s=60.0, **more):
    values = {
        "fixes": 2,
        "first": NOON,
        "last": NOON,
        "refresh_s": silence_s,
        "accuracy_m": None,
        "longest_silence_s": silence_s,
        "clock_backwards": 0,
        **more,
    }
    return FixDevice(device_id=name, **values)


def quality(*devices, files=()):
    return FixQuality(
        files=files,
        faults=(),
        points_read=0,
        points_kept=0,
        dropped={},
        devices=devices,
        first=None,
        last=None,
        simulated=False,
    )


def notes_of(report):
    return {line.what: line.note for line in describe_fix_quality(report)}


def test_a_device_is_described_in_words():
    lone = device("c", None, refresh_s=None, fixes=1)
    clock = device("d", 300.0, accuracy_m=4.6, clock_backwards=2)
    notes = notes_of(quality(device("a", 7_300.0), device("b", 200_000.0), lone, clock))
    assert notes["Device a"] == "every 7.3e+03 s, longest silence 2 h, radius unknown"
    assert notes["Device b"].startswith("every 2e+05 s, longest silence 2 days")
    assert notes["Device c"] == "radius unknown"
    assert notes["Device d"] == (
        "every 300 s, longest silence 5 min, radius 5 m, clock goes back 2 times"
    )


def test_of_many_devices_those_with_the_longest_silence_are_shown():
    devices = [device(f"d{n:02d}", float(n)) for n in range(MOST_DEVICES + 2)]
    notes = notes_of(quality(*devices))
    assert "Device d02" in notes
    assert "Device d01" not in notes
    assert notes["Note"] == "2 more devices, with shorter silences; --json shows them all"


def test_a_file_is_told_with_what_it_lost_and_its_remarks():
    one = FixFile(
        name="a.gpx", sha256="", format="GPX", points=3, kept=2, dropped={}, remarks=("Cut.", "So.")
    )
    assert notes_of(quality(files=(one,)))["Read as GPX"] == "a.gpx, 1 point dropped. Cut. So."
    two = FixFile(name="a.gpx", sha256="", format="GPX", points=4, kept=2, dropped={})
    assert notes_of(quality(files=(two,)))["Read as GPX"] == "a.gpx, 2 points dropped"
    assert notes_of(quality())["Fixes kept"] == ""
