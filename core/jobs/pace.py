"""How often the queues are looked at: often while there are jobs, seldom once there were none for a while."""

import threading
from typing import Protocol

import structlog

from core.store.engine import OUT_OF_REACH

POLL_SECONDS = 0.25
IDLE_SECONDS, IDLE_POLL_SECONDS = 60.0, 1.0
"""Fifteen queues looked at four times a second cost 17 % of a core, once a second 6 %
(`tests.benchmarks.idle_worker`); the first job after a pause waits for half a second more, in the mean."""
log = structlog.get_logger()


class Queue(Protocol):
    """What is paced of a queue of the job library."""

    def set_polling_interval_sec(self, value: float) -> None:
        """From the next look on, look so often."""


class Pace:
    """The pace of some queues: `wake` makes it quick, a while without that slow again."""

    def __init__(self) -> None:
        """Of no queue yet; those of `queues` are looked at often when they are registered."""
        self.queues: list[Queue] = []
        self._awake = threading.Event()
        self._quick = True

    def wake(self) -> None:
        """A job begins or ends: more may follow."""
        self._awake.set()

    def keep(self) -> None:
        """Set the pace for ever; where the job library's database does not answer, it is set later."""
        while True:
            self.wait(IDLE_SECONDS)

    def wait(self, seconds: float) -> None:
        """Wait for a job, but not longer than this, and set the pace by whether there was one."""
        is_awake = self._awake.wait(seconds)
        self._awake.clear()
        if is_awake == self._quick:
            return
        try:
            for queue in self.queues:
                queue.set_polling_interval_sec(POLL_SECONDS if is_awake else IDLE_POLL_SECONDS)
            self._quick = is_awake
        except OUT_OF_REACH as error:
            log.warning("the pace of the queues stays", reason=type(error).__name__)
