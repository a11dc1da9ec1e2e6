"""How much the door for fixes takes in, how late, and how often; each limit with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from patrolwise.errors import check_faults

DEVICE_RATE = "PATROLWISE_INGEST_DEVICE_RATE"
ADDRESS_RATE = "PATROLWISE_INGEST_ADDRESS_RATE"

_MINUTE_US = 60 * 1_000_000
_DAY_US = 24 * 60 * _MINUTE_US


@dataclass(frozen=True, kw_only=True)
class IngestRule:
    """The limits of the door for fixes."""

    single_bytes: int = 64 * 1024  # of a post with one fix
    batch_bytes: int = 8 * 2**20  # of a batch as it is sent
    unpacked_bytes: int = 32 * 2**20  # of a batch unpacked
    batch_fixes: int = 50_000  # more than a phone gathers in a shift at a fix a second
    late_us: int = 31 * _DAY_US  # a phone may lie in a drawer over a holiday
    ahead_us: int = 5 * _MINUTE_US  # clocks drift
    worst_accuracy_m: float = 5_000.0  # beyond it not even the district is known
    best_speed_m_s: float = 120.0  # beyond it the speed, not the fix, is taken as unknown
    told: int = 100  # items of one batch that are named one by one; the rest are counted
    device_rate: float = 10.0  # posts a second, a device
    device_burst: float = 600.0  # posts at once, when a phone sends what it kept
    forwarder_rate: float = 500.0  # posts a second, a forwarding server: 5,000 trackers at 10 s
    forwarder_burst: float = 30_000.0
    address_rate: float = 2_000.0  # posts a second, an address: a proxy or Traccar sends for many
    address_burst: float = 10_000.0
    unknown_cost: float = 50.0  # posts that one with an unknown token counts for
    fixes_a_post: int = 100  # fixes of a batch that count as one post
    remembered: int = 20_000  # devices, addresses and tokens that are remembered at a time
    token_s: float = 300.0  # a token is asked for anew after that time
    waiting_fixes: int = 200_000  # that wait for the disk at a time
    group_fixes: int = 20_000  # written in one transaction: the database is not held for long
    patience_s: float = 12.0  # that a post waits for the disk before it is told to come again
    lock_s: float = 5.0  # that the database may be locked by another before posts are sent away
    linger_s: float = 0.002  # that the writer waits for company: one commit then serves many
    rest_share: float = 0.1  # of the time of a commit, left to those who write pages
    retry_s: int = 10  # after which one who was sent away is asked to come again


def read_rule(environ: Mapping[str, str]) -> IngestRule:
    """Return the limits, with the two that hang on how a site is reached as it was told.

    Parameters
    ----------
    environ : mapping of str
        `PATROLWISE_INGEST_DEVICE_RATE` and `PATROLWISE_INGEST_ADDRESS_RATE`: posts a second. A
        burst is 60 times the device's rate, and 5 times the address's.

    Returns
    -------
    IngestRule

    Raises
    ------
    InputError
        A rate is no number above zero.

    Examples
    --------
    >>> read_rule({DEVICE_RATE: "2"}).device_burst
    120.0
    """
    faults: list[str] = []
    kept = IngestRule()
    device = _rate(DEVICE_RATE, environ, kept.device_rate, faults)
    address = _rate(ADDRESS_RATE, environ, kept.address_rate, faults)
    check_faults("Limits of the door for fixes", faults)
    return IngestRule(
        device_rate=device,
        device_burst=60 * device,
        address_rate=address,
        address_burst=5 * address,
    )


def _rate(name: str, environ: Mapping[str, str], otherwise: float, faults: list[str]) -> float:
    given = environ.get(name, "").strip()
    if not given:
        return otherwise
    try:
        rate = float(given)
    except ValueError:
        rate = 0.0
    if not 0 < rate < 1e9:
        faults.append(f"{name} is {given!r}. Give posts a second, such as {otherwise:g}.")
        return otherwise
    return rate
