"""How often a queue is looked at: often while it has jobs, seldom once it had none for a while."""

import threading
from typing import Protocol

import structlog

from core.store.engine import OUT_OF_REACH

POLL_SECONDS = 0.25
IDLE_SECONDS, IDLE_POLL_SECONDS = 60.0, 1.0
"""Fifteen queues looked at four times a second cost a quarter of a core on a busy machine; where one is and
the others once a second, half of that (`tests.benchmarks.idle_worker`). The first job after a pause waits for
half a second more, in the mean."""
log = structlog.get_logger()


class Queue(Protocol):
    """What is paced of a queue of the job library."""

    def set_polling_interval_sec(self, value: float) -> None:
        """From the next look on, look so often."""


class Pace:
    """The pace of a queue: slow at first, `wake` makes it quick, a while without that slow again."""

    def __init__(self) -> None:
        """Of a queue that is registered with `IDLE_POLL_SECONDS`."""
        self._awake = threading.Event()
        self._quick = False

    def wake(self) -> None:
        """A job of the queue begins or ends: more may follow."""
        self._awake.set()

    def keep(self, queue: Queue) -> None:
        """Set the pace for ever; where the job library's database does not answer, it is set later."""
        while True:
            self.wait(queue, IDLE_SECONDS)

    def wait(self, queue: Queue, seconds: float) -> None:
        """Wait for a job, but not longer than this, and set the pace by whether there was one."""
        is_awake = self._awake.wait(seconds)
        self._awake.clear()
        if is_awake == self._quick:
            return
        try:
            queue.set_polling_interval_sec(POLL_SECONDS if is_awake else IDLE_POLL_SECONDS)
            self._quick = is_awake
        except OUT_OF_REACH as error:
            log.warning("the pace of a queue stays", reason=type(error).__name__)
