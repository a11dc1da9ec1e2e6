"""Who sends too often: one bucket a device or address, a bounded number of them."""

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from threading import Lock


class Buckets:
    """Buckets that fill by the clock and are emptied by posts; the oldest are forgotten.

    Kept in this process: with several processes each allows the rate.
    """

    def __init__(self, rate: float, burst: float, most: int, *, clock: Callable[[], float]) -> None:
        self._rate, self._burst, self._most, self._clock = rate, burst, most, clock
        self._levels: OrderedDict[str | int, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: str | int, cost: float = 1.0) -> int:
        """Return 0 and take a cost, or the whole seconds after which there will be something.

        Parameters
        ----------
        key : str or int
        cost : float
            May be more than is left: what is owed is waited for by the posts that follow, up to
            a whole burst.

        Returns
        -------
        int
        """
        with self._lock:
            level, now = self._level(key)
            if level < 1.0:
                return max(1, ceil((1.0 - level) / self._rate))
            self._keep(key, level - cost, now)
        return 0

    def owe(self, key: str | int, cost: float) -> None:
        """Take a cost that became known only after a post was let in.

        Parameters
        ----------
        key : str or int
        cost : float
        """
        with self._lock:
            level, now = self._level(key)
            self._keep(key, level - cost, now)

    def _level(self, key: str | int) -> tuple[float, float]:
        now = self._clock()
        level, then = self._levels.get(key, (self._burst, now))
        return min(self._burst, level + (now - then) * self._rate), now

    def _keep(self, key: str | int, level: float, now: float) -> None:
        self._levels[key] = (max(-self._burst, level), now)
        self._levels.move_to_end(key)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
