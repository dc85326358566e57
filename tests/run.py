"""The whole check in one command: environment, browser, style, types, imports, tests.

`python3 tests/run.py` makes a virtual environment in `.venv-test` (unless one is active), installs
requirements-dev.txt and a Chromium if there is none, then runs ruff, mypy, the checks of the labeller's
scripts (tests/js) and pytest, whose house test runs import-linter. With arguments it runs ruff and passes
them on to pytest.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent.parent
INSTALL = ("-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile")
VERSIONS = os.environ.get("CARETAKER_TEST_VERSIONS", "")
"""A constraints file, e.g. constraints.txt; without one the newest of everything that the ranges allow."""
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
"""Files of tests run side by side: they share nothing but the machine."""
LANES = (
    (("processes and not browser", "processes"), ("browser and not (demo or walk)", "browser")),
    (("demo", "browser", "demo"), ("walk", "browser")),
)
"""Tests that wait for processes and pages more than they compute, one after the other: which, and the marks
of the files they stand in. The walk is on a copy of the demo that `demo` has filled."""
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first that is there is taken: without windows it costs half of the processor time of the others."""
AFTER_OTHERS = 10
"""How nice the tests that only compute are: they take what the lanes leave of the machine."""


def main() -> int:
    """Install what is missing, then run every check; the first failure ends the run."""
    python = _environment()
    pinned = ["-c", VERSIONS] if VERSIONS else []
    _run(python, *INSTALL, *pinned, "-r", "requirements-dev.txt")
    _browser(python)
    _run(python, "-m", "ruff", "check")
    _run(python, "-m", "ruff", "format", "--check")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what one process compiled serves all
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads of many processes would wait for each other
    if sys.argv[1:]:
        return _beside([_pytest(python, *sys.argv[1:])])
    many = _pytest(python, "-m", "not (browser or processes)", *SIDE_BY_SIDE)
    types = [[python, "-m", "mypy"], [python, "tests/js/run.py"]]
    lanes = [[_lane(python, *part) for part in lane] for lane in LANES]
    return _beside([_nice(many)], types, *lanes)


def _nice(command: list[str]) -> list[str]:
    return ["nice", "-n", str(AFTER_OTHERS), *command] if shutil.which("nice") else command


def _lane(python: str, which: str, *marks: str) -> list[str]:
    """The tests with such marks; files without them are not even read."""
    named = [f"mark.{mark}" for mark in marks]
    files = [
        str(file)
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        if any(name in file.read_text("utf-8") for name in named)
    ]
    return _pytest(python, "-m", which, "-p", "no:cacheprovider", "--durations", "15", *files)


def _beside(*lanes: list[list[str]]) -> int:
    """Run lanes of commands at once; what the others print follows the first. The code of one that failed."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment = {**os.environ, "CARETAKER_TEST_DEMO": str(Path(folder) / "demo.tar.gz")}
        outputs = [None, *(stack.enter_context(tempfile.TemporaryFile()) for _ in lanes[1:])]
        threads = stack.enter_context(ThreadPoolExecutor(len(lanes)))
        running = [
            threads.submit(_each, lane, environment, output)
            for lane, output in zip(lanes, outputs, strict=True)
        ]
        code = 0
        for lane, output in zip(running, outputs, strict=True):
            code = lane.result() or code
            if output is not None:
                output.seek(0)
                sys.stdout.flush()
                shutil.copyfileobj(output, sys.stdout.buffer)
    return code


def _each(commands: list[list[str]], environment: dict[str, str], output: BinaryIO | None) -> int:
    """Run commands one after the other, also after one that failed; the code of one that failed, or 0."""
    run = partial(subprocess.run, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    return max(abs(run(command, check=False).returncode) for command in commands)


def _pytest(python: str, *arguments: str) -> list[str]:
    return [python, "-m", "pytest", *arguments]


def _environment() -> str:
    if sys.prefix != sys.base_prefix:
        return sys.executable
    folder = ROOT / ".venv-test"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    return str(python)


def _browser(python: str) -> None:
    if any(shutil.which(name) for name in BROWSERS):
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        _run("apt-get", "update", "-qq")
        for name in BROWSERS[:2]:
            if subprocess.run(["apt-get", "install", "-y", "-qq", name], check=False).returncode == 0:
                return
    _run(python, "-m", "playwright", "install", "--with-deps", "--only-shell", "chromium")


def _run(*command: str) -> None:
    print("+", *command, flush=True)
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
