"""Job kinds that leave a trace of each start, and a worker that runs them: material for the kill tests."""

import os
import subprocess
import sys
import time
from typing import Any

from core.errors import DataError
from core.jobs.spec import JobKind, StepContext
from core.settings import Settings


def note(context: StepContext, line: str) -> None:
    with (context.settings.run / "trace").open("a", encoding="utf-8") as trace:
        trace.write(f"{line}\n")


def first(context: StepContext) -> dict[str, Any]:
    note(context, "first")
    (context.work / "kept").write_text("by the first step")
    return {"first": context.args["number"] * 2}


def slow(context: StepContext) -> dict[str, Any]:
    note(context, f"slow {os.getpid()}")
    for tenth in range(int(context.args.get("seconds", 2) * 10)):
        context.progress(tenth / (context.args.get("seconds", 2) * 10), f"tenth {tenth}")
        time.sleep(0.1)
    return {"slow": context.state["first"] + 1}


def last(context: StepContext) -> dict[str, Any]:
    note(context, "last")
    return {"last": (context.work / "kept").read_text()}


def family(context: StepContext) -> dict[str, Any]:
    sleeper = subprocess.Popen(["sleep", "60"])
    note(context, f"family {os.getpid()} {sleeper.pid}")
    sleeper.wait()
    return {}


def refuse(context: StepContext) -> dict[str, Any]:
    raise DataError("The column is missing.", "Add it.")


def crash(context: StepContext) -> dict[str, Any]:
    raise ZeroDivisionError("a secret detail")


def vanish(context: StepContext) -> dict[str, Any]:
    os._exit(9)


KINDS = {
    kind.name: kind
    for kind in (
        JobKind("three", "Three steps", ("slow_kinds:first", "slow_kinds:slow", "slow_kinds:last")),
        JobKind("quick", "Quick", ("slow_kinds:first",), quick=True),
        JobKind("family", "Family", ("slow_kinds:family",)),
        JobKind("refused", "Refused", ("slow_kinds:refuse",)),
        JobKind("crashed", "Crashed", ("slow_kinds:crash",)),
        JobKind("vanished", "Vanished", ("slow_kinds:vanish",)),
    )
}

if __name__ == "__main__":
    from core.jobs import child
    from core.worker import run

    child.PRELOAD = "json"  # these steps need no library
    sys.exit(run(Settings(), KINDS, tied="--tied" in sys.argv))
