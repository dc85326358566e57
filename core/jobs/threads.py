"""Threads of the numeric libraries: as many as half of the cores, and asleep while they wait."""

import os

MOST = 8
COUNTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_ours: dict[str, str] = {}
"""What was set here: a later call may change it."""


def cap(most: int = MOST) -> None:
    """Set what no person has set; works for libraries that are loaded afterwards.

    Threads wait for each other thousands of times in one fit of boosted trees. Where they spin, a fit may
    take thirty times as long as soon as anything else runs on the machine; where they sleep, waking them
    takes sixteen times as long on a virtual machine that does nothing else. On two cores one thread is never
    slow. Measured, 14,000 rows of 8 numbers: one thread .3 s, beside two other processes .6 s; two that spin
    .3 and up to 18.9 s; two that sleep 5.3 and 1.4 s.
    """
    count = str(max(1, min(most, (os.cpu_count() or 1) // 2)))
    for name in COUNTS:
        if os.environ.get(name, _ours.get(name)) == _ours.get(name):
            os.environ[name] = _ours[name] = count
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
