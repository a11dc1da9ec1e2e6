"""Cursor on Target: which events are fixes, in one document or many. All logs are made up."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files.cot_fixes import BY_HAND, NOT_A_UNIT, read_cot
from patrolwise.files.fix_parts import (
    BAD_NUMBER,
    BAD_TIME,
    NO_POSITION,
    FixTally,
    NotThisFormatError,
)

NOON = "2024-06-07T12:00:00.000Z"
NOON_US = int(datetime(2024, 6, 7, 12, tzinfo=UTC).timestamp() * 1e6)
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
PLACE = '<point lat="52.63" lon="-1.13" hae="60" ce="6.5" le="9999999"/>'


def event(inside=PLACE, **changes):
    told = {"uid": "radio-7", "type": "a-f-G-U-C", "time": NOON, "how": "m-g", **changes}
    attributes = " ".join(f'{name}="{value}"' for name, value in told.items())
    return f"<event {attributes}>{inside}</event>"


def read(text, encoding="utf-8"):
    tally = FixTally("tak.xml")
    return list(read_cot(io.BytesIO(text.encode(encoding)), tally)), tally


def test_a_position_of_a_unit_is_a_fix_of_its_device():
    (fix,), tally = read(event(PLACE + '<detail><track course="90" speed="1.4"/></detail>'))
    assert (fix.row, fix.time_us, fix.longitude, fix.latitude) == (1, NOON_US, -1.13, 52.63)
    assert (fix.device_id, fix.accuracy_m, fix.speed_m_s) == ("radio-7", 6.5, 1.4)
    assert (fix.starts_segment, tally.points, tally.remarks) == (False, 1, [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (event(type="t-x-c-t"), NOT_A_UNIT),
        (event(type=""), NOT_A_UNIT),
        ("<event/>", NOT_A_UNIT),
        (event(how="h-g-i-g-o"), BY_HAND),
        (event(inside=""), NO_POSITION),
        (event('<point lat="52.63" ce="5"/>'), NO_POSITION),
        (event('<point lat="0.0" lon="0" ce="9999999.0"/>'), NO_POSITION),
        (event('<point lat="0" lon="-0.0"/>'), NO_POSITION),
        (event('<point lat="x" lon="-1.13" ce="5"/>'), BAD_NUMBER),
        (event(time="noon"), BAD_TIME),
    ],
)
def test_an_event_that_is_no_fix_is_dropped_with_its_reason(text, reason):
    fixes, tally = read(text + event())
    assert [fix.row for fix in fixes] == [2]
    assert (tally.dropped, tally.points) == ({reason: 1}, 2)


@pytest.mark.parametrize("radius", ["9999999", "9999999.0", "1e7", "", "unknown"])
def test_an_unknown_error_is_no_radius(radius):
    (fix,), _ = read(event(f'<point lat="52.63" lon="-1.13" ce="{radius}"/>'))
    assert fix.accuracy_m is None


def test_null_island_with_a_known_error_is_handed_over_to_be_judged_like_any_other():
    (fix,), _ = read(event('<point lat="0" lon="0" ce="5"/>'))
    assert (fix.longitude, fix.latitude) == (0, 0)


def test_an_event_without_a_uid_or_a_time_leaves_them_open():
    (fix,), _ = read(event(uid=" ", time=""))
    assert (fix.device_id, fix.time_us) == (None, None)


def test_an_unknown_speed_leaves_the_fix():
    (fix,), tally = read(event(PLACE + '<detail><track speed="NaN"/></detail>'))
    assert (fix.speed_m_s, len(tally.remarks)) == (None, 1)


@pytest.mark.parametrize(
    "text",
    [
        f"<events>{event()}{event()}</events>",
        f"{DECLARED}<events>{event()}{event()}</events>",
        event() + event(),
        f"{DECLARED}{event()}{DECLARED}{event()}",
        f"{DECLARED}\n{event()}\n{DECLARED}\n{event()}\n",
        f"\ufeff{DECLARED}{event()}{DECLARED}{event()}",
        f"  \n{DECLARED}{event()}\n<?xml-stylesheet href='x'?>{event()}",
        f"<events>{event()}</events>{DECLARED}<events>{event()}</events>",
        f"{event()}12:00 received{event()}",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_one_document_and_many_say_the_same(text, encoding):
    if encoding == "utf-16":
        text = text.lstrip().removeprefix("\ufeff")
    fixes, tally = read(text, encoding)
    assert [fix.row for fix in fixes] == [1, 2]
    assert tally.remarks == []


def test_the_encoding_that_the_first_document_declares_holds():
    text = f'<?xml version="1.0" encoding="ISO-8859-1"?>{event(uid="Café 1")}{event(uid="Café 2")}'
    fixes, _ = read(text, "latin-1")
    assert [fix.device_id for fix in fixes] == ["Café 1", "Café 2"]


PARTS = [event(), DECLARED, event(PLACE + "<!-- <?x -->"), "\n", "<a><?x y?></a>"]


@given(st.lists(st.sampled_from(PARTS)), st.integers(1, 40), st.sampled_from(["utf-8", "utf-16"]))
def test_however_the_bytes_arrive_the_documents_are_the_same(parts, size, encoding):
    class Dribble(io.BytesIO):
        def read(self, _=-1):
            return super().read(size)

    text = event() * 5 + "".join(parts)  # the first 512 bytes are read at once
    tally = FixTally("tak.xml")
    fixes = list(read_cot(Dribble(text.encode(encoding)), tally))
    by_hand = 5 + sum(part.startswith("<event") for part in parts)
    assert (len(fixes), tally.remarks) == (by_hand, [])


def test_a_log_that_breaks_off_keeps_what_came_before():
    fixes, tally = read(f"{DECLARED}{event()}\n{DECLARED}{event()}"[:-10])
    assert len(fixes) == 1
    assert tally.remarks == [
        "The file is cut short in line 2, its last: the 1 fixes before it are kept, what came "
        "after is unknown. Export it again if you can."
    ]


@pytest.mark.parametrize("tail", ["<", "<?xm", '<?xml version="1.0"'])
def test_a_log_that_breaks_off_in_a_declaration_is_cut_short(tail):
    fixes, tally = read(event() + tail)
    assert (len(fixes), len(tally.remarks)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "It is empty"),
        ("2024-06-07 12:00 radio-7", "cannot be read as XML"),
        ("\ufeff", "cannot be read as XML"),
        (f'{DECLARED}<gpx version="1.1"/>', "begins with <gpx>"),
        (f"{DECLARED}<!DOCTYPE event>{event()}", "document type"),
        ("<!doctype html><html></html>", "web page"),
    ],
)
def test_another_file_is_refused_with_what_it_is(text, says):
    with pytest.raises(NotThisFormatError, match=says):
        read(text)
