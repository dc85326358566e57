"""File locks between the processes of one machine; the kernel lets go of them when the holder dies."""

import errno
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

POLL_SECONDS = 0.05


def try_hold(path: Path) -> FileIO | None:
    """Take the lock and return the open file that holds it until it is closed, or None when somebody has it.

    The file is not inherited by programs started later, so no child can keep a dead holder's lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = FileIO(path, "a+")
    if _lock(handle):
        return handle
    handle.close()
    return None


@contextmanager
def hold_lock(path: Path, patience: float = 120.0) -> Iterator[None]:
    """Hold the lock for the block, waiting at most `patience` seconds for it.

    Raises:
        TimeoutError: somebody else kept it all the time.
    """
    deadline = time.monotonic() + patience
    while (handle := try_hold(path)) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(errno.ETIMEDOUT, "is held by another process", str(path))
        time.sleep(POLL_SECONDS)
    with handle:
        yield


def is_held(path: Path) -> bool:
    """Whether some process holds the lock at this moment.

    The look takes the lock for an instant: who wants it for good must try more than once.
    """
    if not path.exists():
        return False
    handle = try_hold(path)
    if handle is None:
        return True
    handle.close()
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: FileIO) -> bool:
        handle.seek(0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: FileIO) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
