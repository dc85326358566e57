"""The whole check in one command: environment, browser, style, types, imports, tests.

`python3 tests/run.py` makes a virtual environment in `.venv-test` (unless one is active), installs
requirements-dev.txt and a Chromium if there is none, then runs ruff, mypy, the checks of the labeller's
scripts (tests/js) and pytest, whose house test runs import-linter. Arguments are passed on to pytest.
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
INSTALL = ("-m", "pip", "install", "-q", "--disable-pip-version-check")
VERSIONS = os.environ.get("CARETAKER_TEST_VERSIONS", "")
"""A constraints file, e.g. constraints.txt; without one the newest of everything that the ranges allow."""
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
"""Files of tests run side by side: they share nothing but the machine."""
LANES = ("demo", "browser and not demo", "processes and not browser")
"""Each waits for processes more than it computes; three of them fill two cores. The walk, the longest of all,
is the last of the second and begins with a copy of the demo that the first has filled."""


def main() -> int:
    """Install what is missing, then run every check; the first failure ends the run."""
    python = _environment()
    pinned = ["-c", VERSIONS] if VERSIONS else []
    _run(python, *INSTALL, *pinned, "-r", "requirements-dev.txt")
    _browser(python)
    _run(python, "-m", "ruff", "check")
    _run(python, "-m", "ruff", "format", "--check")
    _run(python, "-m", "mypy")
    _run(python, "tests/js/run.py")
    return _tests(python)


def _tests(python: str) -> int:
    """Most tests in many processes; then, in lanes beside each other, those that wait for others."""
    if sys.argv[1:]:
        return subprocess.run(_pytest(python, *sys.argv[1:]), cwd=ROOT, check=False).returncode
    first = subprocess.run(
        _pytest(python, "-m", "not (browser or processes)", *SIDE_BY_SIDE), cwd=ROOT, check=False
    )
    lane = ("-p", "no:cacheprovider", "--durations", "15")
    return first.returncode or _beside([_pytest(python, "-m", which, *lane) for which in LANES])


def _beside(commands: list[list[str]]) -> int:
    """Run commands at once; what the others print follows the first."""
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
