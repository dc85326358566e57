"""The progress of a running job as people see it, written beside its row at most twice a second."""

import time
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

WRITE_SECONDS = 0.5
FIRST_ESTIMATE_SECONDS = 2.0
LEAST = 0.01
"""Less progress says nothing of the pace."""
RECENT_SHARE, RECENT_SECONDS = 1 / 3, 10.0
"""The pace is that of the last third of the time, of ten seconds at least: other steps have another pace."""


class Track:
    """How far the job is; the estimate of the time left starts anew when a restarted worker takes it up."""

    def __init__(self, job_id: str, started: str) -> None:
        self.job_id = job_id
        self.started = started
        self._moments: list[tuple[float, float]] = []
        self._written = 0.0

    def write(self, fraction: float, message: str) -> None:
        """Store where the job is; calls that follow each other too fast are dropped."""
        now = time.time()
        if now - self._written < WRITE_SECONDS:
            return
        self._moments.append((now, fraction))
        self._written = now
        from dbos import DBOS

        DBOS.update_workflow_attributes(self.job_id, self._document(now, fraction, message))

    def _document(self, now: float, fraction: float, message: str) -> dict[str, Any]:
        return {
            "started": self.started,
            "fraction": fraction,
            "message": message,
            "at": now,
            "left": time_left(self._moments),
        }


def time_left(moments: Sequence[tuple[float, float]]) -> float | None:
    """Seconds until the fraction is 1, at the pace of late; None when it is too early to say.

    Args:
        moments: (second, fraction done) as they followed each other, the last of them now.

    >>> time_left([(0, 0.1), (30, 0.4)])
    60.0
    >>> time_left([(0, 0.0), (90, 0.1), (110, 0.2), (130, 0.3), (150, 0.4)])  # the first step was slow
    120.0
    >>> time_left([(0, 0.0), (1, 0.5)]) is None
    True
    """
    (begin, _), (now, fraction) = moments[0], moments[-1]
    recent = max(RECENT_SECONDS, (now - begin) * RECENT_SHARE)
    since, base = moments[max(0, bisect_right(moments, (now - recent, 1.0)) - 1)]
    if now - since < FIRST_ESTIMATE_SECONDS:
        return None
    if fraction - base < LEAST:  # then all the time
        since, base = moments[0]
    if fraction - base < LEAST:
        return None
    return round((now - since) * (1 - fraction) / (fraction - base), 1)
