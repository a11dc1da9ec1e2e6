"""XML of any shape: whatever the bytes are, fixes that add up or one clear refusal."""

import io
import runpy
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files.fix_parts import FixTally, NotThisFormatError
from patrolwise.files.fix_texts import read_number, read_time
from patrolwise.files.gpx_fixes import read_gpx
from patrolwise.files.xml_fixes import LONGEST_SILENCE

FUZZ = runpy.run_path(str(Path(__file__).resolve().parents[1] / "fuzz" / "xml_targets.py"))
TARGETS, hold = FUZZ["TARGETS"], FUZZ["hold"]
POINT = b'<trkpt lat="52.63" lon="-1.13"><time>2024-06-07T12:00:00Z</time></trkpt>'
START, END = b'<gpx version="1.1"><trk><trkseg>', b"</trkseg></trk></gpx>"


def read(data):
    tally = FixTally("walk.gpx")
    return list(read_gpx(io.BytesIO(data), tally)), tally


def refusal(data):
    with pytest.raises(NotThisFormatError) as caught:
        read(data)
    return str(caught.value)


def time_us(text):
    return read_time(text, FixTally("walk.gpx"))


def micros(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "It is empty"),
        (b"   ", "cannot be read as XML"),
        (b"\x00" * 100, "cannot be read as XML"),
        (b"$GPRMC,120000,A", "begins with '$GPRMC,120000,A'"),
        (b"\xff\xfe\xfa", "cannot be read as XML"),
        (b"PK\x03\x04rest", "zip archive"),
        (b"\x1f\x8brest", "gzip"),
        (b"<kml></kml>", "begins with <kml>, not with <gpx>"),
        (b"<" + b"k" * 500 + b"/>", "begins with <" + "k" * 40 + ">"),
        (b"<html><body/></html>", "web page"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"<!DOCTYPE gpx [<!ENTITY a 'b'>]><gpx>&a;</gpx>", "document type or entities"),
        (b'<!DOCTYPE gpx SYSTEM "file:///x"><gpx/>', "document type or entities"),
        (b'<?xml version="1.0" encoding="martian"?><gpx/>', "unknown encoding"),
        (b'<?xml version="1.0" encoding="hex"?><gpx/>', "not a text encoding"),
        (b'<?xml version="1.0" encoding="idna"?><gpx/>', "cannot be read as XML"),
        (b'<?xml version="1.0" encoding="unicode_escape"?><gpx/>', "cannot be read as XML"),
        (b'<?xml version="1.0" encoding="utf-16"?><gpx/>', "encoding"),
        (b'<?xml version="1.0" encoding="shift_jis"?><gpx/>', "multi-byte"),
    ],
)
def test_what_is_not_gpx_is_refused_with_what_it_is_and_what_to_do(data, says):
    message = refusal(data)
    assert says in message
    assert any(word in message for word in ("xport it", "unpack it", "Download"))


def test_a_file_of_every_common_encoding_is_read():
    text = (START + POINT + END).decode()
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"):
        name = encoding.removesuffix("-sig")
        fixes, _ = read(f'<?xml version="1.0" encoding="{name}"?>{text}'.encode(encoding))
        assert len(fixes) == 1, encoding


@pytest.mark.parametrize("before", [b"  \n\t", b"\xef\xbb\xbf\r\n"])
def test_blanks_before_the_declaration_do_no_harm(before):
    fixes, tally = read(before + b'<?xml version="1.0"?>' + START + POINT + END)
    assert (len(fixes), tally.remarks) == (1, [])


def test_a_name_counts_whatever_its_namespace():
    data = (START + POINT + END).replace(b"<", b"<g:").replace(b"<g:/", b"</g:")
    fixes, _ = read(data.replace(b"<g:gpx ", b'<g:gpx xmlns:g="urn:any" '))
    assert len(fixes) == 1


@pytest.mark.parametrize(
    ("rest", "where"),
    [
        (b"", "in line 3, its last"),
        (b"<trkpt lat='1'", "in line 3, its last"),
        (b"</trk>", "at line 3 (mismatched tag)"),
        (b"&nbsp;" + END, "at line 3 (undefined entity)"),
        (b"\x00" + END, "at line 3 (not well-formed)"),
        (b"\xff" + END, "at line 3 (not well-formed)"),
        (b"<a:b/>" + END, "at line 3 (unbound prefix)"),
        (END + b"<gpx/>", "at line 3 (junk after document element)"),
        (b"<a>" * 200, "(more than 100 elements within each other)"),
        (b"<trkpt>" + b"<a/>" * 20_000, "(one element holds more than 10000 others)"),
    ],
)
def test_a_file_that_breaks_off_keeps_what_came_before_and_says_where(rest, where):
    fixes, tally = read(START + b"\n" + POINT + b"\n" + rest)
    assert len(fixes) == 1
    assert tally.remarks == [
        f"The file is cut short {where}: the 1 fixes before it are kept, what came after is "
        "unknown. Export it again if you can."
    ]


def test_a_file_cut_at_any_byte_keeps_each_point_that_it_still_holds_whole():
    data = START + POINT * 3 + END
    for length in range(len(b"<gpx version='1.1'>"), len(data)):
        fixes, tally = read(data[:length])
        assert len(fixes) == data[:length].count(b"</trkpt>")
        assert len(tally.remarks) == 1


@pytest.mark.parametrize(
    "tag", [b'<a b="%s"/>', b"<!--%s-->", b"<a>%s</a>", b"<a><![CDATA[%s]]></a>"]
)
def test_a_very_long_element_is_read_past_and_an_endless_one_ends_the_file(tag):
    long, endless = b"x" * 2**20, b"x" * (4 * LONGEST_SILENCE)
    fixes, tally = read(START + tag % long + POINT + END)
    assert (len(fixes), tally.remarks) == (1, [])
    fixes, tally = read(START + POINT + tag % endless + POINT + END)
    assert len(fixes) == 1
    assert "(no tag in 16 MiB)" in tally.remarks[0]


def test_one_element_may_stand_in_another_of_its_name():
    fixes, tally = read(START + b"<trkpt>" + POINT + b"</trkpt>" + POINT + END)
    assert (len(fixes), tally.points) == (1, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-06-07T12:00:00Z", micros(2024, 6, 7, 12)),
        (" 2024-06-07t12:00:00z\n", micros(2024, 6, 7, 12)),
        ("2024-06-07 12:00:00+00:00", micros(2024, 6, 7, 12)),
        ("2024-06-07T12:00:00+01:00", micros(2024, 6, 7, 11)),
        ("2024-06-07T12:00:00-0530", micros(2024, 6, 7, 17, 30)),
        ("2024-06-07T12:00:00.1Z", micros(2024, 6, 7, 12) + 100_000),
        ("2024-06-07T12:00:00,123456789Z", micros(2024, 6, 7, 12) + 123_456),
        ("2024-06-07T24:00:00Z", micros(2024, 6, 8)),
        ("2024-06-07T24:00:01Z", None),
        ("2024-06-07T24:00:00.5Z", None),
        ("2016-12-31T23:59:60Z", micros(2017, 1, 1)),
        ("2017-01-01T00:59:60+01:00", micros(2017, 1, 1)),
        ("2016-12-31T23:58:60Z", None),
        ("2016-12-31T23:59:61Z", None),
        ("2024-06-07T12:60:00Z", None),
        ("2024-06-07T25:00:00Z", None),
        ("2024-06-07T12:00:00+14:00", micros(2024, 6, 6, 22)),
        ("2024-06-07T12:00:00+14:01", None),
        ("2024-06-07T12:00:00+01:60", None),
        ("0000-01-01T00:00:00Z", None),
        ("-0001-01-01T00:00:00Z", None),
        ("12024-06-07T12:00:00Z", None),
        ("2023-02-29T12:00:00Z", None),
        ("2024-06-07", None),
        ("2024-06-07T12:00Z", None),
        ("20240607T120000Z", None),
        ("२०२४-06-07T12:00:00Z", None),
        ("", None),
    ],
)
def test_a_time_is_an_instant_or_cannot_be_read(text, expected):
    assert time_us(text) == expected


@given(st.datetimes(timezones=st.timezones() | st.just(UTC)))
def test_times_are_those_of_the_standard_library(time):
    time = datetime.fromisoformat(time.isoformat())  # an offset in place of the zone
    offset = time.utcoffset()
    if offset.total_seconds() % 60 or abs(offset.total_seconds()) > 14 * 3600:
        return  # before standard time; XML cannot write it
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    elapsed = time - epoch
    expected = (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds
    assert time_us(time.isoformat()) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_as_it_was_written(number):
    assert read_number(repr(number)) == number


@pytest.mark.parametrize(
    "text",
    ["", "NaN", "inf", "-INF", "1_0", "0x10", "1,5", "1e", "٥٢", "9" * 31, "1e400", "1 2", "."],
)
def test_what_is_not_a_plain_finite_number_is_none(text):
    assert read_number(text) is None


CASES = [(name, sample) for name, target in TARGETS.items() for sample in target.samples]


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_the_samples_of_the_fuzzer_hold_fixes(name, sample):
    assert hold(name, sample)


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_a_mangled_file_is_refused_or_its_points_add_up(name, data):
    hold(name, mangle(data.draw, data.draw(st.sampled_from(TARGETS[name].samples))))


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.binary(max_size=200))
def test_any_bytes_at_all_are_refused_or_their_points_add_up(name, data):
    hold(name, data)


def mangle(draw, sample):
    """Return a sample after a few accidents."""
    for accident in draw(
        st.lists(st.sampled_from(["cut", "flip", "insert", "lines", "swap"]), max_size=4)
    ):
        at = draw(st.integers(0, len(sample)))
        if accident == "cut":
            sample = sample[:at]
        elif accident == "flip":
            sample = sample[:at] + draw(st.binary(min_size=1, max_size=2)) + sample[at + 1 :]
        elif accident == "insert":
            sample = sample[:at] + draw(PIECES) + sample[at:]
        elif accident == "lines":
            sample = b"\n".join(draw(st.permutations(sample.split(b"\n"))))
        else:
            end = draw(st.integers(at, len(sample)))
            sample = sample[:at] + sample[end:] + sample[at:end]
    return sample


PIECES = st.binary(max_size=4) | st.sampled_from(
    [
        b"<",
        b">",
        b"</gpx>",
        b"<trkpt>",
        b"</event>",
        b"<gx:Track>",
        b"<when>",
        b"<!--",
        b"<![CDATA[",
        b"<?xml version='1.0'?>",
        b"<!DOCTYPE a>",
        b"&amp;",
        b"&#0;",
        b"NaN",
        b"-1e999",
        b"\xff\xfe",
    ]
)


class Endless(io.RawIOBase):
    """A file made while it is read, so that it takes no memory of its own."""

    def __init__(self, start, piece, times, end):
        self._parts = iter([start, *[piece] * times, end])

    def read(self, _=-1):
        return next(self._parts, b"")


ONE_TRACK = b"<gx:Track>%s</gx:Track>" % (
    b"<when>2024-06-07T12:00:00Z</when><gx:coord>-1.13 52.63</gx:coord>" * 100
)
LONG_FILES = {
    "gpx": (START, b"<wpt/><a>b<c/>d</a>\n" + POINT * 100, END),
    "kml": (b'<kml xmlns:gx="urn:g">', b"<Placemark><name>a</name>" + ONE_TRACK + b"</Placemark>",
            b"</kml>"),
    "tcx": (b"<TrainingCenterDatabase><Track>", b"<Trackpoint><Time/></Trackpoint>\n" * 100,
            b"</Track></TrainingCenterDatabase>"),
    "cot": (b"<?xml version='1.0'?>", b"<?xml version='1.0'?><event type='a-f'/>\n" * 100, b"\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG_FILES)
def test_memory_does_not_grow_with_the_file(name):
    start, piece, end = LONG_FILES[name]

    def peak(times):
        tally = FixTally(name)
        tracemalloc.start()
        for _ in TARGETS[name].read(Endless(start, piece, times, end), tally):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert tally.points == 100 * times
        assert not tally.remarks or name == "gpx"
        return most

    peak(2)  # caches fill
    assert peak(100) < peak(5) + 500_000  # held, 9,500 more points would take some megabytes


def test_one_long_track_of_kml_takes_few_bytes_a_fix():
    parts = [b'<kml xmlns:gx="urn:g"><gx:Track>']
    parts += [b"<when>2024-06-07T12:00:00Z</when>" * 10_000, b"<gx:coord>1 2</gx:coord>" * 10_000]
    data = b"".join([*parts, b"</gx:Track></kml>"])
    stream, tally = io.BytesIO(data), FixTally("kml")
    tracemalloc.start()
    for _ in TARGETS["kml"].read(stream, tally):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert tally.points == 10_000
    assert most < 10_000 * 40 + 500_000
