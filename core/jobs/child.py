"""Run a step in a child process that can be killed at once and does not outlive the worker."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import TYPE_CHECKING, Any, TypeAlias

from core.errors import CaretakerError
from core.jobs import runner, threads
from core.jobs.runner import StepCall
from core.jobs.spec import Cancelled, Progress
from core.modules import local_name

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PRELOAD = local_name("core.jobs.warm")
LOOK_SECONDS = 0.2
SIGNAL_DEATH = 1  # PR_SET_PDEATHSIG of Linux' prctl
Process: TypeAlias = Any  # the two contexts have process classes without a common public name


def prepare(modules: Iterable[str] = ()) -> None:
    """Start the process from which the children are forked: it imports the heavy libraries once.

    Args:
        modules: names of ours, with all that they import, which steps need often.
    """
    threads.cap()
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    context = _context()
    if isinstance(context, ForkServerContext):
        context.set_forkserver_preload([*map(local_name, modules), PRELOAD])
        forkserver.ensure_running()


def run(step: StepCall, progress: Progress, is_cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Run the step in a child and return its result; `is_cancelled` is asked a few times a second.

    Raises:
        CaretakerError: the step refused, failed, or its process was stopped from outside.
        Cancelled: `is_cancelled` said so; the child is dead.
    """
    context = _context()
    ours, theirs = context.Pipe()
    process = context.Process(target=_main, args=(step, theirs), name=f"caretaker {step.name}")
    process.start()
    theirs.close()
    try:
        return _follow(ours, process, progress, is_cancelled)
    finally:
        _kill(process)
        ours.close()


def _follow(
    pipe: "Connection[Any, Any]",
    process: Process,
    progress: Progress,
    is_cancelled: Callable[[], bool],
) -> dict[str, Any]:
    look_at = 0.0
    while True:
        if time.monotonic() >= look_at:
            if is_cancelled():
                raise Cancelled
            look_at = time.monotonic() + LOOK_SECONDS
        if not pipe.poll(LOOK_SECONDS):
            continue
        try:
            what, *content = pipe.recv()
        except (EOFError, ConnectionResetError):
            raise _stop_error(process) from None
        if what == "progress":
            progress(*content)
        elif what == "failed":
            raise CaretakerError(*content)
        elif what == "cancelled":
            raise Cancelled
        else:
            result: dict[str, Any] = content[0]
            return result


def _stop_error(process: Process) -> CaretakerError:
    process.join(5)
    return CaretakerError(
        f"The process of this step was stopped from outside (exit code {process.exitcode}).",
        "Most often the memory ran out: close other programs or use less data, then try again.",
    )


def _kill(process: Process) -> None:
    if hasattr(os, "killpg"):
        # The group holds what the step itself started, e.g. workers of joblib.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join(5)


def _main(step: StepCall, pipe: "Connection[Any, Any]") -> None:
    _die_with_the_worker(pipe)
    try:
        result = runner.call(step, lambda fraction, message: pipe.send(("progress", fraction, message)))
        pipe.send(("done", result))
    except CaretakerError as error:
        pipe.send(("failed", error.message, error.hint))
    except Cancelled:
        pipe.send(("cancelled",))


def _die_with_the_worker(pipe: "Connection[Any, Any]") -> None:
    if hasattr(os, "setsid"):
        os.setsid()
    if sys.platform == "linux":
        import ctypes

        # The parent is the fork server, which ends with the worker; this works even while C code runs.
        ctypes.CDLL(None).prctl(SIGNAL_DEATH, signal.SIGKILL)
    threading.Thread(target=_watch, args=(pipe,), daemon=True).start()


def _watch(pipe: "Connection[Any, Any]") -> None:
    """The worker never writes: the read ends when its end of the pipe is closed, that is when it is dead."""
    with suppress(EOFError, OSError):
        pipe.recv()
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _context() -> ForkServerContext | SpawnContext:
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    return multiprocessing.get_context("forkserver")
