"""How often, from where and with what limits fixes may be posted."""

import pytest

from patrolwise.errors import InputError
from patrolwise.web.field.ingest_rates import Buckets
from patrolwise.web.field.ingest_rsgi import client_address
from patrolwise.web.field.ingest_rules import ADDRESS_RATE, DEVICE_RATE, IngestRule, read_rule


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def buckets(clock, *, rate=2.0, burst=4.0, most=100):
    return Buckets(rate, burst, most, clock=clock)


def test_a_burst_is_let_in_and_then_what_the_rate_allows():
    clock = Clock()
    found = buckets(clock)
    assert [found.take("a") for _ in range(5)] == [0, 0, 0, 0, 1]
    clock.now += 0.5
    assert [found.take("a") for _ in range(2)] == [0, 1]
    clock.now += 1_000
    assert [found.take("a") for _ in range(5)] == [0, 0, 0, 0, 1]


def test_one_that_waits_as_long_as_it_is_told_is_let_in():
    clock = Clock()
    found = buckets(clock, rate=0.1, burst=1)
    assert found.take("a") == 0
    wait = found.take("a")
    clock.now += wait
    assert wait == 10
    assert found.take("a") == 0


def test_each_has_a_bucket_of_its_own():
    found = buckets(Clock(), burst=1)
    assert [found.take(key) for key in ("a", "b", "a")] == [0, 0, 1]


def test_what_is_owed_is_waited_for_but_never_more_than_a_burst():
    clock = Clock()
    found = buckets(clock)
    found.owe("a", 1e9)
    wait = found.take("a")
    assert wait == 3  # from -4 to 1 at 2 a second
    clock.now += wait
    assert found.take("a") == 0


def test_only_so_many_are_remembered_and_the_oldest_are_forgotten():
    found = buckets(Clock(), burst=1, most=3)
    for key in "abcd":
        found.take(key)
    assert len(found) == 3
    assert [found.take(key) for key in "da"] == [1, 0]
    for number in range(50):
        found.owe(number, 1.0)
    assert len(found) == 3


def test_the_rates_are_read_from_the_environment_and_the_rest_is_stated():
    assert read_rule({}) == IngestRule()
    rule = read_rule({DEVICE_RATE: "2", ADDRESS_RATE: " 50 "})
    assert (rule.device_rate, rule.device_burst) == (2, 120)
    assert (rule.address_rate, rule.address_burst) == (50, 250)


def test_rates_that_cannot_be_are_named_all_at_once():
    with pytest.raises(InputError) as refused:
        read_rule({DEVICE_RATE: "many", ADDRESS_RATE: "0"})
    assert DEVICE_RATE in str(refused.value)
    assert ADDRESS_RATE in str(refused.value)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9:5000", None, "203.0.113.9"),
        ("203.0.113.9:5000", "198.51.100.7", "203.0.113.9"),
        ("127.0.0.1:5000", None, "127.0.0.1"),
        ("127.0.0.1:5000", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("[::1]:5000", "198.51.100.7", "198.51.100.7"),
        ("somewhere", None, "somewhere"),
    ],
)
def test_the_address_that_counts_is_the_clients_and_a_proxy_is_believed_on_this_machine_only(
    peer, forwarded, address
):
    assert client_address(peer, forwarded) == address
