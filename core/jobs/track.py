"""The progress of a running job as people see it, written beside its row at most twice a second."""

import time
from typing import Any

WRITE_SECONDS = 0.5
FIRST_ESTIMATE_SECONDS = 2.0


class Track:
    """How far the job is; the estimate of the time left starts anew when a restarted worker takes it up."""

    def __init__(self, job_id: str, started: str) -> None:
        self.job_id = job_id
        self.started = started
        self._since: float | None = None
        self._base = 0.0
        self._written = 0.0

    def write(self, fraction: float, message: str) -> None:
        """Store where the job is; calls that follow each other too fast are dropped."""
        now = time.time()
        if self._since is None:
            self._since, self._base = now, fraction
        if now - self._written < WRITE_SECONDS:
            return
        self._written = now
        from dbos import DBOS

        DBOS.update_workflow_attributes(self.job_id, self._document(now, fraction, message))

    def _document(self, now: float, fraction: float, message: str) -> dict[str, Any]:
        return {
            "started": self.started,
            "fraction": fraction,
            "message": message,
            "at": now,
            "left": time_left(now - (self._since or now), self._base, fraction),
        }


def time_left(elapsed: float, base: float, fraction: float) -> float | None:
    """Seconds until 1 at the pace from `base` to `fraction` in `elapsed` seconds; None when too early to say.

    >>> time_left(30, 0.1, 0.4)
    60.0
    >>> time_left(1, 0.0, 0.5) is None
    True
    """
    if elapsed < FIRST_ESTIMATE_SECONDS or fraction - base < 0.01:  # noqa: PLR2004 -- one percent says nothing
        return None
    return round(elapsed * (1 - fraction) / (fraction - base), 1)
