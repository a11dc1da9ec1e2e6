"""The server of every site: granian, that can be stopped also while its workers start."""

import os
import signal
from typing import Any

from granian.server import MPServer

_STOPS = (signal.SIGINT, signal.SIGTERM)


class Server(MPServer):
    """Granian, whose workers end at once when they are told to before they have begun.

    A worker is forked with its parent's answer to a signal, which does nothing in a worker. It has
    one of its own only when the site is loaded, a second or two later: told to stop before that, it
    would go on, and its parent would wait for it for ever. It has taken nothing yet that would be
    lost.
    """

    def startup(self, *given: Any) -> None:
        """Begin; workers that are started from now on can be stopped."""
        held = _Held()
        os.register_at_fork(
            before=held.begin, after_in_parent=held.end, after_in_child=held.end_in_worker
        )
        super().startup(*given)  # type: ignore[no-untyped-call]

    def signal_handler_interrupt(self, *given: Any, **named: Any) -> None:
        """Take in that all is to stop: of workers that were told so too no failure is logged."""
        for worker in self.wrks:
            worker.interrupt_by_parent = True
        super().signal_handler_interrupt(*given, **named)  # type: ignore[no-untyped-call]

    def shutdown(self, exit_code: int = 0) -> None:
        """Stop the workers; exit with 1 if any failed of itself.

        A signal to the whole group reaches workers too, and one may end, and be noted as one that
        failed, before this process has heard that it is to stop, or while it stops. So what is
        asked is whether it was told by the time that all have ended.
        """
        try:
            super().shutdown(exit_code)  # type: ignore[no-untyped-call]
        except SystemExit:
            if exit_code or not self.interrupt_signal:
                raise


class _Held:
    """Signals that wait while a process is forked, so that none falls between two answers."""

    def __init__(self) -> None:
        self._before: set[int | signal.Signals] = set()

    def begin(self) -> None:
        self._before = set(signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS))

    def end(self) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)

    def end_in_worker(self) -> None:
        for stop in _STOPS:
            signal.signal(stop, signal.SIG_DFL)
        self.end()
