import io
import json
import math
import runpy
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files import json_fixes
from patrolwise.files.fix_parts import FixTally, NotThisFormatError
from patrolwise.files.json_fixes import (
    MessageKind,
    fixes_of_messages,
    read_json_items,
    read_text_lines,
)
from patrolwise.files.json_values import (
    JsonDecoder,
    LeftOutError,
    above_zero,
    any_time,
    epoch_time,
    identity,
    is_true,
    iso_time,
    not_negative,
    number,
    part,
    position,
)

REPO = Path(__file__).resolve().parents[2]
TARGETS = runpy.run_path(str(REPO / "tests" / "fuzz" / "json_targets.py"))
SHORT = st.text(max_size=3)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SHORT, inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.dictionaries(SHORT, JSON_VALUES, max_size=3)


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def __init__(self, data, size):
        self._data, self._size = io.BytesIO(data), size

    def read(self, size=-1):
        return self._data.read(self._size)


def items(data, unwrap=None, size=None):
    tally = FixTally("file")
    data = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    stream = io.BytesIO(data) if size is None else Trickle(data, size)
    return list(read_json_items(stream, tally, unwrap)), tally


def values(data, unwrap=None, size=None):
    return [item.value for item in items(data, unwrap, size)[0]]


@given(st.lists(OBJECTS), st.sampled_from([None, 1, "\t"]), st.integers(1, 40))
def test_an_array_gives_what_reading_it_whole_gives(objects, indent, size):
    text = json.dumps(objects, indent=indent)
    assert values(text, size=size) == json.loads(text)


@pytest.mark.parametrize("size", range(1, 9))
def test_a_number_is_not_cut_where_the_reading_pauses(size):
    assert values("[0.5, -1e+5, 12, true, -0.0]", size=size) == [0.5, -1e5, 12, True, 0]


@given(st.lists(OBJECTS, min_size=1), st.integers(1, 40), st.booleans())
def test_lines_give_what_reading_each_gives(objects, size, has_end):
    text = "\n".join(json.dumps(each) for each in objects) + ("\n" if has_end else "")
    read, tally = items(text, size=size)
    assert [item.value for item in read] == objects
    assert [item.row for item in read] == list(range(1, len(objects) + 1))
    assert tally.points == 0


@given(OBJECTS, st.lists(JSON_VALUES), st.sampled_from([None, 1]), st.integers(1, 40))
def test_unwrapping_gives_the_elements_and_then_the_rest(rest, elements, indent, size):
    rest.pop("features", None)
    text = json.dumps({"features": elements, **rest}, indent=indent)
    read, _ = items(text, "features", size)
    assert [item.value for item in read] == [*elements, rest]
    assert [item.member for item in read] == ["features"] * len(elements) + [""]


@given(st.lists(st.dictionaries(SHORT, JSON_VALUES, min_size=1, max_size=3), min_size=1))
def test_documents_spread_over_lines_may_follow_one_another(objects):
    text = "\n".join(json.dumps(each, indent=1) for each in objects)
    assert values(text) == objects
    assert values(text, "features") == objects


@given(st.lists(OBJECTS, min_size=1), st.floats(0, 1, exclude_max=True))
def test_a_cut_array_gives_its_first_elements_and_a_remark(objects, share):
    text = json.dumps(objects).encode()
    cut = max(1, int(share * len(text)))
    read, tally = items(text[:cut])
    found = [item.value for item in read]
    assert found == objects[: len(found)]
    assert tally.points == 0
    assert len(tally.remarks) == 1
    assert tally.remarks[0].startswith("The file is cut short in line 1: the 0 fixes before it")


@pytest.mark.parametrize("text", ["", "  \n", "hello", '"a"', "7", "id=1", "\ufeff"])
def test_what_does_not_begin_as_json_is_refused(text):
    with pytest.raises(NotThisFormatError, match=r"^file (is empty|begins with)"):
        items(text)


def test_utf_16_is_refused_with_a_word_on_what_to_do():
    with pytest.raises(NotThisFormatError, match="save it as UTF-8"):
        items('{"a": 1}'.encode("utf-16"))


def test_a_byte_order_mark_is_passed_over():
    assert values('\ufeff{"a": 1}') == [{"a": 1}]
    assert values('\ufeff[{"a": 1}]', size=1) == [{"a": 1}]


def test_a_line_that_is_not_json_costs_only_itself():
    read, tally = items('{"a": 1}\n{"a": \n\n[] []\n{"a": 2}\n')
    assert [(item.row, item.value) for item in read] == [(1, {"a": 1}), (5, {"a": 2})]
    assert tally.dropped == {"not JSON": 2}


def test_a_first_line_that_is_not_json_costs_only_itself():
    read, tally = items('{"a": \n{"a": 2}\n')
    assert [(item.row, item.value) for item in read] == [(2, {"a": 2})]
    assert tally.dropped == {"not JSON": 1}


def test_bytes_that_are_not_utf_8_cost_their_value_alone_in_every_form():
    bad = b'{"a": "\xe9"}'
    assert values(b"[" + bad + b', {"a": 2}]') == [{"a": 2}]
    assert values(b'{"a": 1}\n' + bad + b'\n{"a": 2}') == [{"a": 1}, {"a": 2}]
    read, tally = items(b'{\n"b": \n"\xe9"}')
    assert (read, tally.dropped) == ([], {"not JSON": 1})
    read, tally = items(b'{\n"b": "\xe9", "features": [1]}', "features")
    assert [item.value for item in read] == [1, {}]
    assert tally.dropped == {"not JSON": 1}


def test_a_name_given_twice_costs_its_value_alone_in_every_form():
    bad = '{"b": {"a": 1, "a": 1}}'
    assert values(f"[{bad}, 2]") == [2]
    assert values(f"1{bad}"[1:] + '\n{"a": 2}') == [{"a": 2}]
    for text in ('{\n"a": 1,\n"a": 2}', '{\n"b": {"a": 1, "a": 1}}'):
        for unwrap in (None, "features"):
            read, tally = items(text, unwrap)
            assert (read, tally.dropped) == ([], {"a name is given twice": 1})


@pytest.mark.parametrize("text", ['[{"a": 1} {"a": 2}]', '[{"a": 1}, {a: 2}, {"a": 3}, {"a": 4}]'])
def test_a_broken_array_keeps_what_came_before_and_says_so(text):
    read, tally = items(text)
    assert [item.value for item in read] == [{"a": 1}]
    assert tally.dropped == {"not JSON": 1}
    assert tally.remarks == [
        "From a fault in line 1 on it cannot be read (not JSON): the 0 fixes before it are kept, "
        "what came after is unknown. Export it again if you can."
    ]


@pytest.mark.parametrize("text", ["{\n1: 2}", '{\n"a" 1}', '{\n"a": 1;}', '{\n"a": 1}\n]'])
def test_a_broken_document_is_counted_once(text):
    assert items(text, "features")[1].dropped == {"not JSON": 1}


@pytest.mark.parametrize(
    "text", ["{", '{\n"a', '{\n"a"', '{\n"a":', '{\n"a": 1', '{\n"a": 1,', "["]
)
def test_a_cut_document_leaves_a_remark(text):
    for unwrap in (None, "features"):
        read, tally = items(text, unwrap)
        assert (read, tally.points) == ([], 0)
        assert "is cut short in line" in tally.remarks[0]


def test_an_empty_document_and_an_empty_array_are_read():
    assert values("{ }", "features") == [{}]
    assert values('{\n"features": [ ]}', "features") == [{}]
    assert values("[ ]") == []


def test_deep_nesting_is_counted_and_does_not_leak():
    deep = "[" * 100_000
    assert items(f"[{deep}")[1].dropped == {"nested too deeply": 1}
    read, tally = items(f'{{"a": {deep}\n{{"a": 2}}\n')
    assert [item.value for item in read] == [{"a": 2}]
    assert tally.dropped == {"nested too deeply": 1}
    assert items(f'{{"a": {deep}')[1].dropped == {"nested too deeply": 1}


def test_whole_numbers_too_long_to_read_are_no_numbers():
    assert math.isnan(values("[" + "9" * 10_000 + "]")[0])
    assert values("[" + "9" * 20 + "]") == [int("9" * 20)]


def test_a_value_longer_than_the_bound_is_not_held(monkeypatch):
    monkeypatch.setattr(json_fixes, "LARGEST", 1000)
    long = json.dumps({"a": "b" * 200_000})
    assert items(f"[{long}")[1].dropped == {"longer than 64 MB": 1}
    read, tally = items(f'{{"a": 1}}\n{long}\n{{"a": 2}}\n{long}')
    assert [item.row for item in read] == [1, 3]
    assert tally.dropped == {"a line that is too long": 2}


def test_a_first_line_of_any_length_is_streamed():
    features = [{"n": number, "fill": "x" * 1000} for number in range(2000)]
    text = json.dumps({"features": features, "crs": None}) + '\n{"features": [1]}\n'
    assert values(text, "features") == [*features, {"crs": None}, 1, {}]


def test_memory_does_not_grow_with_the_file():
    element = json.dumps({"a": list(range(50))}).encode()

    class Endless(io.RawIOBase):
        left = 20_000

        def read(self, size=-1):
            self.left -= 100
            return b",".join([element] * 100) + b"," if self.left >= 0 else b""

    class Opened(Endless):
        opened = False

        def read(self, size=-1):
            if not self.opened:
                self.opened = True
                return b"["
            return super().read(size)

    tracemalloc.start()
    count = sum(1 for _ in read_json_items(Opened(), FixTally("file")))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 2_000_000 < count * len(element)


@given(st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8"))), st.integers(1, 9))
def test_lines_are_those_of_splitting_the_text(lines, size):
    text = "\n".join(lines)
    found = list(read_text_lines(Trickle(text.encode(), size), FixTally("file")))
    text = text.removeprefix("\ufeff")
    expected = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    assert [(row, line) for row, line, _ in found] == expected
    assert all(has_end for _, _, has_end in found[:-1])


def test_messages_of_another_kind_are_counted_and_none_at_all_is_refused():
    kind = MessageKind(
        name="greetings", is_one=lambda m: "hello" in m, parse=lambda m, tally, row: tally.drop("x")
    )
    tally = FixTally("file")
    read, _ = items('[{"hello": 1}, {"bye": 1}, 7]')
    assert list(fixes_of_messages(read, tally, kind)) == []
    assert tally.dropped == {"x": 1, "not one of greetings": 2}
    with pytest.raises(NotThisFormatError, match="file has no greetings"):
        list(fixes_of_messages(read[1:], FixTally("file"), kind))


@pytest.mark.parametrize("text", ["", "{", "[1] 2", "nul", "{'a': 1}"])
def test_a_text_that_is_not_one_value_is_not_json(text):
    with pytest.raises(LeftOutError, match="not JSON"):
        JsonDecoder().decode(text)


def test_a_decoder_forgets_the_fault_of_the_text_before():
    decoder = JsonDecoder()
    with pytest.raises(LeftOutError, match="a name is given twice"):
        decoder.decode('{"a": 1, "a": 2}')
    assert decoder.decode(' {"a": 1} ') == {"a": 1}


@given(st.floats(-1e299, 1e299))
def test_a_number_is_read_as_it_is_written(value):
    assert number(value) == number(repr(value)) == number(f" {value!r} ") == value


@pytest.mark.parametrize("value", [None, "", "  "])
def test_nothing_is_no_number(value):
    assert number(value) is None
    assert above_zero(value) is None
    assert not_negative(value) is None


@pytest.mark.parametrize(
    "value", [True, [1], {}, math.nan, -math.inf, 10**400, "nan", "1_0", "1,5", "0x1", "1e999", "٢"]
)
def test_what_is_no_number_is_said_to_be_none(value):
    with pytest.raises(LeftOutError, match="a number cannot be read"):
        number(value)
    with pytest.raises(LeftOutError, match="a time cannot be read"):
        epoch_time(value)


def test_a_factor_turns_a_unit_into_ours():
    assert above_zero("2", 5.0) == 10
    assert not_negative(36, 0.5) == 18
    assert not_negative(0) == 0
    assert above_zero(0) is None
    assert not_negative(-1) is None


def test_a_position_needs_both():
    assert position(-1, "52") == (-1.0, 52.0)
    for pair in ((None, 1), (1, "")):
        with pytest.raises(LeftOutError, match="no position"):
            position(*pair)


@given(st.text() | st.integers() | JSON_VALUES)
def test_an_id_fits_into_a_table_or_is_none(value):
    found = identity(value)
    assert found is None or found == found.encode().decode().strip() != ""


@given(st.text(st.characters(categories=["Cs", "Lu"]), min_size=1))
def test_two_ids_with_half_characters_stay_two(text):
    assert identity(text) != identity(text + "\ud800")


@pytest.mark.parametrize("value", [True, 1, "1", "true", " TRUE "])
def test_a_flag_is_set_in_many_ways(value):
    assert is_true(value) is True


@pytest.mark.parametrize("value", [False, 0, "0", "false", "", [True], "yes"])
def test_all_else_does_not_set_a_flag(value):
    assert is_true(value) is False
    assert is_true(None) is None


def test_a_part_that_is_no_object_is_an_empty_one():
    assert part({"a": {"b": 1}}, "a") == {"b": 1}
    assert part({"a": [1]}, "a") == part({}, "a") == {}


AWARE = st.datetimes(
    datetime(1, 1, 2),
    datetime(9999, 12, 30),
    timezones=st.builds(timezone, st.timedeltas(timedelta(hours=-23), timedelta(hours=23))),
).map(lambda moment: moment.astimezone(timezone(_whole_minutes(moment.utcoffset()))))


def _whole_minutes(offset):
    return timedelta(minutes=offset // timedelta(minutes=1))


@given(AWARE)
def test_an_iso_time_is_what_python_says_it_is(moment):
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    expected = since // timedelta(microseconds=1)
    assert iso_time(moment.isoformat()) == expected
    assert iso_time(moment.isoformat().replace(".", ",")) == expected
    assert any_time(moment.isoformat().lower().replace("+00:00", "z")) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no date or time"),
        ("", "no date or time"),
        ("2024-06-01T14:00:00", "time without a zone"),
        ("2024-06-01 14:00", "time without a zone"),
        ("2024-06-01", "a time cannot be read"),
        ("20240601T140000Z", "a time cannot be read"),
        ("2024-06-01T24:00:00Z", "a time cannot be read"),
        ("2016-12-31T23:59:60Z", "a time cannot be read"),
        ("2024-02-30T00:00:00Z", "a time cannot be read"),
        ("0000-01-01T00:00:00Z", "a time cannot be read"),
        ("2024-06-01T14:00:00+99:00", "a time cannot be read"),
        ("٢024-06-01T14:00:00Z", "a time cannot be read"),
        (["2024-06-01T14:00:00Z"], "a time cannot be read"),
        (True, "a time cannot be read"),
        (1717250400, "a time cannot be read"),
    ],
)
def test_what_is_no_iso_time_is_said_why(value, reason):
    with pytest.raises(LeftOutError, match=f"^{reason}$"):
        iso_time(value)


def test_the_first_and_the_last_time_of_the_calendar_are_read_in_any_zone():
    assert iso_time("0001-01-01T00:00:00+23:59") < epoch_time(-62_135_596_800)
    assert iso_time("9999-12-31T23:59:59-23:59") > epoch_time(253_402_300_799_000)
    with pytest.raises(LeftOutError, match="a time cannot be read"):
        epoch_time(253_402_300_800_000)
    with pytest.raises(LeftOutError, match="a time cannot be read"):
        epoch_time(-62_135_596_801)


@given(st.integers(0, 2**31 - 2))
def test_seconds_and_milliseconds_part_at_two_to_the_31(seconds):
    assert epoch_time(seconds) == any_time(str(seconds)) == seconds * 1_000_000
    assert epoch_time(seconds + 2**31 - 1) == (seconds + 2**31 - 1) * 1_000
    assert any_time(seconds, 1_000) == seconds * 1_000


def test_no_time_is_none_however_it_is_asked_for():
    for value in (None, ""):
        with pytest.raises(LeftOutError, match="no date or time"):
            any_time(value)
        with pytest.raises(LeftOutError, match="no date or time"):
            epoch_time(value)


@given(st.binary(), st.sampled_from(sorted(TARGETS["READERS"])))
def test_no_reader_breaks_on_any_bytes(data, name):
    TARGETS["read_all"](name, data)
    TARGETS["read_all"](name, b"{" + data)
    TARGETS["read_all"](name, b"[" + data)


@pytest.mark.parametrize("name", sorted(TARGETS["READERS"]))
def test_every_sample_of_the_fuzz_run_gives_fixes(name):
    for data in TARGETS["SAMPLES"][name]:
        fixes, _ = TARGETS["read_all"](name, data)
        assert fixes
