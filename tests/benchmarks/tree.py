"""Run a command and watch the memory of its processes, children included (Linux)."""

import os
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Ran:
    """How a command ended: exit code, both outputs, seconds, and the largest sum of resident bytes."""

    code: int
    output: str
    error: str
    seconds: float
    peak: int


def run(command: list[str], environment: dict[str, str]) -> Ran:
    """Run it to its end, in this folder."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=out, stderr=err)
        peaks = [0]
        watch = threading.Thread(target=_watch, args=(process, peaks), daemon=True)
        watch.start()
        code = process.wait()
        seconds = time.monotonic() - began
        watch.join()
        out.seek(0)
        err.seek(0)
        return Ran(code, out.read().decode(), err.read().decode().strip(), seconds, max(peaks))


def _watch(process: "subprocess.Popen[bytes]", peaks: list[int]) -> None:
    while process.poll() is None:
        peaks.append(resident(process.pid))
        time.sleep(LOOK_SECONDS)


def resident(root: int) -> int:
    """Resident bytes of a process and all of its descendants."""
    return sum(_resident(pid) for pid in _tree(root))


def _tree(root: int) -> list[int]:
    """The process and all of its descendants."""
    found, at = [root], 0
    while at < len(found):
        with suppress(OSError):
            for task in Path(f"/proc/{found[at]}/task").iterdir():
                found += [int(pid) for pid in (task / "children").read_text().split()]
        at += 1
    return found


def _resident(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0
