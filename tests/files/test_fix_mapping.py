"""What a mapping of fixes may say, and how it answers when it says something else."""

import math

import pytest

from patrolwise.errors import InputError
from patrolwise.files.fix_mapping import FixMapping, read_fix_mapping

COLUMNS = {"device_id": ("ISSI",), "time": ("Date", "Time"), "x": ("E",), "y": ("N",)}

WHOLE = """
zone = "Europe/London"
crs = 27700
time_format = "%d/%m/%Y %H:%M:%S"
speed_unit = "mph"
accuracy_unit = "ft"
accuracy_share = 0.95
valid_words = ["Valid", "3D"]
id_salt = "pepper"
separator = ";"
[columns]
device_id = "ISSI"
time = ["Date", "Time"]
x = "E"
y = "N"
speed = "Speed"
"""


def written(tmp_path, text):
    path = tmp_path / "force.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_is_read_as_it_is_written(tmp_path):
    mapping = read_fix_mapping(written(tmp_path, WHOLE))
    assert mapping == FixMapping(
        columns={**COLUMNS, "speed": ("Speed",)},
        zone="Europe/London",
        crs=27700,
        time_format="%d/%m/%Y %H:%M:%S",
        speed_unit="mph",
        accuracy_unit="ft",
        accuracy_share=0.95,
        valid_words=("valid", "3d"),
        id_salt="pepper",
        separator=";",
    )
    assert mapping.name == "force.toml"
    assert mapping.source_columns == ["ISSI", "Date", "Time", "E", "N", "Speed"]
    assert mapping.is_metric


def test_a_radius_of_95_in_100_becomes_that_of_68_by_rayleigh(tmp_path):
    mapping = read_fix_mapping(written(tmp_path, WHOLE))
    by_hand = 0.3048 * math.sqrt(math.log(1 / 0.32) / math.log(1 / 0.05))
    assert mapping.metres_of_accuracy == pytest.approx(by_hand)
    usual = FixMapping(columns=COLUMNS, zone="UTC")
    assert usual.metres_of_accuracy == 1.0


def test_the_salt_is_in_no_text_of_a_mapping(tmp_path):
    mapping = read_fix_mapping(written(tmp_path, WHOLE))
    assert "pepper" not in repr(mapping)
    with pytest.raises(InputError) as caught:
        read_fix_mapping(written(tmp_path, 'id_salt = ["pepper"]\ncrs = "pepper?"\n[columns]\n'))
    assert "id_salt must be quoted text." in str(caught.value)
    assert "'pepper'" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("crs = 4326", "It has no [columns] table; add one."),
        ("columns = 3", "Its columns must be a table, got 3."),
        ("shape = 1\n[columns]\n", "It has shape, which is no key of a mapping of fixes"),
        ("crs = 1.5\n[columns]\n", "Its crs must be a whole number, got 1.5."),
        ("crs = true\n[columns]\n", "Its crs must be a whole number, got True."),
        ("accuracy_share = 1\n[columns]\n", "Its accuracy_share must be a number with a decimal"),
        ("valid_words = [1]\n[columns]\n", "Its valid_words must be a list of quoted words"),
        ("[columns]\nx = 1", "Its column x must be a quoted name, or a list of two, got 1."),
        ("[columns]\nx = [1]", "Its column x must be a quoted name, or a list of two, got [1]."),
        ("columns", "force.toml is not TOML"),
    ],
)
def test_a_file_that_is_no_mapping_says_why(tmp_path, text, told):
    with pytest.raises(InputError) as caught:
        read_fix_mapping(written(tmp_path, text))
    assert told in str(caught.value)


def test_a_mapping_that_is_not_there_says_so(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml cannot be read: No such file"):
        read_fix_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"columns": {**COLUMNS, "speeed": ("v",)}}, "Its column speeed is none that a mapping"),
        ({"columns": {**COLUMNS, "x": ("a", "b")}}, "Its column x takes 1 name(s), got 2."),
        ({"columns": {**COLUMNS, "time": ()}}, "Its column time takes 2 name(s), got 0."),
        ({"columns": {"device_id": ("a",)}}, "It maps no time; a fix needs one."),
        ({"columns": {**COLUMNS, "x": ("row",)}}, "It maps a column called row"),
        ({"device": "car"}, "Name the device once"),
        (
            {"columns": {"time": ("t",), "x": ("x",), "y": ("y",)}},
            "Name the device once",
        ),
        ({"crs": 3857}, "Its crs must be 4326 or 27700, got 3857."),
        ({"speed_unit": "kmh"}, "Its speed_unit must be m/s or km/h or mph or knots, got 'kmh'."),
        ({"accuracy_unit": "yd"}, "Its accuracy_unit must be m or ft, got 'yd'."),
        (
            {"time_format": "%d/%m/%Y %H", "zone": "UTC"},
            "Its time_format '%d/%m/%Y %H' cannot be used: please either specify both hour and",
        ),
        ({"degrees": "grad"}, "Its degrees must be decimal or dms, got 'grad'."),
        ({"crs": 27700, "degrees": "dms"}, "Its crs is 27700, metres, and its degrees are 'dms'"),
        ({"decimal": "·"}, "Its decimal must be . or ,, got '·'."),
        ({"accuracy_share": 1.0}, "Its accuracy_share must lie between 0 and 1, got 1.0."),
        ({"separator": ", "}, "Its separator must be one character, got ', '."),
        ({"encoding": "utf-9"}, "Its encoding 'utf-9' is not known; try 'windows-1252'."),
        ({"zone": "London"}, "Its zone 'London' is not known"),
        ({"zone": "", "time_format": "%d/%m/%Y %H:%M"}, "It has no zone"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(changes, told):
    with pytest.raises(InputError) as caught:
        FixMapping(**{"columns": COLUMNS, "zone": "UTC", **changes})
    assert told in str(caught.value)


@pytest.mark.parametrize("form", ["iso", "unix", "unix_ms", "%d/%m/%Y %H:%M:%S %z", "%FT%T%#z"])
def test_times_that_carry_their_offset_need_no_zone(form):
    assert FixMapping(columns=COLUMNS, time_format=form).zone == ""


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError) as caught:
        FixMapping(columns=COLUMNS, crs=1, separator="", device="car")
    assert "3 faults" in str(caught.value)
