"""Threads of the numeric libraries: as many as there are cores, and asleep while they wait."""

import os

MOST = 8
COUNTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def cap(most: int = MOST) -> None:
    """Set what is not set yet; works for libraries that are loaded afterwards.

    Threads that spin while they wait for each other make a fit ten times slower as soon as anything else
    runs on the machine (measured: 0.6 s asleep, 9-13 s spinning, two fits on two cores).
    """
    for name in COUNTS:
        os.environ.setdefault(name, str(min(most, os.cpu_count() or 1)))
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
