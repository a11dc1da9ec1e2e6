"""Who may post fixes, what is answered, what is in the database, and what is told to nobody."""

import asyncio
import json
import logging
import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection

from patrolwise.web.field.ingest_answers import Admitted, Door, Head, Reply, ToWrite
from patrolwise.web.field.ingest_rsgi import IngestServer, make_server
from patrolwise.web.field.ingest_rules import IngestRule
from patrolwise.web.field.ingest_tokens import TokenBook, hash_token, make_token
from patrolwise.web.field.ingest_turns import Turns
from patrolwise.web.field.ingest_writer import Entry, Outcome, Writer
from patrolwise.web.field.models import Device, Fix, LastFix
from patrolwise.web.field.tokens_actions import end_token, renew_token

NOW_S = 1_790_000_000
NOW = NOW_S * 1_000_000


class Clock:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


def make_device(name="phone 1"):
    token = make_token()
    device = Device.objects.create(
        name=name,
        service="police",
        token_sha256=hash_token(token),
        made=datetime.now(UTC),
        made_by_id=1,
    )
    return SimpleNamespace(pk=device.pk, token=token, row=device)


@pytest.fixture
def device(db):
    return make_device()


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """Let other threads see what is written; the record of events is not touched, nor emptied."""
    with django_db_blocker.unblock():
        yield
        for model in (LastFix, Fix, Device):
            model.objects.all().delete()
        connection.close()


def make_door(**changed):
    clock = Clock()
    return Door(IngestRule(**changed), clock=clock, now_us=lambda: NOW), clock


def write(door, given):
    """Do what the writer's thread does, in this one."""
    Writer(door.rule, lambda entries: None, Turns(None))._write([given.entry])
    return door.confirm(given)


def post(door, form, token, *, body=b"", query="", **changed):
    head = {"method": "GET" if query else "POST", "path": f"/in/{form}/{token}", "query": query}
    admitted = door.admit(Head(**(head | {"address": "203.0.113.9"} | changed)))
    if isinstance(admitted, Reply):
        return admitted
    given = door.read(admitted, body)
    return given if isinstance(given, Reply) else write(door, given)


def osmand(time_s=NOW_S, lat=52.6):
    return f"lat={lat}&lon=-1.1&timestamp={time_s}&accuracy=8&speed=2"


def batch(*times_s, **changed):
    items = [{"time": t, "lon": -1.1, "lat": 52.6} | changed for t in times_s]
    return json.dumps(items).encode()


def test_a_report_is_kept_and_is_the_newest_of_its_device(device):
    door, _ = make_door()
    assert post(door, "osmand", device.token, query=osmand()) == Reply(200)
    fix = Fix.objects.get()
    assert (fix.device_id, fix.time, fix.received) == (device.pk, NOW, NOW)
    assert (fix.longitude, fix.latitude, fix.accuracy_m) == (-1.1, 52.6, 8.0)
    last = LastFix.objects.get()
    assert (last.device_id, last.time, last.latitude) == (device.pk, NOW, 52.6)


def test_a_fix_that_is_sent_twice_is_kept_once_and_acknowledged_twice(device):
    door, _ = make_door()
    for _ in range(2):
        assert post(door, "osmand", device.token, query=osmand()).status == 200
    post(door, "osmand", device.token, query=osmand(lat=52.7))
    assert Fix.objects.get().latitude == 52.6


def test_fixes_may_come_late_and_in_any_order_and_the_newest_stays_the_newest(device):
    door, _ = make_door()
    for time_s in (NOW_S, NOW_S - 86_400, NOW_S - 10):
        post(door, "osmand", device.token, query=osmand(time_s))
    assert Fix.objects.count() == 3
    assert LastFix.objects.get().time == NOW
    post(door, "osmand", device.token, query=osmand(NOW_S + 5))
    assert LastFix.objects.get().time == NOW + 5_000_000


def test_a_batch_is_kept_whole_and_answered_by_item(device):
    other = make_device("phone 2")
    door, _ = make_door()
    times = [NOW_S - i for i in range(1_000)]
    body = batch(*times, NOW_S + 9_000, times[0])
    reply = post(door, "batch", device.token, body=body)
    told = json.loads(reply.body)
    assert (reply.status, told["items"], told["kept"], told["refused"]) == (200, 1_002, 1_001, 1)
    assert told["refused_items"][0]["item"] == 1_001
    assert list(told["reasons"].values()) == [1]
    assert Fix.objects.count() == 1_000
    assert post(door, "batch", other.token, body=batch(NOW_S)).status == 200
    assert LastFix.objects.count() == 2


def test_a_batch_with_nothing_to_keep_is_answered_without_waiting_for_the_disk(device):
    door, _ = make_door()
    reply = post(door, "batch", device.token, body=batch(NOW_S, lon=0.0, lat=0.0))
    assert (reply.status, json.loads(reply.body)["kept"]) == (200, 0)
    assert not Fix.objects.exists()


def test_mock_places_are_marked_in_both_tables(device):
    door, _ = make_door()
    post(door, "batch", device.token, body=batch(NOW_S, mock=True))
    assert Fix.objects.get().is_mock
    assert LastFix.objects.get().is_mock


def test_each_app_gets_the_answer_that_it_understands(device):
    door, _ = make_door()
    message = {"_type": "location", "lat": 52.6, "lon": -1.1, "tst": NOW_S}
    reply = post(door, "owntracks", device.token, body=json.dumps(message).encode())
    assert (reply.status, reply.body) == (200, b"[]")
    reply = post(door, "owntracks", device.token, body=b'{"_type":"lwt"}')
    assert (reply.status, reply.body) == (200, b"[]")
    again = json.dumps(message | {"t": "p", "tst": NOW_S + 60}).encode()
    assert post(door, "owntracks", device.token, body=again).body == b"[]"
    assert Fix.objects.count() == 1  # a ping of the place where the device was already
    reply = post(door, "owntracks", device.token, body=b"{")
    assert (reply.status, list(json.loads(reply.body))) == (400, ["error"])
    reply = post(door, "osmand", device.token, query="lat=0&lon=0")
    assert (reply.status, reply.body[:9]) == (200, b"Not kept.")
    assert post(door, "traccar", device.token, body=b'{"event":{}}') == Reply(200)
    assert post(door, "osmand", device.token, query="lat=x&lon=0").status == 400


def test_an_unknown_an_ended_and_a_malformed_token_look_alike(device):
    door, _ = make_door()
    ended = make_device("phone 2")
    Device.objects.filter(pk=ended.pk).update(is_active=False)
    paths = ("x", make_token(), ended.token, "a" * 300, "%00", "")
    replies = [post(door, "osmand", token, query=osmand()) for token in paths]
    assert set(replies) == {Reply(404)}
    assert post(door, "osmand", f"{device.token}/", query=osmand()) == Reply(200)
    assert post(door, "nothing", device.token, query=osmand()) == Reply(404)


def test_a_token_that_ends_is_of_no_use_from_that_moment_though_it_is_remembered(device, people):
    door, _ = make_door()
    assert post(door, "osmand", device.token, query=osmand()).status == 200
    assert door.tokens.remembered(device.token) is not None
    end_token(by=people["administrator"], holder=device.row, reason="lost")
    assert post(door, "osmand", device.token, query=osmand(NOW_S - 1)) == Reply(404)
    assert door.tokens.remembered(device.token) is None
    assert Fix.objects.count() == 1
    renewed = renew_token(by=people["administrator"], holder=device.row, reason="x")
    assert post(door, "osmand", device.token, query=osmand(NOW_S - 1)) == Reply(404)
    assert post(door, "osmand", renewed, query=osmand(NOW_S - 1)).status == 200


def test_tokens_are_remembered_for_a_time_and_only_so_many(db, django_assert_num_queries):
    clock = Clock()
    book = TokenBook(2, 10.0, clock=clock)
    devices = [make_device(f"phone {number}") for number in range(3)]
    with django_assert_num_queries(3):
        for one in (*devices, devices[2]):
            assert book.find(one.token).device_id == one.pk
    assert book.remembered(devices[0].token) is None
    clock.now += 11
    assert book.remembered(devices[2].token) is None
    with django_assert_num_queries(1):
        book.find(devices[2].token)


def test_a_post_by_the_wrong_method_is_told_the_right_one(device):
    door, _ = make_door()
    reply = post(door, "batch", device.token, query="a=b")
    assert (reply.status, dict(reply.headers)) == (405, {"allow": "POST"})


def test_a_body_that_is_too_large_is_refused_by_its_length_alone(device):
    door, _ = make_door()
    reply = post(door, "osmand", device.token, length=65_537)
    assert (reply.status, reply.body) == (
        413,
        b"The body is larger than 64 kB. Send it in parts.",
    )
    assert post(door, "batch", device.token, length=8 * 2**20 + 1).status == 413
    assert post(door, "batch", device.token, body=batch(NOW_S), length=8 * 2**20).status == 200


def test_a_device_that_posts_too_often_is_told_when_to_come_again(device):
    other = make_device("phone 2")
    door, clock = make_door(device_rate=1.0, device_burst=3.0)
    statuses = [
        post(door, "osmand", device.token, query=osmand(NOW_S - i)).status for i in range(4)
    ]
    assert statuses == [200, 200, 200, 429]
    reply = post(door, "osmand", device.token, query=osmand())
    wait = int(dict(reply.headers)["retry-after"])
    assert post(door, "osmand", other.token, query=osmand()).status == 200
    clock.now += wait
    assert post(door, "osmand", device.token, query=osmand()).status == 200


def test_large_batches_count_for_many_posts(device):
    door, _ = make_door(device_rate=1.0, device_burst=3.0)
    times = [NOW_S - i for i in range(400)]
    assert post(door, "batch", device.token, body=batch(*times)).status == 200
    assert post(door, "batch", device.token, body=batch(NOW_S)).status == 429


def test_one_who_guesses_tokens_is_shut_out_and_others_are_not(device):
    door, _ = make_door(address_rate=10.0, address_burst=200.0)
    guesses = [post(door, "osmand", make_token(), query=osmand()).status for _ in range(6)]
    assert guesses == [404, 404, 404, 404, 429, 429]
    assert post(door, "osmand", device.token, query=osmand()).status == 429
    reply = post(door, "osmand", device.token, query=osmand(), address="198.51.100.7")
    assert reply.status == 200


def test_what_cannot_be_written_is_not_acknowledged_and_is_told_to_come_again(device, tmp_path):
    door, _ = make_door()
    head = Head(method="GET", path=f"/in/osmand/{device.token}", query=osmand(), address="a")
    admitted = door.admit(head)
    assert isinstance(admitted, Admitted)
    given = door.read(admitted, b"")
    assert isinstance(given, ToWrite)
    broken = Turns(tmp_path / "no-such-folder" / "turn")
    Writer(door.rule, lambda entries: None, broken)._write([given.entry])
    assert given.entry.outcome is Outcome.FAILED
    reply = door.confirm(given)
    assert (reply.status, dict(reply.headers)) == (503, {"retry-after": "10"})
    assert not Fix.objects.exists()


def test_no_answer_and_no_line_of_the_log_repeats_a_place_or_a_token(device, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    door, _ = make_door()
    place = {"lat": 52.6123, "lon": -1.1456}
    bodies = [
        ("batch", json.dumps([{"time": NOW_S + 9_999, **place}, {**place}]).encode()),
        ("batch", json.dumps({"time": 1, **place}).encode() + b"{"),
        ("batch", json.dumps({"type": "Feature", **place}).encode()),
        ("owntracks", json.dumps({"_type": "location", "tst": NOW_S * 9, **place}).encode()),
        ("traccar", json.dumps(place).encode()),
        ("osmand", b"lat=52.6123&lon=-1.1456&timestamp=1"),
        ("osmand", b"lat=52.6123&lon=-1.1456&timestamp=x"),
    ]
    replies = [post(door, form, device.token, body=body) for form, body in bodies]
    given = door.read(
        door.admit(Head(method="GET", path=f"/in/osmand/{device.token}", query="", address="a")),
        b"lat=52.6123&lon=-1.1456",
    )
    Writer(door.rule, lambda entries: None, Turns(tmp_path / "no" / "turn"))._write([given.entry])
    replies.append(door.confirm(given))
    told = caplog.text + "".join(str(vars(reply)) for reply in replies)
    assert "could not be written" in told
    for secret in ("52.6123", "1.1456", device.token, hash_token(device.token)):
        assert secret not in told


def test_an_entry_that_no_database_takes_harms_nobody_but_itself(committed):
    device = make_device()
    known = TokenBook(9, 9.0, clock=Clock()).find(device.token)
    good = [Entry(known, [kept(NOW + i)]) for i in range(6)]
    bad = Entry(known, [kept(2**63)])
    told = []
    writer = Writer(IngestRule(), told.extend, Turns(None))
    writer._write([*good[:3], bad, *good[3:]])
    assert [entry.outcome for entry in good] == [Outcome.WRITTEN] * 6
    assert bad.outcome is Outcome.FAILED
    assert len(told) == 7
    assert Fix.objects.count() == 6


def kept(time):
    from patrolwise.web.field.ingest_judging import KeptFix

    return KeptFix(time, -1.1, 52.6, None, None, NOW, False)


def test_the_writers_thread_writes_what_waits_and_ends_when_it_is_done(committed, tmp_path):
    device = make_device()
    known = TokenBook(9, 9.0, clock=Clock()).find(device.token)
    done = threading.Event()
    written = []

    def wake(entries):
        written.extend(entries)
        if len(written) == 19:
            done.set()

    writer = Writer(IngestRule(group_fixes=5), wake, Turns(tmp_path / "turn"))
    entries = [Entry(known, [kept(NOW + i)]) for i in range(20)]
    entries[7].is_given_up = True
    for entry in entries:
        assert writer.submit(entry)
    writer.start()
    assert done.wait(30)
    lone = Entry(known, [kept(NOW + 99)])
    lone.is_given_up = True
    writer.submit(lone)
    writer.end()
    assert entries[7] not in written
    assert {entry.outcome for entry in written} == {Outcome.WRITTEN}
    assert Fix.objects.count() == 19


def test_only_so_much_waits_for_the_disk():
    writer = Writer(IngestRule(waiting_fixes=3), lambda entries: None, Turns(None))
    taken = [writer.submit(Entry(None, [None] * size)) for size in (2, 1, 1)]
    assert taken == [True, True, False]
    lone = Writer(IngestRule(waiting_fixes=3), lambda entries: None, Turns(None))
    assert lone.submit(Entry(None, [None] * 10))  # one alone is always taken


def test_writers_of_an_embedded_database_take_turns(tmp_path):
    first, second, order = Turns(tmp_path / "turn"), Turns(tmp_path / "turn"), []

    def wait():
        with second.turn():
            order.append("second")

    with first.turn():
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    for turns in (first, second, second):
        turns.close()


# The server: what granian hands over, and what it is given back.


class Proto:
    def __init__(self, body):
        self.parts, self.sent = [body[i : i + 9_000] for i in range(0, len(body), 9_000)], None

    async def __call__(self):
        return b"".join(self.parts)

    async def __aiter__(self):
        for part in self.parts:
            yield part

    def response_bytes(self, status, headers, body):
        self.sent = (status, dict(headers), body)


def ask(server, requests):
    """Return the answers to requests that come at the same moment."""

    async def run():
        server.__rsgi_init__(asyncio.get_running_loop())
        protos = []
        for method, path, query, headers, body in requests:
            scope = SimpleNamespace(
                method=method,
                path=path,
                query_string=query,
                headers=headers,
                client="203.0.113.9:5000",
            )
            protos.append((scope, Proto(body)))
        await asyncio.gather(*(server.__rsgi__(scope, proto) for scope, proto in protos))
        await asyncio.to_thread(server.__rsgi_del__, None)
        return [proto.sent for _, proto in protos]

    return asyncio.run(run())


def test_the_server_answers_many_posts_at_once_after_one_commit_or_few(
    committed, settings, tmp_path
):
    settings.DATA_FOLDER = tmp_path
    device = make_device()
    osmand_path, batch_path = f"/in/osmand/{device.token}", f"/in/batch/{device.token}"
    now_s = int(datetime.now(UTC).timestamp())
    large = batch(*(now_s - 10_000 - i for i in range(2_000)))
    requests = [
        *(("GET", osmand_path, osmand(now_s - i), {}, b"") for i in range(20)),
        ("POST", batch_path, "", {"content-length": str(len(large))}, large),
        ("POST", batch_path, "", {}, batch(now_s - 5_000)),
        ("POST", osmand_path, "", {}, b"x" * 70_000),
        ("GET", "/in/osmand/nobody", "", {"content-length": "x"}, b""),
    ]
    answers = ask(make_server(), requests)
    statuses = [status for status, _, _ in answers]
    assert statuses == [200] * 22 + [413, 404]
    assert Fix.objects.count() == 2_021
    assert answers[0][1]["cache-control"] == "no-store"


def test_the_server_sends_posts_away_that_wait_too_long_or_are_too_many(committed):
    device = make_device()
    held = threading.Event()

    class Held(Turns):
        def turn(self):
            held.wait(30)
            return super().turn()

    now_s = int(datetime.now(UTC).timestamp())
    path = f"/in/osmand/{device.token}"
    requests = [("GET", path, osmand(now_s - i), {}, b"") for i in range(4)]
    threading.Timer(0.8, held.set).start()
    answers = ask(
        IngestServer(IngestRule(patience_s=0.2, waiting_fixes=2), Held(None)),
        requests,
    )
    assert [status for status, _, _ in answers] == [503] * 4
    assert {headers["retry-after"] for _, headers, _ in answers} == {"10"}


def test_the_server_looks_up_where_a_pinging_phone_was(committed):
    device = make_device()
    path, now_s = f"/in/owntracks/{device.token}", int(datetime.now(UTC).timestamp())
    message = {"_type": "location", "lat": 52.6, "lon": -1.1, "tst": now_s - 60}
    ping = json.dumps(message | {"tst": now_s, "t": "p"}).encode()
    for body in (json.dumps(message).encode(), ping, ping.replace(b'"p"', b'"\\u0070"')):
        answers = ask(IngestServer(IngestRule(), Turns(None)), [("POST", path, "", {}, body)])
        assert answers[0][0] == 200
    assert Fix.objects.count() == 1


def test_the_server_sends_posts_away_while_the_database_cannot_be_asked(caplog):
    def refuse(*given):
        raise OperationalError("gone, with what was asked")

    server = IngestServer(IngestRule(), Turns(None))
    server._door.tokens.find = refuse
    answers = ask(server, [("GET", f"/in/osmand/{make_token()}", osmand(), {}, b"")])
    assert answers[0][0] == 503
    assert "with what was asked" not in caplog.text


def test_a_commit_is_on_the_disk_when_it_is_done(db):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone()[0] >= 2
        else:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone()[0] == "on"
