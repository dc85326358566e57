"""Wrong tokens, counted by the address that sends them: many in a minute are answered with 429.

A good token passes whatever others send from its address: behind a proxy everybody has the same one.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from http import HTTPStatus

from core.errors import AccessError

MOST = 20
SECONDS = 60.0
ADDRESSES = 10_000
"""Above it the address that was counted longest ago is forgotten: the table must not grow with an attack."""


class TooManyWrong(AccessError):
    """Many wrong tokens came from this address within a minute; good ones pass all the same.

    Next: correct the token in the program that sends it, then wait as long as `Retry-After` says.
    """

    http_status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "Too many wrong tokens came from this address; this one is wrong too.",
            f"Correct the token, and try again in {seconds} s. A good token passes meanwhile.",
        )
        self.seconds = seconds


class Throttle:
    """A sliding window of wrong tokens for each address, in the memory of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._moments: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, address: str) -> None:
        """Count one wrong token.

        Raises:
            TooManyWrong: there were many before it within the window.
        """
        at = self._clock()
        with self._lock:
            moments = self._moments.setdefault(address, deque(maxlen=MOST))
            self._moments.move_to_end(address)
            while len(self._moments) > ADDRESSES:
                self._moments.popitem(last=False)
            while moments and at - moments[0] >= SECONDS:
                moments.popleft()
            if len(moments) == MOST:
                raise TooManyWrong(max(1, round(moments[0] + SECONDS - at)))
            moments.append(at)
