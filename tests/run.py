"""The whole check in one command: environment, browser, style, types, imports, tests.

`python3 tests/run.py` makes a virtual environment in `.venv-test` (unless one is active), installs
requirements-dev.txt and a Chromium if there is none, then runs ruff, mypy, the checks of the labeller's
scripts (tests/js) and pytest, whose house test runs import-linter. Arguments are passed on to pytest.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
"""Files of tests run side by side: they share nothing but the machine."""


def main() -> int:
    """Install what is missing, then run every check; the first failure ends the run."""
    python = _environment()
    _run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", "requirements-dev.txt")
    _browser(python)
    _run(python, "-m", "ruff", "check")
    _run(python, "-m", "ruff", "format", "--check")
    _run(python, "-m", "mypy")
    _run(python, "tests/js/run.py")
    return _tests(python)


def _tests(python: str) -> int:
    """Most tests side by side; then those that drive a browser or kill processes, one by one."""
    if sys.argv[1:]:
        return _pytest(python, *sys.argv[1:])
    alone = "browser or processes"
    return _pytest(python, "-m", f"not ({alone})", *SIDE_BY_SIDE) or _pytest(python, "-m", alone)


def _pytest(python: str, *arguments: str) -> int:
    return subprocess.run([python, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode


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
