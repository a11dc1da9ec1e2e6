"""What phones, servers and programs send is read, judged and answered, item by item."""

import gzip
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.web.field.ingest_judging import (
    AHEAD,
    NOT_ACCURATE,
    NULL_ISLAND,
    OUT_OF_RANGE,
    TOO_LATE,
    Judge,
)
from patrolwise.web.field.ingest_rules import IngestRule
from patrolwise.web.field.posts import (
    ENCRYPTED,
    Post,
    read_osmand,
    read_owntracks,
    read_traccar,
)
from patrolwise.web.field.posts_batch import BatchError, read_batch, unpack

RULE = IngestRule()
NOW_S = 1_790_000_000
NOW = NOW_S * 1_000_000
JUDGE = Judge(RULE, NOW)
KNOT = 1852 / 3600
LATE = TOO_LATE.format(days=31)
EARLY = AHEAD.format(minutes=5)
VAGUE = NOT_ACCURATE.format(metres=5_000)


def osmand(**changed):
    sent = {"id": "7", "lat": 52.6, "lon": -1.1, "timestamp": NOW_S, "accuracy": 8} | changed
    return urlencode({name: value for name, value in sent.items() if value is not None})


def owntracks(**changed):
    sent = {"_type": "location", "lat": 52.6, "lon": -1.1, "tst": NOW_S, "acc": 8} | changed
    return json.dumps(sent).encode()


def traccar(**changed):
    where = {
        "fixTime": "2026-09-21T14:13:20.000+00:00",
        "valid": True,
        "latitude": 52.6,
        "longitude": -1.1,
        "speed": 10,
        "accuracy": 8,
    }
    return json.dumps({"position": where | changed, "device": {"uniqueId": "van"}}).encode()


def item(**changed):
    return {"time": NOW_S * 1_000, "lon": -1.1, "lat": 52.6, "accuracy": 8.0} | changed


def batch(body, rule=RULE):
    return read_batch(body, JUDGE, rule)


def test_an_osmand_report_is_read_from_a_query_and_from_a_form_alike():
    query = osmand(speed=10, bearing=90, altitude=60, batt=77, hdop=1)
    by_query = read_osmand(Post(query=query), JUDGE)
    by_form = read_osmand(Post(body=query.encode()), JUDGE)
    assert by_query == by_form
    fix = by_query.fix
    assert (fix.time, fix.longitude, fix.latitude, fix.accuracy_m) == (NOW, -1.1, 52.6, 8.0)
    assert fix.speed_m_s == pytest.approx(10 * KNOT)
    assert fix.received == NOW
    assert not fix.is_mock


def test_an_osmand_report_without_a_time_was_taken_when_it_was_sent():
    assert read_osmand(Post(query=osmand(timestamp=None)), JUDGE).fix.time == NOW


def test_the_json_of_traccar_client_is_read_and_a_mock_place_is_marked_not_dropped():
    coords = {"latitude": 52.6, "longitude": -1.1, "accuracy": 8, "speed": 1.5}
    location = {"timestamp": "2026-09-21T14:13:20Z", "coords": coords, "mock": True}
    body = json.dumps({"device_id": "7", "location": location}).encode()
    for post in (Post(body=body), Post(body=b" " + body, content_type="application/json")):
        fix = read_osmand(post, JUDGE).fix
        assert fix.time == NOW
        assert fix.speed_m_s == 1.5
        assert fix.is_mock


@pytest.mark.parametrize(
    ("changed", "status", "reason"),
    [
        ({"lat": 0, "lon": 0}, 200, NULL_ISLAND),
        ({"lat": 90.1}, 200, OUT_OF_RANGE),
        ({"lon": -180.1}, 200, OUT_OF_RANGE),
        ({"accuracy": 5_001}, 200, VAGUE),
        ({"timestamp": NOW_S - 31 * 86_400 - 1}, 200, LATE),
        ({"timestamp": NOW_S + 301}, 409, EARLY),
        ({"lat": "NaN"}, 400, "This holds no fix that can be read: a number cannot be read."),
        ({"lat": None}, 400, "This holds no fix that can be read: no position."),
        ({"timestamp": "2026-09-21 14:13:20"}, 400, None),
        ({"valid": "false"}, 200, ""),
    ],
)
def test_a_fix_that_cannot_be_kept_is_answered_by_whether_it_may_come_again(
    changed, status, reason
):
    read = read_osmand(Post(query=osmand(**changed)), JUDGE)
    assert read.fix is None
    assert read.status == status
    if reason is not None:
        assert read.reason == reason


@pytest.mark.parametrize(
    "changed",
    [
        {"timestamp": NOW_S - 31 * 86_400},
        {"timestamp": NOW_S + 300},
        {"accuracy": 5_000},
        {"accuracy": 0},
        {"lon": 0.5, "lat": 0},
        {"lon": 180, "lat": -90},
    ],
)
def test_a_fix_at_a_limit_is_kept(changed):
    assert read_osmand(Post(query=osmand(**changed)), JUDGE).fix is not None


def test_an_impossible_speed_is_unknown_and_the_fix_is_kept():
    assert read_osmand(Post(query=osmand(speed=5_000)), JUDGE).fix.speed_m_s is None


def test_owntracks_locations_are_read_and_its_other_messages_are_taken_and_left():
    read = read_owntracks(Post(body=owntracks(vel=36)), JUDGE)
    assert read.fix.speed_m_s == pytest.approx(10)
    for body in (b"", b" \n", b'{"_type":"lwt","tst":1}', b'{"_type":"transition"}'):
        read = read_owntracks(Post(body=body), JUDGE)
        assert (read.fix, read.status, read.reason) == (None, 200, "")


def test_an_encrypted_message_stays_on_the_phone_and_says_what_to_do():
    read = read_owntracks(Post(body=b'{"_type":"encrypted","data":"x"}'), JUDGE)
    assert (read.status, read.reason) == (422, ENCRYPTED)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"7", b'{"lat":1}', b"[" * 100_000])
def test_what_is_no_message_is_refused_with_a_sentence(body):
    for read in (read_owntracks, read_traccar):
        found = read(Post(body=body), JUDGE)
        assert found.status == 400
        assert found.reason.startswith("This holds no fix that can be read: ")
    found = read_osmand(Post(body=body, content_type="application/json"), JUDGE)
    assert found.status == 400


@pytest.mark.parametrize(
    ("last", "is_kept"), [(None, True), ((-1.1, 52.6), False), ((-1.1, 52.7), True)]
)
def test_a_ping_of_an_unchanged_place_is_no_new_fix(last, is_kept):
    post = Post(body=owntracks(t="p"), last_place=lambda tracker: last)
    read = read_owntracks(post, JUDGE)
    assert (read.fix is not None) == is_kept
    assert read.status == 200


def test_a_traccar_position_is_read_in_its_units():
    fix = read_traccar(Post(body=traccar()), JUDGE).fix
    assert fix.time == NOW
    assert fix.speed_m_s == pytest.approx(10 * KNOT)


@pytest.mark.parametrize("changed", [{"valid": False}, {"outdated": True}])
def test_a_traccar_position_without_signal_is_taken_and_left(changed):
    read = read_traccar(Post(body=traccar(**changed)), JUDGE)
    assert (read.fix, read.status, read.reason) == (None, 200, "")
    assert read_traccar(Post(body=b'{"event":{},"device":{}}'), JUDGE).status == 200


def test_a_batch_is_an_array_or_a_document_a_line_or_one_document():
    items = [item(), item(time=NOW_S), item(time="2026-09-21T14:13:20Z", lon=-1, mock=True)]
    lines = "\n".join(json.dumps(one) for one in items).encode()
    array = batch(json.dumps(items).encode())
    assert array.items == 3
    assert [fix.time for fix in array.fixes] == [NOW] * 3
    assert [fix.is_mock for fix in array.fixes] == [False, False, True]
    for body in (lines, lines + b"\n\n", b"\xef\xbb\xbf" + lines, b"\n" + lines):
        assert batch(body).fixes == array.fixes
    assert batch(b" " + json.dumps(items).encode()).fixes == array.fixes
    one = json.dumps(items[0], indent=2).encode()
    assert batch(one).fixes == array.fixes[:1]


def test_a_batch_may_mix_the_messages_of_all_apps():
    coords = {"latitude": 52.6, "longitude": -1.1}
    client = {"device_id": "7", "location": {"timestamp": "2026-09-21T14:13:20Z", "coords": coords}}
    items = [json.loads(owntracks()), json.loads(traccar()), client, item()]
    found = batch(json.dumps(items).encode())
    assert len(found.fixes) == 4
    assert len({fix.time for fix in found.fixes}) == 1


def test_the_good_items_of_a_batch_are_kept_and_the_others_told_by_number():
    items = [
        item(),
        item(lat=0.0, lon=0.0),
        7,
        item(lat="x"),
        {"time": 1},
        item(accuracy=9_000),
        item(time=NOW_S * 1_000 + 300_001),
        item(time=None),
        item(speed=2),
    ]
    found = batch(json.dumps(items).encode())
    assert len(found.fixes) == 2
    assert found.told == [
        (2, NULL_ISLAND),
        (3, "It is no JSON object."),
        (4, "It cannot be read: a number cannot be read."),
        (5, "It cannot be read: no position."),
        (6, VAGUE),
        (7, EARLY),
        (8, "It cannot be read: no date or time."),
    ]
    assert found.refused.total() == 7
    assert found.items == 9


def test_nan_and_infinity_are_told_and_never_kept():
    body = b'[{"time":1,"lon":NaN,"lat":52.1},{"time":1,"lon":-1.1,"lat":Infinity}]'
    found = batch(body)
    assert not found.fixes
    assert found.refused == {OUT_OF_RANGE: 2}


def test_an_item_that_says_a_thing_twice_is_told_and_the_others_are_kept():
    good = json.dumps(item())
    twice = '{"time":1,"lat":1,"lat":2,"lon":1}'
    found = batch(f"[{good},{twice},{good}]".encode())
    assert len(found.fixes) == 2
    assert found.told == [(2, "It cannot be read: a name is given twice.")]
    found = batch(f"{good}\n{twice}\n{{\n{good}".encode())
    assert len(found.fixes) == 2
    assert [number for number, _ in found.told] == [2, 3]


def test_an_item_with_bytes_that_are_no_text_is_told_and_the_others_are_kept():
    good = json.dumps(item()).encode()
    found = batch(b"[" + good + b',{"time":1,"x":"\xff"},' + good + b"]")
    assert len(found.fixes) == 2
    assert found.refused.total() == 1


def test_only_so_many_items_are_named_and_all_are_counted():
    found = batch(json.dumps([7] * 250).encode())
    assert len(found.told) == 100
    assert found.refused.total() == 250


def feature(**properties):
    point = {"type": "Point", "coordinates": [-1.1, 52.6]}
    return {"type": "Feature", "geometry": point, "properties": properties}


def test_geojson_is_read_as_the_library_reads_it():
    features = [feature(time="2026-09-21T14:13:20Z"), feature(), feature(t=NOW_S, mock=True)]
    found = batch(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert [fix.time for fix in found.fixes] == [NOW, NOW]
    assert found.fixes[1].is_mock
    assert found.told == [(2, "It cannot be read: no date or time.")]
    assert batch(json.dumps(features[0]).encode()).items == 1


def test_geojson_without_any_time_tells_each_and_without_features_is_refused():
    found = batch(json.dumps({"type": "FeatureCollection", "features": [feature()]}).encode())
    assert (found.items, found.refused.total()) == (1, 1)
    for features in (b"[]", b"{}", b"null"):
        with pytest.raises(BatchError) as refused:
            batch(b'{"type":"FeatureCollection","features":' + features + b"}")
        assert refused.value.status == 400


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"type":"Point"}'])
def test_what_says_that_it_is_geojson_has_to_be(body):
    with pytest.raises(BatchError, match="no GeoJSON") as refused:
        read_batch(body, JUDGE, RULE, is_geojson=True)
    assert refused.value.status == 400
    line = json.dumps(feature(time="2026-09-21T14:13:20Z")).encode()
    found = read_batch(line + b"\n" + line, JUDGE, RULE, is_geojson=True)
    assert len(found.fixes) == 2


@pytest.mark.parametrize("body", [b"", b"hello", b"[1,", b"{", b'"a"', b"[" * 200_000])
def test_a_batch_that_is_no_json_is_refused_whole(body):
    with pytest.raises(BatchError, match="It cannot be read") as refused:
        batch(body)
    assert refused.value.status == 400


@pytest.mark.parametrize("end", [b',{"time":1,"lo\xff', b',{"\xff":1},{"time"', b"\xff]", b""])
def test_a_batch_that_breaks_off_is_refused_whole_so_that_it_is_sent_again(end):
    whole = b"[" + json.dumps(item()).encode()
    for body in (whole + end, whole + b',{"x":"\xff"}' + end, b"[\x01\xff", b"{\xff"):
        with pytest.raises(BatchError, match="It cannot be read") as refused:
            batch(body)
        assert refused.value.status == 400
    lines = [b'{"x":"\xff"}', json.dumps(item()).encode(), b'{"time"']
    with pytest.raises(BatchError, match="send it again, whole"):
        batch(b"\n".join(lines))
    features = b'{"type":"Feature"}\n{"type":"Feature'
    with pytest.raises(BatchError, match="send it again, whole"):
        batch(features)


def test_a_batch_holds_a_stated_number_of_fixes():
    rule = IngestRule(batch_fixes=3)
    assert len(batch(json.dumps([item()] * 3).encode(), rule).fixes) == 3
    with pytest.raises(BatchError, match="at most 3") as refused:
        batch(json.dumps([item()] * 4).encode(), rule)
    assert refused.value.status == 413


def test_a_packed_body_is_unpacked_whether_its_header_says_so_or_not():
    packed = gzip.compress(b"[]" * 50)
    assert unpack(packed, RULE, is_gzip=True) == unpack(packed, RULE, is_gzip=False) == b"[]" * 50
    assert unpack(b"[]", RULE, is_gzip=False) == b"[]"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (gzip.compress(bytes(33 * 2**20)), 413),
        (gzip.compress(b"[]" * 50)[:-4], 400),
        (gzip.compress(b"[]") + b"more", 400),
        (b"\x1f\x8bno", 400),
    ],
)
def test_a_packed_body_that_is_too_large_or_damaged_is_refused(body, status):
    with pytest.raises(BatchError) as refused:
        unpack(body, RULE, is_gzip=True)
    assert refused.value.status == status


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["location", "p", "2026-09-21T14:13:20Z", 52.6, NOW_S, "FeatureCollection"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                (
                    *("_type", "lat", "lon", "tst", "time", "position", "location", "coords"),
                    *("type", "geometry", "coordinates", "properties", "fixTime", "t"),
                    *("latitude", "longitude", "accuracy", "speed", "mock", "timestamp", "event"),
                    *("features", "device_id"),
                )
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60))
def test_whatever_is_sent_is_answered_with_a_sentence_and_what_is_kept_is_sound(body):
    for read in (read_osmand, read_owntracks, read_traccar):
        for content_type in ("", "application/json"):
            found = read(Post(body=body, content_type=content_type), JUDGE)
            assert found.status in (200, 400, 409, 422)
            assert found.fix is None or is_sound(found.fix)
    try:
        found = batch(body)
    except BatchError as error:
        told = str(error)
    else:
        told = "Read."
        assert found.items == len(found.fixes) + found.refused.total()
        assert all(is_sound(fix) for fix in found.fixes)
    assert told.endswith(".")


@given(
    st.dictionaries(st.sampled_from(["lat", "lon", "id", "timestamp", "speed", "hdop"]), st.text())
)
def test_whatever_query_is_sent_is_answered(sent):
    found = read_osmand(Post(query=urlencode(sent, errors="replace")), JUDGE)
    assert found.status in (200, 400, 409, 422)
    assert found.fix is None or is_sound(found.fix)


def is_sound(fix):
    return (
        -180 <= fix.longitude <= 180
        and -90 <= fix.latitude <= 90
        and NOW - RULE.late_us <= fix.time <= NOW + RULE.ahead_us
        and (fix.accuracy_m is None or 0 < fix.accuracy_m <= 5_000)
        and (fix.speed_m_s is None or 0 <= fix.speed_m_s <= 120)
    )


ODD = st.sampled_from(
    [None, True, "8", "-1.1", -0.0, 0, 8, 1e-4, 91.0, 181.0, 1e9, -3.0, float("nan"), [], {}]
)
MESSAGE = st.fixed_dictionaries(
    {
        "time": st.one_of(st.integers(NOW_S * 1000 - 3 * 10**9, NOW_S * 1000 + 10**6), ODD),
        "lon": st.one_of(st.floats(-180, 180), st.floats(-2e-3, 2e-3), ODD),
        "lat": st.one_of(st.floats(-90, 90), st.floats(-2e-3, 2e-3), ODD),
    },
    optional={
        "accuracy": st.one_of(st.floats(0, 6_000), ODD),
        "speed": st.one_of(st.floats(0, 130), ODD),
        "mock": st.sampled_from([True, False, None, 1]),
        "_type": st.sampled_from(["location", "waypoint", ""]),
        "tid": st.just("ab"),
    },
)


@given(items=st.lists(st.one_of(MESSAGE, ODD), min_size=1, max_size=5))
def test_what_is_read_quickly_is_read_as_with_all_care(items):
    body = json.dumps(items).encode()
    careful = read_batch(b" " + body, JUDGE, RULE)  # the blank sends it the careful way
    assert read_batch(body, JUDGE, RULE) == careful


def test_a_usual_message_is_kept_at_once_and_an_odd_one_is_left_to_care():
    usual = {"time": NOW_S * 1000, "lon": -1.1, "lat": 52.6, "accuracy": 8.5, "speed": 1.3}
    assert JUDGE.keep_plain(usual) == (NOW, -1.1, 52.6, 8.5, 1.3, NOW, False)
    for odd in ({"mock": False}, {"_type": "location"}, {"speed": 121.0}, {"accuracy": 6e3}):
        assert JUDGE.keep_plain(usual | odd) is None, odd
