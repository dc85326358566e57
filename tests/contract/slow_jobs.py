"""Jobs that leave a trace of each start, and a worker that runs them: material for the kill tests."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from core.errors import DataError
from core.jobs.job import Job, declared_jobs, job, step
from core.jobs.spec import StepContext
from core.settings import Settings


@job("three", "Three steps")
@dataclass(frozen=True)
class Three(Job):
    """Three steps; the second takes so many seconds."""

    number: int
    seconds: float = 2


@job("quick", "Quick", quick=True)
@dataclass(frozen=True)
class Quick(Job):
    """One step that does not wait in line."""

    number: int


@job("family", "Family")
@dataclass(frozen=True)
class Family(Job):
    """A step with a process of its own."""


@job("refused", "Refused")
@dataclass(frozen=True)
class Refused(Job):
    """A step that refuses."""


@job("crashed", "Crashed")
@dataclass(frozen=True)
class Crashed(Job):
    """A step with a fault."""


@job("vanished", "Vanished")
@dataclass(frozen=True)
class Vanished(Job):
    """A step whose process dies."""


def note(context: StepContext[Any], line: str) -> None:
    with (context.settings.run / "trace").open("a", encoding="utf-8") as trace:
        trace.write(f"{line}\n")


@step(Three)
@step(Quick)
def first(context: StepContext[Three | Quick]) -> dict[str, Any]:
    note(context, "first")
    (context.work / "kept").write_text("by the first step")
    return {"first": context.args.number * 2}


@step(Three)
def slow(context: StepContext[Three]) -> dict[str, Any]:
    note(context, f"slow {os.getpid()}")
    for tenth in range(int(context.args.seconds * 10)):
        context.progress(tenth / (context.args.seconds * 10), f"tenth {tenth}")
        time.sleep(0.1)
    return {"slow": context.state["first"] + 1}


@step(Three)
def last(context: StepContext[Three]) -> dict[str, Any]:
    note(context, "last")
    return {"last": (context.work / "kept").read_text()}


@step(Family)
def family(context: StepContext[Family]) -> dict[str, Any]:
    sleeper = subprocess.Popen(["sleep", "60"])
    note(context, f"family {os.getpid()} {sleeper.pid}")
    sleeper.wait()
    return {}


@step(Refused)
def refuse(context: StepContext[Refused]) -> dict[str, Any]:
    raise DataError("The column is missing.", "Add it.")


@step(Crashed)
def crash(context: StepContext[Crashed]) -> dict[str, Any]:
    raise ZeroDivisionError("a secret detail")


@step(Vanished)
def vanish(context: StepContext[Vanished]) -> dict[str, Any]:
    os._exit(9)


if __name__ == "__main__":
    from core.jobs import child
    from core.worker import run

    child.PRELOAD = "json"  # these steps need no library
    sys.exit(run(Settings(), declared_jobs(sys.modules["__main__"]), tied="--tied" in sys.argv))
