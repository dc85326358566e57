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
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALL = ("-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile")
VERSIONS = os.environ.get("CARETAKER_TEST_VERSIONS", "")
"""A constraints file, e.g. constraints.txt; without one the newest of everything that the ranges allow."""
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
"""Files of tests run side by side: they share nothing but the machine."""
KILLS = ("processes and not (browser or demo)", "processes")
DRIVES = (("demo", "browser", "demo"), ("browser and not demo", "browser"))
"""Lanes of tests that wait for processes more than they compute: which, and the marks of the files they stand
in. The walk, the longest of all, is the last and begins with a copy of the demo that `demo` has filled."""


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
    checks = [[python, "-m", "mypy"], [python, "tests/js/run.py"]]
    code = _beside([many, _lane(python, *KILLS), *checks])
    return code or _beside([_lane(python, *lane) for lane in DRIVES])


def _lane(python: str, which: str, *marks: str) -> list[str]:
    """The tests with such marks; files without them are not even read."""
    named = [f"mark.{mark}" for mark in marks]
    files = [
        str(file)
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        if any(name in file.read_text("utf-8") for name in named)
    ]
    return _pytest(python, "-m", which, "-p", "no:cacheprovider", "--durations", "15", *files)


def _beside(commands: list[list[str]]) -> int:
    """Run commands at once; what the others print follows the first. The code of one that failed, or 0."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment = {**os.environ, "CARETAKER_TEST_DEMO": str(Path(folder) / "demo.tar.gz")}
        outputs = [stack.enter_context(tempfile.TemporaryFile()) for _ in commands[1:]]
        others = [
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
            for command, output in zip(commands[1:], outputs, strict=True)
        ]
        code = subprocess.run(commands[0], cwd=ROOT, env=environment, check=False).returncode
        for other, output in zip(others, outputs, strict=True):
            code = other.wait() or code
            output.seek(0)
            sys.stdout.flush()
            shutil.copyfileobj(output, sys.stdout.buffer)
    return code


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
    if shutil.which("chromium") or shutil.which("google-chrome"):
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", "chromium")
    else:
        _run(python, "-m", "playwright", "install", "--with-deps", "chromium")


def _run(*command: str) -> None:
    print("+", *command, flush=True)
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
