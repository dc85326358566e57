"""Fits that do not need each other run at once and come in their order, here or elsewhere."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeAlias, TypeVar

AT_ONCE = min(2, os.cpu_count() or 1)
"""Fits that run at once: each has half of the cores (`core.jobs.threads`)."""
T = TypeVar("T")
Executor: TypeAlias = Callable[[Iterable[Callable[[], Any]], int], Generator[Any]]
"""Takes fits and how many run at once on this machine; gives their results in the order of the fits."""


class Future(Protocol):
    """A fit that was begun, on a thread or elsewhere."""

    def result(self) -> Any:
        """What it gives; raises what it raised."""

    def cancel(self) -> object:
        """Do not begin it, if that is still possible."""


def side_by_side(fits: Iterable[Callable[[], T]], at_once: int = AT_ONCE) -> Generator[T]:
    """What fits give, in their order: while one is looked at, the next already run.

    They run on threads of this process unless `run_on` says where else. Who closes the iterator early waits
    for the fits that have begun here.

    Args:
        fits: one call for each fit; the next are drawn from it while others run.
        at_once: how many run at once on this machine; with one each runs when it is asked for.

    >>> list(side_by_side([lambda: 1, lambda: 2, lambda: 3]))
    [1, 2, 3]
    """
    return _executor.get()(fits, at_once)


@contextmanager
def run_on(executor: Executor) -> Iterator[None]:
    """Let another executor run the fits that are asked for inside the block.

    >>> with run_on(lambda fits, at_once: (("elsewhere", fit()) for fit in fits)):
    ...     list(side_by_side([lambda: 1]))
    [('elsewhere', 1)]
    """
    token = _executor.set(executor)
    try:
        yield
    finally:
        _executor.reset(token)


def on_threads(fits: Iterable[Callable[[], T]], at_once: int) -> Generator[T]:
    """The executor of this machine.

    On threads, not in processes: a pool of processes breaks inside services, and fits spend their time
    outside of Python's lock.
    """
    if at_once == 1:
        for fit in fits:
            yield fit()
        return
    with ThreadPoolExecutor(at_once) as pool:
        yield from in_order(fits, at_once, pool.submit)


def in_order(
    fits: Iterable[Callable[[], T]], at_once: int, begin: Callable[[Callable[[], T]], Future]
) -> Generator[T]:
    """Begin so many at once and give their results in order; the rest is called off where nobody asks for it.

    Args:
        fits: one call for each.
        at_once: how many have been begun and not given yet.
        begin: hands one to whatever runs it.
    """
    running: deque[Future] = deque()
    try:
        for fit in fits:
            running.append(begin(fit))
            if len(running) == at_once:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    finally:
        for future in running:
            future.cancel()


_executor: ContextVar[Executor] = ContextVar("executor", default=on_threads)
